"""What one extractor entered: sound tables, each row under its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.workbook import read_workbook
from ipt_evidence.exchange.workbook.references import REFERENCES, SHEETS, reference_rows, rows_of_text
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import check_all, read_all
from ipt_evidence.extraction.validation import as_typed, key_of, typed


@dataclass(frozen=True, eq=False)
class Entries:
    """One table of one extractor, indexed by the key of each row, ``column=value; column=value``.

    Attributes
    ----------
    cells : pandas.DataFrame
        Text cells as typed.
    plain : pandas.DataFrame
        The same, numbers in one way of writing, so that 0.50 and 0.5 are equal.
    """

    cells: pd.DataFrame
    plain: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Extract:
    """The tables of one extractor.

    Attributes
    ----------
    file : str
        Folder or workbook they were read from.
    tables : mapping of str to Entries
        Each raw table by name, and ``references``; without rows if the extractor has no such table.
    """

    file: str
    tables: Mapping[str, Entries]


def read_extract(path: Path) -> Extract:
    """Read the raw tables of one extractor.

    Parameters
    ----------
    path : Path
        A folder with raw tables, ``NAME.csv``, or a workbook with one sheet a table; not every table need be there.

    Raises
    ------
    ExtractionError
        If there is no table, or if any cell or key breaks the schema of its table: two extractions are compared
        once each is sound in itself.
    """
    tables = _of_folder(path) if path.is_dir() else _of_workbook(path)
    return Extract(path.as_posix(), {name: entries(name, tables.get(name, pd.DataFrame())) for name in SHEETS})


def entries(name: str, cells: pd.DataFrame) -> Entries:
    """Return the sound text cells of a raw table, or of the references, under their keys."""
    schema = SHEETS[name]
    numbered = cells.reindex(columns=list(schema.columns)).reset_index(drop=True)
    values, _ = typed(numbered, schema, name)
    keys = pd.Index([key_of(row, schema) for _, row in values.iterrows()], dtype="str")
    plain = pd.DataFrame({column: values[column].map(as_typed) for column in values}, dtype="str")
    return Entries(numbered.set_axis(keys), plain.set_axis(keys))


def _of_workbook(path: Path) -> Mapping[str, pd.DataFrame]:
    found = read_workbook(path)
    return {**found.tables, REFERENCES.name: rows_of_text(found.bibliography, path.as_posix())[0]}


def _of_folder(folder: Path) -> Mapping[str, pd.DataFrame]:
    schemas = {name: schema for name, schema in RAW_TABLES.items() if (folder / f"{name}.csv").exists()}
    if not schemas:
        rule = f"the folder has no table ({', '.join(f'{name}.csv' for name in RAW_TABLES)})"
        refuse(folder.as_posix(), rule, "Name the folder an extractor filled")
    tables = check_all(folder, read_all(folder, schemas), schemas)
    if tables.breaches:
        raise ExtractionError(tables.breaches)
    return {**{name: cells.frame for name, cells in tables.cells.items()}, REFERENCES.name: reference_rows(folder)[0]}
