"""Read a CSV file into text cells, each row under the line it starts on; what cannot be read is a breach."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, shown

ARCHIVE = b"PK\x03\x04"
"""How workbooks begin, whatever they are named."""

BYTE_ORDER_MARKS_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of one file as typed.

    Attributes
    ----------
    frame : pandas.DataFrame
        Text cells, empty text where a cell is empty; the index is the 1-based line a row starts on.
    breaches : list of Breach
        What could not be read.
    readable : bool
        Whether the columns are the expected ones, so that the rows can be used for further checks.
    misread : frozenset of int
        Lines that were read with errors: cells may stand in the wrong column, or hold other letters.
    corrected : dict of (int, str) to str
        What is typed in the cells that a correction has set, by line and column.
    """

    frame: pd.DataFrame
    breaches: list[Breach] = field(default_factory=list)
    readable: bool = True
    misread: frozenset[int] = frozenset()
    corrected: dict[tuple[int, str], str] = field(default_factory=dict)


def read_cells(path: Path, columns: list[str]) -> Cells:
    """Read the CSV file at ``path``, which must have exactly ``columns``, in any order.

    Parameters
    ----------
    path : Path
        UTF-8 text, with or without byte order mark, any line ends.
    columns : list of str
        Names the first row must hold.

    Returns
    -------
    Cells
        Rows with the columns in the order of ``columns``; no rows if the file is not readable.
    """
    text, breaches = read_text(path)
    nothing = pd.DataFrame(columns=columns, dtype="str")
    if text is None:
        return Cells(nothing, breaches, readable=False)
    records, malformed = _records(path, text, columns)
    if malformed:
        return Cells(nothing, [*breaches, malformed], readable=False)
    (_, header), *rows = records
    wrong_header = list(_header_breaches(path, header, columns))
    if wrong_header:
        return Cells(nothing, breaches + wrong_header, readable=False)
    width = len(header)
    wrong_rows = [breach for line, row in rows for breach in _row_breaches(path, line, row, width)]
    kept = [(line, (row + [""] * width)[:width]) for line, row in rows if any(row)]
    frame = pd.DataFrame([row for _, row in kept], columns=header, index=[line for line, _ in kept], dtype="str")
    # Where bytes were no letters, a cell holds the sign for that, which is not worth a second message.
    undecoded = [line for line, row in kept if breaches and any("\ufffd" in cell for cell in row)]
    misread = frozenset([*(breach.line for breach in wrong_rows if breach.line), *undecoded])
    return Cells(frame[columns], breaches + wrong_rows, misread=misread)


def read_text(path: Path) -> tuple[str | None, list[Breach]]:
    """Return the text of a UTF-8 file, None if there is none, and a breach for each line not in UTF-8."""
    breach = partial(Breach, file=path.as_posix())
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        remedy = "Put it back, or restore it from version control"
        return None, [breach(rule="the file is missing", remedy=remedy)]
    except OSError as error:
        remedy = "Check that it is a plain file you may read"
        return None, [breach(rule=f"the file cannot be read ({error.strerror})", remedy=remedy)]
    if data.startswith(ARCHIVE):
        return None, [breach(rule="the file is a workbook or an archive, not text", remedy="Save it as CSV in UTF-8")]
    if data.startswith(BYTE_ORDER_MARKS_16):
        return None, [breach(line=1, rule="the file is in UTF-16, not UTF-8", remedy="Save it again in UTF-8")]
    return data.decode("utf-8-sig", errors="replace"), list(_encoding_breaches(path.as_posix(), data))


def _encoding_breaches(file: str, data: bytes) -> Iterator[Breach]:
    for number, line in enumerate(data.split(b"\n"), start=1):
        try:
            line.decode("utf-8")
        except UnicodeDecodeError as error:
            at = error.start
            around = shown(line[max(at - 12, 0) : at + 12].decode("utf-8", errors="replace"))
            rule = f"byte 0x{line[at]:02x} at position {at + 1} is not UTF-8, in '{around}'"
            remedy = "Save the file again in UTF-8, and check the letter that stands there"
            yield Breach(file=file, line=number, rule=rule, remedy=remedy)


def _records(path: Path, text: str, columns: list[str]) -> tuple[list[tuple[int, list[str]]], Breach | None]:
    """Return each record with the line it starts on, or what keeps the file from being read.

    Blank lines are no records.
    """
    breach = partial(Breach, file=path.as_posix())
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records = []
    start = 1
    try:
        for record in reader:
            if record:
                records.append((start, record))
            start = reader.line_num + 1
    except csv.Error as error:
        rule = f"the row that starts here is not well-formed CSV ({error})"
        remedy = 'Close every quoted cell, double the quotes inside it (""), and keep a cell to a page of text'
        return [], breach(line=start, rule=rule, remedy=remedy)
    if not records:
        remedy = f"Give it a first row with the columns {', '.join(columns)}"
        return [], breach(rule="the file is empty", remedy=remedy)
    return records, None


def _header_breaches(path: Path, header: list[str], columns: list[str]) -> Iterator[Breach]:
    breach = partial(Breach, file=path.as_posix(), line=1)
    missing = [name for name in columns if name not in header]
    for mark, name in {";": "semicolons", "\t": "tabs", "|": "bars"}.items():
        if len(header) == 1 and len(set(header[0].split(mark)) & set(columns)) > 1:
            remedy = "Save it again with commas, decimals with points"
            yield breach(rule=f"the columns are divided by {name}, not by commas", remedy=remedy)
            return
    if len(missing) == len(columns):
        remedy = f"Put a row above it with the columns {', '.join(columns)}"
        yield breach(rule="the first row names none of the columns of the table", remedy=remedy)
        return
    for name, count in Counter(header).items():
        if count > 1:
            rule = f"the column stands {count} times in the first row"
            yield breach(column=name, rule=rule, remedy="Keep one of them")
        if name not in columns:
            remedy = f"Rename it to {missing[0]}, or remove it" if len(missing) == 1 else "Rename it, or remove it"
            yield breach(column=name, rule="the table has no such column", remedy=remedy)
    for name in missing:
        remedy = "Add it; its cells may be empty where the codebook allows"
        yield breach(column=name, rule="the column is missing from the first row", remedy=remedy)


def _row_breaches(path: Path, line: int, row: list[str], width: int) -> Iterator[Breach]:
    if not any(row):
        yield Breach(file=path.as_posix(), line=line, rule="the row is empty", remedy="Delete the line")
    elif len(row) != width:
        rule = f"the row has {len(row)} cells where the first row has {width}"
        remedy = "Complete the row, and quote cells that hold a comma"
        yield Breach(file=path.as_posix(), line=line, rule=rule, remedy=remedy)
