"""Checks that conditions, treatments, outcomes and instruments are words of the vocabulary, and ranges are sourced."""

from collections.abc import Iterator

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.schemas import VOCABULARY_TABLES
from ipt_evidence.extraction.validation import key_of
from ipt_evidence.words.vocabulary import nearest


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


def ranges_have_a_source(draft: Draft) -> Iterator[Breach]:
    """Yield instruments with half a score range, with one that nobody is named for, or with a source and no range."""
    frame = draft.words.frames["instruments"]
    filled = frame[["low", "high", "range_source"]].notna()
    for line, row in frame[filled.any(axis=1) & ~filled.all(axis=1)].iterrows():
        missing = next(name for name in filled.columns if pd.isna(row[name]))
        yield Breach(
            file=draft.words.files["instruments"],
            line=int(str(line)),
            key=key_of(row, VOCABULARY_TABLES["instruments"]),
            column=missing,
            value="",
            rule="low, high and range_source must be filled together",
            remedy="Name the publication or manual that gives the range, or empty all three",
        )


def _unlisted(draft: Draft, table: str, column: str, list_name: str) -> Iterator[Breach]:
    if not draft.words.readable(list_name):
        return
    known = set(draft.words.frames[list_name][column].dropna())
    cells = draft.tables.frames[table][column]
    file = draft.words.files[list_name]
    for line, row in draft.rows(table, cells.notna() & ~cells.isin(known)):
        remedy = f"Add it there with its label, or correct it: {nearest(row[column], known)}"
        yield draft.breach(table, line, row, column, f"must be listed in {file}", remedy)
