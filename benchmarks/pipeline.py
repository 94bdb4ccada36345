"""The pipeline against itself at an earlier commit: cold run, no-op, one changed cell, peak memory; side by side.

``python benchmarks/pipeline.py`` from the root: ``--base COMMIT`` (default: where the house was rebuilt from),
``--runs 3``, ``--cores 2``. Both commits are checked out as git worktrees in a folder of its own, each with an
environment of its own built before the clock starts; both are removed at the end. In every run the two take turns, so
that a busy machine slows both. Medians go into benchmarks/results.md, with the machine. It stops if the run of one
changed cell leaves another byte in reports than a cold run on the same tables.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measuring import Measured, machine, measured, snakemake, table, write_section

ROOT = Path(__file__).resolve().parents[1]
BASE = "b34f259"
CELL = ("data/raw/outcomes.csv", "agras2000,ipt,remission", ",31,", ",32,")
"""File, start of the line, old and new cell: remission in one arm of one trial."""

TASKS = {
    "cold run": ("seconds", "at most 0.35 of before"),
    "one changed cell": ("seconds", "at most 0.12 of before"),
    "nothing changed": ("seconds", "at most 4 s"),
    "peak memory of the cold run": ("megabytes", "not more than before"),
}


def git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def check_out(commit: str, folder: Path) -> Path:
    """Make a worktree with its environment, as its Makefile builds it."""
    git("worktree", "add", "--detach", str(folder), commit)
    make = ["make", "-C", str(folder), f"PYTHON={sys.executable}"]
    named = subprocess.run([*make, "-s", "--eval=stamp: ; @echo $(STAMP)", "stamp"], check=True, capture_output=True)
    subprocess.run([*make, named.stdout.decode().split()[-1]], check=True)
    return folder


def exchange(folder: Path, old: str, new: str) -> None:
    name, start, _, _ = CELL
    lines = (folder / name).read_text("utf-8").split("\n")
    (place,) = [number for number, line in enumerate(lines) if line.startswith(start) and old in line]
    lines[place] = lines[place].replace(old, new, 1)
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


def one_run(folder: Path, cores: int) -> dict[str, Measured]:
    _, _, old, new = CELL
    programs, command = folder / ".venv" / "bin", snakemake(cores=cores)
    subprocess.run(["make", "-s", "clean"], cwd=folder, check=True)
    cold = measured(command, folder, programs)
    nothing = measured(command, folder, programs)
    exchange(folder, old, new)
    cell = measured(command, folder, programs)
    exchange(folder, new, old)
    return {"cold run": cold, "one changed cell": cell, "nothing changed": nothing, "peak memory of the cold run": cold}


def check_bytes(folder: Path, cores: int) -> None:
    """Stop if a run on what an earlier one left writes other reports than a run on nothing."""
    _, _, old, new = CELL
    programs, command = folder / ".venv" / "bin", snakemake(cores=cores)
    exchange(folder, old, new)
    left = []
    for before in ([], ["make", "-s", "clean"]):
        if before:
            subprocess.run(before, cwd=folder, check=True)
        measured(command, folder, programs)
        files = (path for path in (folder / "reports").rglob("*") if path.is_file())
        left.append({path.relative_to(folder): path.read_bytes() for path in files})
    exchange(folder, new, old)
    differ = [str(path) for path in sorted({*left[0], *left[1]}) if left[0].get(path) != left[1].get(path)]
    if differ:
        sys.exit(f"a run of one changed cell leaves other reports than a cold one: {', '.join(differ)}")


def line(task: str, found: list[list[dict[str, Measured]]]) -> tuple[str, ...]:
    field, aim = TASKS[task]
    before, after = (median(getattr(run[task], field) for run in runs) for runs in found)
    unit = "s" if field == "seconds" else "MB"
    return task, f"{before:,.1f} {unit}", f"{after:,.1f} {unit}", f"{after / before:.2f}", aim


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--base", default=BASE, help="commit to compare with")
    given.add_argument("--runs", type=int, default=3, help="runs of each, of which the median counts")
    given.add_argument("--cores", type=int, default=2, help="cores for snakemake")
    choices = given.parse_args()
    names = [git("rev-parse", "--short", commit) for commit in (choices.base, "HEAD")]
    work = Path(tempfile.mkdtemp(prefix="benchmark-"))
    try:
        folders = [check_out(name, work / side) for name, side in zip(names, ("before", "after"), strict=True)]
        found: list[list[dict[str, Measured]]] = [[], []]
        for _ in range(choices.runs):
            for runs, folder in zip(found, folders, strict=True):
                runs.append(one_run(folder, choices.cores))
        check_bytes(folders[1], choices.cores)
    finally:
        for side in ("before", "after"):
            subprocess.run(["git", "worktree", "remove", "--force", str(work / side)], cwd=ROOT, check=False)
        shutil.rmtree(work, ignore_errors=True)
    head = ("", f"before ({names[0]})", f"after ({names[1]})", "after / before", "aim")
    rows = [line(task, found) for task in TASKS]
    runs = f"Median of {choices.runs} run{'s' if choices.runs > 1 else ''}, side by side: `benchmarks/pipeline.py`."
    write_section("The whole pipeline", f"{machine(choices.cores)} {runs}\n\n{table(head, rows)}")


if __name__ == "__main__":
    main()
