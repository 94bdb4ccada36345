"""Read CSL-JSON, as Zotero, pandoc, Mendeley and citation processors write it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.csl_names import PARTS, people
from ipt_evidence.exchange.citations.fates import SAID, Fate, to_do
from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.json_records import Entry, objects, objects_with, records, text, texts
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_object
from ipt_evidence.exchange.foreign import read_foreign
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import Misread
from ipt_evidence.extraction.references.csl import CSL_TYPES

TYPES = {
    **{kind: kind for kind in CSL_TYPES.values()},
    **dict.fromkeys(("article-magazine", "article-newspaper"), "article-journal"),
    **dict.fromkeys(("entry", "entry-dictionary", "entry-encyclopedia"), "chapter"),
    **dict.fromkeys(("collection", "classic", "monograph", "edited-book", "reference-book"), "book"),
    "journal-article": "article-journal",
    **dict.fromkeys(("book-chapter", "book-section", "book-part", "reference-entry"), "chapter"),
    "proceedings-article": "paper-conference",
    "dissertation": "thesis",
    "report-component": "report",
}
"""Our CSL type for each of theirs, and of Crossref's, which servers of DOIs mix; all others are documents."""

PLAIN = ("title", "volume", "issue", "page", "edition", "publisher", "publisher-place", "DOI", "URL", "PMID")
USED = frozenset(
    {"id", "citation-key", "type", *PLAIN, "container-title", "note", "status", "issued",
     *(f"{role}/{part}" for role in ("author", "editor") for part in PARTS if part != "name"),
     *(f"issued/{part}" for part in ("date-parts", "raw", "literal"))}
)  # fmt: skip
WORDS = {
    "abstract": "abstract", "keyword": "keywords", "ISSN": "ISSN", "ISBN": "ISBN", "accessed": "day of access",
    "language": "language", "source": "where it was found", "container-title-short": "journal in short",
    "journalAbbreviation": "journal in short", "PMCID": "number in PubMed Central", "note": "note",
}  # fmt: skip

RETRACTED = re.compile(r"retracted|withdrawn", re.IGNORECASE)
PMID = re.compile(r"\s*\bPMID:\s*(\d{1,9})\b\s*")


def read_csl_json(path: Path) -> Imported:
    """Read CSL-JSON into a bibliography.

    Parameters
    ----------
    path : Path
        An item, a list of items, ``{"references": [...]}`` or ``{"items": [...]}``, or one item a line.

    Returns
    -------
    Imported
        References that are complete; ``left`` names the others and the variables that were dropped.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is no JSON, or holds no item of CSL.
    """
    source = read_foreign(path)
    reading, misread = Reading(source.file, USED), list[Misread]()
    entries = records(source.text, source.file, misread)
    items = objects_with(("type",), entries, "this is no item of CSL-JSON: it has no type", reading.ledger)
    reading.read(items, _found, _leaves, "this is not CSL-JSON: no object in it has a type")
    return reading.imported("csl", replace(source, misread=tuple(misread)), WORDS)


def _leaves(entry: Entry) -> Iterator[Leaf]:
    line, item = entry
    return leaves_of_object(item, "", line)


def _found(entry: Entry, ledger: Ledger) -> Found:
    line, item = entry
    kind = TYPES.get(text(item["type"]), "document")
    note = text(item.get("note"))
    made: dict[str, Any] = {
        "type": kind,
        **{role: people(item.get(role), line, ledger) for role in ("author", "editor")},
        **{name: text(item.get(name)) for name in PLAIN},
        "container-title": text(item.get("container-title")),
        "note": note if SAID.fullmatch(note) else "",
    }
    if told := PMID.search(note):
        made["PMID"] = made["PMID"] or told[1]
    year = year_of_date(item.get("issued"))
    found = Found(line, item_of(made, year), text(item.get("citation-key")) or _own_key(text(item.get("id"))))
    fates = [Fate("retracted", "Retracted")] if RETRACTED.search(text(item.get("status"))) else []
    for reason in to_do(fates, "the file"):
        ledger.ask(line, found.name, reason)
    return found


def _own_key(identifier: str) -> str:
    """Return the id as a citation key, unless it is the address or number of an item on a server."""
    return "" if re.search(r"[:/]|^\d+$", identifier) else identifier


def year_of_date(date: Any) -> int | None:
    """Return the year of a date of CSL or Crossref: in parts, raw, or in words."""
    for each in objects(date):
        parts = each.get("date-parts")
        said = texts(parts[0] if isinstance(parts, list) and parts else None)
        if year := year_in(*said[:1], text(each.get("raw")), text(each.get("literal"))):
            return year
    return year_in(text(date))
