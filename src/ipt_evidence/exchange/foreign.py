"""Files that other programs wrote: any encoding, any separator."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NoReturn

from ipt_evidence.exchange.mojibake import Misread, lines_read_right, words_put_right
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.files import unguarded
from ipt_evidence.words.numbers import counted

MOST_BYTES = 200_000_000
"""Larger files are no tables that people extracted."""

LONGEST_CELL = 1_000_000

MISSING = frozenset({"", "na", "n/a", "nan", "nr", "n.r.", "null", "not reported", "#n/a", "-", "."})
"""What other programs write where there is nothing, in small letters."""

ABOVE = 4
"""Rows that may stand above the names of columns: headings of the RoB 2 workbook, instructions of a template."""

NAMELESS = "(no_name"
"""How the name begins that a column without one is given."""

MARKS_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a foreign file.

    Attributes
    ----------
    file : str
        The file as the user named it.
    text : str
        Its content.
    guessed : tuple of int
        1-based lines that are not UTF-8 and were read as Windows-1252.
    misread : tuple of Misread
        Words that came in the wrong letters and were put right.
    """

    file: str
    text: str
    guessed: tuple[int, ...]
    misread: tuple[Misread, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a foreign table.

    Attributes
    ----------
    line : int
        1-based line the row starts on.
    cells : mapping of str to str
        Cells by column name in small letters, spaces as ``_``; empty text where the file has nothing.
    """

    line: int
    cells: Mapping[str, str]

    def get(self, *names: str) -> str:
        """Return the first cell with content among columns ``names``, empty text if there is none."""
        # A loop, because a wide file asks for each cell of each row, and a generator costs more than the look-up.
        for name in names:
            if cell := self.cells.get(name):
                return cell
        return ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A foreign table.

    Attributes
    ----------
    file : str
        The file as the user named it.
    columns : tuple of str
        Its columns, as in `Record`.
    records : tuple of Record
        Rows with content.
    guessed : tuple of int
        As in `Text`.
    ragged : tuple of int
        Lines of rows with more or fewer cells than there are columns.
    remarks : tuple of str
        What else of the file its reader should know.
    misread : tuple of Misread
        As in `Text`.
    left : tuple of (int, str, str)
        Line, what and reason of each row that holds nothing to import.
    """

    file: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    guessed: tuple[int, ...]
    ragged: tuple[int, ...]
    remarks: tuple[str, ...] = ()
    misread: tuple[Misread, ...] = ()
    left: tuple[tuple[int, str, str], ...] = ()


def refuse(
    file: str, rule: str, remedy: str, line: int | None = None, column: str = "", value: str | None = None
) -> NoReturn:
    """Raise ExtractionError for one problem, of the attributes that `Breach` has."""
    raise ExtractionError([Breach(file=file, line=line, column=column, value=value, rule=rule, remedy=remedy)])


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, or refuse one that is missing, empty, unreadable or far too large."""
    file = path.as_posix()
    try:
        if path.stat().st_size > MOST_BYTES:
            refuse(file, f"the file is larger than {MOST_BYTES // 1_000_000} MB", "Export the study data alone")
        data = path.read_bytes()
    except FileNotFoundError:
        refuse(file, "there is no such file", "Check the name and the folder")
    except OSError as error:
        refuse(file, f"the file cannot be read ({error.strerror})", "Check that it is a plain file you may read")
    if not data.strip():
        refuse(file, "the file is empty", "Export it again")
    return data


def read_foreign(path: Path) -> Text:
    """Return the text of a file: UTF-8 or UTF-16 by its mark, else UTF-8 line by line, with Windows-1252 for the rest.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or holds no text.
    """
    return text_of(path.as_posix(), read_bytes(path))


def read_letters(path: Path) -> Text:
    """Return the text of a file as :func:`read_foreign` does, with letters that were once misread put right."""
    return in_right_letters(read_foreign(path))


def in_right_letters(source: Text) -> Text:
    """Return a text with the letters put right that were UTF-8 and have been read as something else on the way."""
    text, misread = lines_read_right(source.text)
    return replace(source, text=text, misread=tuple(misread))


def text_of(file: str, data: bytes) -> Text:
    """Return the text of a file whose content is at hand, as :func:`read_foreign` does."""
    if data.startswith(MARKS_16):
        return Text(file, data.decode("utf-16", errors="replace"), ())
    if b"\0" in data:
        remedy = "Export the data as text; a workbook is imported with the kind 'workbook'"
        refuse(file, "the file is no text", remedy)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return Text(file, data.decode("utf-8"), ())
    except UnicodeDecodeError:
        lines = data.split(b"\n")
    decoded = [_decoded(line) for line in lines]
    guessed = tuple(number for number, (_, sure) in enumerate(decoded, start=1) if not sure)
    return Text(file, "\n".join(text for text, _ in decoded), guessed)


def _decoded(line: bytes) -> tuple[str, bool]:
    try:
        return line.decode("utf-8"), True
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes without a letter: those stay marked.
        return line.decode("cp1252", errors="replace"), False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table should be.

    Attributes
    ----------
    kind : str
        What it should be, for the message.
    needed : tuple of str
        Columns without which it is not that, in the words of ``names``.
    names : callable
        Turns the name of a column, in small letters, into the one it is sought under.
    above : int
        How many rows may stand above that of the column names.
    missing : frozenset of str
        What stands for an empty cell, in small letters.
    """

    kind: str
    needed: tuple[str, ...] = ()
    names: Callable[[str], str] = str
    above: int = 0
    missing: frozenset[str] = MISSING


MOST_SHOWN = 200
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}


def sheet_of(source: Text, wanted: Wanted) -> Sheet:
    """Return the table in a text, separated by semicolons, commas or tabs: whichever finds most of what is needed.

    Returns
    -------
    Sheet
        Rows with content; cells stripped, those that say "missing" emptied.

    Raises
    ------
    ExtractionError
        If it lacks a needed column.
    """
    heads = [
        (len({*wanted.needed} & {*map(wanted.names, columns)}), -skip, len(columns), separator, columns)
        for separator, skip, columns in heads_of(source.text, wanted.above + 1)
    ]
    nothing: tuple[int, int, int, str, tuple[str, ...]] = (0, 0, 0, ",", ())
    _, skipped, _, separator, columns = max(heads, key=lambda each: each[:3], default=nothing)
    found = {*map(wanted.names, columns)}
    if lacking := [name for name in wanted.needed if name not in found]:
        rule = f"this is not {wanted.kind}: the first row has no column {', '.join(lacking)}"
        refuse(source.file, rule, "Check the kind of file, and that the first row holds the column names", line=1)
    columns = distinct(columns)
    body = list(_rows(source, separator))[1 - skipped :]
    # What stands behind the last column has come from somewhere before it: such as two halves of a decimal comma.
    slipped = {line: cells for line, cells in body if any(map(str.strip, cells[len(columns) :]))}
    kept = [(line, cells) for line, cells in body if line not in slipped]
    records = tuple(_record(line, columns, cells, wanted.missing) for line, cells in kept)
    ragged = tuple(line for line, cells in kept if len(cells) != len(columns))
    quote = f"put what holds a {SEPARATORS[separator]} in quotation marks, and name every column"
    left = tuple(
        (
            line,
            f"row {separator.join(cells)}"[:MOST_SHOWN],
            f"it has {counted(len(cells), 'cell')} under {counted(len(columns), 'name')}, so they may have slipped: "
            f"{quote}",
        )
        for line, cells in slipped.items()
    )
    filled = tuple(record for record in records if any(record.cells.values()))
    return Sheet(source.file, columns, filled, source.guessed, ragged, misread=source.misread, left=left)


def about_letters(source: Text | Sheet) -> list[tuple[int, str, str]]:
    """Return line, thing and reason for each line that was not UTF-8, and each word that was put right."""
    reason = "not UTF-8, read as Windows-1252: check its letters"
    guessed = [(line, f"line {line}", reason) for line in source.guessed]
    return [*guessed, *words_put_right(source.misread)]


def heads_of(text: str, most: int = 1) -> Iterator[tuple[str, int, tuple[str, ...]]]:
    """Yield separator, number of rows above, and names of columns, for each separator and each of the first rows."""
    for separator in ";,\t":
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        rows = (cells for cells in reader if any(map(str.strip, cells)))
        with suppress(csv.Error):  # a row that cannot be read holds no names
            for above, cells in enumerate(islice(rows, most)):
                yield separator, above, tuple(map(column_name, cells))


def column_name(head: str) -> str:
    """Return what a column is called: the head in small letters, without quotation marks, spaces as ``_``."""
    return re.sub(r"\s+", "_", head.strip().strip("\ufeff'\"").strip().lower())


def distinct(columns: Iterable[str]) -> tuple[str, ...]:
    """Return names of columns, no two alike, none empty: what stands in a column must be told under some name."""
    found: list[str] = []
    for place, column in enumerate(columns, start=1):
        name = column or f"{NAMELESS},_column_{place})"
        found.append(f"{name}_(again,_column_{place})" if name in found else name)
    return tuple(found)


def _rows(source: Text, separator: str) -> Iterator[tuple[int, list[str]]]:
    # The limit belongs to the whole program, and raw tables are read with the usual one.
    usual = csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(source.text, newline=""), delimiter=separator)
    line = 1
    try:
        for cells in reader:
            if cells and any(map(str.strip, cells)):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = "Close every quoted cell, and export the file again"
        refuse(source.file, f"the row that starts here cannot be read ({error})", remedy, line=line)
    finally:
        csv.field_size_limit(usual)


def _record(line: int, columns: tuple[str, ...], cells: list[str], missing: frozenset[str]) -> Record:
    # A text that was guarded against running as a formula is read as what it was.
    return Record(
        line,
        {
            name: unguarded(cell) if (cell := typed.strip()) and cell.lower() not in missing else ""
            for name, typed in zip(columns, cells, strict=False)
        },
    )
