"""Generate the codebooks of raw and processed tables, and datapackage.json, from the schemas of the tables."""

import json
import sys
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.exchange.datapackage import datapackage
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.checks import CHECKS
from ipt_evidence.extraction.guides import FIELDS
from ipt_evidence.extraction.references.entries import REQUIRED_FIELDS
from ipt_evidence.extraction.schemas import (
    MODERATOR_GROUPS,
    MODERATORS,
    QUESTIONS,
    RAW_TABLES,
    STRENGTH_RULES,
    VOCABULARY_TABLES,
)
from ipt_evidence.extraction.schemas.columns import BOOLEAN, NUMBER, TEXT, WHOLE
from ipt_evidence.extraction.settings import read_settings
from ipt_evidence.extraction.tables import read_table
from ipt_evidence.extraction.validation import dtype_of, key_columns
from ipt_evidence.files import rows_of, write_file
from ipt_evidence.reporting.schemas import PROCESSED_TABLES

PACKED = {"array": "list, joined by `;`", "object": "JSON object"}
PLANNED = {schema.name: schema for schema in (QUESTIONS, MODERATORS, MODERATOR_GROUPS, STRENGTH_RULES)}
"""Tables of config."""
KINDS = {TEXT: "text", WHOLE: "whole number", NUMBER: "number", BOOLEAN: "true or false"}


def write_codebook(data: Path, facts: Mapping[str, Any]) -> list[Path]:
    """Write README.md into the folders of the raw and the processed tables, datapackage.json beside the former.

    Parameters
    ----------
    data : Path
        Folder with the folders ``raw`` and ``processed``; ``sources.csv`` is read for the attribution.
    facts : mapping
        ``review.data`` of the configuration.

    Raises
    ------
    ExtractionError
        If sources.csv cannot be used.
    """
    contents = codebook_files(data, facts)
    for path, content in contents.items():
        write_file(content, path)
    return list(contents)


def codebook_files(data: Path, facts: Mapping[str, Any]) -> dict[Path, str]:
    """Return the content of the files by path, without writing them."""
    raw = data / "raw"
    sources, breaches = read_table(raw / "sources.csv", RAW_TABLES["sources"])
    if breaches:
        raise ExtractionError(breaches)
    there = {path.stem for path in raw.glob("*.csv")}
    package = json.dumps(datapackage(facts, sources, there), ensure_ascii=False, indent=2)
    made = _page("processed.md").substitute(tables=_sections(PROCESSED_TABLES))
    return {
        raw / "README.md": _readme(facts["licence"], sources),
        raw / "datapackage.json": f"{package}\n",
        data / "processed" / "README.md": made,
    }


def _page(name: str) -> Template:
    return Template(files("ipt_evidence.exchange").joinpath(name).read_text(encoding="utf-8"))


def _readme(licence: Mapping[str, str], sources: pd.DataFrame) -> str:
    databases = sources[sources["kind"] == "database"]
    return _page("codebook.md").substitute(
        tables=_sections(RAW_TABLES),
        words=_sections({**VOCABULARY_TABLES, **PLANNED}),
        checks="\n".join(f"- {_refused(check)}" for check in CHECKS),
        required_fields="; ".join(_fields_of(kind) for kind in REQUIRED_FIELDS),
        guide_fields=", ".join(f"`{name}`" for name in FIELDS),
        databases=_databases(databases),
        reports=len(sources) - len(databases),
        licence=f"[{licence['title']}]({licence['path']}) ({licence['name']})",
    )


def _refused(check: Callable[..., object]) -> str:
    """Return what a check finds, from the first line of its docstring."""
    sentence = str(check.__doc__).splitlines()[0].removeprefix("Yield ")
    return sentence[0].upper() + sentence[1:]


def _fields_of(kind: str) -> str:
    fields = ", ".join(name.replace("|", " or ") for name in REQUIRED_FIELDS[kind])
    return f"{kind} ({fields})"


def _sections(schemas: Mapping[str, pa.DataFrameSchema]) -> str:
    return "\n\n".join(_section(f"{name}.csv", schema) for name, schema in schemas.items())


def _section(file: str, schema: pa.DataFrameSchema) -> str:
    head = [
        f"### {schema.title}: `{file}`",
        "",
        str(schema.description),
        "",
        *([f"Key: {', '.join(f'`{name}`' for name in keys)}.", ""] if (keys := key_columns(schema)) else []),
        "| Column | Meaning | Holds | Rule |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *(_line(name, column) for name, column in schema.columns.items())])


def _line(name: str, column: pa.Column) -> str:
    facts = column.metadata or {}
    kind = PACKED[facts["packed"]["type"]] if "packed" in facts else KINDS[dtype_of(column)]
    holds = f"{kind}, {facts['unit']}" if "unit" in facts else kind
    filled = "may be empty" if column.nullable else "must be filled"
    rules = "; ".join([filled, *(str(check.error) for check in column.checks)])
    return _row(f"`{name}`", f"**{column.title}.** {column.description}", holds, rules)


def _databases(sources: pd.DataFrame) -> str:
    rows = rows_of(sources)
    links = [f"[{row['doi']}](https://doi.org/{row['doi']})" if row["doi"] else "" for row in rows]
    lines = [_row(row["title"], link, row["licence"]) for row, link in zip(rows, links, strict=True)]
    return "\n".join(["| Source | DOI | Licence |", "|---|---|---|", *lines])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    root = Path(*sys.argv[1:2])
    settings = read_settings(root / "config" / "config.yaml")
    for written in write_codebook(root / "data", settings["review"]["data"]):
        print(written)
