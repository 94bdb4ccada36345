"""A run that is ended at any moment leaves nothing that the next one does not put right, and the same bytes at the end.

``python trust/crash.py`` from the root: ``--minutes 6`` for all of it, ``--seed N`` to try the same moments again. It
works on copies of the invented review: kills a run with all that it started at random moments, of a run on nothing and
of one on a changed cell; fills the disk (a small file system in memory, where the user may mount one); takes the right
to write the reports; starts two runs at once; dates all files later than now; puts an older copy of a table back with
its old date. After each the ordinary run must end with the same bytes by itself, or say in one sentence what to do. It
prints what it tried.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from copies import MADE, SMALL, begin, copy_of_project, differences, kill, record, run, state, sums, tell

CELL = ("data/raw/outcomes.csv", ",continuous,16.4,", ",continuous,16.6,")
"""A cell of the invented review, and what it is changed to."""

MESSAGE = re.compile(
    r"(Another run is at work|Read-only file system|No space left on device|Permission denied)"
    r"[\s\S]*(wait until|run again)"
)
"""The sentences that say what to do."""

REMARKABLE = ("IncompleteFilesException", "LockException", "--unlock", "--rerun-incomplete")
"""What no user should have to know."""

MOMENTS = 30
"""Runs killed at most."""

ROOM = 3_000_000
"""Bytes of a disk that is too small for the tables of the invented review."""


class Trial:
    """A copy of the project, with what its runs should give, before and after the change of a cell."""

    def __init__(self, scratch: Path) -> None:
        self.project = copy_of_project(scratch / "project")
        self.review = self.project / SMALL
        self.tried = state(self.project)
        self.text = (self.review / CELL[0]).read_text(encoding="utf-8")
        begun = time.monotonic()
        self.before = self.made("a run on nothing")
        self.seconds = time.monotonic() - begun
        self.state = {
            part: shutil.copytree(self.review / part, scratch / "before" / part) for part in (*kept(self.review),)
        }
        self.change()
        begun = time.monotonic()
        self.after = self.made("a run on a changed cell")
        self.changed_seconds = time.monotonic() - begun
        if self.before == self.after:
            sys.exit("the changed cell changes nothing: another one is needed")

    def made(self, name: str) -> dict[str, str]:
        code, printed = run(self.project, self.review)
        if code:
            sys.exit(f"{name} failed:\n{printed[-3000:]}")
        return sums(self.review)

    def clear(self) -> None:
        """Take away all that runs have made."""
        for part in (*MADE, ".snakemake", "logs"):
            shutil.rmtree(self.review / part, ignore_errors=True)
        (self.review / CELL[0]).write_text(self.text, encoding="utf-8")

    def restore(self) -> None:
        """Put back what the first run made."""
        self.clear()
        for part, copy in self.state.items():
            shutil.copytree(copy, self.review / part)

    def change(self) -> None:
        _, old, new = CELL
        if old not in self.text:
            sys.exit(f"{CELL[0]} holds no '{old}'")
        (self.review / CELL[0]).write_text(self.text.replace(old, new, 1), encoding="utf-8")

    def ends_well(self, expected: dict[str, str]) -> str:
        """Run as a user would, and say what is wrong; empty text if nothing is."""
        code, printed = run(self.project, self.review)
        if code:
            return f"the next run stopped: {printed.strip()[-600:]}"
        if found := [word for word in REMARKABLE if word in printed]:
            return f"the next run speaks of {', '.join(found)}"
        differ = list(differences(expected, sums(self.review)))
        return f"{len(differ)} files differ: {', '.join(differ[:3])}" if differ else ""


def kept(review: Path) -> Iterator[str]:
    yield from (part for part in (*MADE, ".snakemake", "logs") if (review / part).is_dir())


def killed(trial: Trial, chance: random.Random, *, changed: bool) -> tuple[str, str]:
    """Kill a run at a random moment; return what was done, and what is wrong."""
    if changed:
        trial.restore()
        trial.change()
    else:
        trial.clear()
    moment = chance.uniform(0.2, 1.0) * (trial.changed_seconds if changed else trial.seconds)
    running = begin(trial.project, trial.review)
    time.sleep(moment)
    was_over = running.poll() is not None
    kill(running)
    over = " (it was over before)" if was_over else ""
    said = f"{moment:.1f} s into a run on {'a changed cell' if changed else 'nothing'}{over}"
    return said, trial.ends_well(trial.after if changed else trial.before)


def stopped(trial: Trial) -> str:
    """Run where it cannot go on; return what is wrong with how it ends."""
    code, printed = run(trial.project, trial.review)
    if not code:
        return "the run did not notice"
    return "" if MESSAGE.search(printed) else f"no sentence says what to do: {printed.strip()[-600:]}"


def mount(*words: str) -> bool:
    try:
        return not subprocess.run(words, capture_output=True, check=False).returncode
    except OSError:
        return False


@contextmanager
def mounted(folder: Path, *words: str) -> Iterator[bool]:
    """Mount something over a folder, if the user may."""
    folder.mkdir(parents=True, exist_ok=True)
    done = mount("mount", *words, str(folder))
    try:
        yield done
    finally:
        if done:
            subprocess.run(["umount", "-l", folder], check=False)


def full_disk(trial: Trial) -> str | None:
    """Fill the disk that holds what runs make, then make room; None if nothing can be mounted here."""
    trial.clear()
    folder = trial.review
    inside = Path(tempfile.mkdtemp(prefix="full-"))
    try:
        with mounted(inside, "-t", "tmpfs", "-o", f"size={ROOM}", "none") as done:
            if not done:
                return None
            for part in ("data/processed", "reports", "logs"):
                (inside / part.replace("/", "_")).mkdir()
                (folder / part).parent.mkdir(parents=True, exist_ok=True)
                (folder / part).symlink_to(inside / part.replace("/", "_"))
            wrong = stopped(trial)
            mount("mount", "-o", "remount,size=500000000", str(inside))
            wrong = wrong or trial.ends_well(trial.before)
            for part in ("data/processed", "reports", "logs"):
                (folder / part).unlink()
            return wrong
    finally:
        inside.rmdir()


def read_only_reports(trial: Trial) -> str:
    """Take the right to write reports away (of root by a mount), then give it back."""
    trial.restore()
    trial.change()
    reports = trial.review / "reports"
    if os.geteuid() == 0:
        with mounted(reports, "--bind", "-o", "ro", str(reports)) as done:
            wrong = stopped(trial) if done else "could not be mounted"
    else:
        reports.chmod(0o555)
        wrong = stopped(trial)
        reports.chmod(0o755)
    return wrong or trial.ends_well(trial.after)


def two_at_once(trial: Trial) -> str:
    """Start two runs in the same second; each ends well, or is told to wait."""
    trial.clear()
    with tempfile.TemporaryFile("w+") as one, tempfile.TemporaryFile("w+") as other:
        runs = [(begin(trial.project, trial.review, out=out), out) for out in (one, other)]
        codes = [running.wait() for running, _ in runs]
        printed = [(out.seek(0), out.read())[1] for _, out in runs]
    if sorted(codes) != [0, 1]:
        return f"they ended with {codes}: {printed[0][-300:]} | {printed[1][-300:]}"
    if not MESSAGE.search(printed[codes.index(1)]):
        return f"no sentence says what to do: {printed[codes.index(1)][-600:]}"
    return trial.ends_well(trial.before)


def older_date(trial: Trial) -> str:
    """Put a table back as it was, with its old date, as cp -p, unzip and rsync do."""
    trial.restore()
    path = trial.review / CELL[0]
    old = path.stat().st_mtime_ns - 10**12
    trial.change()
    if wrong := trial.ends_well(trial.after):
        return wrong
    path.write_text(trial.text, encoding="utf-8")
    os.utime(path, ns=(old, old))
    return trial.ends_well(trial.before)


def later_date(trial: Trial) -> str:
    """Date everything later than now, as a clock does that is set back, and change a cell."""
    trial.restore()
    trial.change()
    late = time.time_ns() + 10**17
    for path in (path for part in ("config", "data", "reports") for path in (trial.review / part).rglob("*")):
        os.utime(path, ns=(late, late))
    return trial.ends_well(trial.after)


OTHERS: dict[str, tuple[str, Callable[[Trial], str | None]]] = {
    "full disk": (f"a file system of {ROOM // 10**6} MB under tables, reports and logs, then of 500 MB", full_disk),
    "read-only reports": ("reports without the right to write, then with it", read_only_reports),
    "two runs at once": ("begun in the same second", two_at_once),
    "later date": ("all files of a later date than now, and a changed cell", later_date),
    "older date": ("a changed table put back with the date it had", older_date),
}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--minutes", type=float, default=6)
    asked.add_argument("--seed", type=int, default=random.randrange(10**6))
    given = asked.parse_args()
    until, chance = time.monotonic() + 60 * given.minutes, random.Random(given.seed)
    scratch = Path(tempfile.mkdtemp(prefix="crash-"))
    try:
        tell(f"Copying the project, and two runs to compare with (seed {given.seed})")
        trial = Trial(scratch)
        record("crash-test", [], trial.tried)
        tell(f"A run takes {trial.seconds:.0f} s, one on a changed cell {trial.changed_seconds:.0f} s")
        tried = others(trial)
        killings = list(kills(trial, chance, until))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    bad = [wrong for wrong in killings if wrong]
    found = f"{len(killings) - len(bad)} of {len(killings)} ended with the same bytes by themselves"
    tell(f"SIGKILL of the whole process group: {found}")
    tried.insert(
        0,
        {"what": "SIGKILL", "how": f"the whole process group, at {len(killings)} random moments", "found": found,
         "held": bool(killings) and not bad},
    )  # fmt: skip
    sys.exit(0 if record("crash-test", tried, trial.tried) else 1)


def others(trial: Trial) -> list[dict[str, Any]]:
    tried = []
    for name, (how, check) in OTHERS.items():
        wrong = check(trial)
        found = "not tried: nothing can be mounted here" if wrong is None else wrong or "ended with the same bytes"
        tell(f"{name} ({how}): {found}")
        tried.append({"what": name, "how": how, "found": found, "held": None if wrong is None else not wrong})
    return tried


def kills(trial: Trial, chance: random.Random, until: float) -> Iterator[str]:
    """Kill runs at as many moments as are asked for, if there is time; yield what is wrong with each."""
    number = 0
    while number < 2 or (number < MOMENTS and time.monotonic() + trial.seconds < until):
        number += 1
        said, wrong = killed(trial, chance, changed=number % 2 == 0)
        tell(f"killed {said}: {wrong or 'the next run ended with the same bytes'}")
        yield wrong


if __name__ == "__main__":
    main()
