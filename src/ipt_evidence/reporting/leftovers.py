"""What an earlier run left: outputs that no rule makes any more, and what it could not take away itself."""

import shutil
from collections.abc import Collection
from pathlib import Path

from ipt_evidence.messages import few

OF_FAMILIES = ("data/processed/effects", "data/processed/answers", "data/processed/ratings")
REMOVED = (*OF_FAMILIES, "reports/notebooks")
"""Folders that hold nothing but what rules make, by names that people take out again."""

TEMPORARY = "data/processed/checked"
"""A folder that every run takes away itself, once it is of no more use; one that is killed just then leaves it."""

NAMED = ("data/processed", "reports", "reports/documents")
"""Folders in which people may keep files of their own."""

OURS = ("README.md",)
"""What lies in these folders and is no output."""

BY_NAME = ("conditions", "data", "guides")
"""Folders of reports by names of a table: they hold nothing but what the job of the pages writes."""


def remove_leftovers(review: Path, made: Collection[str]) -> list[str]:
    """Remove what no rule makes any more, where nothing else can be; name it elsewhere.

    The pages on conditions and the texts for guides are seen to where they are written
    (:func:`ipt_evidence.reporting.site.publish`).

    Parameters
    ----------
    review : Path
        The folder of the review.
    made : collection of str
        Every file that the rules make, by its path from that folder.

    Returns
    -------
    list of str
        What to tell the user, a sentence each; none if there was nothing.
    """
    shutil.rmtree(review / TEMPORARY, ignore_errors=True)
    removed = [
        name
        for folder in REMOVED
        for path in _files(review / folder, deep=True)
        if (name := _of(review, path)) not in made
    ]
    for path in (review / name for name in removed):
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
    named = [path for folder in NAMED for path in _files(review / folder) if _of(review, path) not in made]
    told = []
    if removed:
        told.append(f"Removed, because no rule makes it any more: {few(removed)}.")
    if strange := [_of(review, path) for path in named if path.name not in OURS]:
        told.append(f"No rule makes these any more; remove what you do not need: {few(strange)}.")
    return told


def _files(folder: Path, *, deep: bool = False) -> list[Path]:
    found = folder.rglob("*") if deep else folder.glob("*")
    return sorted(path for path in found if path.is_file() and not path.name.startswith("."))


def _of(review: Path, path: Path) -> str:
    return path.relative_to(review).as_posix()
