"""Rows that a wide file says several times: kept once, and every contradiction told."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import pandas as pd

from ipt_evidence.exchange.imported import Imported, LeftOut, text_table
from ipt_evidence.exchange.numerals import same_cell
from ipt_evidence.extraction import schemas

Key = tuple[str, ...]
Cells = dict[str, str]

DROPOUT = "dropout"
"""Where dropout is kept until all rows are read: rows on several instruments repeat the same people."""


@cache
def _key_columns(table: str) -> Key:
    return ("trial_id", "arm_id", "timepoint") if table == DROPOUT else tuple(schemas.RAW_TABLES[table].unique or ())


def key_of(table: str, cells: Mapping[str, str]) -> Key:
    """Return what tells a row of a table apart; a cell that is not given is empty."""
    return tuple(cells.get(name, "") for name in _key_columns(table))


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
    rows: defaultdict[str, dict[Key, tuple[int, Cells]]] = field(default_factory=lambda: defaultdict(dict))
    left: list[LeftOut] = field(default_factory=list)
    todo: list[LeftOut] = field(default_factory=list)

    def line_of(self, table: str, cells: Mapping[str, str]) -> int | None:
        """Return the line a row with the key of these cells was taken from, None if there is no such row yet."""
        found = self.rows[table].get(key_of(table, cells))
        return None if found is None else found[0]

    def contradiction(self, table: str, rows: Iterable[Cells], figures: Iterable[str], left: str = "") -> str:
        """Say which row taken before has one of ``figures`` otherwise, empty text if none; ``left`` what is left."""
        for cells in rows:
            line, before = self.rows[table].get(key_of(table, cells), (0, cells))
            differing = ", ".join(
                f"{name} {before.get(name) or 'empty'} there, {cells.get(name) or 'empty'} here"
                for name in figures
                if not same_cell(before.get(name, ""), cells.get(name, ""))
            )
            if differing:
                arm = f" on the arm {cells['arm_id']}" if "arm_id" in cells else ""
                return f"contradicts line {line}{arm} ({differing}); {left}line {line} is kept"
        return ""

    def take(self, table: str, line: int, cells: Mapping[str, str]) -> None:
        """Add a row, or fill empty cells of the row taken before."""
        _, mine = self.rows[table].setdefault(key_of(table, cells), (line, dict(cells)))
        mine.update({name: cell for name, cell in cells.items() if cell and not mine.get(name)})

    def keep_first(self, table: str, line: int, cells: Mapping[str, str], what: str) -> None:
        """Add a row; where it differs from the one taken before, keep that one and say so."""
        place, before = self.rows[table].get(key_of(table, cells), (line, cells))
        differing = [
            f"{name} is '{before[name]}' in line {place}, '{cell}' here"
            for name, cell in cells.items()
            if cell and before.get(name) and not same_cell(before[name], cell)
        ]
        if differing:
            self.leave(line, what, f"{'; '.join(differing)}: the first is kept")
        self.take(table, line, cells)

    def read(self, reader: Callable[[str], str], cell: str, line: int, what: str, before: str = "") -> str:
        """Return a cell as ``reader`` reads it; leave it, with the reason behind ``before``, where it cannot."""
        try:
            return reader(cell)
        except ValueError as problem:
            self.leave(line, what, f"{before}{problem}")
            return ""

    def leave(self, line: int | None, what: str, reason: str) -> None:
        """Note what was left."""
        self.left.append(LeftOut(self.file, line, what, reason))

    def ask(self, line: int | None, what: str, reason: str) -> None:
        """Note what wants a decision."""
        self.todo.append(LeftOut(self.file, line, what, reason))

    def ask_to_fill(self, *columns: str) -> None:
        """Ask for columns, such as ``trials.phase``, that the file does not state for any row."""
        for column in columns:
            self.ask(None, column, f"the file does not state it: give it with --fill {column}=WORD")

    def tables(self, names: Iterable[str]) -> dict[str, pd.DataFrame]:
        """Return the tables ``names`` as raw tables of text; one without a row has its columns."""
        return {name: text_table(name, self.rows[name].values()) for name in names}

    def imported(self, kind: str, names: Iterable[str], **more: Any) -> Imported:
        """Return what was gathered as the importer of a kind hands it over, with the tables ``names``."""
        left, todo = tuple(self.left), tuple(self.todo)
        return Imported(kind=kind, file=self.file, tables=self.tables(names), left=left, todo=todo, **more)
