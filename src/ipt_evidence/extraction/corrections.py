"""Apply corrections.csv: cells that are read differently from what their source prints."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, key_parts, shown
from ipt_evidence.extraction.reading import Cells


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
    corrected = {name: replace(read, frame=read.frame.copy()) for name, read in cells.items()}
    rows = {name: _Rows(read.frame) for name, read in corrected.items()}
    breaches = []
    for line, row in cells["corrections"].frame.iterrows():
        name, column = row["table"], row["column"]
        if name not in corrected or not corrected[name].readable:  # named by the schema, or by the reader
            continue
        target = _target(rows[name], row)
        if isinstance(target, int):
            typed = {(target, column): row["expected_old"], **corrected[name].corrected}
            corrected[name].frame.loc[target, column] = row["new_value"]
            rows[name].changed(column)
            corrected[name] = replace(corrected[name], corrected=typed)
        else:
            at, rule, remedy = target
            key = f"table={name}; column={column}"
            place = {
                "file": path.as_posix(),
                "line": int(str(line)),
                "key": key,
                "column": at,
                "value": row[at],
            }
            breaches.append(Breach(**place, rule=rule, remedy=remedy))
    return corrected, breaches


class _Rows:
    """The rows of one table, by the cell that corrections name first: as a rule, their trial."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._lines: dict[str, dict[str, list[int]]] = {}

    def lines(self, key: Mapping[str, str]) -> list[int]:
        """Return the lines of the rows whose cells are those of ``key``."""
        (first, value), *others = key.items()
        if first not in self._lines:
            found = self._lines.setdefault(first, {})
            for line, cell in zip(self.frame.index.tolist(), self.frame[first], strict=True):
                found.setdefault(cell, []).append(line)
        near = self._lines[first].get(value, [])
        return [line for line in near if all(self.frame.at[line, name] == cell for name, cell in others)]

    def changed(self, column: str) -> None:
        """Forget what was known by a column of which a cell is another now."""
        self._lines.pop(column, None)


def _target(rows: _Rows, row: pd.Series) -> int | tuple[str, str, str]:
    """Return the line of the row a correction means, or column, rule and remedy of what is wrong with it."""
    key, frame = key_parts(row["key"]), rows.frame
    unknown = sorted(set(key) - set(frame.columns))
    if unknown or not key:
        rule = f"{row['table']}.csv has no column {', '.join(unknown)}" if unknown else "must name a row"
        return "key", rule, "Write it as column=value; column=value"
    if row["column"] not in frame:
        return "column", f"must be a column of {row['table']}.csv", "Name the column of the cell to correct"
    found = rows.lines(key)
    if len(found) != 1:
        named = f"lines {', '.join(map(str, found[:5]))}" if found else "none"
        rule = f"must name exactly one row of {row['table']}.csv, and names {named}"
        return "key", rule, "Give all columns that tell the row apart, as they are typed there"
    line, now = found[0], frame.at[found[0], row["column"]]
    if now != row["expected_old"]:
        rule = f"must be what line {line} of {row['table']}.csv holds, which is '{shown(now)}'"
        return "expected_old", rule, "Look the figure up in its source, then change or delete the correction"
    return line
