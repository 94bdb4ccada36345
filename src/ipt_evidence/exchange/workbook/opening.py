"""Open a workbook that somebody sent: what is no sound workbook is a breach, never a traceback."""

import io
import posixpath
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from defusedxml.common import DefusedXmlException
from openpyxl import Workbook, load_workbook

from ipt_evidence.exchange.foreign import MOST_BYTES, refuse
from ipt_evidence.exchange.spreadsheets import COMPOUND_FILE

MOST_ROWS = 50_000
"""Most rows of a sheet; to read one with 26 columns takes half a minute."""

_LINK = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*?(?:/>|>\s*</(?:\w+:)?Relationship>)")
_TARGET = re.compile(rb"""\bTarget\s*=\s*["']([^"']*)["']""")
_FORMULA_ALONE = re.compile(rb"""<c(?![^>]*\st="str")[^>]*><f(?:[^>]*/>|[^>]*>[^<]*</f>)(?:<v\s*/>|<v>\s*</v>)?</c>""")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_OUTSIDE = re.compile(rb"""\bTargetMode\s*=\s*["']External["']""")


_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, ValueError, NotImplementedError, RuntimeError, EOFError)
"""What a part of an archive that is damaged, or packed in an unknown way, raises."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A workbook, and what of it could not be read.

    Attributes
    ----------
    book : openpyxl.Workbook
        Its sheets.
    remarks : tuple of str
        Parts that it names and does not hold, such as a drawing.
    uncomputed : bool
        Whether a formula may be in it whose value no spreadsheet has computed.
    """

    book: Workbook
    remarks: tuple[str, ...]
    uncomputed: bool = False


def open_workbook(path: Path, *, values: bool = False) -> Opened:
    """Open a workbook in the Office Open XML format.

    Parameters
    ----------
    path : Path
        The file.
    values : bool
        Whether formulas give the value that the spreadsheet last computed, instead of themselves.

    Returns
    -------
    Opened
        A part that is named and not there, such as a drawing, does not keep the tables from being read.

    Raises
    ------
    ExtractionError
        If there is no such file, or it is not a sound workbook of a reasonable size.
    """
    content = _content(path)
    _refuse_unsound_archive(path, content)
    content, missing = without_dead_links(content)
    try:
        with warnings.catch_warnings():
            # What of the looks of a workbook cannot be kept does not matter here.
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), keep_links=False, data_only=values)
    except MemoryError:
        raise  # it says nothing of the file
    except Exception as error:  # a damaged workbook makes the parser fail in ways that it does not list
        if isinstance(_root(error), DefusedXmlException):
            rule = "the workbook declares entities, which are not read: they could pull in other files, or grow"
            refuse(path.as_posix(), rule, "Open it in a spreadsheet and save it again")
        reason = " ".join(str(error).split()) or type(error).__name__
        refuse(path.as_posix(), f"the file is damaged ({reason})", "Open it in a spreadsheet and save it again")
    remarks = tuple(f"the workbook names a part that it does not hold: {name}; cells are read" for name in missing)
    return Opened(book, remarks, values and _uncomputed(content))


def _root(error: BaseException) -> BaseException:
    """Return what an error was raised for at first; openpyxl reads by defusedxml, and hides what it says."""
    return _root(error.__context__) if error.__context__ else error


def _uncomputed(content: bytes) -> bool:
    """Return whether a cell has a formula and neither a value nor the mark of a text, as of ``=IF(A1,1,"")``."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/")]
    return any(_FORMULA_ALONE.search(part) for part in parts)


def without_dead_links(content: bytes) -> tuple[bytes, list[str]]:
    """Return a workbook without links to parts that it does not hold, and the names of these."""
    missing: list[str] = []
    mended = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(mended, "w", zipfile.ZIP_DEFLATED) as copy:
        names = {name.lower() for name in archive.namelist()}
        links = [name for name in archive.namelist() if name.endswith(".rels")]
        dead = {name: list(_dead_links(archive.read(name), name, names)) for name in links}
        missing = [part for found in dead.values() for _, part in found]
        if not missing:
            return content, []
        for name in archive.namelist():
            part = archive.read(name)
            for link, _ in dead.get(name, []):
                part = part.replace(link, b"")
            copy.writestr(name, part)
    return mended.getvalue(), missing


def _dead_links(rels: bytes, name: str, names: set[str]) -> Iterator[tuple[bytes, str]]:
    # The links of xl/worksheets/_rels/sheet1.xml.rels are relative to xl/worksheets.
    folder = PurePosixPath(name).parent.parent.as_posix()
    for link in _LINK.findall(rels):
        target = _TARGET.search(link)
        if target and not _OUTSIDE.search(link):
            part = posixpath.normpath(posixpath.join("/", folder, target[1].decode("utf-8", "replace"))).lstrip("/")
            if part.lower() not in names:
                yield link, part


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES)
    except OSError as error:
        refuse(path.as_posix(), f"the file cannot be read ({error.strerror})", "Check the name")
    if content.startswith(COMPOUND_FILE):
        rule = "the workbook is protected by a password, or in the format before 2007"
        refuse(path.as_posix(), rule, "Save it again without password as .xlsx")
    return content


def _refuse_unsound_archive(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            is_workbook = "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        refuse(path.as_posix(), "the file is no workbook, or is damaged", "Save it again as .xlsx")
    if not is_workbook:
        refuse(path.as_posix(), "the file is an archive, but no workbook", "Save it again as .xlsx")
    if size > MOST_BYTES:
        rule = f"the workbook unpacks to {size} bytes, more than the {MOST_BYTES} allowed"
        refuse(path.as_posix(), rule, "Remove pictures and sheets that are no tables")
    # To build the sheets takes a hundred times as long as to count their rows.
    if (rows := _most_rows(content)) > MOST_ROWS:
        rule = f"a sheet of the workbook has {rows} rows, more than the {MOST_ROWS} allowed"
        refuse(path.as_posix(), rule, "Delete empty rows under the table; or save the one sheet that is needed as CSV")


def _most_rows(content: bytes) -> int:
    """Return the rows of the longest sheet; a part that cannot be read is left to the reader of workbooks."""
    found = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in (name for name in archive.namelist() if "worksheets/" in name):
            with suppress(*_UNREADABLE):
                found = max(found, sum(1 for _ in _ROW.finditer(archive.read(name))))
    return found
