"""The tables of a folder: read as text, given their types, held to their schemas; files written whole."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.reading import Cells, read_cells
from ipt_evidence.extraction.validation import schema_breaches, typed


@dataclass(frozen=True, eq=False)
class Tables:
    """The tables of one folder.

    Attributes
    ----------
    frames : dict of str to pandas.DataFrame
        Typed values by table name, indexed by the line a row starts on; no rows where a file is not readable.
    files : dict of str to str
        Name of each table's file in breaches.
    readable : frozenset of str
        Tables whose rows can be used.
    misread : dict of str to frozenset of int
        By file, lines whose cells may stand in the wrong column.
    breaches : list of Breach
        Everything found wrong so far.
    """

    frames: dict[str, pd.DataFrame]
    files: dict[str, str]
    readable: frozenset[str]
    misread: dict[str, frozenset[int]]
    breaches: list[Breach]


def read_all(folder: Path, schemas: Mapping[str, pa.DataFrameSchema]) -> dict[str, Cells]:
    """Read the file ``NAME.csv`` of each schema in ``folder``, as text."""
    return {
        name: read_cells(folder / f"{name}.csv", list(schema.columns)) for name, schema in schemas.items()
    }


def check_all(folder: Path, cells: Mapping[str, Cells], schemas: Mapping[str, pa.DataFrameSchema]) -> Tables:
    """Give the cells their types and hold each table to its schema."""
    files = {name: (folder / f"{name}.csv").as_posix() for name in schemas}
    frames, breaches = {}, []
    for name, schema in schemas.items():
        frames[name], found = _checked(cells[name], schema, files[name])
        breaches.extend(found)
    readable = frozenset(name for name, read in cells.items() if read.readable)
    misread = {files[name]: read.misread for name, read in cells.items()}
    return Tables(frames, files, readable, misread, breaches)


def read_table(path: Path, schema: pa.DataFrameSchema) -> tuple[pd.DataFrame, list[Breach]]:
    """Read one table: its typed values indexed by line, and what is wrong with them."""
    return _checked(read_cells(path, list(schema.columns)), schema, path.as_posix())


def _checked(cells: Cells, schema: pa.DataFrameSchema, file: str) -> tuple[pd.DataFrame, list[Breach]]:
    frame, malformed = typed(cells.frame, schema, file)
    wrong = malformed + schema_breaches(frame, schema, file)
    # A row with too few or too many cells is reported once, not again for each cell that is out of place.
    return frame, cells.breaches + [breach for breach in wrong if breach.line not in cells.misread]


def with_lines(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn the line index of ``frame`` into its last column, ``line``."""
    return frame.reset_index(drop=True).assign(line=pd.Series(list(frame.index), dtype="Int64"))


def write_atomically(path: Path, content: str) -> None:
    """Write ``content`` so that ``path`` never holds half of it; leave a file alone that holds it already."""
    data = content.encode("utf-8")
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
