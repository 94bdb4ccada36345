"""Which cells of a row hold the figures that an effect is computed from."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

OF_TRIALS = ("label", "condition", "population", "special_population", "phase", "report_status", "citekey")
"""Columns of ``trials`` that decide which questions its effects answer, how directly, and how the trial is named."""

BY_ARM = {
    "continuous": ("mean", "sd", "n", "lower_is_better"),
    "change": ("mean", "sd", "n", "lower_is_better"),
    "binary": ("events", "total"),
}
"""Figures of a row of ``outcomes`` by what it measures."""


def figures(table: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the filled columns that hold the figures an effect is computed from.

    Parameters
    ----------
    table : {"outcomes", "contrasts"}
        The table the row belongs to.
    row : mapping
        Its cells by column.
    """
    return filled(row, BY_ARM[row["measure"]]) if table == "outcomes" else _of_contrast(row)


def _of_contrast(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return value, direction and numbers, and what its variance comes from, as ``effects.from_contrasts`` reads it."""
    return filled(row, ("value", "favours", "event", "event_good", "n1", "n2", *_error(row)))


def _error(row: Mapping[Any, Any]) -> tuple[str, ...]:
    if row["statistic"] in ("t", "F1"):
        return () if pd.notna(row["value"]) else ("p_value",)
    if pd.notna(row["se"]):
        return ("se",)
    if pd.notna(row["ci_low"]) and pd.notna(row["ci_high"]):
        return ("ci_low", "ci_high")
    return () if row["statistic"] == "smd" else ("p_value",)


def filled(row: Mapping[Any, Any], columns: tuple[str, ...]) -> tuple[str, ...]:
    """Return those columns of a row that hold something."""
    return tuple(name for name in columns if name in row and pd.notna(row[name]) and row[name] != "")
