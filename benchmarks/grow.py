"""How the analysis grows: seconds and memory of every stage at about 100, 1,000 and 10,000 trials, of 200 conditions.

``python benchmarks/grow.py`` from the root: ``--sizes 1x1 8x1 8x11`` (how many times the conditions, each with its
questions, and how many times the trials of each), ``--cores 2``, ``--keep FOLDER`` to keep the grown tables. Every
trial is repeated under new names with moved figures, with its arms, results, judgements, doubts, corrections and
reports; the same tables always grow into the same ones. Each size is run in a copy of the repository, stage by stage,
and in another copy as a whole, as a person would. The table goes into benchmarks/results.md.
"""

import argparse
import csv
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from measuring import Measured, machine, measured, snakemake, table, write_section

ROOT = Path(__file__).resolve().parents[1]
RAW = Path("data/raw")
STAGES = {
    "check": "trials",
    "effects": "effect_sizes",
    "pooling": "syntheses",
    "rating": "ratings",
}
"""Per stage: the table of data/processed that it ends with."""
WHOLE = "all, in one run"

SIZES = ["1x1", "8x1", "8x11"]
"""About 100 trials, 1,000 of 200 conditions, and 10,000 of them: first the conditions grow, then the trials of each."""

TITLE = "Ten thousand trials"
AIM = "Aim: no stage grows faster than the trials do, and 10,000 take at most 5 minutes and 2 GB."

NAMES = ("trial_id", "citekey", "doubt_id", "report_id")
"""Columns whose words get a new name in every copy."""

OF_CONDITIONS = ("condition", "parent", "question_id")
"""Those that get one where a condition is copied with its trials and its questions."""

COPIED = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias", "doubts", "corrections", "excluded_reports")
ENTRY = re.compile(r"(?<=\n)@|\A@")

Row = dict[str, str]


def grow(raw: Path, times: int, mark: str = "x", names: tuple[str, ...] = NAMES) -> None:
    """Add ``times - 1`` copies of every trial to the tables in a folder, deterministically."""
    pinned = {(row["table"], trial) for row in _rows(raw, "corrections") if (trial := _trial_of(row["key"]))}
    for name in COPIED:
        rows = _rows(raw, name)
        grown = [_copied(row, name, copy, mark, names, pinned) for copy in range(2, times + 1) for row in rows]
        _write(raw, name, [*rows, *grown])
    path = raw / "references.bib"
    entries = [f"@{entry}" for entry in ENTRY.split(path.read_text("utf-8")) if entry.strip()]
    grown = [_cited(entry, copy, mark) for copy in range(2, times + 1) for entry in entries]
    path.write_text("".join(f"{entry.rstrip()}\n\n" for entry in [*entries, *grown]), encoding="utf-8")


def spread(raw: Path, vocabulary: Path, plan: Path, times: int) -> None:
    """Add ``times - 1`` copies of every condition, each with its trials, its questions and what matters on it."""
    grow(raw, times, "y", (*NAMES, *OF_CONDITIONS))
    for folder, name in ((vocabulary, "conditions"), (vocabulary, "mids"), (plan.parent, plan.stem)):
        rows = _rows(folder, name)
        grown = [
            {column: _renamed(column, word, f"y{n}") for column, word in row.items()}
            for n in range(2, times + 1)
            for row in rows
            if row["condition"]
        ]
        _write(folder, name, [*rows, *grown])


def _renamed(column: str, word: str, end: str) -> str:
    if word and column in OF_CONDITIONS:
        return f"{word}_{end}"
    return f"{word} {end}" if column in ("label", "plain_label", "title") else word


def _rows(raw: Path, name: str) -> list[Row]:
    with (raw / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(folder: Path, name: str, rows: list[Row]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _trial_of(key: str) -> str:
    found = re.search(r"trial_id=(\w+)", key)
    return found.group(1) if found else ""


def _copied(row: Row, table: str, copy: int, mark: str, names: tuple[str, ...], pinned: set[tuple[str, str]]) -> Row:
    """Name a row anew and move its figures; those of a trial with corrections stay what the corrections expect."""
    new = dict(row)
    if (table, row.get("trial_id", "")) not in pinned and table in MOVED:
        # A seed of the row's own: a row added to the tables moves no other.
        generator = np.random.default_rng([copy, *"|".join(row.values()).encode()])
        new |= MOVED[table](row, generator)
    end = f"{mark}{copy}"
    new |= {name: f"{row[name]}{'_' * (name in OF_CONDITIONS)}{end}" for name in names if row.get(name)}
    if "label" in row:
        new["label"] = f"{row['label']} {end}"
    if table == "corrections":
        new["key"] = re.sub(r"trial_id=(\w+)", rf"trial_id=\1{end}", row["key"])
    return new | {name: "" for name in ("doi", "pmid") if name in row}


def _cited(entry: str, copy: int, mark: str) -> str:
    """Make another work of an entry: key, first author, title and numbers are its own."""
    named = re.sub(r"\{(\w+),", rf"{{\1{mark}{copy},", entry, count=1)
    named = re.sub(r"(author = \{+[^,{}]+)", rf"\1{mark}{copy}", named, count=1)
    named = re.sub(r"(companionof = \{+\w+)", rf"\1{mark}{copy}", named)
    named = re.sub(r"(title = \{+)", rf"\g<1>{mark} {copy}: ", named, count=1)
    return re.sub(r"\n *(doi|pmid|registration|usedby) = .*", "", named)


def _scores(row: Row, generator: np.random.Generator) -> Row:
    """Move a mean by a part of its SD, and a number of events by a few people."""
    moved = {}
    if row["mean"] and row["sd"]:
        moved["mean"] = _written(float(row["mean"]) + 0.15 * float(row["sd"]) * generator.normal(), row["mean"])
    if row["events"]:
        events = int(row["events"]) + int(generator.integers(-2, 3))
        moved["events"] = str(min(max(events, 0), int(row["total"])))
    return moved


def _statistics(row: Row, generator: np.random.Generator) -> Row:
    """Stretch a statistic with its interval and error, so that it stays on its side of no difference."""
    factor = float(np.exp(0.1 * generator.normal()))
    ratio = row["statistic"].endswith("_ratio")
    stretched: dict[str, Callable[[float], float]] = dict.fromkeys(
        ("value", "ci_low", "ci_high"), (lambda figure: figure**factor) if ratio else (lambda figure: figure * factor)
    )
    stretched["se"] = lambda figure: figure * factor
    return {name: f"{move(float(row[name])):.6g}" for name, move in stretched.items() if row[name]}


def _written(figure: float, like: str) -> str:
    return f"{figure:.{len(like.partition('.')[2])}f}"


MOVED = {"outcomes": _scores, "contrasts": _statistics}


def run_stages(folder: Path, cores: int) -> dict[str, Measured]:
    """Run the stages one after the other, and all of them at once in a copy made before."""
    programs, whole = Path(sys.executable).parent, folder.with_name(f"{folder.name}-whole")
    shutil.copytree(folder, whole)
    tasks = [(WHOLE, whole, list(STAGES.values())[-1]), *((stage, folder, name) for stage, name in STAGES.items())]
    found = {
        task: measured(snakemake(f"data/processed/{name}.csv", cores=cores), place, programs)
        for task, place, name in tasks
    }
    shutil.rmtree(whole)
    return found


def copy_of_repository(folder: Path) -> Path:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def sized(folder: Path, conditions: int, trials: int) -> Path:
    """Copy the repository, with so many times the conditions and so many times the trials of each."""
    copy_of_repository(folder)
    spread(folder / RAW, folder / "config/vocabulary", folder / "config/questions.csv", conditions)
    grow(folder / RAW, trials)
    return folder


def size_of(folder: Path) -> str:
    counts = (
        len(_rows(folder / place, name)) for place, name in ((RAW, "trials"), ("config/vocabulary", "conditions"))
    )
    return " trials, ".join(f"{count:,}" for count in counts) + " conditions"


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument(
        "--sizes", nargs="+", default=SIZES, help="times of the conditions x times of the trials of each"
    )
    given.add_argument("--cores", type=int, default=2)
    given.add_argument("--keep", type=Path, help="folder to leave the grown tables in")
    choices = given.parse_args()
    found: dict[str, dict[str, Measured]] = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as work:
        for size in choices.sizes:
            folder = sized(Path(work, size), *map(int, size.split("x")))
            if choices.keep:
                shutil.copytree(folder / RAW, choices.keep / size, dirs_exist_ok=True)
            found[size_of(folder)] = run_stages(folder, choices.cores)
            shutil.rmtree(folder)
    rows = [(task, *(_shown(tasks[task]) for tasks in found.values())) for task in [*STAGES, WHOLE]]
    write_section(TITLE, f"{machine(choices.cores)} {AIM} `benchmarks/grow.py`.\n\n{table(('stage', *found), rows)}")


def _shown(one: Measured) -> str:
    return f"{one.seconds:.1f} s, {one.megabytes:.0f} MB"


if __name__ == "__main__":
    main()
