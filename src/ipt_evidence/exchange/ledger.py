"""Rows that a wide file says several times: kept once, and every contradiction told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ipt_evidence.exchange.imported import LeftOut, text_table
from ipt_evidence.exchange.numerals import same_cell

Key = tuple[str, ...]
Cells = dict[str, str]


@dataclass(slots=True)
class Ledger:
    """Raw rows gathered from a foreign file, with what was left and what is to be done.

    Attributes
    ----------
    file : str
        The foreign file.
    rows : dict of str to dict
        Line and cells by key, for each table.
    left, todo : list of LeftOut
        As in `Imported`.
    """

    file: str
    rows: dict[str, dict[Key, tuple[int, Cells]]] = field(default_factory=dict)
    left: list[LeftOut] = field(default_factory=list)
    todo: list[LeftOut] = field(default_factory=list)

    def line_of(self, table: str, key: Key) -> int | None:
        """Return the line a row was taken from, None if there is no such row yet."""
        found = self.rows.get(table, {}).get(key)
        return None if found is None else found[0]

    def contradicts(self, table: str, key: Key, cells: Mapping[str, str], figures: tuple[str, ...]) -> str:
        """Return which of ``figures`` the row taken before has otherwise, empty text if none or no such row."""
        found = self.rows.get(table, {}).get(key)
        if found is None:
            return ""
        return ", ".join(
            f"{name} {found[1].get(name) or 'empty'} there, {cells.get(name) or 'empty'} here"
            for name in figures
            if not same_cell(found[1].get(name, ""), cells.get(name, ""))
        )

    def take(self, table: str, key: Key, line: int, cells: Mapping[str, str]) -> bool:
        """Add a row, or fill empty cells of the row taken before; return whether it is new."""
        rows = self.rows.setdefault(table, {})
        if key not in rows:
            rows[key] = (line, dict(cells))
            return True
        mine = rows[key][1]
        mine.update({name: cell for name, cell in cells.items() if cell and not mine.get(name)})
        return False

    def keep_first(self, table: str, key: Key, line: int, cells: Mapping[str, str], what: str) -> None:
        """Add a row; where it differs from the one taken before, keep that one and say so."""
        before = self.rows.get(table, {}).get(key)
        differing = [
            f"{name} is '{before[1][name]}' in line {before[0]}, '{cell}' here"
            for name, cell in cells.items()
            if before is not None and cell and before[1].get(name) and not same_cell(before[1][name], cell)
        ]
        if differing:
            self.leave(line, what, f"{'; '.join(differing)}: the first is kept")
        self.take(table, key, line, cells)

    def leave(self, line: int | None, what: str, reason: str) -> None:
        """Note what was left."""
        self.left.append(LeftOut(self.file, line, what, reason))

    def ask(self, line: int | None, what: str, reason: str) -> None:
        """Note what wants a decision."""
        self.todo.append(LeftOut(self.file, line, what, reason))

    def tables(self, names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
        """Return the tables ``names`` as raw tables of text; one without a row has its columns."""
        return {name: text_table(name, self.rows.get(name, {}).values()) for name in names}
