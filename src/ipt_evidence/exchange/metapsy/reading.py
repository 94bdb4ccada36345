"""Read a Metapsy file: one row a comparison of two arms, in wide format."""

import math
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.foreign import Sheet, read_sheet
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.numerals import number

NEEDED = ("study", "condition_arm1", "condition_arm2")

PAIRED = (
    *("condition", "multi", "mean", "sd", "n", "mean_change", "sd_change", "n_change", "event", "totaln"),
    *("baseline_m", "baseline_mean", "baseline_sd", "rand", "attr"),
)
SINGLE = (
    *(
        "study",
        "outcome_type",
        "outcome_category",
        "instrument",
        "time",
        "time_weeks",
        "rating",
        "dich_paper",
        "dich",
        "year",
        "country",
    ),
    *("age_group", "target_group", "diagnosis", "mean_age", "mean_age_not_rounded", "percent_women", "doi", "full_ref"),
    *("format", "format_details", "n_sessions_arm1", "n_sessions_arm1_not_rounded", "number_sessions"),
    *("precalc_g", "precalc_g_se", "precalc_log_rr", "precalc_log_rr_se", "other_stat", ".g", ".g_se"),
)
JUDGED = tuple(column for columns in (*words.ROB1.values(), *words.ROB2.values()) for column in columns)
READ = frozenset((*(f"{name}_arm{side}" for name in PAIRED for side in (1, 2)), *SINGLE, *JUDGED))
"""Columns this importer reads; any other is named in the report."""

DERIVED = frozenset(
    (
        *("", ".id", ".log_rr", ".log_rr_se", "rand_ratio"),
        *(f".{name}_arm{side}" for name in ("event", "totaln") for side in (1, 2)),
    )
)
"""Columns that follow from others, or only number the rows."""

SHOWN_LINES = 10


def read_metapsy_sheet(path: Path) -> Sheet:
    """Read the rows of a Metapsy file.

    Raises
    ------
    ExtractionError
        If it is no readable table, or not in the Metapsy format.
    """
    return read_sheet(path, NEEDED, "a file in the Metapsy data standard")


def note_oddities(sheet: Sheet, ledger: Ledger) -> None:
    """Note columns without a place, lines in another encoding, and rows of another width."""
    others = [name for name in sheet.columns if name not in READ | DERIVED]
    if others:
        ledger.leave(1, f"columns {', '.join(others)}", "the raw tables have no place for them")
    if sheet.guessed:
        reason = "not UTF-8, read as Windows-1252: check the letters that are not English"
        ledger.ask(sheet.guessed[0], f"lines {some(sheet.guessed)}", reason)
    if sheet.ragged:
        reason = "more or fewer cells than the first row has names: missing cells are read as empty, surplus ones left"
        ledger.ask(sheet.ragged[0], f"lines {some(sheet.ragged)}", reason)


def some(lines: tuple[int, ...]) -> str:
    """Return the first of many lines."""
    more = f" and {len(lines) - SHOWN_LINES} more" if len(lines) > SHOWN_LINES else ""
    return ", ".join(map(str, lines[:SHOWN_LINES])) + more


def as_float(cell: str) -> float | None:
    """Return a cell as a number for comparisons, None if it is empty or no number."""
    try:
        text = number(cell)
    except ValueError:
        return None
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None


def metapsy_numbers(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    """Return figures of a Metapsy file as numbers, to compute with.

    Parameters
    ----------
    path : Path
        The file.
    columns : tuple of str
        Columns wanted; one that the file does not have is all NaN.

    Returns
    -------
    pandas.DataFrame
        ``line``, ``study`` and ``columns``, a row each row of the file; NaN where a cell is empty or no number.
    """
    records = read_metapsy_sheet(path).records
    figures = {name: [as_float(record.get(name)) for record in records] for name in columns}
    return pd.DataFrame(
        {"line": [record.line for record in records], "study": [record.get("study") for record in records]}
        | {name: pd.Series(values, dtype="float64") for name, values in figures.items()}
    )
