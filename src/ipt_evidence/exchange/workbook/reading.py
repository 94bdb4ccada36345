"""Read a workbook sheet by sheet into raw tables; whatever is wrong is named by sheet and cell."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.imported import Imported, LeftOut
from ipt_evidence.exchange.workbook.opening import open_workbook
from ipt_evidence.exchange.workbook.references import REFERENCES, SHEETS, bibliography_text
from ipt_evidence.exchange.workbook.sheets import read_sheet
from ipt_evidence.exchange.workbook.writing import LISTS, README
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.words.vocabulary import nearest


def read_workbook(path: Path) -> Imported:
    """Read every sheet that bears the name of a raw table, and that of the references.

    Text is taken to the letter. A true number is taken with the 15 digits that spreadsheets keep. Each cell is held
    to the schema of its table; what one table says of another is left to ``ipt-evidence check``.

    Parameters
    ----------
    path : Path
        Workbook in the Office Open XML format (``.xlsx``).

    Returns
    -------
    Imported
        The tables that have a sheet; sheets and columns that are no part of them are left, each with the reason.

    Raises
    ------
    ExtractionError
        If the file is not a sound workbook, has no sheet of a raw table, or any cell cannot be taken.
    """
    opened = open_workbook(path)
    book = opened.book
    named = {_plain(sheet.title): sheet for sheet in book.worksheets}
    sheets = [read_sheet(named[name], name, path.as_posix()) for name in SHEETS if name in named]
    if not sheets:
        titles = ", ".join(f"'{title}'" for title in book.sheetnames)
        rule = f"no sheet bears the name of a table ({', '.join(SHEETS)}); its sheets are {titles}"
        refuse(path.as_posix(), rule, "Rename the sheets, or fill a template")
    breaches = [breach for sheet in sheets for breach in sheet.breaches]
    listed = next((sheet for sheet in sheets if sheet.table == REFERENCES.name), None)
    bibliography = ""
    if listed and not listed.breaches:
        bibliography, wrong = bibliography_text(listed.frame)
        breaches += [replace(breach, file=f"{path.as_posix()}, sheet {named[listed.table].title}") for breach in wrong]
    if breaches:
        raise ExtractionError(breaches)
    return Imported(
        kind="workbook",
        file=path.as_posix(),
        tables={sheet.table: sheet.frame for sheet in sheets if sheet is not listed},
        bibliography=bibliography,
        left=(
            *(LeftOut(path.as_posix(), None, "part of the workbook", remark) for remark in opened.remarks),
            *_other_sheets(book, path),
            *(item for sheet in sheets for item in sheet.left),
        ),
        todo=tuple(item for sheet in sheets for item in sheet.todo),
    )


def _other_sheets(book: Workbook, path: Path) -> Iterator[LeftOut]:
    titles = {_plain(title): title for title in book.sheetnames}
    for name in SHEETS:
        if name not in titles:
            yield LeftOut(path.as_posix(), None, f"table {name}", "the workbook has no such sheet")
    for plain, title in titles.items():
        if plain not in SHEETS and title not in (README, LISTS):
            reason = f"no table has this name; {nearest(plain, SHEETS)}"
            yield LeftOut(path.as_posix(), None, f"sheet {title}", reason)


def _plain(title: str) -> str:
    return title.strip().lower()
