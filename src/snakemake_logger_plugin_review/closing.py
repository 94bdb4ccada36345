"""What a run leaves its user with: what was made, what changed, and what needs a person."""

import csv
from collections.abc import Iterator, Mapping
from hashlib import sha256
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


FOUND: dict[Path, bytes] = {}
"""What runs had made before this one."""


def look_before() -> None:
    """Look at what there is before the first job begins: what a job is to make again is taken away at once."""
    FOUND.update(contents())


def contents() -> dict[Path, bytes]:
    """Return a digest of each file that runs made in the working directory; its time tells nothing of its content."""
    found = (path for folder in MADE for path in Path(folder).rglob("*") if _is_made(path))
    return {path: sha256(path.read_bytes()).digest() for path in found}


def closing(before: Mapping[Path, bytes]) -> Iterator[str]:
    """Yield lines on what the run in the working directory made, changed, and leaves to a person.

    Parameters
    ----------
    before : mapping of Path to bytes
        What :func:`contents` found before.
    """
    after = contents()
    for folder, name in MADE.items():
        files = [path for path in after if path.is_relative_to(folder)]
        changed = sorted((one for one in files if before.get(one) != after[one]), key=lambda one: (len(one.parts), one))
        is_new = not any(path in before for path in files)
        if files:
            yield f"Of {name}, {counted(len(files), 'file')}, {'all are new' if is_new else _said(changed)}."
    needed = [need for row in NEEDED if (need := _needed(*row))]
    if needed:
        yield f"For a person: {'; '.join(needed)}."


def _is_made(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name != "README.md"


def _said(changed: list[Path]) -> str:
    if not changed:
        return "none changed"
    more = f" and {len(changed) - SHOWN} more" if len(changed) > SHOWN else ""
    return f"{len(changed)} changed: {', '.join(path.as_posix() for path in changed[:SHOWN])}{more}"


def _needed(table: str, column: str, value: str, noun: str, which: str, page: str) -> str:
    try:
        with Path(table).open(encoding="utf-8", newline="") as file:
            count = sum(row.get(column) == value for row in csv.DictReader(file))
    except OSError:
        return ""
    return f"{counted(count, noun)} {which} ({page})" if count else ""
