"""A raw file as records under keys, whatever its format, so that two files can be compared and put together."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from bibtexparser.model import Entry

from ipt_evidence.exchange.imported import table_text
from ipt_evidence.exchange.numerals import same_cell
from ipt_evidence.extraction import schemas
from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.guides import read_guides
from ipt_evidence.extraction.reading import read_cells, read_text
from ipt_evidence.extraction.references.bibliography import parse_quietly
from ipt_evidence.extraction.references.bibtex import entry_text, unbraced
from ipt_evidence.files import records as cells_by_name

GUIDES = "guides.yaml"
ENTRY, TYPE = "entry", "entry type"
"""What stands for a column: an entry of a bibliography that cannot be read by its fields; the type of one that can."""

_ENTRY_START = re.compile(r"^@\w+\s*\{\s*([^,\s}=]+)", re.MULTILINE)
_GUIDE_START = re.compile(r"^- ", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row of a table, an entry of a bibliography, or a guide.

    Attributes
    ----------
    key : tuple of str
        What tells it apart within its file; empty for what stands before the first entry of a file that is no table.
    line : int
        1-based line it starts on.
    cells : dict of str to str
        Its content by column or field.
    text : str
        Its text in a file that is no table.
    """

    key: tuple[str, ...]
    line: int
    cells: dict[str, str]
    text: str = ""

    @property
    def name(self) -> str:
        """The key for readers."""
        return " | ".join(filter(None, self.key))

    def differing(self, offered: "Record") -> list[str]:
        """Return the columns in which a record with the same key says something else; empty cells say nothing."""
        said = {column: cell for column, cell in offered.cells.items() if cell}
        return [column for column, cell in said.items() if not same_cell(self.cells.get(column, ""), cell)]

    def taking(self, offered: "Record") -> "Record":
        """Return the record with what another one with the same key says."""
        cells = self.cells | {column: cell for column, cell in offered.cells.items() if cell}
        if TYPE not in self.cells or TYPE not in offered.cells:
            return replace(self, cells=cells, text=offered.text)
        fields = {name: cell for name, cell in cells.items() if name != TYPE}
        return replace(self, cells=cells, text=entry_text(self.key[0], cells[TYPE], fields))


def read_records(path: Path) -> tuple[list[Record], list[Breach]]:
    """Return the records of a raw file in their order, and what is wrong with it.

    Parameters
    ----------
    path : Path
        A raw table, a bibliography or ``guides.yaml``; a file that is missing has no records.
    """
    if not path.exists():
        return [], []
    return _rows(path) if path.stem in schemas.RAW_TABLES else _blocks(path)


def records_text(name: str, records: Iterable[Record]) -> str:
    """Return the text of the raw file of this name that holds these records, in their order."""
    table = name.removesuffix(".csv")
    if table in schemas.RAW_TABLES:
        return table_text(table, (record.cells for record in records))
    blocks = [record.text.strip() for record in records]
    return _between(name).join(filter(None, blocks)) + "\n"


def appended_text(path: Path, records: Iterable[Record]) -> str | None:
    """Return the text of a raw file with further records behind it, all else to the letter.

    None if the file is a table whose columns stand in another order than the new rows.
    """
    new = records_text(path.name, records)
    # By bytes: reading as text would turn every end of line within a cell into one of another kind.
    old = path.read_bytes().decode("utf-8") if path.exists() else ""
    if not old.strip("\ufeff\r\n"):
        return new
    if path.stem not in schemas.RAW_TABLES:
        return re.sub(r"^\[\s*\]\s*$", "", old, flags=re.MULTILINE).rstrip() + _between(path.name) + new
    header, rows = new.split("\n", 1)
    if old.lstrip("\ufeff").splitlines()[0] != header:
        return None
    return old.rstrip("\r\n") + "\n" + rows


def row_records(name: str, table: pd.DataFrame) -> list[Record]:
    """Return the rows of a raw table under their keys: the columns that tell its rows apart, else all."""
    schema = schemas.RAW_TABLES[name]
    keys = schema.unique or schema.columns
    rows = zip(table.index, cells_by_name(table), strict=True)
    return [Record(key=tuple(row[column] for column in keys), line=int(line), cells=row) for line, row in rows]


def entries_of(text: str) -> list[Record]:
    """Return the entries of a bibliography, after what stands before the first."""
    head, *blocks = _cut(text, _ENTRY_START)
    return [Record(key=(), line=1, cells={}, text=head[1]), *(_entry(*block) for block in blocks)]


def _between(name: str) -> str:
    return "\n" if name == GUIDES else "\n\n"


def _rows(path: Path) -> tuple[list[Record], list[Breach]]:
    cells = read_cells(path, list(schemas.RAW_TABLES[path.stem].columns))
    return row_records(path.stem, cells.frame), cells.breaches


def _blocks(path: Path) -> tuple[list[Record], list[Breach]]:
    text, breaches = read_text(path)
    if text is None or breaches:
        return [], breaches
    if path.name == GUIDES:
        return _guides(path, text)
    return entries_of(text), []


def _cut(text: str, start: re.Pattern[str]) -> list[tuple[int, str]]:
    """Return what stands before the first start, and what follows each, with the line it is on."""
    places = [0, *(found.start() for found in start.finditer(text)), len(text)]
    return [(text.count("\n", 0, begin) + 1, text[begin:end]) for begin, end in pairwise(places)]


def _entry(line: int, text: str) -> Record:
    found = _ENTRY_START.match(text)
    entries = parse_quietly(text).entries
    cells = _fields(entries[0]) if len(entries) == 1 else {ENTRY: " ".join(text.split())}
    return Record(key=(found[1] if found else "",), line=line, cells=cells, text=text)


def _fields(entry: Entry) -> dict[str, str]:
    """Return the fields of an entry by name; how its lines are broken and its fields ordered is no difference."""
    fields = {name.lower(): " ".join(str(field.value).split()) for name, field in entry.fields_dict.items()}
    if "title" in fields:
        fields["title"] = unbraced(fields["title"])
    if "pages" in fields:
        fields["pages"] = re.sub(r"\s*[-–]+\s*", "--", fields["pages"])
    return {TYPE: entry.entry_type.lower(), **fields}


def _guides(path: Path, text: str) -> tuple[list[Record], list[Breach]]:
    guides, breaches = read_guides(path)
    if guides is None or breaches:
        return [], breaches
    head, *blocks = _cut(text, _GUIDE_START)
    if len(blocks) != len(guides) or "&" in text:
        # Not one below the other, or one says what another says: written anew, each for itself.
        head, blocks = (1, ""), [(1, yaml.dump([guide], Dumper=_Plain, sort_keys=False)) for guide in guides.values()]
    records = [
        Record(
            key=(name,),
            line=line,
            cells={field: value if isinstance(value, str) else json.dumps(value) for field, value in guide.items()},
            text=block,
        )
        for (name, guide), (line, block) in zip(guides.items(), blocks, strict=True)
    ]
    return [Record(key=(), line=1, cells={}, text=head[1]), *records], []


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True
