"""Read the XML that EndNote exports, and that Zotero and Mendeley write in its form."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.markup import marked
from ipt_evidence.exchange.citations.people import persons
from ipt_evidence.exchange.citations.tagged import PUBMED, year_in
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_element
from ipt_evidence.exchange.foreign import Text, read_bytes
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.xml import Document, Element

TYPES = {
    **dict.fromkeys(("journal article", "electronic article", "17", "43"), "article-journal"),
    **dict.fromkeys(("magazine article", "newspaper article", "19", "23"), "article-journal"),
    **dict.fromkeys(("book", "edited book", "electronic book", "serial", "6", "28", "44", "57"), "book"),
    **dict.fromkeys(("book section", "electronic book section", "encyclopedia", "5", "60", "53"), "chapter"),
    **dict.fromkeys(("conference proceedings", "conference paper", "10", "47"), "paper-conference"),
    **dict.fromkeys(("thesis", "32"), "thesis"),
    **dict.fromkeys(("report", "government document", "27", "46"), "report"),
}  # fmt: skip
"""CSL type of each of EndNote's, by its name and by its number; all others are documents."""

CONTAINERS = (
    "titles/secondary-title",
    "periodical/full-title",
    "alt-periodical/full-title",
    "titles/alt-title",
    "periodical/abbr-1",
)
YEARS = ("dates/year", "dates/pub-dates/date")
PLAIN = {
    "volume": "volume", "issue": "number", "edition": "edition", "publisher": "publisher",
    "publisher-place": "pub-location", "DOI": "electronic-resource-num",
}  # fmt: skip
ADDRESSES = ("urls/related-urls/url", "urls/web-urls/url")
BASES = ("remote-database-name", "remote-database-provider")
USED = frozenset(
    {"contributors/authors/author", "contributors/secondary-authors/author", "titles/title", *CONTAINERS, *YEARS,
     *PLAIN.values(), *ADDRESSES, *BASES, "pages", "accession-num", "label"}
)  # fmt: skip
STYLE = frozenset({"style"})
KEY = re.compile(r"[A-Za-z][\w.:-]*")


def read_endnote_xml(path: Path) -> Imported:
    """Read EndNote XML, as EndNote exports it with the output type XML, into a bibliography.

    Returns
    -------
    Imported
        References that are complete; ``left`` names the others and the fields that were dropped.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is no safe XML, or holds no record of EndNote.
    """
    file = path.as_posix()
    document, reading = Document(read_bytes(path), file), Reading(file, USED)
    reading.read(document.elements("record"), _found, _leaves, "this is not EndNote XML: it has no record")
    return reading.imported("endnote", Text(file, "", (), tuple(document.misread)))


def _found(record: Element, ledger: Ledger) -> Found:
    kind, line = _kind(record), record.line
    authors, editors = (
        [marked(each) for each in record.all(f"contributors/{role}/author") if each.said()]
        for role in ("authors", "secondary-authors")
    )
    if "edited" in _type_name(record) and not editors:
        authors, editors = [], authors
    title = next((said for each in record.all("titles/title") if (said := marked(each))), "")
    item: dict[str, Any] = {
        "type": kind,
        "author": persons(authors, line, ledger),
        "editor": persons(editors, line, ledger),
        "title": title,
        "container-title": record.first(*CONTAINERS),
        "page": record.first("pages"),
        **{variable: record.first(name) for variable, name in PLAIN.items()},
        "URL": record.first(*ADDRESSES),
        "PMID": record.first("accession-num") if any(PUBMED.search(record.first(base)) for base in BASES) else "",
    }
    if kind == "document" and not record.all("ref-type"):
        ledger.ask(line, title[:80], "a record without ref-type, taken as a document: check its type")
    year = year_in(*(each.said() for path in YEARS for each in record.all(path)))
    label = record.first("label")
    return Found(line, item_of(item, year), label if KEY.fullmatch(label) else "")


def _type_name(record: Element) -> str:
    return next((each.attributes.get("name", "").lower() for each in record.all("ref-type")), "")


def _kind(record: Element) -> str:
    return TYPES.get(_type_name(record)) or TYPES.get(record.first("ref-type"), "document")


def _leaves(record: Element) -> Iterator[Leaf]:
    """Yield the texts of a record but for its type and its numbers in the library it comes from."""
    own = ("database", "source-app", "rec-number", "foreign-keys", "ref-type")
    return (leaf for leaf in leaves_of_element(record, STYLE) if leaf[0].split("/")[0] not in own)
