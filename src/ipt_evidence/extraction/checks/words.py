"""Checks that conditions, treatments, outcomes and instruments are words of the vocabulary."""

from collections.abc import Iterator

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.vocabulary import nearest


def conditions_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield conditions, parents allowed, that are not in the vocabulary."""
    for table in ("trials", "excluded_reports", "guidelines", "claims"):
        yield from _unlisted(draft, table, "condition", "conditions")


def treatments_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield treatments that are not in the vocabulary."""
    for table in ("arms", "guidelines", "claims"):
        yield from _unlisted(draft, table, "treatment", "treatments")


def outcomes_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield outcomes that are not in the vocabulary."""
    for table in ("outcomes", "contrasts", "doubts", "claims"):
        yield from _unlisted(draft, table, "outcome", "outcomes")


def instruments_are_listed(draft: Draft) -> Iterator[Breach]:
    """Yield instruments that are not in the vocabulary."""
    for table in ("outcomes", "contrasts", "risk_of_bias", "doubts"):
        yield from _unlisted(draft, table, "instrument", "instruments")


def _unlisted(draft: Draft, table: str, column: str, list_name: str) -> Iterator[Breach]:
    if not draft.words.readable(list_name):
        return
    known = set(draft.words.frames[list_name][column].dropna())
    cells = draft.tables.frames[table][column]
    file = draft.words.files[list_name]
    for line, row in draft.rows(table, cells.notna() & ~cells.isin(known)):
        remedy = f"Add it there with its label, or correct it: {nearest(row[column], known)}"
        yield draft.breach(table, line, row, column, f"must be listed in {file}", remedy)
