"""Files of a later date than now stop no run: they are dated with now, and named."""

import os
import time

from ipt_evidence.dates import date_with_now


def test_a_file_of_a_later_date_is_dated_with_now_and_named(tmp_path):
    late, sound, other = (tmp_path / name for name in ("data/raw/late.csv", "data/raw/sound.csv", "mine/late.csv"))
    for path in (late, sound, other):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    (tmp_path / "data/gone").symlink_to(tmp_path / "nowhere")
    before, future = sound.stat().st_mtime_ns, time.time_ns() + 10**18
    for path in (late, other):
        os.utime(path, ns=(future, future))
    said = f"Of a later date than now, and so dated with now: {late.as_posix()}. Is the clock right?"
    assert date_with_now([tmp_path, tmp_path]) == [said]
    assert before <= late.stat().st_mtime_ns <= time.time_ns()
    assert (sound.stat().st_mtime_ns, other.stat().st_mtime_ns) == (before, future)
    assert date_with_now([tmp_path]) == []
