"""Read what OpenAlex answers about works: references, with what it marks as retracted."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.csl_json import TYPES as CSL_TYPES
from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.json_records import (
    Entry,
    Page,
    ask_for_pages,
    objects,
    objects_with,
    records,
    text,
)
from ipt_evidence.exchange.citations.markup import unmarked
from ipt_evidence.exchange.citations.people import GROUP, SUFFIX, named
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_object
from ipt_evidence.exchange.foreign import read_foreign
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import Misread
from ipt_evidence.extraction.references.bibtex import escaped
from ipt_evidence.extraction.references.csl import person
from ipt_evidence.extraction.references.works import clean_doi
from ipt_evidence.words.numbers import counted

TYPES = {
    **CSL_TYPES,
    **dict.fromkeys(("article", "review", "letter", "editorial", "erratum", "retraction"), "article-journal"),
}
"""CSL type of each of OpenAlex's; all others are documents."""

NOTICES = ("erratum", "retraction")
SOURCE_NAME, HOST = "primary_location/source/display_name", "primary_location/source/host_organization_name"
USED = frozenset(
    {"id", "doi", "title", "display_name", "publication_year", "ids/pmid", "is_retracted", SOURCE_NAME, HOST,
     "primary_location/landing_page_url", "authorships/author/display_name", "authorships/raw_author_name",
     *(f"biblio/{part}" for part in ("volume", "issue", "first_page", "last_page"))}
)  # fmt: skip


def read_openalex(path: Path) -> Imported:
    """Read works from a file of answers by OpenAlex's server.

    Parameters
    ----------
    path : Path
        A work, the answer to a query (``results``), a list, or one work a line.

    Returns
    -------
    Imported
        References that are complete; ``todo`` names what OpenAlex marks as retracted, without a note in the entry:
        it names no notice that could be read.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is no JSON, or holds no work of OpenAlex.
    """
    source = read_foreign(path)
    reading, misread, pages = Reading(source.file, USED), list[Misread](), list[Page]()
    ledger, undivided = reading.ledger, list[str]()
    entries = records(source.text, source.file, misread, pages)
    works = objects_with(("title", "display_name"), entries, "this is no work: it has no title", ledger)
    nothing = "this is not OpenAlex's JSON: no object in it has a title"
    reading.read(works, partial(_found, undivided=undivided), _leaves, nothing)
    if undivided:
        reason = "given in one piece: the last word is taken as the family name. Check those with two family names"
        ledger.ask(None, f"{counted(len(undivided), 'name')} of authors", reason)
    ask_for_pages(pages, ledger)
    return reading.imported("openalex", replace(source, misread=tuple(misread)))


def _found(entry: Entry, ledger: Ledger, undivided: list[str]) -> Found:
    line, work = entry
    kind = _kind(work)
    biblio, ids, place = (next(iter(objects(work.get(name))), {}) for name in ("biblio", "ids", "primary_location"))
    journal = next(iter(objects(place.get("source"))), {})
    first, last = text(biblio.get("first_page")), text(biblio.get("last_page"))
    item: dict[str, Any] = {
        "type": kind,
        "author": _people(work, line, ledger, undivided),
        "title": text(work.get("title")) or text(work.get("display_name")),
        "container-title": text(journal.get("display_name")),
        "volume": text(biblio.get("volume")),
        "issue": text(biblio.get("issue")),
        "page": f"{first}-{last}" if first and last and first != last else first,
        "publisher": text(journal.get("host_organization_name")) if kind != "article-journal" else "",
        "DOI": text(work.get("doi")) or text(ids.get("doi")),
        "PMID": _last(text(ids.get("pmid"))),
        "URL": "" if text(work.get("doi")) else text(place.get("landing_page_url")),
    }
    year = year_in(text(work.get("publication_year")), text(work.get("publication_date")))
    told = _is_retracted(work) or text(work.get("type")) in NOTICES
    found = Found(line, item_of(item, year), fate_told=told)
    _ask_about_fate(work, found, ledger)
    return found


def _is_retracted(work: dict[str, Any]) -> bool:
    """Return whether OpenAlex says so; programs between may have made a text or a number of it."""
    return str(work.get("is_retracted")).lower() in ("true", "1")


def _last(address: str) -> str:
    """Return the number at the end of an address of PubMed."""
    return address.rstrip("/").rsplit("/", 1)[-1]


def _kind(work: dict[str, Any]) -> str:
    given = (text(work.get(name)) for name in ("type_crossref", "type"))
    return next((TYPES[name] for name in given if name in TYPES), "document")


def _people(work: dict[str, Any], line: int, ledger: Ledger, undivided: list[str]) -> list[dict[str, str]]:
    """Return each author; add to ``undivided`` those of which the file does not say which part is the family name."""
    found = []
    for each in objects(work.get("authorships")):
        raw = unmarked(text(each.get("raw_author_name")))
        shown = unmarked(text([author.get("display_name") for author in objects(each.get("author"))])) or raw
        if not shown:
            continue
        if GROUP.search(shown) or (shown.isupper() and shown.isalpha()):
            ledger.ask(line, shown, "taken as an organisation")
            found.append({"literal": shown})
        elif inverted := next((name for name in (raw, shown) if "," in name and ";" not in name), ""):
            found.append(named(inverted))
        else:
            found.append(_divided(shown))
            undivided.append(shown)
    return found


def _divided(name: str) -> dict[str, str]:
    """Return a name written from the given name on: the last word but ``Jr`` and the like is the family name."""
    name = name.replace(",", " ")
    tail = SUFFIX.fullmatch(name)
    return person(escaped(tail["given"])) | {"suffix": tail["suffix"]} if tail else person(escaped(name))


def _ask_about_fate(work: dict[str, Any], found: Found, ledger: Ledger) -> None:
    what = clean_doi(found.item.get("DOI", "")) or found.name
    if _is_retracted(work):
        reason = (
            "marked as retracted by OpenAlex, which names no notice: look for it, and if there is one set "
            "report_status to retracted in trials.csv, and the day in notes"
        )
        ledger.ask(found.line, what, reason)
    if (kind := text(work.get("type"))) in NOTICES:
        ledger.ask(found.line, what, f"of the type {kind}: a notice about another report, not a report of results")


def _leaves(entry: Entry) -> Iterator[Leaf]:
    """Yield the texts of a work; numbers of OpenAlex's own, and what is told in words of ours, are not of the work."""
    own = ("id", "type", "type_crossref", "is_retracted")
    line, work = entry
    for name, value in work.items():
        for path, said, _ in leaves_of_object(value, name, line) if name not in own else ():
            yield path, _last(said) if path == "ids/pmid" else said, line
