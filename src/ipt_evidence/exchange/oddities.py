"""What the user of any foreign table is told of it: letters, rows of another width, columns that nothing reads."""

from collections import Counter
from collections.abc import Iterable

from ipt_evidence.exchange.foreign import NAMELESS, Sheet
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import LOST_REASON, lost_in, mended, misread_as
from ipt_evidence.exchange.names import slug
from ipt_evidence.extraction.breaches import shown
from ipt_evidence.words.numbers import counted, plural

NO_PLACE = "the raw tables have no place for them"

SHOWN_LINES, SHOWN_CELL = 10, 30


def note_sheet(sheet: Sheet, ledger: Ledger) -> None:
    """Ask about letters in another encoding and rows of another width; pass on what the reader remarked and left."""
    for record in sheet.records:
        for name, cell in record.cells.items():
            if not cell.isascii() and (better := mended(cell)) != cell:
                reason = f"UTF-8 that was once read as {misread_as(cell)}: taken as '{shown(better)}'; check it"
                ledger.ask(record.line, f"{name} '{shown(cell)}'", reason)
            if lost_in(cell):
                ledger.ask(record.line, f"{name} '{shown(cell)}'", LOST_REASON)
    for remark in sheet.remarks:
        ledger.ask(None, "file", remark)
    for each in sheet.left:
        ledger.leave(*each)
    if sheet.guessed:
        reason = "not UTF-8, read as Windows-1252: check the letters that are not English"
        ledger.ask(sheet.guessed[0], in_lines(sheet.guessed), reason)
    if sheet.ragged:
        reason = "another number of cells than the first row has names: missing cells are read as empty"
        ledger.ask(sheet.ragged[0], in_lines(sheet.ragged), reason)


def note_columns(sheet: Sheet, names: Iterable[str], ledger: Ledger, *, what: str = "", reason: str = NO_PLACE) -> None:
    """Leave columns, each with the first thing that stands in it; ``what`` says which kind of columns they are."""
    held = [(name, first_cell(sheet, name)) for name in dict.fromkeys(names)]
    said = [
        f"{name} ({shown(cell, SHOWN_CELL) or 'empty'})" for name, cell in held if cell or not name.startswith(NAMELESS)
    ]
    if said:
        ledger.leave(1, f"{what} {plural(len(said), 'column')} {', '.join(said)}".lstrip(), reason)


def ask_about_alike(names: Iterable[str], ledger: Ledger) -> None:
    """Ask about names of studies that differ only in signs, such as ``Müller, 2001`` and ``Muller 2001``."""
    every = list(dict.fromkeys(filter(None, names)))
    times = Counter(slug(name, "") for name in every)
    if doubtful := [name for name in every if times[slug(name, "")] > 1]:
        what = f"studies {'; '.join(doubtful[:SHOWN_LINES])}"
        ledger.ask(None, what, "names differ only in signs: one trial, or several?")


def first_cell(sheet: Sheet, name: str) -> str:
    """Return the first cell with content of a column."""
    return next((cell for record in sheet.records if (cell := record.get(name))), "")


def some(lines: Iterable[object]) -> str:
    """Return the first of many lines, or of other things."""
    every = list(lines)
    more = f" and {len(every) - SHOWN_LINES} more" if len(every) > SHOWN_LINES else ""
    return ", ".join(map(str, every[:SHOWN_LINES])) + more


def in_lines(lines: Iterable[int]) -> str:
    """Return ``line 5`` or ``lines 5, 7``, the first of many."""
    every = list(lines)
    return f"{plural(len(every), 'line')} {some(every)}"


def in_rows(lines: Iterable[int]) -> str:
    """Return ``1 row: 5`` or ``12 rows: 5, 7, ...``, the first of many lines."""
    every = list(dict.fromkeys(lines))
    return f"{counted(len(every), 'row')}: {some(every)}"
