"""What the columns of every table of a review hold, from the definitions by which they are written."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.extraction.schemas import (
    MODERATOR_GROUPS,
    MODERATORS,
    QUESTIONS,
    RAW_TABLES,
    STRENGTH_RULES,
    VOCABULARY_TABLES,
)
from ipt_evidence.extraction.schemas.columns import BOOLEAN, FLAGS, LINE, NUMBER, TEXT, WHOLE, text
from ipt_evidence.extraction.validation import dtype_of
from ipt_evidence.reporting.schemas import PROCESSED_TABLES

Columns = Mapping[str, pa.Column]

ROW_ID = text("Row", "Name of the row: a digest of its key; effects name the rows they were made from by it.")
ADDED = {"flags": FLAGS, "row_id": ROW_ID, "line": LINE}
"""Columns that validation adds to raw tables."""

PLANNED = {schema.name: schema for schema in (QUESTIONS, STRENGTH_RULES)}
HANDED_ON = {"stated_claims": RAW_TABLES["claims"], "moderators": MODERATORS, "moderator_groups": MODERATOR_GROUPS}
"""What validation hands on under a name of its own, or from the plan."""

WORDS = {f"vocabulary/{name}": schema for name, schema in VOCABULARY_TABLES.items()}

PROCESSED: Mapping[str, Columns] = MappingProxyType(
    {name: {**schema.columns, **ADDED} for name, schema in (RAW_TABLES | HANDED_ON).items()}
    | {name: schema.columns for name, schema in PROCESSED_TABLES.items()}
)
"""Columns of the tables of ``data/processed`` by name."""

CONFIGURED: Mapping[str, Columns] = MappingProxyType(
    {name: schema.columns for name, schema in (PLANNED | WORDS).items()}
)
"""Columns of the tables of ``config`` by name; those of the vocabulary as ``vocabulary/NAME``."""

DTYPES = {WHOLE: "Int64", NUMBER: "float64", BOOLEAN: "boolean", TEXT: "str"}
"""Types in which analysts get them: a number that is missing is NaN, as arrays have it; else ``<NA>``."""

HOLDS = {WHOLE: "whole number", NUMBER: "number", BOOLEAN: "true or false", TEXT: "text"}


def dtypes_of(columns: Columns) -> dict[str, str]:
    """Return the pandas dtype of each column."""
    return {name: DTYPES[dtype_of(column)] for name, column in columns.items()}


def described(columns: Columns) -> pd.DataFrame:
    """Return one row per column: ``title``, ``holds``, ``unit`` (empty text if it has none), ``description``."""
    rows = [
        (name, column.title, HOLDS[dtype_of(column)], (column.metadata or {}).get("unit", ""), column.description)
        for name, column in columns.items()
    ]
    return pd.DataFrame(rows, columns=["column", "title", "holds", "unit", "description"]).set_index("column")
