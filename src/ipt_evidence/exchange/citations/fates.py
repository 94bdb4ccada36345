"""What became of a report after it was published, as a source of references says it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

GRAVEST = ("retracted", "expression_of_concern", "corrected")
"""Values of report_status, gravest first."""

SAID = re.compile(r"(?:Retracted|Partly retracted|Withdrawn|Removed|Under an expression of concern|Corrected), says .*")
"""A note of ours, which is kept when our references are imported."""


@dataclass(frozen=True, slots=True)
class Fate:
    """One thing that became of a report: a value of report_status, the words for it, and the notices that say so."""

    status: str
    words: str
    notices: tuple[str, ...] = ()


def said(fates: Iterable[Fate], source: str) -> list[str]:
    """Return a sentence for each fate, without its full stop, gravest first: ``Retracted, says PubMed (...)``."""
    return [f"{fate.words}, says {source}{_where(fate.notices)}" for fate in _gravest_first(fates)]


def note(fates: Iterable[Fate], source: str) -> str:
    """Return the note of the entry; empty text if nothing became of the report."""
    return " ".join(f"{sentence}." for sentence in said(fates, source))


def to_do(fates: Iterable[Fate], source: str) -> Iterator[str]:
    """Yield what is to be done about it: one report has one status, the gravest; all notices are named."""
    if found := _gravest_first(fates):
        told = ". ".join(said(found, source))
        yield f"{told}: set report_status to {found[0].status} in trials.csv, and the day in notes"


def _gravest_first(fates: Iterable[Fate]) -> list[Fate]:
    return sorted(fates, key=lambda fate: GRAVEST.index(fate.status))


def _where(notices: tuple[str, ...]) -> str:
    return f" ({'; '.join(notice.rstrip('.') for notice in notices)})" if notices else ""
