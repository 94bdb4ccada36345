"""Describe the raw tables as a Frictionless data package."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.schemas.columns import JSON_TYPES, Column, TableSchema
from ipt_evidence.extraction.schemas.links import LINKS


def datapackage(facts: Mapping[str, Any], sources: pd.DataFrame) -> dict[str, Any]:
    """Return the descriptor of the raw tables.

    Parameters
    ----------
    facts : mapping
        ``review.data`` of the configuration: name, title, description and licence.
    sources : pandas.DataFrame
        The sources; databases and data files are named in the descriptor.
    """
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": facts["name"],
        "title": facts["title"],
        "description": facts["description"],
        "licenses": [dict(facts["licence"])],
        "sources": [_source(row) for _, row in sources[sources["kind"] == "database"].iterrows()],
        "resources": [_resource(name, schema) for name, schema in RAW_TABLES.items()],
    }


def _source(row: pd.Series) -> dict[str, str]:
    path = {"path": f"https://doi.org/{row['doi']}"} if pd.notna(row["doi"]) else {}
    return {"title": row["title"], **path}


def _resource(name: str, schema: TableSchema) -> dict[str, Any]:
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


def _keys(schema: TableSchema) -> dict[str, Any]:
    """Return the primary key; a key with columns that may be empty is only a unique one."""
    names = list(schema.key)
    optional = not all(schema.columns[name].required for name in names)
    return {"uniqueKeys": [names]} if optional else {"primaryKey": names}


def _links(name: str) -> dict[str, Any]:
    links = [link for link in LINKS if link.table == name and not _optional(link.table, link.columns[-1])]
    keys = [
        {"fields": list(link.columns), "reference": {"resource": link.target, "fields": list(link.keys)}}
        for link in links
    ]
    return {"foreignKeys": keys} if keys else {}


def _optional(table: str, column: str) -> bool:
    return not RAW_TABLES[table].columns[column].required


def _field(name: str, column: Column) -> dict[str, Any]:
    constraints = {**({"required": True} if column.required else {}), **column.constraints}
    return {
        "name": name,
        "type": JSON_TYPES[column.dtype],
        "title": column.title,
        "description": column.description,
        **({"unit": column.unit} if column.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }
