"""The list of the tables that reports draw on: it changes if one of them does, and stands for all of them."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

LISTED = Path("data/processed/SHA256SUMS")
"""Where a review keeps it."""


def listing(paths: Iterable[str | Path]) -> str:
    """Return a line for each file with its SHA-256, as ``sha256sum`` writes and checks them.

    Parameters
    ----------
    paths : iterable of path
        Files, by their way from the folder of the review.
    """
    return "".join(f"{hashlib.sha256(Path(path).read_bytes()).hexdigest()}  {path}\n" for path in paths)


def read_listing(path: str | Path) -> dict[str, list[str]]:
    """Return the ``tables`` and the ``references`` that a list names.

    Parameters
    ----------
    path : path
        A file that holds what :func:`listing` returned.
    """
    names = [line.split("  ", 1)[1] for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return {
        "tables": [name for name in names if name.endswith(".csv")],
        "references": [name for name in names if name.endswith(".json")],
    }
