"""What kind of file somebody has: told by what stands in it, never by its name."""

import io
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from ipt_evidence.exchange.bias.columns import is_bias_table
from ipt_evidence.exchange.citations.table import is_reference_table
from ipt_evidence.exchange.foreign import (
    ABOVE,
    MARKS_16,
    MOST_BYTES,
    Text,
    column_name,
    heads_of,
    read_bytes,
    refuse,
    text_of,
)
from ipt_evidence.exchange.forms.reviewers import COVIDENCE_1, COVIDENCE_2, DISTILLER, SRDR, program_of
from ipt_evidence.exchange.network.columns import is_network_table
from ipt_evidence.exchange.spreadsheets import ARCHIVE
from ipt_evidence.extraction.breaches import ExtractionError

_TABLES = {"bias": is_bias_table, "references": is_reference_table}
FORMS = {COVIDENCE_1.name: "covidence", COVIDENCE_2.name: "covidence", DISTILLER.name: "distiller", SRDR.name: "srdr"}
METAPSY = frozenset({"study", "condition_arm1", "condition_arm2"})
REVMAN = re.compile(
    r"(?:experimental|intervention|control|comparator)_(?:cases|events|mean|n|total)\b|giv_mean|events_1"
)
STUDY_RECORD = re.compile(r"\s*[\[{]")
START = 100_000
"""Bytes that are enough to tell."""

JSON = re.compile(r"\A\ufeff?\s*[\[{]\s*[\"{\[]")
CROSSREF = frozenset({"indexed", "member", "prefix", "reference-count", "is-referenced-by-count", "update-to"})
CSL = frozenset({"issued", "title", "container-title", "author", "editor", "DOI"})

_BIBTEX = re.compile(r"^\s*@\w+\s*[{(][^,{}=\n]*,", re.MULTILINE)
_TAGGED = (
    ("pubmed", re.compile(r"<Pubmed(?:Book)?Article(?:Set)?\b")),
    ("endnote", re.compile(r"<xml>\s*<records>|<records>\s*<record>|<record>\s*<(?:database|ref-type)\b")),
    ("ris", re.compile(r"^\ufeff?TY {1,2}- ?\w+", re.MULTILINE)),
    ("nbib", re.compile(r"^\ufeff?PMID ?- ?\d", re.MULTILINE)),
    ("bibtex", _BIBTEX),
    ("ris", re.compile(r"^(?:AU|A1|TI|T1) {1,2}- .*[\s\S]*^ER {1,2}-", re.MULTILINE)),
)

_OTHERS = (
    ("EndNote's tagged form (.enw)", re.compile(r"^\ufeff?%0 \w", re.MULTILINE), "Export the records as RIS"),
    ("Web of Science's tagged form", re.compile(r"^\ufeff?(?:FN |PT J\b)", re.MULTILINE), "Export the records as RIS"),
    ("Ovid's text form", re.compile(r"^\ufeff?<1\s*>\s*$", re.MULTILINE), "Export the records as RIS"),
    ("Zotero's RDF", re.compile(r"<rdf:RDF\b"), "Export the records as RIS or CSL JSON"),
    ("Zotero's own JSON", re.compile(r'"itemType"\s*:'), "Export the records as CSL JSON"),
    ("JSON", JSON, "Export references as RIS, results as CSV"),
    ("a web page", re.compile(r"\A\s*<(?:!DOCTYPE html|html)\b", re.IGNORECASE), "Export the records as RIS"),
    ("XML of another kind", re.compile(r"\A\s*<(?:\?xml|!DOCTYPE|!--|[A-Za-z])"), "Export references as RIS"),
    ("a PDF", re.compile(r"\A%PDF-"), "Import the data it was made from"),
)


def kind_of(path: Path) -> str | None:
    """Return the kind of a file as `READERS` calls it, None if it is none of these.

    Raises
    ------
    ExtractionError
        If the file cannot be read.
    """
    data = read_bytes(path)
    if data.startswith(ARCHIVE):
        return _of_archive(data, path.as_posix())
    text = _start(path, data)
    if "<COCHRANE_REVIEW" in text:
        return "revman"
    if STUDY_RECORD.match(text) and "protocolSection" in text:
        return "ctgov"
    if JSON.match(text):
        return _of_json(text_of(path.as_posix(), data))
    heads = [columns for _, _, columns in heads_of(text, ABOVE + 1)]
    if any(map(_is_metapsy, heads)):
        return "metapsy"
    if form := next(filter(None, map(_form, heads)), None):
        return form
    columns = _columns(text)
    if {"comparison_number", "outcome_number"} <= columns or (
        {"study", "study_id"} & columns and any(map(REVMAN.search, columns))
    ):
        return "revman"
    if is_network_table(columns):
        return "network"
    if kind := next((kind for kind, fits in _TABLES.items() if any(map(fits, heads))), None):
        return kind
    return next((kind for kind, form in _TAGGED if form.search(text)), None)


def other_program(path: Path) -> tuple[str, str] | None:
    """Return what a file is that cannot be imported, and what to do about it; None if that is not known."""
    text = _start(path, read_bytes(path))
    return next(((name, remedy) for name, form, remedy in _OTHERS if form.search(text)), None)


def _start(path: Path, data: bytes) -> str:
    head = data[:START]
    binary = b"\0" in head and not head.startswith(MARKS_16)
    return head.decode("latin-1") if binary else text_of(path.as_posix(), head).text


def _is_metapsy(columns: Iterable[str]) -> bool:
    # Here, because the importer of Metapsy files waits for the numeric libraries to load.
    from ipt_evidence.exchange.metapsy.columns import canonical

    return {*map(canonical, columns)} >= METAPSY


def _form(columns: Iterable[str]) -> str | None:
    program = program_of(tuple(columns))
    return FORMS[program.name] if program else None


def _columns(text: str) -> set[str]:
    """Return the names in the first row, by whichever separator gives most."""
    return {*max((columns for _, _, columns in heads_of(text)), key=len, default=())}


def _of_json(source: Text) -> str | None:
    """Return the kind of the first record; what is wrong with a damaged file is said by the reader that opens it."""
    from ipt_evidence.exchange.citations.json_records import records

    try:
        _, record = next(records(source.text, source.file, []), (1, None))
    except ExtractionError:
        return None
    if not isinstance(record, dict):
        return None
    if "authorships" in record or str(record.get("id", "")).startswith("https://openalex.org/"):
        return "openalex"
    if CROSSREF & record.keys() or isinstance(record.get("title"), list):
        return "crossref"
    return "csl" if "type" in record and CSL & record.keys() else None


def _of_archive(data: bytes, file: str) -> str | None:
    """Return the kind of a workbook by its sheets, or of an archive of RevMan Web by the names of its files.

    One that unpacks to more than any review is refused before a part of it is unpacked.
    """
    from openpyxl import load_workbook

    from ipt_evidence.exchange.workbook.cells import text_of as cell_text
    from ipt_evidence.exchange.workbook.opening import without_dead_links
    from ipt_evidence.exchange.workbook.references import SHEETS

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names, size = archive.namelist(), sum(part.file_size for part in archive.infolist())
        if size > MOST_BYTES:
            refuse(
                file, f"the archive unpacks to more than {MOST_BYTES // 1_000_000} MB", "Export the study data alone"
            )
        if "[Content_Types].xml" not in names:
            return "revman" if any(name.lower().endswith("data-rows.csv") for name in names) else None
        book = load_workbook(io.BytesIO(without_dead_links(data)[0]), read_only=True)
        rows = [
            [column_name(cell_text(cell)) for cell in row]
            for sheet in book.worksheets
            for row in sheet.iter_rows(max_row=ABOVE + 1)
        ]
        if any(map(_is_metapsy, rows)):
            return "metapsy"
        if form := next(filter(None, map(_form, rows)), None):
            return form
        if any(map(is_bias_table, rows)):
            return "bias"
    except (ExtractionError, MemoryError):
        raise
    except Exception:  # what is wrong with a damaged archive is said by the reader that is asked to open it
        return None
    return "workbook" if {name.strip().lower() for name in book.sheetnames} & {*SHEETS} else None
