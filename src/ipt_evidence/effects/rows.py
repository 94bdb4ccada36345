"""The rows of the effect-size table while they are being collected."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from ipt_evidence.errors import EffectSizeError
from ipt_evidence.extraction.choices import MEASURED

EFFECT_COLUMNS = [
    "effect_id", "condition", "population", "intervention", "comparator", "outcome", "timepoint", "phase",
    "trial_id", "arm1_id", "arm2_id", "domain", "instrument", "criterion", "rater", "weeks", "analysis", "subgroup",
    "counted", "evidence", "measurement", "measure", "formula", "yi", "vi", "n1", "n2", "n_randomised",
    "source_id", "flags", "row1_id", "row2_id",
]  # fmt: skip
"""``row1_id`` and ``row2_id`` are the rows of the two arms in ``outcomes``, or the one of ``contrasts`` and nothing."""

MEASUREMENT = [*MEASURED, "rater", "analysis", "counted", "evidence"]
"""Two effects of a trial that agree on these measure the same thing on the same people."""

NUMBERS = ("weeks", "yi", "vi", "n1", "n2", "n_randomised")
"""The effect columns that hold numbers; all others hold text."""

REFUSED_COLUMNS = [
    "condition", "population", "intervention", "comparator", "outcome", "timepoint", "phase", "trial_id", "arm1_id",
    "arm2_id", "domain", "instrument", "criterion", "weeks", "analysis", "reported", "reason_id", "source_id",
]  # fmt: skip


class NoEffectError(EffectSizeError):
    """A result from which no effect follows.

    Parameters
    ----------
    reason_id : str
        Why, as :data:`ipt_evidence.words.reasons.NOT_COMPUTED` lists it.
    """

    def __init__(self, reason_id: str) -> None:
        super().__init__(f"no effect follows: {reason_id}")
        self.reason_id = reason_id


def join_flags(*parts: str) -> str:
    """Unite semicolon-separated flags, sorted, each once."""
    return ";".join(sorted({flag for part in parts if isinstance(part, str) for flag in part.split(";") if flag}))


def identities(table: pd.DataFrame, columns: list[str]) -> list[str]:
    """Write the cells of each row as one text, missing cells as nothing, so that rows can be told apart."""
    texts = [_texts(table[name]) for name in columns]
    return ["|".join(row) for row in zip(*texts, strict=True)]


def _texts(column: pd.Series) -> list[str]:
    cells = zip(column.to_numpy(object), column.isna().to_numpy(bool), strict=True)
    return ["" if missing else str(cell) for cell, missing in cells]


def as_effects(table: pd.DataFrame) -> pd.DataFrame:
    """Give a table of effects its columns and types, whatever a file made of columns without any value.

    Text that is missing becomes empty text, numbers that are missing NaN.
    """
    given = table.reindex(columns=EFFECT_COLUMNS)
    columns = {name: _numbers(given[name]) if name in NUMBERS else _words(given[name]) for name in EFFECT_COLUMNS}
    return pd.DataFrame(columns, index=given.index)


def _numbers(column: pd.Series) -> np.ndarray:
    return column.astype("Float64").to_numpy(float, na_value=np.nan)


def _words(column: pd.Series) -> ExtensionArray:
    return pd.array(np.where(column.isna(), "", column.to_numpy(object)), dtype="str")


def stacked(*tables: pd.DataFrame) -> pd.DataFrame:
    """Set tables of effects under one another; those without rows have no say in the types."""
    return pd.concat(
        [as_effects(table) for table in tables if len(table)] or [as_effects(tables[0])], ignore_index=True
    )


@dataclass(slots=True)
class Candidates:
    """Effects computed so far, and results from which none could be computed, with the id of the reason."""

    accepted: list[pd.DataFrame] = field(default_factory=list)
    refused: list[pd.DataFrame] = field(default_factory=list)

    def accept(
        self, rows: pd.DataFrame, *, measure: str, formula: str | np.ndarray, yi: np.ndarray, vi: np.ndarray
    ) -> None:
        """Add one effect a row; sign positive = favours the first arm."""
        self.accepted.append(rows.assign(measure=measure, formula=formula, yi=yi, vi=vi))

    def refuse(self, rows: pd.DataFrame, reason_id: str) -> None:
        """Add rows from which no effect follows."""
        reported = rows["measure"] if "measure" in rows else rows["statistic"]
        source = rows["source_id"] if "source_id" in rows else rows["source_id1"]
        self.refused.append(rows.assign(reported=reported, reason_id=reason_id, source_id=source))

    def extend(self, other: "Candidates") -> None:
        """Take over everything another collection holds."""
        self.accepted += other.accepted
        self.refused += other.refused
