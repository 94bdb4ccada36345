"""Read a Cochrane data package: the zip of data rows, settings, risk of bias, study information and references."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ipt_evidence.exchange.citations.ris import references_of
from ipt_evidence.exchange.foreign import (
    MOST_BYTES,
    Sheet,
    Wanted,
    about_letters,
    in_right_letters,
    read_bytes,
    refuse,
    sheet_of,
    text_of,
)
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.revman.columns import unread_columns
from ipt_evidence.exchange.revman.rows import RevMan
from ipt_evidence.exchange.revman.web import NUMBERED, SET, Settings, judgements_of, read_data_rows

ROWS, SETTINGS, RISK = "data-rows.csv", "overall-estimates-and-settings.csv", "risk-of-bias.csv"
STUDIES, INCLUDED = "study-information.csv", "included.ris"
UNREAD = {
    "subgroup-estimates.csv": "RevMan computes them from the data rows",
    "excluded.ris": "enter these reports in excluded_reports.csv with one of its reasons",
    "awaiting.ris": "studies awaiting classification: no results yet",
    "ongoing.ris": "ongoing studies: no results yet",
}
"""What else a package holds, by the end of its name, and why it is not read."""

SETTINGS_READ = (*NUMBERED, "analysis_name", *SET)
"""Columns of the settings that are read, or stand in the data rows as well."""

Left = tuple[int | None, str, str]
Line = TypeVar("Line")


def read_package(path: Path) -> tuple[RevMan, Imported | None]:
    """Read a data package.

    Returns
    -------
    RevMan
        The data rows with the settings of their analyses, and the judgements on the risk of bias.
    Imported or None
        The references of the included studies, if the package has any.

    Raises
    ------
    ExtractionError
        If it cannot be read, is larger than any review, or holds no data rows.
    """
    file = path.as_posix()
    members = _members(read_bytes(path), file)
    if ROWS not in members:
        refuse(file, f"the zip holds no file that ends in {ROWS}", "Download the data package of the review again")
    sheets = {name: _sheet(members, name, file) for name in (SETTINGS, RISK, STUDIES) if name in members}
    settings = _settings(sheets[SETTINGS]) if SETTINGS in sheets else {}
    content = read_data_rows(_sheet(members, ROWS, file), settings)
    left: list[Left] = list(content.left)
    left += [each for name, sheet in sheets.items() for each in _named(name, sheet.left)]
    judgements = list(content.judgements)
    if RISK in sheets:
        sheet = sheets[RISK]
        judgements += judgements_of(sheet)
        left += _named(
            RISK, unread_columns(sheet, {"study", *(name for name in sheet.columns if "(judgement)" in name)})
        )
    if SETTINGS in sheets:
        left += _named(SETTINGS, unread_columns(sheets[SETTINGS], {*SETTINGS_READ}))
    if STUDIES in sheets:
        left += _named(STUDIES, unread_columns(sheets[STUDIES], {"study"}))
    known = {ROWS, SETTINGS, RISK, STUDIES, INCLUDED}
    left += [(None, name, UNREAD.get(name, "the file is not read")) for name in members if name not in known]
    references = None
    if INCLUDED in members and members[INCLUDED][1].strip():
        references = references_of(in_right_letters(text_of(f"{file}/{members[INCLUDED][0]}", members[INCLUDED][1])))
    asked = [*content.asked, *(each for name, sheet in sheets.items() for each in _named(name, about_letters(sheet)))]
    content = replace(content, file=file, judgements=tuple(judgements), left=tuple(left), asked=tuple(asked))
    return content, references


def _members(data: bytes, file: str) -> dict[str, tuple[str, bytes]]:
    """Return name and content of each file of a zip, by the end of the name where it is a known one."""
    again = "Download the data package of the review again"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir() and not _of_mac(entry.filename)]
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                refuse(file, f"the zip unpacks to more than {MOST_BYTES // 1_000_000} MB", again)
            ends = Counter(_kind(entry.filename) for entry in entries)
            if twice := [end for end, times in ends.items() if times > 1]:
                rule = f"the zip holds several files that end in {', '.join(twice)}"
                refuse(file, rule, "Import the data package of each review on its own")
            return {_kind(entry.filename): (entry.filename, package.read(entry)) for entry in entries}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, OSError) as error:
        refuse(file, f"the zip cannot be unpacked ({error})", again)


def _of_mac(name: str) -> bool:
    """Return whether a file is one that macOS puts beside each file of a zip."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith("._")


def _kind(name: str) -> str:
    known = (ROWS, SETTINGS, RISK, STUDIES, INCLUDED, *UNREAD)
    return next((end for end in known if name.lower().endswith(end)), name)


def _sheet(members: dict[str, tuple[str, bytes]], end: str, file: str) -> Sheet:
    name, data = members[end]
    return sheet_of(in_right_letters(text_of(f"{file}/{name}", data)), Wanted("a data package of RevMan Web"))


def _settings(sheet: Sheet) -> Settings:
    return {tuple(record.get(name) for name in NUMBERED): record for record in sheet.records}


def _named(name: str, left: Iterable[tuple[Line, str, str]]) -> Iterator[tuple[Line, str, str]]:
    for line, what, reason in left:
        yield line, f"{name}: {what}", reason
