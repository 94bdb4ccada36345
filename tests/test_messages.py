"""The messages of jobs."""

import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.messages import messages_to


def test_what_the_user_can_put_right_goes_to_the_log_and_ends_the_job(tmp_path):
    with pytest.raises(SystemExit) as ended, messages_to(tmp_path / "job.log"):
        raise EvidenceError("line 3: unknown arm")
    assert ended.value.code == 1
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == "line 3: unknown arm\n"


def test_a_defect_of_the_program_is_not_hidden_as_a_message(tmp_path):
    with pytest.raises(ZeroDivisionError), messages_to(tmp_path / "job.log"):
        print(1 / 0)
