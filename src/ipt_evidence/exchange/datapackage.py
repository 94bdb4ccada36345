"""Describe the raw tables as a Frictionless data package."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.schemas.columns import JSON_TYPES, constraints_of
from ipt_evidence.extraction.schemas.links import LINKS
from ipt_evidence.extraction.validation import dtype_of, key_columns


def datapackage(facts: Mapping[str, Any], sources: pd.DataFrame, tables: Collection[str]) -> dict[str, Any]:
    """Return the descriptor of the raw tables.

    Parameters
    ----------
    facts : mapping
        ``review.data`` of the configuration: name, title, description and licence.
    sources : pandas.DataFrame
        The sources; databases and data files are named in the descriptor.
    tables : collection of str
        Names of the raw tables that have a file.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": facts["name"],
        "title": facts["title"],
        "description": facts["description"],
        "licenses": [dict(facts["licence"])],
        "sources": [_source(row) for _, row in sources[sources["kind"] == "database"].iterrows()],
        "resources": [_resource(name, schema) for name, schema in RAW_TABLES.items() if name in tables],
    }


def _source(row: pd.Series) -> dict[str, str]:
    path = {"path": f"https://doi.org/{row['doi']}"} if pd.notna(row["doi"]) else {}
    return {"title": row["title"], **path}


def _resource(name: str, schema: pa.DataFrameSchema) -> dict[str, Any]:
    return {
        "$schema": "https://datapackage.org/profiles/2.0/dataresource.json",
        "name": name,
        "type": "table",
        "path": f"{name}.csv",
        "title": schema.title,
        "description": schema.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {
            "$schema": "https://datapackage.org/profiles/2.0/tableschema.json",
            "fields": [_field(field, column) for field, column in schema.columns.items()],
            "missingValues": [""],
            **_keys(schema),
            **_links(name),
        },
    }


def _keys(schema: pa.DataFrameSchema) -> dict[str, Any]:
    """Return the primary key; a key with columns that may be empty is only a unique one."""
    names = key_columns(schema)
    optional = any(schema.columns[name].nullable for name in names)
    return {"uniqueKeys": [names]} if optional else {"primaryKey": names}


def _links(name: str) -> dict[str, Any]:
    keys = [
        {"fields": list(link.columns), "reference": {"resource": link.target, "fields": list(link.keys)}}
        for link in LINKS
        if link.table == name and not RAW_TABLES[name].columns[link.columns[-1]].nullable
    ]
    return {"foreignKeys": keys} if keys else {}


def _field(name: str, column: pa.Column) -> dict[str, Any]:
    unit = (column.metadata or {}).get("unit")
    constraints = {**({} if column.nullable else {"required": True}), **constraints_of(column)}
    return {
        "name": name,
        "type": JSON_TYPES[dtype_of(column)],
        "title": column.title,
        "description": column.description,
        **({"unit": unit} if unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }
