"""Tables that people keep as text or in a workbook, read the same way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.exchange.foreign import (
    Record,
    Sheet,
    Wanted,
    column_name,
    distinct,
    read_bytes,
    read_foreign,
    refuse,
    sheet_of,
)
from ipt_evidence.words.numbers import plural

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

ARCHIVE, COMPOUND_FILE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""First bytes of a workbook, and of one with a password or in the format before 2007."""


def is_workbook(path: Path) -> bool:
    """Return whether a file is a workbook, by its first bytes."""
    return read_bytes(path).startswith((ARCHIVE, COMPOUND_FILE))


def read_table_sheet(path: Path, wanted: Wanted) -> Sheet:
    """Read a table from a text file, as :func:`sheet_of` does, or from the one sheet of a workbook that holds it.

    Returns
    -------
    Sheet
        Rows with content; line numbers are those of the sheet.

    Raises
    ------
    ExtractionError
        If the file cannot be read, lacks a needed column, or has several sheets that hold all of them.
    """
    fitting = read_table_sheets(path, wanted)
    if len(fitting) > 1:
        titles = ", ".join(remark.split("'")[1] for sheet in fitting for remark in sheet.remarks[:1])
        refuse(path.as_posix(), f"several sheets hold such a table: {titles}", "Hide or remove all but one")
    return fitting[0]


def read_table_sheets(path: Path, wanted: Wanted) -> list[Sheet]:
    """Read each table of a file that has the needed columns: one of a text, as many as there are of a workbook.

    The first remark of a sheet names it, the others are of the first sheet alone; errors are those of
    :func:`read_table_sheet`.
    """
    if not is_workbook(path):
        return [sheet_of(read_foreign(path), wanted)]
    from ipt_evidence.exchange.workbook.opening import open_workbook

    opened = open_workbook(path, values=True)
    sheets = [sheet for sheet in opened.book.worksheets if sheet.sheet_state == "visible"]
    heads = {sheet.title: _head(sheet, wanted) for sheet in sheets}
    fitting = [sheet for sheet in sheets if heads[sheet.title]]
    if not fitting:
        titles = ", ".join(f"'{sheet.title}'" for sheet in sheets)
        needed = ", ".join(wanted.needed)
        rule = f"this is not {wanted.kind}: no sheet of the workbook ({titles}) has the columns {needed}"
        refuse(path.as_posix(), rule, "Check the kind of file, and that the first row holds the column names")
    others = tuple(
        f"sheet '{sheet.title}' {'holds no such table' if sheet in sheets else 'is hidden'}, and is left"
        for sheet in opened.book.worksheets
        if sheet not in fitting
    )
    formulas = open_workbook(path).book if opened.uncomputed else opened.book
    return [
        _sheet(
            path,
            sheet,
            (*(() if place else (*opened.remarks, *others)), *_without_value(sheet, formulas[sheet.title])),
            heads[sheet.title],
            wanted.missing,
        )
        for place, sheet in enumerate(fitting)
    ]


def _without_value(sheet: "Worksheet", formulas: "Worksheet") -> Iterator[str]:
    """Yield cells whose formula has no value, as programs that compute none write them."""
    if formulas is sheet:
        return
    for row in formulas.iter_rows():
        for cell in row:
            if cell.data_type == "f" and sheet[cell.coordinate].value is None:
                rule = "it holds a formula without its value. Open the workbook in a spreadsheet and save it again"
                yield f"cell {cell.coordinate} is left in row {cell.row}: {rule}"


def joined(sheets: Sequence[Sheet]) -> Sheet:
    """Return several tables as one; lines of the second and later ones count on from the sheet before."""
    first, *others = sheets
    for other in others:
        last = max([1, *(record.line for record in first.records), *(line for line, _, _ in first.left)])
        records = tuple(Record(record.line + last, record.cells) for record in other.records)
        said = f"lines from {last + 1} are rows of the next sheet, {last} further down: {other.remarks[0]}"
        first = replace(
            first,
            columns=tuple(dict.fromkeys((*first.columns, *other.columns))),
            records=(*first.records, *records),
            remarks=(*first.remarks, said, *other.remarks[1:]),
            left=(*first.left, *((line + last, what, reason) for line, what, reason in other.left)),
        )
    return first


def _head(sheet: "Worksheet", wanted: Wanted) -> int:
    """Return the row of a sheet that names the needed columns, 0 if none does."""
    rows = range(1, wanted.above + 2)
    return next((row for row in rows if {*wanted.needed} <= {*map(wanted.names, _columns(sheet, row))}), 0)


def _columns(sheet: "Worksheet", row: int) -> tuple[str, ...]:
    from ipt_evidence.exchange.workbook.cells import text_of

    cells = next(sheet.iter_rows(min_row=row, max_row=row), ())
    return tuple(column_name(text_of(cell)) for cell in cells)


def _sheet(path: Path, sheet: "Worksheet", remarks: tuple[str, ...], head: int, missing: frozenset[str]) -> Sheet:
    columns = distinct(_columns(sheet, head))
    lines = [(cells[0].row, cells) for cells in sheet.iter_rows(min_row=head + 1)]
    unsure = [remark for row, cells in lines for remark in _unsure(row, cells)]
    records = [Record(row, _named(columns, cells, missing)) for row, cells in lines]
    return Sheet(
        path.as_posix(),
        columns,
        tuple(record for record in records if any(record.cells.values())),
        guessed=(),
        ragged=(),
        remarks=(f"sheet '{sheet.title}' was read", *remarks, *unsure, *_unseen(sheet, columns, head)),
    )


def _named(columns: Iterable[str], cells: Iterable["Cell"], missing: frozenset[str]) -> dict[str, str]:
    from ipt_evidence.exchange.workbook.cells import text_of, trouble

    named: dict[str, str] = {}
    for name, cell in zip(columns, cells, strict=True):
        text = "" if trouble(cell) else text_of(cell).strip()
        named[name] = "" if text.lower() in missing else text
    return named


def _unsure(row: int, cells: Iterable["Cell"]) -> Iterator[str]:
    from ipt_evidence.exchange.workbook.cells import marks, text_of, trouble

    for cell in cells:
        if found := trouble(cell):
            rule, remedy = found
            yield f"cell {cell.coordinate} ('{text_of(cell)}') is left in row {row}: {rule}. {remedy}"
        yield from marks(cell)


def _unseen(sheet: "Worksheet", columns: Sequence[str], head: int) -> Iterator[str]:
    """Yield marks in the rows above, and rows and columns that nobody sees who looks at the sheet."""
    from ipt_evidence.exchange.workbook.cells import marks

    for cells in sheet.iter_rows(max_row=head):
        for cell in cells:
            yield from marks(cell)
    spans = [(part.min, part.max) for part in sheet.column_dimensions.values() if part.hidden]
    places = enumerate(columns, start=sheet.min_column)
    folded = {
        "row": [str(row) for row in range(head + 1, sheet.max_row + 1) if sheet.row_dimensions[row].hidden],
        "column": [name for at, name in places if any(low <= at <= high for low, high in spans)],
    }
    for what, names in folded.items():
        if names:
            yield f"{plural(len(names), what)} {', '.join(names)}: hidden in the workbook, and read like any other"
