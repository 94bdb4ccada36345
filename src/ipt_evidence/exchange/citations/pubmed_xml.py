"""Read the XML of PubMed: articles and books, with what PubMed knows of retractions, concerns and corrections."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.fates import note
from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.markup import marked
from ipt_evidence.exchange.citations.people import persons
from ipt_evidence.exchange.citations.pubmed import (
    REGISTRIES,
    SOURCE,
    fates,
    journal_name,
    pages,
    remarks,
    without_stop,
)
from ipt_evidence.exchange.citations.tagged import year_in
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_element
from ipt_evidence.exchange.foreign import Text, read_bytes
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.xml import Document, Element

ARTICLE, BOOK = "MedlineCitation/Article", "BookDocument"
ISSUE = f"{ARTICLE}/Journal/JournalIssue"
LINKS = "MedlineCitation/CommentsCorrectionsList/CommentsCorrections"
DATED = (f"{ISSUE}/PubDate", f"{ARTICLE}/ArticleDate")
BOOK_DATED = (f"{BOOK}/Book/PubDate", f"{BOOK}/Book/BeginningDate")
AUTHOR = ("LastName", "ForeName", "Initials", "Suffix", "CollectiveName")
DATE = ("Year", "Month", "Day", "Season", "MedlineDate")
PAGES = ("MedlinePgn", "StartPage", "EndPage")


def _below(place: str, *parts: str) -> set[str]:
    return {f"{place}/{part}" for part in parts}


USED = frozenset(
    {"PubmedData/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId"}
    | _below("MedlineCitation", "PMID")
    | _below(ARTICLE, "ArticleTitle", "VernacularTitle", "ELocationID", "PublicationTypeList/PublicationType")
    | _below(f"{ARTICLE}/Journal", "Title", "ISOAbbreviation", "JournalIssue/Volume", "JournalIssue/Issue")
    | _below(f"{ARTICLE}/DataBankList/DataBank", "DataBankName", "AccessionNumberList/AccessionNumber")
    | _below(LINKS, "RefSource", "PMID")
    | _below(BOOK, "PMID", "ArticleTitle", "VernacularTitle", "PublicationType", "ArticleIdList/ArticleId")
    | _below(f"{BOOK}/Book", "BookTitle", "Edition", "Volume", "Publisher/PublisherName", "Publisher/PublisherLocation")
    | {way for place in (ARTICLE, BOOK) for way in _below(f"{place}/Pagination", *PAGES)}
    | {way for place in (ARTICLE, BOOK, f"{BOOK}/Book") for way in _below(f"{place}/AuthorList/Author", *AUTHOR)}
    | {way for place in (*DATED, *BOOK_DATED) for way in _below(place, *DATE)}
)
"""Paths of what is read."""

FORMATTING = frozenset({"i", "b", "u", "sup", "sub"})
TAGS = ("PubmedArticle", "PubmedBookArticle", "DeleteCitation", "DeleteDocument")


def read_pubmed_xml(path: Path) -> Imported:
    """Read a ``PubmedArticleSet``, as the E-utilities and PubMed's yearly files give it, into a bibliography.

    Returns
    -------
    Imported
        References that are complete. Where PubMed says that a report was retracted, corrected or called into
        question, its entry has a note, and ``todo`` the ``report_status`` to be set in ``trials.csv``.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is no safe XML, or holds no record of PubMed.
    """
    file = path.as_posix()
    document, reading = Document(read_bytes(path), file), Reading(file, USED)
    nothing = "the file has no record of PubMed, such as PubmedArticle"
    reading.read(document.elements(*TAGS), _found, _leaves, nothing)
    return reading.imported("pubmed", Text(file, "", (), tuple(document.misread)))


def _found(record: Element, ledger: Ledger) -> Found | None:
    if record.tag.startswith("Delete"):
        for each in record.all("PMID"):
            ledger.leave(each.line, f"PMID {each.said()}", "PubMed has deleted this record")
        return None
    return (_article if record.tag == "PubmedArticle" else _chapter)(record, ledger)


def _article(record: Element, ledger: Ledger) -> Found:
    number = record.first("MedlineCitation/PMID")
    types = [each.said() for each in record.all(f"{ARTICLE}/PublicationTypeList/PublicationType")]
    became = fates(types, lambda link: _notices(record, link))
    title = without_stop(_title(record, f"{ARTICLE}/ArticleTitle") or _title(record, f"{ARTICLE}/VernacularTitle"))
    what = f"PMID {number}" if number else f"reference without PMID: {title[:80]}"
    remarked = list(remarks(types, became))
    for reason in remarked:
        ledger.ask(record.line, what, reason)
    registrations = _registrations(record)
    _leave_empty_links(record, ledger)
    for each in registrations[1:]:
        ledger.leave(record.line, f"{what}: registration {each}", "a reference has one: the first is kept")
    item = {
        "type": "article-journal",
        "author": _people(record.all(f"{ARTICLE}/AuthorList/Author"), ledger),
        "title": title,
        "container-title": journal_name(record.first(f"{ARTICLE}/Journal/Title", f"{ARTICLE}/Journal/ISOAbbreviation")),
        "volume": record.first(f"{ISSUE}/Volume"),
        "issue": record.first(f"{ISSUE}/Issue"),
        "page": _pages(record, ARTICLE),
        "DOI": _doi(record, f"{ARTICLE}/ELocationID", "PubmedData/ArticleIdList/ArticleId"),
        "PMID": number,
        "note": note(became, SOURCE),
    }
    made = _made(record, item, DATED, {"registration": registrations[0]} if registrations else {})
    return replace(made, fate_told=bool(remarked))


def _chapter(record: Element, ledger: Ledger) -> Found:
    title, book = _title(record, f"{BOOK}/ArticleTitle"), _title(record, f"{BOOK}/Book/BookTitle")
    roles: dict[str, list[dict[str, str]]] = {"author": [], "editor": []}
    for people in [*record.all(f"{BOOK}/AuthorList"), *record.all(f"{BOOK}/Book/AuthorList")]:
        role = "editor" if people.attributes.get("Type", "").lower() == "editors" else "author"
        if role == "author" and roles["author"]:
            # Those of the chapter come first; the book's own are no authors of it.
            for each in people.all("Author"):
                ledger.leave(each.line, f"author of the book: {_name(each)}", "the chapter has authors of its own")
            continue
        roles[role] += _people(people.all("Author"), ledger)
    item = {
        "type": "chapter" if title and book else "book",
        **roles,
        "title": without_stop(title or book),
        "container-title": without_stop(book) if title else "",
        "volume": record.first(f"{BOOK}/Book/Volume"),
        "page": _pages(record, BOOK),
        "edition": record.first(f"{BOOK}/Book/Edition"),
        "publisher": record.first(f"{BOOK}/Book/Publisher/PublisherName"),
        "publisher-place": record.first(f"{BOOK}/Book/Publisher/PublisherLocation"),
        "DOI": _doi(record, f"{BOOK}/ArticleIdList/ArticleId", "PubmedBookData/ArticleIdList/ArticleId"),
        "PMID": record.first(f"{BOOK}/PMID"),
    }
    return _made(record, item, BOOK_DATED, {})


def _made(record: Element, item: dict[str, Any], dates: tuple[str, ...], extra: dict[str, str]) -> Found:
    year = year_in(*(record.first(f"{date}/Year", f"{date}/MedlineDate") for date in dates))
    return Found(record.line, item_of(item, year), extra=extra)


def _title(record: Element, path: str) -> str:
    return next((said for each in record.all(path) if (said := marked(each))), "")


def _people(authors: list[Element], ledger: Ledger) -> list[dict[str, str]]:
    found = []
    for author in authors:
        group = author.first("CollectiveName")
        if group:
            found.append({"literal": group})
        elif author.first("LastName") and not author.first("ForeName", "Initials"):
            found.append({"family": author.first("LastName")})
        else:
            found += persons([_name(author)], author.line, ledger)
    return found


def _name(author: Element) -> str:
    given = f"{author.first('ForeName', 'Initials')} {author.first('Suffix')}".strip()
    return author.first("CollectiveName") or ", ".join(filter(None, (author.first("LastName"), given)))


def _pages(record: Element, place: str) -> str:
    first, last = record.first(f"{place}/Pagination/StartPage"), record.first(f"{place}/Pagination/EndPage")
    whole = record.first(f"{place}/Pagination/MedlinePgn")
    return pages(whole or (f"{first}-{last}" if last and last != first else first))


def _doi(record: Element, *places: str) -> str:
    """Return the DOI of the record itself: those of the works it cites stand elsewhere, and some are marked invalid."""
    for place in places:
        for each in record.all(place):
            kind = each.attributes.get("EIdType") or each.attributes.get("IdType")
            if kind == "doi" and each.attributes.get("ValidYN", "Y") == "Y" and each.said():
                return each.said()
    return ""


def _notices(record: Element, link: str) -> list[str]:
    found = record.all(LINKS)
    return [cited for each in found if each.attributes.get("RefType") == link and (cited := _cited(each))]


def _leave_empty_links(record: Element, ledger: Ledger) -> None:
    """Leave the links that lead nowhere: as in NBIB, what is empty says nothing."""
    for each in record.all(LINKS):
        if not each.said():
            what = f"PMID {record.first('MedlineCitation/PMID')}: {each.attributes.get('RefType', 'link')}"
            ledger.leave(each.line, what, "the link names no notice: look the record up in PubMed")


def _cited(notice: Element) -> str:
    number = f"PMID: {notice.first('PMID')}" if notice.first("PMID") else ""
    return ". ".join(said for said in (notice.first("RefSource").rstrip("."), number) if said)


def _registrations(record: Element) -> list[str]:
    banks = record.all(f"{ARTICLE}/DataBankList/DataBank")
    numbers = [
        each.said()
        for bank in banks
        if bank.first("DataBankName") in REGISTRIES
        for each in bank.all("AccessionNumberList/AccessionNumber")
    ]
    return list(dict.fromkeys(filter(None, numbers)))


def _leaves(record: Element) -> Iterator[Leaf]:
    """Yield the texts of a record, journals as its reference would name them."""
    for path, said, line in leaves_of_element(record, FORMATTING):
        yield path, journal_name(said) if path.endswith("Journal/Title") else said, line
