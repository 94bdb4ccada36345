"""Merge the raw files of one folder into those of a review: each row offered is new, the same, or in conflict."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.records import Record, appended_text, read_records, records_text
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.schemas import RAW_FILES

Settlement = Literal["stop", "keep", "take"]
"""What is done about conflicts: nothing is written; what is there stays; what is offered replaces it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A cell that is not empty in the row offered, and says something else in the row that is there.

    Attributes
    ----------
    file : str
        The file offered.
    line : int
        1-based line on which its row starts.
    row : str
        Key of the row, its cells joined by bars.
    column : str
        The column, or the field of a guide or of a reference.
    there, offered : str
        The two contents.
    """

    file: str
    line: int
    row: str
    column: str
    there: str
    offered: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMerge:
    """What became of the rows of one file.

    Attributes
    ----------
    name : str
        Name of the file.
    offered, new, same, conflicting : int
        Rows; ``offered`` is the sum of the other three.
    conflicts : tuple of Conflict
        Every cell in conflict.
    new_lines : tuple of int
        Lines of the offered file that the new rows start on, in the order in which they come last in ``text``.
    text : str or None
        Content of the merged file; None if it stays as it is.
    """

    name: str
    offered: int
    new: int
    same: int
    conflicting: int
    conflicts: tuple[Conflict, ...] = ()
    new_lines: tuple[int, ...] = ()
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """What a merge would do.

    Attributes
    ----------
    files : tuple of FileMerge
        The raw files offered, in the order of the codebook.
    left : tuple of str
        Names in the folder that are those of no raw file.
    """

    files: tuple[FileMerge, ...]
    left: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Every cell in conflict."""
        return tuple(conflict for each in self.files for conflict in each.conflicts)

    @property
    def texts(self) -> dict[str, str]:
        """Content by name, of the files that change."""
        return {each.name: each.text for each in self.files if each.text is not None}


def merge_folder(folder: Path, raw: Path, settlement: Settlement) -> Merge:
    """Compare the raw files of a folder with those of a review, and write out what they are together.

    A row is told by its key. Empty cells of an offered row ask nothing, and numbers are compared as numbers. Rows that
    are there stay as they are, to the letter, unless ``settlement`` is ``take``.

    Parameters
    ----------
    folder, raw : Path
        Raw files to be merged, and those of the review; those that are missing are empty.
    settlement : {"stop", "keep", "take"}
        What to do about conflicts; ``stop`` counts on the caller to write nothing if there are any.

    Raises
    ------
    ExtractionError
        If the folder offers no raw file, or a file cannot be read, with every line that stands in the way.
    """
    names = [name for name in RAW_FILES if (folder / name).exists()]
    if not names:
        rule = "the folder holds no raw table" if folder.is_dir() else "there is no such folder"
        remedy = f"Name a folder with tables such as {RAW_FILES[0]}; `ipt-evidence import` makes one of other files"
        refuse(folder.as_posix(), rule, remedy)
    found = {(side, name): read_records(side / name) for side in (raw, folder) for name in names}
    twice = [breach for name in names for breach in _twice(raw / name, found[raw, name][0])]
    if breaches := [breach for _, wrong in found.values() for breach in wrong] + twice:
        raise ExtractionError(breaches)
    files = (
        _merged_file(folder / name, raw / name, found[raw, name][0], found[folder, name][0], settlement)
        for name in names
    )
    others = sorted(path.name for path in folder.iterdir() if path.name not in RAW_FILES)
    return Merge(files=tuple(files), left=tuple(others))


def _twice(path: Path, records: list[Record]) -> Iterator[Breach]:
    """Refuse a review that holds a key twice: only one of the rows could be kept."""
    lines: dict[tuple[str, ...], int] = {}
    for record in records:
        if (first := lines.setdefault(record.key, record.line)) != record.line:
            rule, remedy = f"line {first} has the same key", "Keep one of them, then merge"
            yield Breach(file=path.as_posix(), line=record.line, key=record.name, rule=rule, remedy=remedy)


def _merged_file(
    file: Path, into: Path, there: list[Record], offered: list[Record], settlement: Settlement
) -> FileMerge:
    merged = {record.key: record for record in there}
    new: list[Record] = []
    conflicts: list[Conflict] = []
    taken: list[Record] = []
    rows = [record for record in offered if record.key]
    for record in rows:
        before = merged.get(record.key)
        if before is None:
            new.append(record)
            merged[record.key] = record
        elif found := list(_conflicts(file.as_posix(), before, record)):
            conflicts += found
            taken.append(record)
            merged[record.key] = before.taking(record) if settlement == "take" else before
    whole = records_text(into.name, merged.values()) if taken and settlement == "take" else None
    return FileMerge(
        name=file.name,
        offered=len(rows),
        new=len(new),
        same=len(rows) - len(new) - len(taken),
        conflicting=len(taken),
        conflicts=tuple(conflicts),
        new_lines=tuple(record.line for record in new),
        text=whole or ((appended_text(into, new) or records_text(into.name, merged.values())) if new else None),
    )


def _conflicts(file: str, before: Record, offered: Record) -> Iterator[Conflict]:
    for column in before.differing(offered):
        there, said = before.cells.get(column, ""), offered.cells[column]
        yield Conflict(file=file, line=offered.line, row=offered.name, column=column, there=there, offered=said)
