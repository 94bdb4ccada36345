"""One run at a time; a run that is dead keeps nobody waiting."""

import errno
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ipt_evidence import turns
from ipt_evidence.messages import refusal
from ipt_evidence.turns import hindrance, join_in, take_turn, without_place

HOLD = (
    "import sys; from pathlib import Path; from ipt_evidence.turns import take_turn; x = take_turn(Path(sys.argv[1]))"
)
SAID = r"Another run is at work on this review \(process \d+, since \d\d:\d\d\)"


def test_a_second_run_is_told_who_is_at_work_and_what_to_do(tmp_path):
    turn = take_turn(tmp_path)
    assert hindrance(tmp_path, turn) == ""
    other = take_turn(tmp_path)
    assert re.fullmatch(SAID, hindrance(tmp_path, other))
    turn.close()
    with take_turn(tmp_path) as third:
        assert hindrance(tmp_path, third) == ""


def test_the_turn_of_a_killed_run_is_free_and_its_lock_of_snakemake_is_cleared_away(tmp_path):
    program = f"{HOLD}; print('held', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", program, tmp_path], stdin=-1, stdout=-1, text=True) as holder:
        assert holder.stdout.readline() == "held\n"
        (tmp_path / ".snakemake/locks").mkdir()
        assert take_turn(tmp_path) is None
        assert (tmp_path / ".snakemake/locks").exists()
        holder.kill()
    with take_turn(tmp_path) as turn:
        assert turn is not None
        assert not (tmp_path / ".snakemake/locks").exists()


def test_a_run_waits_for_jobs_that_outlived_the_one_before(tmp_path, capsys):
    job = join_in(tmp_path)
    taken = []
    waiting = threading.Thread(target=lambda: taken.append(take_turn(tmp_path)))
    waiting.start()
    waiting.join(0.2)
    assert (waiting.is_alive(), taken) == (True, [])
    job.close()
    waiting.join(10)
    assert taken[0] is not None
    taken[0].close()
    assert capsys.readouterr().err == "Waiting for the jobs of a run that was ended before them.\n"


@pytest.mark.parametrize(
    ("number", "said", "remedy"),
    [
        (errno.ENOSPC, "No space left on device", "make room on the disk"),
        (errno.EROFS, "Read-only file system", "work in a folder that can be written to"),
    ],
)
def test_a_folder_without_place_is_named_before_anything_runs(tmp_path, monkeypatch, number, said, remedy):
    def refuse(dir: Path):
        if dir.name == "reports":
            raise OSError(number, said)
        return (tmp_path / "probe").open("wb")

    (tmp_path / "reports").mkdir()
    monkeypatch.setattr(turns.tempfile, "TemporaryFile", refuse)
    assert without_place(tmp_path) == f"{tmp_path}/reports: {said}; {remedy} and run again."


@pytest.mark.parametrize("folder", ["reports", "data/processed", "logs"])
def test_a_file_in_the_place_of_a_folder_is_named(tmp_path, folder):
    (tmp_path / folder).parent.mkdir(exist_ok=True)
    (tmp_path / folder).write_text("", encoding="utf-8")
    with pytest.raises(NotADirectoryError) as refused:
        take_turn(tmp_path)
    remedy = "move the file away that stands where a folder is needed and run again"
    assert refusal(refused.value) == f"{folder}: Not a directory; {remedy}"
