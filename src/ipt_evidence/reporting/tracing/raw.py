"""The cells of the raw tables as they are typed, with what corrections make of them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.corrections import apply_corrections
from ipt_evidence.extraction.reading import Cells
from ipt_evidence.extraction.schemas import OPTIONAL, RAW_TABLES
from ipt_evidence.extraction.tables import read_all

FOLDER = "data/raw"


@dataclass(frozen=True, eq=False, slots=True)
class RawCells:
    """The cells of the raw tables.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Text cells by name of the table, corrections applied; the index is the line a row starts on.
    typed : mapping of (str, int, str) to str
        What the file holds in the cells that a correction has set, by table, line and column.
    corrected_by : mapping of (str, int, str) to int
        The line of ``corrections.csv`` that sets such a cell.
    """

    tables: Mapping[str, pd.DataFrame]
    typed: Mapping[tuple[str, int, str], str]
    corrected_by: Mapping[tuple[str, int, str], int]

    def value(self, table: str, line: int, column: str) -> str:
        """Return what a cell is read as."""
        return str(self.tables[table].loc[line, column])


def raw_cells(folder: Path, inputs: pd.DataFrame) -> RawCells:
    """Read the raw tables that a run was made from.

    Parameters
    ----------
    folder : Path
        ``data/raw``.
    inputs : DataFrame
        The files that the run read with their checksums, ``inputs.csv``.

    Raises
    ------
    EvidenceError
        If a file is missing or no longer what the run read, so that lines could be others.
    """
    named = ((Path(file), digest) for file, digest in inputs[["file", "sha256"]].itertuples(index=False))
    sums = {path.name: digest for path, digest in named if path.parent.name == folder.name}
    changed = [
        path.as_posix()
        for path in (folder / f"{name}.csv" for name in RAW_TABLES)
        if _digest(path) != sums.get(path.name)
    ]
    if changed:
        raise EvidenceError(f"{', '.join(changed)}: not what the last run read. Run the pipeline again: make")
    cells = read_all(folder, RAW_TABLES)
    corrected, _ = apply_corrections(cells, folder / "corrections.csv")
    return RawCells(
        tables={name: table.frame for name, table in corrected.items()},
        typed={(name, *at): old for name, table in corrected.items() for at, old in table.corrected.items()},
        corrected_by=_correcting_lines(cells, folder),
    )


def _digest(path: Path) -> str | None:
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return None if path.stem in OPTIONAL else ""


def _correcting_lines(cells: dict[str, Cells], folder: Path) -> dict[tuple[str, int, str], int]:
    """Apply each correction by itself, to see which cell it sets."""
    corrections = cells["corrections"]
    found: dict[tuple[str, int, str], int] = {}
    for line in corrections.frame.index:
        alone = {**cells, "corrections": replace(corrections, frame=corrections.frame.loc[[line]])}
        corrected, _ = apply_corrections(alone, folder / "corrections.csv")
        found |= {(name, *at): int(line) for name, table in corrected.items() for at in table.corrected}
    return found
