"""The messages of jobs."""

import errno
from pathlib import Path

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


def test_a_file_without_place_is_named_in_a_sentence(tmp_path):
    problem = OSError(errno.ENOSPC, "No space left on device", "reports/index.html")
    with pytest.raises(SystemExit) as ended, messages_to(tmp_path / "job.log"):
        raise problem
    assert ended.value.code == 1
    said = "reports/index.html: cannot be written (No space left on device); make room on the disk and run again\n"
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == said


def test_where_the_log_has_no_place_either_the_message_is_printed(tmp_path, monkeypatch, capsys):
    def refuse(self, *_, **__):
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(SystemExit), messages_to("logs/job.log"):
        pass
    said = "logs/job.log: cannot be written (Read-only file system); let it be written there and run again\n"
    assert capsys.readouterr().err == said
