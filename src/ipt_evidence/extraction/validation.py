"""Give text cells their types and hold a table to its schema; every failure becomes a breach at its line."""

import hashlib
import math
import operator
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.schemas.columns import BOOLEAN, NUMBER, TEXT, WHOLE, Column, Rule, TableSchema

LEAVE_EMPTY = "or leave the cell empty if it is not reported"

FORMS = {
    WHOLE: (
        re.compile(r"-?[0-9]{1,15}"),
        "must be a whole number",
        f"Write digits only (12), {LEAVE_EMPTY}",
    ),
    NUMBER: (
        re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"),
        "must be a number",
        f"Write digits with a decimal point (12.5), {LEAVE_EMPTY}",
    ),
    BOOLEAN: (
        re.compile(r"true|false"),
        "must be true or false",
        "Write true or false, or leave the cell empty",
    ),
    # Tabs and line ends may stand inside a text; spaces around it would make two words of one, and so would
    # characters that do not show, of which some even turn the reading direction.
    TEXT: (
        re.compile(
            r"(?!\s)[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f"
            r"\ufeff\ufffd-\uffff\ud800-\udfff]*(?<!\s)"
        ),
        "must be printable text without spaces at its ends",
        "Remove the spaces or the characters that do not print",
    ),
}
"""Per dtype: the form of a filled cell, the rule in words, the remedy."""

PARSERS: dict[str, Callable[[str], object]] = {
    WHOLE: int,
    NUMBER: float,
    BOOLEAN: "true".__eq__,
    TEXT: str,
}

FILLED = Rule({}, "must not be empty", "Fill the cell")

CONSTRAINTS: dict[str, Callable[[Any, Any], bool]] = {
    "enum": lambda value, words: value in words,
    "pattern": lambda value, form: re.match(form, value) is not None,
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
}
"""What the words of a rule ask of a filled cell."""


def row_at(frame: pd.DataFrame, line: int) -> pd.Series:
    """Return the row of ``frame`` that starts on ``line``."""
    return frame.loc[[line]].iloc[0]


def key_of(row: pd.Series, schema: TableSchema) -> str:
    """Return the key of a row as text, ``column=value; column=value``, empty cells left out."""
    cells = ((name, as_typed(row[name])) for name in schema.key)
    return "; ".join(f"{name}={cell}" for name, cell in cells if cell)


def row_ids(frame: pd.DataFrame, schema: TableSchema) -> list[str]:
    """Name each row by its table and a digest of its key.

    Rows above may come and go and its other cells may change: the name stays, so it can be carried to where no line
    may be known.
    """
    keys = zip(*(frame[name].map(as_typed) for name in schema.key), strict=True)
    return [f"{schema.name}-{hashlib.sha256('|'.join(key).encode()).hexdigest()[:12]}" for key in keys]


def typed(cells: pd.DataFrame, schema: TableSchema, file: str) -> tuple[pd.DataFrame, list[Breach]]:
    """Turn text cells into values of the dtypes of ``schema``.

    Parameters
    ----------
    cells : pandas.DataFrame
        Text cells, indexed by line; empty text is a missing value.
    schema : TableSchema
        The schema of the table.
    file : str
        Name of the file in breaches.

    Returns
    -------
    pandas.DataFrame
        The values; missing where a cell is empty or has not the form of its column.
    list of Breach
        One breach for each cell without the form of its column.
    """
    breaches = []
    columns = {}
    for name, column in schema.columns.items():
        form, rule, remedy = FORMS[column.dtype]
        values: list[object] = []
        for line, text in zip(cells.index, cells[name].tolist(), strict=True):
            fits = not text or form.fullmatch(text)
            values.append(PARSERS[column.dtype](text) if fits and text else None)
            if not fits:
                key = key_of(row_at(cells, line), schema)
                place = {"file": file, "line": line, "key": key, "column": name, "value": text}
                breaches.append(Breach(**place, rule=rule, remedy=remedy))
        columns[name] = pd.Series(values, index=cells.index, dtype=column.dtype)
    return pd.DataFrame(columns, index=cells.index), breaches


def schema_breaches(frame: pd.DataFrame, schema: TableSchema, file: str) -> list[Breach]:
    """Return every cell and key of ``frame`` (indexed by line, typed) that breaks ``schema``."""
    keys = frame[list(schema.key)]
    # A row without any key is no copy of another one without: it lacks its key, which is said.
    repeated = frame.index[keys.duplicated() & keys.notna().any(axis=1)]
    found = [_duplicate(line, frame, schema, file) for line in repeated]
    for name, column in schema.columns.items():
        for line, value in zip(frame.index, frame[name].tolist(), strict=True):
            for rule in _broken(value, column):
                row = row_at(frame, line)
                found.append(
                    Breach(
                        file=file,
                        line=line,
                        key=key_of(row, schema),
                        column=name,
                        value=as_typed(row[name]),
                        rule=rule.says,
                        remedy=rule.remedy,
                    )
                )
    return found


def _broken(value: Any, column: Column) -> list[Rule]:
    """Return the rules that a cell breaks."""
    # None, NA or NaN.
    if value is None or value is pd.NA or value != value:
        return [FILLED] if column.required else []
    return [rule for rule in column.rules if not _keeps(value, rule)]


def _keeps(value: Any, rule: Rule) -> bool:
    return all(CONSTRAINTS[word](value, bound) for word, bound in rule.constraint.items())


def _duplicate(line: int, frame: pd.DataFrame, schema: TableSchema, file: str) -> Breach:
    names = list(schema.key)
    # As text: a missing number is equal to nothing, not even to itself.
    keys = [tuple(map(as_typed, key)) for key in frame[names].itertuples(index=False)]
    lines = dict(zip(reversed(keys), reversed(list(frame.index)), strict=True))
    row = row_at(frame, line)
    return Breach(
        file=file,
        line=line,
        key=key_of(row, schema),
        rule=f"line {lines[tuple(map(as_typed, row[names]))]} has the same {', '.join(names)}",
        remedy="Delete one of the two, or correct what tells them apart",
    )


def as_typed(value: object) -> str:
    """Return a value the way it stands in a cell."""
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.15g}"
    return "" if value is pd.NA else str(value)
