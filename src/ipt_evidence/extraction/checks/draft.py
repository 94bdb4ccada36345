"""The evidence base before it is known to be sound: what the cross-table checks look at."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, Level
from ipt_evidence.extraction.references import Bibliography
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import Tables
from ipt_evidence.extraction.validation import Row, as_typed, cell_breach
from ipt_evidence.words.vocabulary import Vocabulary, nearest

NEAREST = "Correct it: {near}"


@dataclass(frozen=True, eq=False, kw_only=True)
class Draft:
    """Everything read, with tables that could not be read left empty.

    Attributes
    ----------
    tables : Tables
        The raw tables.
    words : Tables
        The vocabulary as tables.
    vocabulary : Vocabulary
        The vocabulary with its helpers.
    references, guide_references : Bibliography
        The two bibliographies.
    guides : dict of str to dict, or None
        The guides; None if guides.yaml could not be read.
    """

    tables: Tables
    words: Tables
    vocabulary: Vocabulary
    references: Bibliography
    guide_references: Bibliography
    guides: dict[str, dict[str, Any]] | None

    def rows(self, table: str, chosen: pd.Series) -> Iterator[tuple[int, pd.Series]]:
        """Yield line and row of ``table`` where ``chosen`` is true; a missing value is not."""
        mask = chosen.to_numpy(dtype=bool, na_value=False)
        if mask.any():
            for line, row in self.tables.frames[table][mask].iterrows():
                yield int(str(line)), row

    def breach(
        self, table: str, line: int, row: Row, column: str, rule: str, remedy: str, level: Level = "error"
    ) -> Breach:
        """Return a breach of the cell in ``column`` of ``row``."""
        more = {"level": level, "trial_id": as_typed(row["trial_id"]) if "trial_id" in row else ""}
        return cell_breach(self.tables.files[table], line, row, RAW_TABLES[table], column, rule, remedy, **more)

    def breaches(
        self,
        table: str,
        chosen: pd.Series,
        column: str,
        rule: str,
        remedy: str,
        level: Level = "error",
        **facts: object,
    ) -> Iterator[Breach]:
        """Yield a breach of the cell in ``column`` of each row where ``chosen`` is true.

        In rule and remedy ``{name}`` stands for a cell of the row, or for one of ``facts``: what was read goes in by
        name, as it may hold braces.
        """
        for line, row in self.rows(table, chosen):
            words = {**row, **facts}
            yield self.breach(table, line, row, column, rule.format_map(words), remedy.format_map(words), level)

    def unlisted(
        self, table: str, column: str, known: Collection[str], rule: str, remedy: str = NEAREST, **facts: str
    ) -> Iterator[Breach]:
        """Yield :meth:`breaches` of filled cells that are none of the words ``known``; ``{near}`` names the nearest."""
        cells = self.tables.frames[table][column]
        unknown = cells.notna() & ~cells.isin(known)
        for word in cells[unknown].unique():
            near = nearest(word, known)
            yield from self.breaches(table, unknown & cells.eq(word), column, rule, remedy, "error", near=near, **facts)


NAMED = frozenset(
    {"condition", "phase", "treatment", "outcome", "instrument", "domain", "citekey", "source_id", "label"}
)
"""Columns whose cells say what a figure is of or where it comes from: it can be weighed before they are right."""


def sound_part(draft: Draft, errors: Iterable[Breach]) -> Draft:
    """Return a draft with the rows whose figures can be weighed.

    It is without rows that break a rule other than those on `NAMED` columns, and without rows on trials or arms that
    are not there.
    """
    wrong = {(breach.file, breach.line) for breach in errors if breach.column not in NAMED}
    frames = {
        name: frame.loc[[line for line in frame.index if (draft.tables.files[name], line) not in wrong]]
        for name, frame in draft.tables.frames.items()
    }
    trials = set(frames["trials"]["trial_id"])
    frames["arms"] = _where(frames["arms"], ("trial_id",), {(trial,) for trial in trials})
    arms = set(zip(frames["arms"]["trial_id"], frames["arms"]["arm_id"], strict=True))
    frames["outcomes"] = _where(frames["outcomes"], ("trial_id", "arm_id"), arms)
    for side in ("arm1_id", "arm2_id"):
        frames["contrasts"] = _where(frames["contrasts"], ("trial_id", side), arms)
    return replace(draft, tables=replace(draft.tables, frames=frames))


def of_trials(draft: Draft, trials: Collection[str]) -> Draft:
    """Return a draft with the rows of some trials alone; tables that are not by trial stay whole."""
    frames = {
        name: frame[frame["trial_id"].isin(trials)] if "trial_id" in frame else frame
        for name, frame in draft.tables.frames.items()
    }
    return replace(draft, tables=replace(draft.tables, frames=frames))


def can_be_weighed(draft: Draft) -> bool:
    """Return whether every table could be read, so that there are figures to weigh and words to weigh them by."""
    return all(tables.readable(name) for tables in (draft.tables, draft.words) for name in tables.cells)


def _where(frame: pd.DataFrame, columns: tuple[str, ...], known: Collection[tuple[Any, ...]]) -> pd.DataFrame:
    keys = zip(*(frame[name] for name in columns), strict=True)
    # By position: an empty list of truth values would be read as one of columns.
    return frame.iloc[[place for place, key in enumerate(keys) if key in known]]
