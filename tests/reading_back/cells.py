"""The cells of all tables, as pages may print them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from reading_back.figures import UNITS
from reading_back.scope import Scope

KEY = re.compile(r"_ids?$|^id$|citekey|^condition$")

PROSE = {
    "claims": ("why", "instead", "sentences"), "certainty": ("reason", "note"), "ratings": ("trace",),
    "summary_of_findings": ("sentence", "footnotes"), "small_study": ("note",),
}  # fmt: skip
"""Words that code makes from figures: they explain no number."""

PACKED = ("inputs", "inputs_seen", "by_choice", "labels", "footnotes")
"""Columns of JSON."""


class Cells:
    """The cells of all tables in one matrix, a row a row, as pages may print them.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Processed tables; ``multiverse`` only counts in summaries.
    more : mapping of str to DataFrame
        What pages say of many of their rows at once.
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], more: Mapping[str, pd.DataFrame]) -> None:
        keys, published = (tables[name] for name in ("syntheses", "benchmarks"))
        held = {name: table for name, table in tables.items() if name != "multiverse" and len(table)}
        self.tables = {
            **held,
            "beside": tables["agreement"][["question_id", "benchmark_id"]].merge(
                published, left_on="benchmark_id", right_on="id"
            ),
            "ratings": tables["ratings"].merge(keys[["question_id", "condition", "measure"]], on="question_id"),
            **more,
        }
        lines = _lines(held.values())
        values = [_values(table, _logarithms(table, tables), lines) for table in self.tables.values()]
        width = max(len(table.columns) for table in values)
        self._rows = np.vstack([_padded(table.to_numpy(), width, np.nan) for table in values])
        self._of_unit = {
            unit: np.vstack([np.tile(_padded(_columns(table, of), width, False), (len(table), 1)) for table in values])
            for unit, (_, of) in UNITS.items()
        }
        ends = np.cumsum([0, *map(len, values)]).tolist()
        self._places = {name: range(*pair) for name, pair in zip(self.tables, pairwise(ends), strict=True)}
        self._counts: dict[str, set[float]] = {}

    def scope(self, rows: Iterable[int], counts: Iterable[float] = ()) -> Scope:
        """Return some of the rows, with what else may be counted."""
        chosen = list(rows)
        return Scope(self._rows[chosen], {unit: columns[chosen] for unit, columns in self._of_unit.items()}, counts)

    def whole(self, names: Iterable[str]) -> Scope:
        """Return tables, with how many rows they have of each kind."""
        known = [name for name in names if name in self.tables]
        for name in known:
            if name not in self._counts:
                self._counts[name] = set(_count(self.tables[name]))
        counts = set[float]().union(*(self._counts[name] for name in known))
        return self.scope((row for name in known for row in self._places[name]), counts)

    def named(self) -> dict[str, list[int]]:
        """Return the rows that each key names."""
        found: dict[str, list[int]] = {}
        for name, table in self.tables.items():
            for column in filter(KEY.search, _texts(table).columns):
                for place, cell in zip(self._places[name], table[column], strict=True):
                    for key in cell.split(";") if isinstance(cell, str) else ():
                        found.setdefault(key, []).append(place)
        return found

    def words(self) -> Iterator[str]:
        """Yield the words in the tables that people typed."""
        for name, table in self.tables.items():
            for column in _texts(table).columns:
                if column not in (*PROSE.get(name, ()), *PACKED):
                    yield from (cell for cell in table[column].unique() if isinstance(cell, str))
        # Of a long cell a page tells how long it is.
        yield from (f"({len(cell)} characters)" for cell in self.tables["findings"]["value"].dropna())


def _texts(table: pd.DataFrame) -> pd.DataFrame:
    return table.select_dtypes(["object", "string"])


def _lines(tables: Iterable[pd.DataFrame]) -> dict[str, int]:
    """Return the line of each row of a raw table by its id."""
    typed = [table for table in tables if {"row_id", "line"} <= set(table)]
    return {row: line for table in typed for row, line in zip(table["row_id"], table["line"], strict=True)}


def _padded(cells: np.ndarray, width: int, empty: float) -> np.ndarray:
    return np.pad(cells, ((0, 0), (0, width - cells.shape[1])), constant_values=empty)


def _columns(table: pd.DataFrame, of: re.Pattern) -> np.ndarray:
    """Tell which columns may be printed with a unit, shape (1, width)."""
    return np.array([[bool(of.search(name)) for name in table]], dtype=bool)


def _logarithms(table: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> np.ndarray:
    """Tell which rows hold logarithms of ratios."""
    for key, name in (("question_id", "syntheses"), ("network_id", "networks")):
        if "measure" not in table and key in table:
            table = table.assign(measure=table[key].map(tables[name].set_index(key)["measure"]))
    measure = table["measure"] if "measure" in table else pd.Series("", index=table.index)
    return measure.astype(str).str.startswith("log").to_numpy()


def _values(table: pd.DataFrame, logs: np.ndarray, lines: Mapping[str, int]) -> pd.DataFrame:
    """Return the numbers of each row as they may be printed: ratios, shares of 100 and of 1,000, errors, raw lines."""
    numbers = table.select_dtypes("number")
    plain, packed = numbers.astype(float), _packed(table)
    ratio = np.where(logs[:, None], 1.0, np.nan)
    shares = plain.where((plain.abs() <= 1) & (numbers.dtypes.map(pd.api.types.is_float_dtype)))
    few = packed.where(packed.abs() <= 1)
    parts = [plain, -plain, 100 * shares, 100 - 100 * shares, 1000 * shares, packed, 100 * few]
    parts += [np.exp(ratio * one.clip(-20, 20)) for one in (plain, -plain, packed)]
    parts.append(100 - plain.filter(like="percent"))
    if "mid" in plain:
        parts += [-plain[["mid"]], plain[["mid"]], np.exp(-ratio * plain[["mid"]]), np.exp(ratio * plain[["mid"]])]
    parts += [np.sqrt(plain[["vi"]])] if "vi" in plain else []
    # Cells of text that are a number, such as what a correction puts for what.
    said = _texts(table).apply(pd.to_numeric, errors="coerce").astype(float)
    parts.append(said.dropna(axis=1, how="all"))
    parts += [np.ceil(plain.filter(like="nnt").abs())] if "nnt" in plain else []
    parts += [table[[name]].map(lines.get).astype(float) for name in ("row1_id", "row2_id") if name in table]
    return pd.concat(parts, axis=1)


def _packed(table: pd.DataFrame) -> pd.DataFrame:
    cells = table[[name for name in PACKED if name in table]].fillna("").astype(str)
    # By place, as rows hold different numbers of them.
    found = [dict(enumerate(re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", " ".join(row)))) for row in cells.to_numpy()]
    return pd.DataFrame(found, index=table.index, dtype=float).add_prefix("packed")


def _count(table: pd.DataFrame) -> Iterator[float]:
    """Count rows, those of each kind, those of two kinds at once, and the others."""
    signs = {f"{name} > 0": table[name].gt(0) for name in table.select_dtypes("number")}
    missing = {f"no {name}": table[name].isna() for name in table if table[name].isna().any()}
    kinds = table.assign(**signs, **missing)
    few = [name for name in kinds if kinds[name].nunique() <= 40]
    codes = [pd.factorize(kinds[name], use_na_sentinel=False)[0] for name in few]
    if codes:
        of_kind = np.hstack([np.equal.outer(code, np.unique(code)) for code in codes]).astype(np.float32)
        counts = np.unique(of_kind.T @ of_kind)
        counts = counts[counts > 0]
        yield from (*counts.tolist(), *(len(table) - counts).tolist())
    yield len(table)
    # Whole numbers may be added up, over as many rows as have one.
    for name in table.select_dtypes("number"):
        yield from (table[name].sum(), table[name].notna().sum())
