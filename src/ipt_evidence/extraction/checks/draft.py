"""The evidence base before it is known to be sound: what the cross-table checks look at."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, Level
from ipt_evidence.extraction.references import Bibliography
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import Tables
from ipt_evidence.extraction.validation import as_typed, key_of
from ipt_evidence.words.vocabulary import Vocabulary


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
        self, table: str, line: int, row: pd.Series, column: str, rule: str, remedy: str, level: Level = "error"
    ) -> Breach:
        """Return a breach of the cell in ``column`` of ``row``."""
        return Breach(
            file=self.tables.files[table],
            line=line,
            key=key_of(row, RAW_TABLES[table]),
            column=column,
            value=as_typed(row[column]),
            rule=rule,
            remedy=remedy,
            level=level,
            trial_id=as_typed(row["trial_id"]) if "trial_id" in row else "",
        )
