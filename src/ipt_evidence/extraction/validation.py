"""Give text cells their types and hold a table to its schema; every failure becomes a breach at its line."""

import hashlib
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaError, SchemaErrorReason, SchemaErrors

from ipt_evidence.extraction.breaches import Breach, key_text
from ipt_evidence.extraction.schemas.columns import BOOLEAN, NUMBER, TEXT, WHOLE
from ipt_evidence.messages import UNSEEN

LEAVE_EMPTY = "or leave the cell empty if it is not reported"

FORMS = {
    WHOLE: (re.compile(r"-?[0-9]{1,15}"), "must be a whole number", f"Write digits only (12), {LEAVE_EMPTY}"),
    NUMBER: (
        re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?"),
        "must be a number",
        f"Write digits with a decimal point (12.5), {LEAVE_EMPTY}",
    ),
    BOOLEAN: (re.compile(r"true|false"), "must be true or false", "Write true or false, or leave the cell empty"),
    # Tabs and line ends may stand inside a text; spaces around it would make two words of one, and so would
    # characters that do not show, of which some even turn the reading direction.
    TEXT: (
        re.compile(rf"(?!\s)[^{UNSEEN}\ufffd]*(?<!\s)"),
        "must be printable text without spaces at its ends",
        "Remove the spaces or the characters that do not print",
    ),
}
"""Per dtype: the form of a filled cell, the rule in words, the remedy."""

LARGEST = 1_000_000_000
"""No figure of a review is larger; sums with one that is end nowhere."""

TOO_LARGE = f"must lie between -{LARGEST} and {LARGEST}", "Look the figure up in its source"
"""The rule in words, and the remedy."""

PARSERS: dict[str, Callable[[str], object]] = {WHOLE: int, NUMBER: float, BOOLEAN: "true".__eq__, TEXT: str}


Row = pd.Series | Mapping[str, Any]


def dtype_of(column: pa.Column) -> str:
    """Return the dtype of a schema column as pandas names it: str, Int64, Float64 or boolean."""
    return TEXT if str(column.dtype).startswith("str") else str(column.dtype)


def row_at(frame: pd.DataFrame, line: int) -> pd.Series:
    """Return the row of ``frame`` that starts on ``line``."""
    return frame.loc[[line]].iloc[0]


def key_of(row: Row, schema: pa.DataFrameSchema) -> str:
    """Return the key of a row as text, ``column=value; column=value``, empty cells left out."""
    cells = ((name, as_typed(row[name])) for name in key_columns(schema))
    return key_text((name, cell) for name, cell in cells if cell)


def cell_breach(
    file: str, line: object, row: Row, schema: pa.DataFrameSchema, column: str, rule: str, remedy: str, **more: Any
) -> Breach:
    """Return a breach of the cell in ``column`` of a row; of the whole row if that is empty text."""
    value, key = as_typed(row[column]) if column else None, key_of(row, schema)
    place: dict[str, Any] = {"file": file, "line": int(str(line)), "key": key, "column": column, "value": value}
    return Breach(**place, rule=rule, remedy=remedy, **more)


def key_columns(schema: pa.DataFrameSchema) -> list[str]:
    """Return the columns that together name a row."""
    return [schema.unique] if isinstance(schema.unique, str) else list(schema.unique or [])


def row_ids(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> list[str]:
    """Name each row by its table and a digest of its key.

    Rows above may come and go and its other cells may change: the name stays, so it can be carried to where no line
    may be known.
    """
    keys = zip(*(frame[name].map(as_typed) for name in key_columns(schema)), strict=True)
    return [f"{schema.name}-{hashlib.sha256('|'.join(key).encode()).hexdigest()[:12]}" for key in keys]


def typed(cells: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> tuple[pd.DataFrame, list[Breach]]:
    """Turn text cells into values of the dtypes of ``schema``.

    Parameters
    ----------
    cells : pandas.DataFrame
        Text cells, indexed by line; empty text is a missing value.
    schema : pandera.pandas.DataFrameSchema
        The schema of the table.
    file : str
        Name of the file in breaches.

    Returns
    -------
    pandas.DataFrame
        The values; missing where a cell is empty or in breach.
    list of Breach
        One breach for each cell without the form of its column, or with a number beyond :data:`LARGEST`.
    """
    breaches = []
    columns = {}
    for name, column in schema.columns.items():
        dtype = dtype_of(column)
        texts = cells[name].tolist()
        # Most texts stand in many rows.
        values = {text: _value_of(text, dtype) for text in set(texts)}
        columns[name] = pd.Series([values[text][0] for text in texts], index=cells.index, dtype=dtype)
        if not any(wrong for _, wrong in values.values()):
            continue
        for line, text in zip(cells.index, texts, strict=True):
            if wrong := values[text][1]:
                breaches.append(cell_breach(file, line, row_at(cells, line), schema, name, *wrong))
    return pd.DataFrame(columns, index=cells.index), breaches


def _value_of(text: str, dtype: str) -> tuple[object, tuple[str, str] | None]:
    """Return the value of a cell, None if it has none, and the rule that the cell breaks with its remedy."""
    form, *wrong = FORMS[dtype]
    if not text:
        return None, None
    if not form.fullmatch(text):
        return None, (wrong[0], wrong[1])
    value = PARSERS[dtype](text)
    return (None, TOO_LARGE) if isinstance(value, int | float) and abs(value) > LARGEST else (value, None)


def _without_made_up_data() -> None:
    """Load pandera without hypothesis, by which it makes up data: nobody asks for any, and it loads slowly."""
    absent = sys.modules.setdefault("hypothesis", None) is None  # type: ignore[arg-type]
    try:
        import_module("pandera.strategies.pandas_strategies")
    finally:
        if absent:
            del sys.modules["hypothesis"]


_without_made_up_data()


def schema_breaches(frame: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> list[Breach]:
    """Return every cell and key of ``frame`` (indexed by line) that breaks ``schema``."""
    if frame.empty:
        # No row breaks a rule, and to hold none to its schema takes as long as to hold a hundred.
        return []
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        return [breach for error in errors.schema_errors for breach in _translated(error, frame, schema, file)]
    return []


def _translated(error: SchemaError, frame: pd.DataFrame, schema: pa.DataFrameSchema, file: str) -> Iterator[Breach]:
    for line in sorted(set(error.failure_cases["index"])):
        row, name = row_at(frame, line), str(error.schema.name)
        if error.reason_code is SchemaErrorReason.DUPLICATES:
            name, rule = "", _duplicate(row, frame, key_columns(schema))
            remedy = "Delete one of the two, or correct what tells them apart"
        elif error.reason_code is SchemaErrorReason.SERIES_CONTAINS_NULLS:
            rule, remedy = "must not be empty", "Fill the cell"
        else:
            rule, remedy = error.check.error, error.check.description
        yield cell_breach(file, line, row, schema, name, rule, remedy)


def _duplicate(row: pd.Series, frame: pd.DataFrame, names: list[str]) -> str:
    # As text: a missing number is equal to nothing, not even to itself.
    keys = [tuple(map(as_typed, key)) for key in frame[names].itertuples(index=False)]
    lines = dict(zip(reversed(keys), reversed(list(frame.index)), strict=True))
    return f"line {lines[tuple(map(as_typed, row[names]))]} has the same {', '.join(names)}"


def as_typed(value: object) -> str:
    """Return a value the way it stands in a cell."""
    if isinstance(value, bool | np.bool_):
        return str(value).lower()
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.15g}"
    return "" if value is None or value is pd.NA else str(value)
