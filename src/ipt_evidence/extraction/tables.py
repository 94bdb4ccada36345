"""The tables of a folder: read as text, given their types, held to their schemas."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.reading import Cells, read_cells
from ipt_evidence.extraction.schemas import OPTIONAL
from ipt_evidence.extraction.validation import schema_breaches, typed


@dataclass(frozen=True, eq=False, kw_only=True)
class Tables:
    """The tables of one folder.

    Attributes
    ----------
    files : dict of str to str
        Name of each table's file in breaches, by table name.
    cells : dict of str to Cells
        The tables as text.
    frames : dict of str to pandas.DataFrame
        The tables as values, indexed by the line a row starts on; no rows where a file is not readable.
    breaches : list of Breach
        What the reader and the schemas found wrong.
    """

    files: dict[str, str]
    cells: Mapping[str, Cells]
    frames: dict[str, pd.DataFrame]
    breaches: list[Breach]

    def readable(self, name: str) -> bool:
        """Return whether the rows of a table can be used."""
        return self.cells[name].readable

    def as_typed(self, schemas: Mapping[str, pa.DataFrameSchema]) -> dict[str, pd.DataFrame]:
        """Return the values with what the files hold where corrections have set a cell, as far as that is sound."""
        frames = dict(self.frames)
        for name, cells in self.cells.items():
            texts = cells.frame.loc[sorted(self.corrected_lines(name))].copy()
            for (line, column), text in cells.corrected.items():
                texts.loc[line, column] = text
            if cells.corrected:
                rows, malformed = typed(texts, schemas[name], self.files[name])
                unsound = {found.line for found in malformed + schema_breaches(rows, schemas[name], self.files[name])}
                sound = rows[~rows.index.isin(unsound)]
                frames[name] = pd.concat([frames[name].drop(index=sound.index), sound]).sort_index()
        return frames

    def corrected_lines(self, name: str) -> frozenset[int]:
        """Return the lines of a table in which a correction has set a cell."""
        return frozenset(line for line, _ in self.cells[name].corrected)

    def corrected_trials(self) -> set[str]:
        """Return the trials in whose rows a correction has set a cell."""
        return {
            trial
            for name, frame in self.frames.items()
            if "trial_id" in frame
            for trial in frame.loc[frame.index.isin(self.corrected_lines(name)), "trial_id"]
        }


def read_all(folder: Path, schemas: Mapping[str, pa.DataFrameSchema]) -> dict[str, Cells]:
    """Read the file ``NAME.csv`` of each schema in ``folder``, as text; one of `OPTIONAL` need not be there."""
    return {name: _cells(folder / f"{name}.csv", list(schema.columns)) for name, schema in schemas.items()}


def _cells(path: Path, columns: list[str]) -> Cells:
    if path.stem in OPTIONAL and not path.exists():
        return Cells(pd.DataFrame(columns=columns, index=pd.Index([], dtype="int64"), dtype="str"))
    return read_cells(path, columns)


def check_all(folder: Path, cells: Mapping[str, Cells], schemas: Mapping[str, pa.DataFrameSchema]) -> Tables:
    """Give the cells their types and hold each table to its schema."""
    files = {name: (folder / f"{name}.csv").as_posix() for name in schemas}
    checked = {name: _checked(cells[name], schema, files[name]) for name, schema in schemas.items()}
    return Tables(
        files=files,
        cells=cells,
        frames={name: frame for name, (frame, _) in checked.items()},
        breaches=[breach for _, found in checked.values() for breach in found],
    )


def read_table(path: Path, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[Breach]]:
    """Read one table: its typed values indexed by line, and what is wrong with them."""
    return _checked(_cells(path, list(schema.columns)), schema, path.as_posix())


def _checked(cells: Cells, schema: pa.DataFrameSchema, file: str) -> tuple[pd.DataFrame, list[Breach]]:
    frame, malformed = typed(cells.frame, schema, file)
    return frame, cells.breaches + settled(malformed + schema_breaches(frame, schema, file), cells)


def settled(breaches: Iterable[Breach], cells: Cells) -> list[Breach]:
    """Return the breaches of one table without those that follow from another one.

    What is wrong with a row that was read with errors may come from these. Where a correction has set the
    cell, the rule says so, because the file shows another value.
    """
    kept = [breach for breach in breaches if breach.line not in cells.misread]
    return [
        replace(breach, rule=f"set by corrections.csv, {breach.rule}")
        if (breach.line, breach.column) in cells.corrected
        else breach
        for breach in kept
    ]


def with_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn the line index of ``frame`` into its last column, ``line``."""
    return frame.reset_index(drop=True).assign(line=pd.Series(list(frame.index), dtype="Int64"))
