"""Cells of a workbook as text, there and back: nothing typed may turn into a number, a date or a formula."""

import re
from collections.abc import Iterator

from openpyxl.cell.cell import Cell

MOST_CHARACTERS = 32_767
"""As many characters as a cell of a workbook can hold."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]"  # not allowed in XML, or lost by it, as the carriage return is
    "|_(?=x[0-9A-Fa-f]{4}_)"  # what a reader would take for an escape
)
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_QUOTED_IN_FORMAT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')

_KINDS_REFUSED = {
    "f": ("a formula", "Replace it by its value, or by what is printed in the report"),
    "e": ("an error value", "Type what is printed in the report, or leave the cell empty"),
    "d": (
        "a date",
        "Format the cell as text and type again what is printed, as text such as 3-4 easily becomes a date",
    ),
}


def escaped(text: str) -> str:
    """Return a text as a workbook stores it: ``_xHHHH_`` for what XML cannot hold (ECMA-376-1, 22.9.2.19)."""
    return _UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescaped(text: str) -> str:
    """Return a text as a person reads it in the workbook; undoes :func:`escaped`."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def put(cell: Cell, text: str) -> None:
    """Write a text into a cell so that it stays text, also when a person types over it."""
    if text:
        cell.value = escaped(text)
        cell.data_type = "s"
    cell.number_format = "@"


def trouble(cell: Cell) -> tuple[str, str] | None:
    """Return rule and remedy if what the cell holds cannot be taken as typed."""
    if cell.data_type in _KINDS_REFUSED:
        what, remedy = _KINDS_REFUSED[cell.data_type]
        return f"the cell holds {what}", remedy
    if isinstance(cell.value, int | float) and "%" in _QUOTED_IN_FORMAT.sub("", cell.number_format):
        shown = f"{100 * cell.value:.12g}"
        return f"the cell shows {shown} per cent, and holds a hundredth of it", f"Format it as text, type {shown}"
    return None


def marks(cell: Cell) -> Iterator[str]:
    """Yield what a person put beside or through a cell, and no table keeps: a comment, a line through it."""
    where = f"cell {cell.coordinate} ('{text_of(cell)}')"
    if cell.comment is not None:
        yield f"{where}: its comment is left: {' '.join(unescaped(cell.comment.text).split())}"
    if text_of(cell) and cell.font is not None and cell.font.strike:
        yield f"{where}: struck through in the workbook, and read like any other; is it to count?"


def text_of(cell: Cell) -> str:
    """Return what a cell holds as text; a true number with the 15 digits that spreadsheets keep."""
    if isinstance(cell.value, bool):
        return str(cell.value).lower()
    if isinstance(cell.value, float):
        return f"{cell.value:.15g}"
    return "" if cell.value is None else unescaped(str(cell.value))
