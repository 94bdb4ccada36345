"""Read references from a table with one row each, as PubMed, Covidence, Rayyan, Scopus and Zotero export it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.gathering import Found, gathered, item_of, left_fields
from ipt_evidence.exchange.citations.people import INITIALS, persons
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.foreign import Record, Sheet, Wanted, column_name, read_letters, refuse, sheet_of
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.words.vocabulary import nearest

Columns = Mapping[str, tuple[str, ...]]
"""Names of columns by what they hold, the likeliest first."""

COLUMNS: Columns = {
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
FIELDS = {
    "title": "title", "author": "author", "year": "year", "journal": "container-title", "volume": "volume",
    "number": "issue", "pages": "page", "doi": "DOI", "pmid": "PMID", "url": "URL",
}  # fmt: skip
"""What a column can be said to hold, by its name as a reference of ours has it."""


def is_reference_table(columns: Iterable[str]) -> bool:
    """Return whether a table with these columns has a row a reference."""
    there = {*columns}
    return all(there & {*COLUMNS[name]} for name in NEEDED)


def read_reference_table(path: Path, mapped: Mapping[str, str] | None = None) -> Imported:
    """Read a table of references into a bibliography.

    Parameters
    ----------
    path : Path
        Text with commas, semicolons or tabs; the first row names the columns.
    mapped : mapping of str to str, optional
        Columns of the table by :data:`FIELDS`, in place of those that exports have.

    Returns
    -------
    Imported
        References that are complete; ``left`` names the others, and counts the columns that were dropped.

    Raises
    ------
    ExtractionError
        If the file cannot be read, or has no column for titles, authors or years, or none that is mapped.
    """
    source = read_letters(path)
    columns = {**COLUMNS, **{FIELDS[name]: (column_name(column),) for name, column in (mapped or {}).items()}}
    meanings = {name: meaning for meaning, names in columns.items() for name in names}
    needed = () if mapped else NEEDED
    sheet = sheet_of(source, Wanted("a table of references", needed, lambda one: meanings.get(one, one)))
    for column in (mapped or {}).values():
        if column_name(column) not in sheet.columns:
            rule = f"the map names a column that the first row does not have: {column}"
            refuse(source.file, rule, f"Correct the map: {nearest(column_name(column), sheet.columns)}", line=1)
    ledger = Ledger(source.file)
    for each in sheet.left:
        ledger.leave(*each)
    found = [Found(record.line, _item(record, columns, ledger)) for record in sheet.records]
    for record in sheet.records:
        _leave_second(record, columns, ledger)
    ledger.left += left_fields(source.file, _dropped(sheet, {*meanings}), {})
    return gathered("references", source, found, ledger)


def _item(record: Record, columns: Columns, ledger: Ledger) -> dict[str, Any]:
    said = {meaning: record.get(*names) for meaning, names in columns.items()}
    pages = said["page"] or "-".join(filter(None, (said["first_page"], said["last_page"])))
    item: dict[str, Any] = {
        "type": "article-journal" if said["container-title"] else "document",
        "author": persons(_names(said["author"]), record.line, ledger),
        "title": said["title"],
        "page": pages,
        **{name: said[name] for name in ("container-title", "volume", "issue", "DOI", "PMID", "URL")},
    }
    return item_of(item, year_in(said["year"]))


def _names(cell: str) -> list[str]:
    """Return the names in a cell: ``Doe J, Roe A``, ``Doe, J.; Roe, A.`` or ``Doe, Jane and Roe, Ada``."""
    short = [name.strip() for name in cell.rstrip(". ").split(",")]
    if ";" not in cell and len(short) > 1 and all(map(INITIALS.fullmatch, short)):
        return short
    divided = ";" if ";" in cell else " and " if cell.count(" and ") and "," in cell else ""
    return [name.strip(" ,") for name in (cell.split(divided) if divided else [cell]) if name.strip(" ,")]


def _leave_second(record: Record, columns: Columns, ledger: Ledger) -> None:
    """Leave cells for which another column of the same meaning stands before them."""
    for meaning, names in columns.items():
        first, *others = [record.get(name) for name in names if record.get(name)] or [""]
        for cell in others:
            if cell != first:
                ledger.leave(record.line, cell, f"another column holds its {meaning.lower()}, {first}")


def _dropped(sheet: Sheet, read: set[str]) -> dict[str, list[int]]:
    others = [name for name in sheet.columns if name not in read]
    lines = {name: [record.line for record in sheet.records if record.get(name)] for name in others}
    return {name: found for name, found in lines.items() if found}
