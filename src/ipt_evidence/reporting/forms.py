"""Objects of the document for machines: rows of tables as JSON, and the JSON Schema of what they become."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.extraction.schemas.columns import JSON_TYPES, TEXT, WHOLE, constraints_of
from ipt_evidence.extraction.validation import dtype_of
from ipt_evidence.files import records


@dataclass(frozen=True, eq=False)
class Form:
    """An object of the document that is a row of a table.

    Attributes
    ----------
    description : str
        What it is.
    columns : mapping of str to pandera.pandas.Column
        The columns that are its fields.
    """

    description: str
    columns: Mapping[str, pa.Column]

    def without(self, *names: str) -> "Form":
        """Return the form less some fields."""
        return Form(self.description, {name: one for name, one in self.columns.items() if name not in names})

    def of(self, row: Mapping[Any, Any]) -> dict[str, Any]:
        """Return a row as an object: an empty cell is null, a list or an object that a cell holds is unpacked."""
        return {name: read(row[name]) for name, read in self._readers.items()}

    def records(self, table: pd.DataFrame) -> list[dict[str, Any]]:
        """Return the rows of a table as objects."""
        return [self.of(row) for row in records(table)]

    @cached_property
    def _readers(self) -> dict[str, Callable[[Any], Any]]:
        return {name: _reader(column) for name, column in self.columns.items()}

    def properties(self) -> dict[str, dict[str, Any]]:
        """Return the JSON Schema of each field."""
        return {name: _property(column) for name, column in self.columns.items()}


def _reader(column: pa.Column) -> Callable[[Any], Any]:
    """Return what turns a cell of a column into JSON."""
    packed, kind = _packed(column), dtype_of(column)
    if packed.get("type") == "array":
        return lambda cell: [] if _is_empty(cell) else cell.split(";")
    read = json.loads if packed else READERS.get(kind, _plain)
    return lambda cell: None if _is_empty(cell) else read(cell)


def _is_empty(cell: Any) -> bool:
    return not cell if isinstance(cell, str) else cell is None or bool(pd.isna(cell))


def _text(cell: Any) -> str:
    """Return a text; a name made of digits, as PubMed gives, is read as a number where others are missing."""
    return cell if isinstance(cell, str) else f"{cell:.0f}"


def _plain(cell: Any) -> Any:
    return cell.item() if hasattr(cell, "item") else cell


def _property(column: pa.Column) -> dict[str, Any]:
    unit = (column.metadata or {}).get("unit")
    about = f"{column.description} Unit: {unit}." if unit else column.description
    found = _packed(column) or {"type": JSON_TYPES[dtype_of(column)], **constraints_of(column)}
    if column.nullable and found["type"] != "array":
        found["type"] = [found["type"], "null"]
        if "enum" in found:
            found["enum"].append(None)
    return {"title": column.title, "description": about, **found}


def _packed(column: pa.Column) -> dict[str, Any]:
    """Return the JSON Schema of what a cell of the column holds as text; nothing if it holds a plain value."""
    return dict((column.metadata or {}).get("packed", {}))


READERS: Mapping[str, Callable[[Any], Any]] = {TEXT: _text, WHOLE: int}
"""What turns a filled cell into JSON, by type of column; other cells stand as they are."""


def close(schema: Any) -> Any:
    """Close every object of a schema: it has these fields and no others, all of them unless ``required`` says less."""
    if isinstance(schema, list):
        return [close(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if not isinstance(schema.get("properties"), dict):
        return {name: close(part) for name, part in schema.items()}
    fields = {name: close(part) for name, part in schema["properties"].items()}
    rest = {name: close(part) for name, part in schema.items() if name != "properties"}
    return {"type": "object", "additionalProperties": False, "required": sorted(fields), **rest, "properties": fields}
