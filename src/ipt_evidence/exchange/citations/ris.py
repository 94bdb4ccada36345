"""Read RIS, as EndNote, Zotero, Mendeley, Covidence and the databases export it; no record is lost without a word."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.people import persons
from ipt_evidence.exchange.citations.tagged import PUBMED, Tagged, lines_of, second_values, year_in
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_tags
from ipt_evidence.exchange.foreign import Text, read_letters
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger

TAG = re.compile(r"\s{0,3}(?P<tag>[A-Z][A-Z0-9])(?P<gap> {1,2})-(?:\s(?P<value>.*)|)")

TYPES = {
    **dict.fromkeys(("JOUR", "JFULL", "EJOUR", "MGZN", "ABST", "INPR", "NEWS"), "article-journal"),
    **dict.fromkeys(("BOOK", "EBOOK", "EDBOOK"), "book"),
    **dict.fromkeys(("CHAP", "ECHAP"), "chapter"),
    **dict.fromkeys(("CONF", "CPAPER"), "paper-conference"),
    **dict.fromkeys(("THES",), "thesis"),
    **dict.fromkeys(("RPRT", "GOVDOC"), "report"),
}
"""CSL type of each RIS type; all others are documents."""

JOURNAL = ("JF", "T2", "JO", "JA", "J1", "J2", "BT")
USED = frozenset(
    {"TY", "ER", "TI", "T1", "CT", "AU", "A1", "A2", "ED", "PY", "Y1", "DA", "VL", "IS", "SP", "EP", "C7", "DO", "UR",
     "PB", "CY", "PP", "ET", "AN", "AR", "PU", "PM", *JOURNAL}
)  # fmt: skip
DATES = ("PY", "Y1", "DA")
PERSONS = ("AU", "A1", "A2", "ED")
SINGLE = (("TI", "T1", "CT"), ("PY", "Y1", "DA"), ("VL",), ("IS",), ("SP", "C7", "AR"), ("EP",), ("DO",), ("UR",),
          ("PB", "PU"), ("CY", "PP"), ("ET",), ("AN",))  # fmt: skip
"""Tags of which the bibliography holds one value; names of a journal have several forms, and are counted."""
FIELD = {tag: names for names in SINGLE for tag in names}
WORDS = {
    "AB": "abstract", "N2": "abstract", "KW": "keywords", "N1": "notes", "L1": "attached file", "L2": "full text",
    "L3": "related records", "L4": "figures", "SN": "ISSN or ISBN", "AD": "address of the author", "LA": "language",
    **dict.fromkeys(JOURNAL, "other name of the journal"),
    "DB": "name of the database", "DP": "provider of the database",
    "M1": "number", "M3": "kind of work", "Y2": "day of access", "ST": "short title", "ID": "number of the record",
}  # fmt: skip
"""What the tags hold that a bibliography has no field for."""

KNOWN = USED | WORDS.keys()
"""Tags that are taken for tags even with one space before the dash, which a sentence might have too."""


def read_ris(path: Path) -> Imported:
    """Read a RIS file, UTF-8 or Windows-1252, with or without byte order mark, into a bibliography.

    Returns
    -------
    Imported
        References that are complete; ``left`` names the others and the fields that were dropped.

    Raises
    ------
    ExtractionError
        If the file cannot be read or holds no RIS record.
    """
    return references_of(read_letters(path))


def references_of(source: Text) -> Imported:
    """Return the references in a text, as :func:`read_ris` does."""
    reading = Reading(source.file, USED)
    nothing = "this is not RIS: no line has a tag such as 'TY  - JOUR'"
    reading.read(_records(source.text, reading.ledger), _found, _leaves, nothing)
    return reading.imported("ris", source, WORDS)


def _records(text: str, ledger: Ledger) -> Iterator[Tagged]:
    """Yield each record; a new TY or the end of the file ends one that has no ER."""
    record, last = None, ""
    for number, line in enumerate(lines_of(text), start=1):
        tag, value = _tagged(line)
        if not tag:
            if record and line.strip() and last in PERSONS and "," in line:
                # A name of its own, whose tag was left out.
                record.add(last, line, number)
            elif record and line.strip():
                record.go_on(last, line)
            elif line.strip():
                ledger.leave(number, line.strip()[:80], "the line stands outside any reference")
            continue
        if record and tag in ("ER", "TY"):
            if tag == "TY":
                ledger.ask(record.line, "reference without ER", f"taken to end before line {number}")
            yield record
            record = None
        if tag != "ER":
            record = record or Tagged(number)
            record.add(tag, value, number)
            last = tag
    if record:
        ledger.ask(record.line, "reference without ER", "taken to end with the file")
        yield record


def _tagged(line: str) -> tuple[str, str]:
    """Return tag and value of a line, empty texts if it has none."""
    if line[2:6] == "  - " and line[:2] in KNOWN:
        return line[:2], line[6:]
    found = TAG.fullmatch(line.rstrip())
    if not found or (found["gap"] == " " and found["tag"] not in KNOWN):
        return "", ""
    return found["tag"], found["value"] or ""


def _found(record: Tagged, ledger: Ledger) -> Found:
    ris_type = record.first("TY").upper()
    kind = TYPES.get(ris_type, "document")
    if not ris_type:
        kind = "article-journal" if record.first(*JOURNAL) else "document"
        ledger.ask(record.line, "reference without TY", f"taken as {kind}: check its entry type")
    editors = record.all("ED") or (record.all("A2") if kind in ("chapter", "paper-conference") else [])
    authors = list(dict.fromkeys([*record.all("AU"), *record.all("A1")]))
    if ris_type == "EDBOOK" and not editors:
        authors, editors = [], authors
    item: dict[str, Any] = {
        "type": kind,
        "author": persons(authors, record.line, ledger),
        "editor": persons(editors, record.line, ledger),
        "title": record.first("TI", "T1", "CT", *(("BT",) if kind == "book" else ())),
        "container-title": record.first(*JOURNAL),
        "volume": record.first("VL"),
        "issue": record.first("IS"),
        "page": _pages(record),
        "edition": record.first("ET") if kind in ("book", "chapter") else "",
        "publisher": record.first("PB", "PU"),
        "publisher-place": record.first("CY", "PP"),
        "DOI": record.first("DO"),
        "URL": record.first("UR"),
        "PMID": record.first("AN") if _from_pubmed(record) else record.first("PM"),
    }
    _leave_second(record, ledger)
    return Found(record.line, item_of(item, year_in(*map(record.first, DATES))))


def _leave_second(record: Tagged, ledger: Ledger) -> None:
    """Leave the values for which a field has no place any more; of dates only other years."""
    for names in _repeated(record):
        year = year_in(*(record.first(name) for name in names)) if "PY" in names else None
        for tag, line, value in second_values(record, *names):
            if year is None or year_in(value) not in (year, None):
                ledger.leave(line, f"{tag} {value}"[:200], "the field has one value, and another stands before it")
    if record.first("AN") and not _from_pubmed(record):
        said = f"AN {record.first('AN')}"[:200]
        ledger.leave(record.lines["AN"][0], said, "a number of another database than PubMed")


def _repeated(record: Tagged) -> Iterator[tuple[str, ...]]:
    """Yield the tags of each field that has one value, where a record has several."""
    counts: dict[tuple[str, ...], int] = {}
    for tag, values in record.tags.items():
        if names := FIELD.get(tag):
            counts[names] = counts.get(names, 0) + len(values)
    return (names for names in SINGLE if counts.get(names, 0) > 1)


def _leaves(record: Tagged) -> Iterator[Leaf]:
    """Yield the values of a record; of a date its year, since months and days have no place anywhere."""
    for leaf in leaves_of_tags(record):
        tag, value, line = leaf
        if tag in DATES:
            yield tag, str(year_in(value) or value), line
        elif tag not in ("TY", "ER"):
            yield leaf


def _from_pubmed(record: Tagged) -> bool:
    return bool(PUBMED.search(f"{record.first('DB')} {record.first('DP')}"))


def _pages(record: Tagged) -> str:
    first, last = record.first("SP", "C7", "AR").rstrip(" -–"), record.first("EP")
    return f"{first}-{last}" if first and last and last != first and "-" not in first else first
