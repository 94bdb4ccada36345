"""Add what was imported to the raw tables of a review: nothing that is there is changed, and nothing is there twice."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.imported import BIBLIOGRAPHY, Imported, LeftOut, table_text
from ipt_evidence.exchange.records import Record, appended_text, entries_of, read_records, records_text, row_records
from ipt_evidence.extraction import schemas
from ipt_evidence.extraction.breaches import ExtractionError, shown
from ipt_evidence.extraction.schemas import RAW_FILES


def added(imported: Imported, folder: Path) -> tuple[Imported, dict[Path, str]]:
    """Return what is new of an import, and the texts of all raw files with it.

    Parameters
    ----------
    imported : Imported
        What was read.
    folder : Path
        Raw tables of a review; files that are missing are begun, with nothing but the names of their columns.

    Returns
    -------
    Imported
        The new rows and references; what the review holds already is left, with what differs.
    dict of Path to str
        Content of the files that are to be written.

    Raises
    ------
    ExtractionError
        If a file that is there cannot be read or has other columns.
    """
    offered = {f"{name}.csv": row_records(name, table) for name, table in imported.tables.items()}
    offered[BIBLIOGRAPHY] = [record for record in entries_of(imported.bibliography) if record.key]
    there = {name: read_records(folder / name) for name in offered}
    if breaches := [breach for _, wrong in there.values() for breach in wrong]:
        raise ExtractionError(breaches)
    known = {name: {record.key: record for record in records} for name, (records, _) in there.items()}
    new = {name: [one for one in records if one.key not in known[name]] for name, records in offered.items()}
    left = [
        _left(imported.file, name, known[name][one.key], one)
        for name, records in offered.items()
        for one in records
        if one.key in known[name]
    ]
    tables = {name: _only(table, known[f"{name}.csv"], name) for name, table in imported.tables.items()}
    entries = records_text(BIBLIOGRAPHY, new[BIBLIOGRAPHY]) if new[BIBLIOGRAPHY] else ""
    texts = {
        name: appended_text(folder / name, records) or records_text(name, [*there[name][0], *records])
        for name, records in new.items()
        if records
    }
    missing = {name: _empty(name) for name in RAW_FILES if not (folder / name).exists()}
    taken = replace(imported, tables=tables, bibliography=entries, left=(*imported.left, *left))
    return taken, {folder / name: text for name, text in (missing | texts).items()}


def _empty(name: str) -> str:
    table = name.removesuffix(".csv")
    return table_text(table, []) if table in schemas.RAW_TABLES else "[]\n" if name.endswith(".yaml") else ""


def _only(table: pd.DataFrame, known: Mapping[tuple[str, ...], Record], name: str) -> pd.DataFrame:
    """Return the rows of a table whose keys are not known."""
    return table.iloc[[place for place, record in enumerate(row_records(name, table)) if record.key not in known]]


def _left(file: str, name: str, there: Record, offered: Record) -> LeftOut:
    """Say that what is offered is there already, with what differs."""
    is_entry = name == BIBLIOGRAPHY
    differing = [
        f"{column} is '{shown(there.cells.get(column, ''))}' there, '{shown(offered.cells[column])}' here"
        for column in there.differing(offered)
    ]
    said = f"{'an entry' if is_entry else 'a row'} with this key is there already"
    return LeftOut(
        file,
        None if is_entry else offered.line,
        f"reference: {offered.name}" if is_entry else f"{name.removesuffix('.csv')}: {offered.name}",
        f"{said}, and is kept: {'; '.join(differing)}" if differing else f"{said}, the same",
    )
