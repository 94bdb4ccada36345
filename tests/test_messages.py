"""The messages of jobs."""

import errno
import os
from pathlib import Path

import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.messages import messages_to


def test_what_the_user_can_put_right_goes_to_the_log_and_ends_the_job(tmp_path):
    with pytest.raises(SystemExit) as ended, messages_to(tmp_path / "job.log"):
        raise EvidenceError("line 3: unknown arm")
    assert ended.value.code == 1
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == "line 3: unknown arm\n"


def test_a_defect_of_the_program_is_told_from_the_data_by_its_traceback(tmp_path):
    with pytest.raises(SystemExit), messages_to(tmp_path / "job.log"):
        print(1 / 0)
    lines = (tmp_path / "job.log").read_text(encoding="utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("Traceback (most recent call last):", "ZeroDivisionError: division by zero")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "reports/index.html: No space left on device; make room on the disk and run again\n"),
        (
            errno.EROFS,
            "reports/index.html: Read-only file system; work in a folder that can be written to and run again\n",
        ),
        (
            errno.EACCES,
            "reports/index.html: Permission denied; give yourself the right to read and write it and run again\n",
        ),
    ],
)
def test_what_the_computer_refuses_is_said_with_the_file_and_what_to_do(tmp_path, number, said):
    with pytest.raises(SystemExit) as ended, messages_to(tmp_path / "job.log"):
        raise OSError(number, os.strerror(number), "reports/index.html")
    assert ended.value.code == 1
    assert (tmp_path / "job.log").read_text(encoding="utf-8") == said


def test_where_the_log_has_no_place_either_the_message_is_printed(tmp_path, monkeypatch, capsys):
    def refuse(self, *_, **__):
        raise OSError(errno.EROFS, "Read-only file system", str(self))

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(SystemExit), messages_to("logs/job.log"):
        pass
    said = "logs/job.log: Read-only file system; work in a folder that can be written to and run again\n"
    assert capsys.readouterr().err == said


def test_a_log_that_cannot_be_written_loses_no_message(tmp_path, capsys):
    def job():
        with messages_to(tmp_path / "job.log"):
            (tmp_path / "job.log").unlink()
            (tmp_path / "job.log").mkdir()
            raise EvidenceError("line 3: unknown arm")

    with pytest.raises(SystemExit):
        job()
    assert capsys.readouterr().err == "line 3: unknown arm\n"
