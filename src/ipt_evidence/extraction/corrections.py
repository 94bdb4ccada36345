"""Apply corrections.csv: cells that are read differently from what their source prints."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, key_parts, shown
from ipt_evidence.extraction.reading import Cells
from ipt_evidence.files import records
from ipt_evidence.grouping import grouped


def apply_corrections(cells: Mapping[str, Cells], path: Path) -> tuple[dict[str, Cells], list[Breach]]:
    """Apply every correction that fits to the text cells of its table.

    Parameters
    ----------
    cells : mapping of str to Cells
        Text cells of all raw tables, ``corrections`` among them.
    path : Path
        The file of the corrections, for breaches.

    Returns
    -------
    corrected : dict of str to Cells
        The tables with the new values, marked as ``corrected``; the input is left as it is.
    breaches : list of Breach
        Corrections that fit no row, several rows, or another value than the expected one.
    """
    rows = {name: _Rows(read.frame) for name, read in cells.items()}
    typed: dict[str, dict[tuple[int, str], str]] = {name: dict(read.corrected) for name, read in cells.items()}
    corrections, breaches = cells["corrections"].frame, []
    for line, row in zip(corrections.index, records(corrections), strict=True):
        name, column = row["table"], row["column"]
        if name not in cells or not cells[name].readable:  # named by the schema, or by the reader
            continue
        target = _target(rows[name], row)
        if isinstance(target, int):
            typed[name].setdefault((target, column), row["expected_old"])
            rows[name].set(target, column, row["new_value"])
        else:
            at, rule, remedy = target
            breach = partial(Breach, file=path.as_posix(), line=int(str(line)), key=f"table={name}; column={column}")
            breaches.append(breach(column=at, value=row[at], rule=rule, remedy=remedy))
    corrected = {
        name: replace(read, frame=rows[name].corrected(read.frame), corrected=typed[name])
        for name, read in cells.items()
    }
    return corrected, breaches


class _Rows:
    """The rows of one table as they are being corrected, by the cell that corrections name first: their trial, mostly.

    Attributes
    ----------
    cells : dict of str to dict of int to str
        The cells by column and line.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        lines = frame.index.tolist()
        self.cells = {str(name): dict(zip(lines, frame[name].to_numpy(object), strict=True)) for name in frame}
        self._lines: dict[str, dict[str, list[int]]] = {}
        self._changed: set[str] = set()

    def lines(self, key: Mapping[str, str]) -> list[int]:
        """Return the lines of the rows whose cells are those of ``key``."""
        (first, value), *others = key.items()
        if first not in self._lines:
            self._lines[first] = grouped((cell, line) for line, cell in self.cells[first].items())
        near = self._lines[first].get(value, [])
        return [line for line in near if all(self.cells[name][line] == cell for name, cell in others)]

    def set(self, line: int, column: str, value: str) -> None:
        """Put another value into a cell."""
        self.cells[column][line] = value
        self._changed.add(column)
        self._lines.pop(column, None)

    def corrected(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return the table with the cells as they are now."""
        columns = {
            name: pd.Series(list(self.cells[name].values()), index=frame.index, dtype=frame[name].dtype)
            for name in sorted(self._changed)
        }
        return frame.assign(**columns)


def _target(rows: _Rows, row: Mapping[str, str]) -> int | tuple[str, str, str]:
    """Return the line of the row a correction means, or column, rule and remedy of what is wrong with it."""
    key = key_parts(row["key"])
    unknown = sorted(set(key) - set(rows.cells))
    if unknown or not key:
        rule = f"{row['table']}.csv has no column {', '.join(unknown)}" if unknown else "must name a row"
        return "key", rule, "Write it as column=value; column=value"
    if row["column"] not in rows.cells:
        return "column", f"must be a column of {row['table']}.csv", "Name the column of the cell to correct"
    found = rows.lines(key)
    if len(found) != 1:
        named = f"lines {', '.join(map(str, found[:5]))}" if found else "none"
        rule = f"must name exactly one row of {row['table']}.csv, and names {named}"
        return "key", rule, "Give all columns that tell the row apart, as they are typed there"
    line, now = found[0], rows.cells[row["column"]][found[0]]
    if now != row["expected_old"]:
        rule = f"must be what line {line} of {row['table']}.csv holds, which is '{shown(now)}'"
        return "expected_old", rule, "Look the figure up in its source, then change or delete the correction"
    return line
