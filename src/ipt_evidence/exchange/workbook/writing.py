"""Write raw tables as a workbook: drop-downs, a comment on each column, and the same bytes for the same tables."""

import io
import re
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ipt_evidence.exchange.foreign import refuse
from ipt_evidence.exchange.workbook.cells import MOST_CHARACTERS, escaped, put
from ipt_evidence.exchange.workbook.lists import WordList, about, word_list
from ipt_evidence.exchange.workbook.readme import readme_lines
from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.validation import key_columns
from ipt_evidence.files import write_file
from ipt_evidence.words.vocabulary import Vocabulary

README, LISTS = "Read me", "lists"
"""Sheets that are no tables."""

LAST_ROW = 1_048_576
FIXED = datetime(1980, 1, 1)
"""The time written into every workbook: the earliest an archive can hold."""

WIDEST, NARROWEST = 45, 9
KEY = PatternFill("solid", fgColor="FFE6F1F5")
STAMP = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write_workbook(tables: Mapping[str, pd.DataFrame], vocabulary: Vocabulary, path: Path, *, force: bool) -> None:
    """Write raw tables as a workbook, whole or not at all.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Text cells by name of raw table, and of ``references``; what is not given gets an empty sheet.
    vocabulary : Vocabulary
        Words to propose.
    path : Path
        File to write, ending in ``.xlsx``.
    force : bool
        Whether to replace a file that is there.

    Raises
    ------
    ExtractionError
        If the file is there already and ``force`` is not set, if it cannot be written, or if a cell is too long.
    """
    place = path.as_posix()
    if path.suffix != ".xlsx":
        refuse(place, "the name must end in .xlsx", "Choose another name")
    if path.exists() and not force:
        refuse(place, "the file is there already", "Choose another name, or replace it with --force")
    content = workbook_bytes(tables, vocabulary)
    try:
        write_file(content, path)
    except OSError as error:
        refuse(place, f"the file cannot be written ({error.strerror})", "Choose another folder")


def workbook_bytes(tables: Mapping[str, pd.DataFrame], vocabulary: Vocabulary) -> bytes:
    """Return raw tables as the bytes of a workbook, the same for the same tables and words."""
    _refuse_long_cells(tables)
    book = Workbook()
    _fill_readme(book.active)
    ranges: dict[str, str] = {}
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for name, schema in SHEETS.items():
        sheet = book.create_sheet(name, index=len(book.sheetnames) - 1)
        _fill_table(sheet, tables.get(name, pd.DataFrame(columns=list(schema.columns))))
        for place, column in enumerate(schema.columns, start=1):
            if words := word_list(name, column, vocabulary):
                if words.name not in ranges:
                    ranges[words.name] = _add_list(lists, len(ranges) + 1, words)
                _offer(sheet, get_column_letter(place), words, ranges[words.name])
    book.properties.creator = "ipt-evidence"
    book.properties.created = FIXED
    return _with_fixed_dates(book)


def _refuse_long_cells(tables: Mapping[str, pd.DataFrame]) -> None:
    rule, remedy = f"a cell of a workbook holds at most {MOST_CHARACTERS} characters", "Shorten the text"
    long = [
        Breach(file=f"{name}.csv", line=int(str(line)), column=str(column), value=text, rule=rule, remedy=remedy)
        for name, frame in tables.items()
        for column in frame
        for line, text in frame[column].items()
        if len(escaped(text)) > MOST_CHARACTERS
    ]
    if long:
        raise ExtractionError(long)


def _fill_readme(sheet: Worksheet) -> None:
    sheet.title = README
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 100
    for row, (first, second) in enumerate(readme_lines(), start=1):
        for column, text in ((1, first), (2, second)):
            cell = sheet.cell(row, column)
            put(cell, text)
            cell.alignment = Alignment(wrap_text=column == 2, vertical="top")
            cell.font = Font(bold=column == 1)


def _fill_table(sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Write the heading with its comments, the cells, and the widths; every column is one of text."""
    schema = SHEETS[sheet.title]
    sheet.freeze_panes = "A2"
    for place, (name, column) in enumerate(schema.columns.items(), start=1):
        heading = sheet.cell(1, place)
        put(heading, name)
        heading.font = Font(bold=True)
        if name in key_columns(schema):
            heading.fill = KEY
        heading.comment = Comment(about(column), "ipt-evidence", width=340, height=190)
        dimension = sheet.column_dimensions[get_column_letter(place)]
        longest = max(frame[name].str.len(), default=0)
        dimension.width = min(max(longest, len(name) + 2, NARROWEST), WIDEST)
        dimension.number_format = "@"
        for row, text in enumerate(frame[name], start=2):
            put(sheet.cell(row, place), text)


def _add_list(sheet: Worksheet, place: int, words: WordList) -> str:
    """Write a list of words under its name, and return where its words stand."""
    for row, text in enumerate((words.name, *words.words), start=1):
        put(sheet.cell(row, place), text)
    letter = get_column_letter(place)
    return f"{LISTS}!${letter}$2:${letter}${len(words.words) + 1}"


def _offer(sheet: Worksheet, letter: str, words: WordList, cells: str) -> None:
    remedy = "Choose a word of the list." if words.closed else "Keep it only if the vocabulary is to get this word."
    rule = DataValidation(
        type="list",
        formula1=cells,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="stop" if words.closed else "warning",
        errorTitle="Not in the list",
        error=remedy,
    )
    rule.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _with_fixed_dates(book: Workbook) -> bytes:
    """Save a workbook without the time of saving."""
    drafted, fixed = io.BytesIO(), io.BytesIO()
    book.save(drafted)
    with zipfile.ZipFile(drafted) as draft, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in draft.namelist():
            part = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            content = draft.read(name)
            if name == "docProps/core.xml":
                content = STAMP.sub(rb"\g<1>" + FIXED.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            archive.writestr(part, content)
    return fixed.getvalue()
