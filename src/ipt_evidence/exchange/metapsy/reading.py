"""Read a Metapsy file: one row a comparison of two arms, in wide format."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.foreign import ABOVE, Record, Sheet, Wanted
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.metapsy.columns import DERIVED, READ, canonical, in_our_names, names_what_is_measured
from ipt_evidence.exchange.mojibake import mended
from ipt_evidence.exchange.numerals import number, same_cell
from ipt_evidence.exchange.oddities import in_lines, note_columns, note_sheet
from ipt_evidence.exchange.spreadsheets import read_table_sheet
from ipt_evidence.exchange.study_names import with_years

NEEDED = ("study", "condition_arm1", "condition_arm2")


@dataclass(frozen=True, slots=True)
class Wide:
    """A Metapsy file as read.

    Attributes
    ----------
    sheet : Sheet
        As it stands in the file.
    records : tuple of Record
        Its rows under the names of `READ`, letters in a wrong encoding put right.
    measured : tuple of str
        Columns that say what an outcome is about.
    """

    sheet: Sheet
    records: tuple[Record, ...]
    measured: tuple[str, ...]


def read_wide(path: Path) -> Wide:
    """Read the rows of a Metapsy file, text or workbook.

    Raises
    ------
    ExtractionError
        If it is no readable table, or not in the Metapsy format.
    """
    wanted = Wanted("a file in the Metapsy data standard", NEEDED, canonical, ABOVE)
    return wide_of(dated(read_table_sheet(path, wanted)))


def dated(sheet: Sheet) -> Sheet:
    """Return a table whose studies that are named by author alone have the year of their row in their name."""
    meant = {ours: [name for name in sheet.columns if canonical(name) == ours] for ours in ("study", "year", "doi")}
    return with_years(sheet, *meant.values())


def wide_of(sheet: Sheet) -> Wide:
    """Return the rows of a table that has been read under the names of `READ`."""
    records = tuple(Record(each.line, _read(each)) for each in sheet.records)
    measured = tuple(dict.fromkeys(filter(names_what_is_measured, map(canonical, sheet.columns))))
    return Wide(sheet, records, measured)


def _read(record: Record) -> dict[str, str]:
    return {name: cell if cell.isascii() else mended(cell) for name, cell in in_our_names(record.cells).items()}


def note_oddities(wide: Wide, ledger: Ledger) -> None:
    """Note columns without a place, those of one meaning that differ, and whatever is odd in any table."""
    others = [name for name in wide.sheet.columns if canonical(name) not in READ | {*wide.measured}]
    note_columns(wide.sheet, [name for name in others if canonical(name) not in DERIVED], ledger)
    derived = [name for name in others if canonical(name) in DERIVED]
    note_columns(wide.sheet, derived, ledger, what="derived", reason="they follow from others, or number the rows")
    note_sheet(wide.sheet, ledger)
    _ask_about_overshadowed(wide.sheet, ledger)


def _ask_about_overshadowed(sheet: Sheet, ledger: Ledger) -> None:
    """Ask about columns of one meaning whose cells differ: the first that is filled is read."""
    meanings: defaultdict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys(sheet.columns):
        meanings[canonical(name)].append(name)
    for names in (names for names in meanings.values() if len(names) > 1):
        if differing := [record.line for record in sheet.records if _differ(record, names)]:
            reason = f"the columns mean the same and differ: the first that is filled is read, in {in_lines(differing)}"
            ledger.ask(differing[0], f"columns {', '.join(names)}", reason)


def _differ(record: Record, names: Iterable[str]) -> bool:
    first, *rest = [cell for name in names if (cell := record.get(name))] or [""]
    return not all(same_cell(first, cell) for cell in rest)


@lru_cache(maxsize=1 << 14)
def as_float(cell: str) -> float | None:
    """Return a cell as a number for comparisons, None if it is empty or no number."""
    try:
        text = number(cell)
    except ValueError:
        return None
    value = float(text) if text else math.nan
    return value if math.isfinite(value) else None


def numbers_of(records: Iterable[Record], columns: tuple[str, ...]) -> pd.DataFrame:
    """Return figures of rows that have been read as numbers, to compute with.

    Parameters
    ----------
    records : iterable of Record
        The rows.
    columns : tuple of str
        Columns wanted; one that the file does not have is all NaN.

    Returns
    -------
    pandas.DataFrame
        ``line``, ``study`` and ``columns``, a row each row of the file; NaN where a cell is empty or no number.
    """
    rows = list(records)
    figures = {name: [as_float(record.get(name)) for record in rows] for name in columns}
    return pd.DataFrame(
        {"line": [record.line for record in rows], "study": [record.get("study") for record in rows]}
        | {name: pd.Series(values, dtype="float64") for name, values in figures.items()}
    )
