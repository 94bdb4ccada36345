"""Read what PubMed exports as NBIB, with what it knows of retractions, expressions of concern and corrections."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.fates import Fate, note
from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.people import INITIALS, persons
from ipt_evidence.exchange.citations.pubmed import REGISTRIES, SOURCE, fates, journal_name, pages, remarks, without_stop
from ipt_evidence.exchange.citations.tagged import Tagged, lines_of, second_values, year_in
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_tags
from ipt_evidence.exchange.foreign import read_letters
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger

TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|)")
NUMBER = re.compile(r"PMID\s*[-:]?\s*(\d{1,9})")
"""The line a record begins with, however its signs were typed."""

ONCE = ("PMID", "TI", "JT", "DP")
"""Tags that stand once in a record: a second one belongs to another record."""

USED = frozenset(
    {"PMID", "TI", "BTI", "AU", "FAU", "CN", "ED", "FED", "JT", "TA", "DP", "VI", "IP", "PG", "LID", "AID", "PT", "PB",
     "PL", "EN", "SI", "RIN", "RRI", "PRIN", "ECI", "EIN", "CRI"}
)  # fmt: skip
READINGS: dict[str, Callable[[str], str]] = {
    "AU": lambda name: found["family"] if (found := INITIALS.fullmatch(name)) else name,
    "DP": lambda date: str(year_in(date) or date),
    "JT": journal_name,
    "SI": lambda number: number.split("/", 1)[-1],
    **dict.fromkeys(("LID", "AID"), lambda number: number.removesuffix("[doi]").strip()),
}
"""What the reference is to hold of a value: of a short name the family name, of a date the year."""

WORDS = {
    "AB": "abstract", "AD": "address of the author", "MH": "subject heading", "OT": "keyword", "GR": "grant",
    "IS": "ISSN", "LA": "language", "RN": "substance", "COIS": "conflicts of interest", "CIN": "comments",
    "PT": "type of publication", "SI": "number in a databank", "TA": "journal in short", "AU": "author in short",
    "PMC": "number in PubMed Central", "SO": "source in one line", "AUID": "ORCID",
}  # fmt: skip


def read_nbib(path: Path) -> Imported:
    """Read an NBIB file, as PubMed's "Citation manager" or "PubMed" format saves it, into a bibliography.

    Returns
    -------
    Imported
        References that are complete. Where PubMed says that a report was retracted, corrected or called into
        question, its entry has a note, and ``todo`` the ``report_status`` to be set in ``trials.csv``.

    Raises
    ------
    ExtractionError
        If the file cannot be read or holds no PubMed record.
    """
    source = read_letters(path)
    reading = Reading(source.file, USED)
    nothing = "this is not NBIB: no line has a tag such as 'PMID- 12345678'"
    reading.read(_records(source.text, reading.ledger), _found, _leaves, nothing)
    return reading.imported("nbib", source, WORDS)


def _records(text: str, ledger: Ledger) -> Iterator[Tagged]:
    """Yield each record: it begins with its PMID, or behind an empty line; indented lines go on with the one before."""
    record, last, ended = None, "", False
    for number, line in enumerate(lines_of(text), start=1):
        begins = NUMBER.fullmatch(line.strip())
        tagged = TAG.fullmatch(line.rstrip())
        if begins or tagged:
            if record and (begins or ended):
                yield record
                record = None
            record, ended = record or Tagged(number), False
            last, value = ("PMID", begins[1]) if begins else (tagged[1], tagged[2] or "") if tagged else ("", "")
            record.add(last, value, number)
        elif not line.strip():
            ended = True
        elif record and (not ended or line.startswith("  ")):
            record.go_on(last, line)
            ended = False
        else:
            ledger.leave(number, line.strip()[:80], "the line stands outside any reference")
    if record:
        yield record


def _found(record: Tagged, ledger: Ledger) -> Found | None:
    if _is_run_together(record, ledger):
        return None
    item = _item(record, ledger)
    number, title = record.first("PMID"), record.first("TI")[:80]
    reasons = list(remarks(record.tags.get("PT", []), _fates(record)))
    for reason in reasons:
        ledger.ask(record.line, f"PMID {number}" if number else f"reference without PMID: {title}", reason)
    registrations = _registrations(record)
    _leave_second(record, registrations, ledger)
    extra = {"registration": registrations[0]} if registrations else {}
    return Found(record.line, item, extra=extra, fate_told=bool(reasons))


def _is_run_together(record: Tagged, ledger: Ledger) -> bool:
    """Return whether two records stand in one, and leave them: what PubMed says of either would be said of both."""
    for tag in ONCE:
        if len(lines := record.lines.get(tag, [])) > 1:
            fates = "".join(f" PubMed says of one of them: {fate.words.lower()}." for fate in _fates(record))
            reason = f"it holds {tag} twice: two records without an empty line between them.{fates} Put the line there"
            ledger.leave(lines[1], f"record of line {record.line}", reason)
            return True
    return False


def _item(record: Tagged, ledger: Ledger) -> dict[str, Any]:
    journal, book = record.first("JT", "TA"), record.first("BTI")
    title = record.first("TI")
    kind = "article-journal" if journal else "chapter" if book and title else "book" if book else "document"
    full, short = record.all("FAU"), record.all("AU")
    # Old records have fewer full names than short ones.
    authors = full if len(full) >= len(short) else short
    item: dict[str, Any] = {
        "type": kind,
        "author": persons(authors, record.line, ledger) + [{"literal": name} for name in record.all("CN")],
        "editor": persons(record.all("FED", "ED"), record.line, ledger),
        "title": without_stop(title or book),
        "container-title": journal_name(journal) if kind == "article-journal" else book if kind == "chapter" else "",
        "volume": record.first("VI"),
        "issue": record.first("IP"),
        "page": pages(record.first("PG")),
        "edition": record.first("EN"),
        "publisher": record.first("PB"),
        "publisher-place": record.first("PL") if kind != "article-journal" else "",
        "DOI": _doi(record),
        "PMID": record.first("PMID"),
        "note": note(_fates(record), SOURCE),
    }
    return item_of(item, year_in(record.first("DP")))


def _doi(record: Tagged) -> str:
    values = [*record.tags.get("LID", []), *record.tags.get("AID", [])]
    return next((value.removesuffix("[doi]").strip() for value in values if value.endswith("[doi]")), "")


def _registrations(record: Tagged) -> list[str]:
    numbers = (value.split("/", 1) for value in record.tags.get("SI", []) if "/" in value)
    return list(dict.fromkeys(number for registry, number in numbers if registry in REGISTRIES))


def _leave_second(record: Tagged, registrations: list[str], ledger: Ledger) -> None:
    """Leave what a reference has one of, and the record more: registrations, volumes, issues, pages."""
    for number in registrations[1:]:
        what = f"PMID {record.first('PMID')}: registration {number}"
        ledger.leave(record.lines["SI"][0], what, "a reference has one: the first is kept")
    for tag in ("VI", "IP", "PG", "PB", "PL", "EN", "BTI"):
        for _, line, value in second_values(record, tag):
            ledger.leave(line, f"{tag} {value}"[:200], "the field has one value, and another stands before it")


def _leaves(record: Tagged) -> Iterator[Leaf]:
    """Yield what the values of a record say, in the words in which its reference would hold it."""
    for tag, value, line in leaves_of_tags(record):
        yield tag, READINGS[tag](value) if tag in READINGS else value, line


def _fates(record: Tagged) -> list[Fate]:
    return fates(record.tags.get("PT", []), record.all)
