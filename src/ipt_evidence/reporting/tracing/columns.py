"""Which cells of a row something rests on: what says what the row is about, and the figures that enter."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import key_columns

OF_TRIALS = ("label", "condition", "population", "special_population", "phase", "report_status", "citekey")
"""Columns of ``trials`` that decide which questions its effects answer, how directly, and how the trial is named."""

BY_ARM = {
    "continuous": ("mean", "sd", "n", "lower_is_better"),
    "change": ("mean", "sd", "n", "lower_is_better"),
    "binary": ("events", "total"),
}
"""Figures of a row of ``outcomes`` by what it measures."""


def about(table: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the filled columns that say what a row is about."""
    return _filled(row, (*key_columns(RAW_TABLES[table]), *(("analysis",) if table == "outcomes" else ())))


def figures(table: str, row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return the filled columns that hold the figures an effect is computed from.

    Parameters
    ----------
    table : {"outcomes", "contrasts"}
        The table the row belongs to.
    row : mapping
        Its cells by column.
    """
    return _filled(row, BY_ARM[row["measure"]]) if table == "outcomes" else _of_contrast(row)


def _of_contrast(row: Mapping[Any, Any]) -> tuple[str, ...]:
    """Return value, direction and numbers, and what its variance comes from, as ``effects.from_contrasts`` reads it."""
    return _filled(row, ("value", "favours", "event", "event_good", "n1", "n2", *_error(row)))


def _error(row: Mapping[Any, Any]) -> tuple[str, ...]:
    if row["statistic"] in ("t", "F1"):
        return () if pd.notna(row["value"]) else ("p_value",)
    if pd.notna(row["se"]):
        return ("se",)
    if pd.notna(row["ci_low"]) and pd.notna(row["ci_high"]):
        return ("ci_low", "ci_high")
    return () if row["statistic"] == "smd" else ("p_value",)


def _filled(row: Mapping[Any, Any], columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in columns if name in row and pd.notna(row[name]) and row[name] != "")
