"""Open a workbook that somebody sent: what is no sound workbook is a breach, never a traceback."""

import io
import warnings
import zipfile
from pathlib import Path

from openpyxl import Workbook, load_workbook

from ipt_evidence.extraction.breaches import Breach, ExtractionError

MOST_BYTES = 200_000_000
"""Most bytes that the parts of a workbook may unpack to."""

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""First bytes of an encrypted workbook, and of one in the format before 2007."""


def open_workbook(path: Path) -> Workbook:
    """Open a workbook in the Office Open XML format.

    Raises
    ------
    ExtractionError
        If there is no such file, or it is not a sound workbook of a reasonable size.
    """
    content = _content(path)
    _refuse_unsound_archive(path, content)
    try:
        with warnings.catch_warnings():
            # What of the looks of a workbook cannot be kept does not matter here.
            warnings.simplefilter("ignore")
            return load_workbook(io.BytesIO(content), keep_links=False)
    except Exception as error:  # a damaged workbook makes the parser fail in ways that it does not list
        reason = " ".join(str(error).split()) or type(error).__name__
        raise _refusal(path, f"the file is damaged ({reason})", "Open it in a spreadsheet and save it again") from None


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES)
    except OSError as error:
        raise _refusal(path, f"the file cannot be read ({error.strerror})", "Check the name") from None
    if content.startswith(_COMPOUND_FILE):
        rule = "the workbook is protected by a password, or in the format before 2007"
        raise _refusal(path, rule, "Save it again without password as .xlsx")
    return content


def _refuse_unsound_archive(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(part.file_size for part in archive.infolist())
            is_workbook = "[Content_Types].xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise _refusal(path, "the file is no workbook, or is damaged", "Save it again as .xlsx") from None
    if not is_workbook:
        raise _refusal(path, "the file is an archive, but no workbook", "Save it again as .xlsx")
    if size > MOST_BYTES:
        rule = f"the workbook unpacks to {size} bytes, more than the {MOST_BYTES} allowed"
        raise _refusal(path, rule, "Remove pictures and sheets that are no tables")


def _refusal(path: Path, rule: str, remedy: str) -> ExtractionError:
    return ExtractionError([Breach(file=path.as_posix(), rule=rule, remedy=remedy)])
