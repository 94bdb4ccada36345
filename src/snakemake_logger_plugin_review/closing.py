"""What a run leaves its user with: what was made, what changed, and what needs a person."""

import csv
from collections.abc import Iterator
from pathlib import Path

from ipt_evidence.words.numbers import counted

MADE = {"reports": "the reports", "data/processed": "the tables"}
"""What a run makes, by folder."""

SHOWN = 3
"""As many files are named."""

NEEDED = (
    ("data/processed/findings.csv", "level", "warning", "warning", "of the data checks", "reports/checks.html"),
    ("data/processed/claims.csv", "verdict", "not_supported", "claim", "without support", "reports/claims.html"),
)
"""Rows that need a person: table, column and value that tell them, what they are called, and the page for them."""


def closing(since: float) -> Iterator[str]:
    """Yield lines on what the run in the working directory made, changed, and leaves to a person.

    Parameters
    ----------
    since : float
        When it began, in seconds since the epoch. Files whose content is what it was are not written again.
    """
    for folder, name in MADE.items():
        files = {path: path.stat().st_mtime for path in Path(folder).rglob("*") if _is_made(path)}
        new = sorted((path for path, time in files.items() if time >= since), key=lambda path: (len(path.parts), path))
        if files:
            yield f"Of {name}, {counted(len(files), 'file')}, {_said(new, len(files))}."
    needed = [need for row in NEEDED if (need := _needed(*row))]
    if needed:
        yield f"For a person: {'; '.join(needed)}."


def _is_made(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name != "README.md"


def _said(new: list[Path], total: int) -> str:
    if not new:
        return "none changed"
    if len(new) == total:
        return "all are new"
    more = f" and {len(new) - SHOWN} more" if len(new) > SHOWN else ""
    return f"{len(new)} changed: {', '.join(path.as_posix() for path in new[:SHOWN])}{more}"


def _needed(table: str, column: str, value: str, noun: str, which: str, page: str) -> str:
    try:
        with Path(table).open(encoding="utf-8", newline="") as file:
            count = sum(row.get(column) == value for row in csv.DictReader(file))
    except OSError:
        return ""
    return f"{counted(count, noun)} {which} ({page})" if count else ""
