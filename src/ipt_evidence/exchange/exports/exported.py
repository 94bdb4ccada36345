"""What an exporter hands over, and how cells are written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.files import table_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """The content of a file for another program.

    Attributes
    ----------
    content : str
        The file; empty text if there is nothing to write.
    holds : str
        What it holds, in a few words: ``12 rows on 9 trials``.
    left : tuple of (str, str)
        What does not go into that form, and why.
    """

    content: str
    holds: str
    left: tuple[tuple[str, str], ...] = ()


def table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], empty: str = "") -> str:
    """Set rows as CSV, every cell by :func:`cell`, text that a spreadsheet would run guarded.

    Parameters
    ----------
    columns : sequence of str
        Names in the order of the file.
    rows : iterable of mapping
        Cells by column; a column that is not given is empty.
    empty : str
        What stands where there is nothing.
    """
    cells = [[cell(row.get(column)) or empty for column in columns] for row in rows]
    return table_text(pd.DataFrame(cells, columns=list(columns), dtype="object"))


def cell(value: Any) -> str:
    """Write a value: numbers at full precision, whole ones without a decimal part, nothing as empty text."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(float(value))
    return str(value)
