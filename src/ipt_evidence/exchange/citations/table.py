"""Read references from a table with one row each, as PubMed, Covidence, Rayyan, Scopus and Zotero export it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.gathering import Found, gathered, left_fields
from ipt_evidence.exchange.citations.people import INITIALS, persons
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.foreign import Record, Sheet, in_right_letters, read_foreign, sheet_of
from ipt_evidence.exchange.imported import Imported, LeftOut

COLUMNS = {
    "title": ("title", "article_title", "primary_title"),
    "author": ("authors", "author", "author(s)"),
    "year": ("publication_year", "published_year", "year"),
    "container-title": ("journal/book", "journal", "source_title", "publication_title", "secondary_title"),
    "volume": ("volume",),
    "issue": ("issue", "number"),
    "page": ("pages",),
    "first_page": ("page_start", "start_page"),
    "last_page": ("page_end", "end_page"),
    "DOI": ("doi",),
    "PMID": ("pmid", "pubmed_id", "pubmed_number"),
    "URL": ("url", "link", "urls"),
}
"""Names of the columns that are read, by what they hold, the first that is filled; others are left and counted."""

NEEDED = ("title", "author", "year")
READ = frozenset(name for names in COLUMNS.values() for name in names)


def is_reference_table(columns: Iterable[str]) -> bool:
    """Return whether a table with these columns has a row a reference."""
    there = {*columns}
    return all(there & {*COLUMNS[name]} for name in NEEDED)


def read_reference_table(path: Path) -> Imported:
    """Read a table of references into a bibliography.

    Parameters
    ----------
    path : Path
        Text with commas, semicolons or tabs; the first row names the columns.

    Returns
    -------
    Imported
        References that are complete; ``left`` names the others, and counts the columns that were dropped.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or has no column for titles, authors or years.
    """
    source = in_right_letters(read_foreign(path))
    sheet = sheet_of(source, NEEDED, "a table of references", names=_meaning)
    left, todo = [LeftOut(source.file, *each) for each in sheet.left], list[LeftOut]()
    found = [Found(record.line, _item(record, source.file, left, todo)) for record in sheet.records]
    left += [item for record in sheet.records for item in _second(record, source.file)]
    left += left_fields(source.file, _dropped(sheet), {})
    return gathered("references", source, found, left, todo)


def _meaning(column: str) -> str:
    return next((meaning for meaning, names in COLUMNS.items() if column in names), column)


def _item(record: Record, file: str, left: list[LeftOut], todo: list[LeftOut]) -> dict[str, Any]:
    said = {meaning: record.get(*names) for meaning, names in COLUMNS.items()}
    pages = said["page"] or "-".join(filter(None, (said["first_page"], said["last_page"])))
    item: dict[str, Any] = {
        "type": "article-journal" if said["container-title"] else "document",
        "author": persons(_names(said["author"]), record.line, file, left, todo),
        "title": said["title"],
        "page": pages,
        **{name: said[name] for name in ("container-title", "volume", "issue", "DOI", "PMID", "URL")},
    }
    year = year_in(said["year"])
    issued = {"issued": {"date-parts": [[year]]}} if year else {}
    return {name: value for name, value in item.items() if value} | issued


def _names(cell: str) -> list[str]:
    """Return the names in a cell: ``Doe J, Roe A``, ``Doe, J.; Roe, A.`` or ``Doe, Jane and Roe, Ada``."""
    short = [name.strip() for name in cell.rstrip(". ").split(",")]
    if ";" not in cell and len(short) > 1 and all(map(INITIALS.fullmatch, short)):
        return short
    divided = ";" if ";" in cell else " and " if cell.count(" and ") and "," in cell else ""
    return [name.strip(" ,") for name in (cell.split(divided) if divided else [cell]) if name.strip(" ,")]


def _second(record: Record, file: str) -> Iterable[LeftOut]:
    """Yield cells for which another column of the same meaning stands before them."""
    for meaning, names in COLUMNS.items():
        first, *others = [record.get(name) for name in names if record.get(name)] or [""]
        for cell in others:
            if cell != first:
                reason = f"another column holds its {meaning.lower()}, {first}"
                yield LeftOut(file, record.line, cell, reason)


def _dropped(sheet: Sheet) -> dict[str, list[int]]:
    others = [name for name in sheet.columns if name not in READ]
    lines = {name: [record.line for record in sheet.records if record.get(name)] for name in others}
    return {name: found for name, found in lines.items() if found}
