"""Read what PubMed exports as NBIB, with what it knows of retractions, expressions of concern and corrections."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.gathering import Found, gathered, left_fields
from ipt_evidence.exchange.citations.people import named
from ipt_evidence.exchange.citations.tagged import Tagged, unused_tags, year_in
from ipt_evidence.exchange.foreign import read_foreign, refuse
from ipt_evidence.exchange.imported import Imported, LeftOut

TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|)")

FATES = {
    "retracted": (("RIN", "PRIN"), "retracted publication", "Retracted"),
    "expression_of_concern": (("ECI",), "", "Under an expression of concern"),
    "corrected": (("EIN", "CRI"), "corrected and republished article", "Corrected"),
}
"""Per report_status: tags that name the notice, the publication type, and the note."""

NOTICES = ("retraction of publication", "retraction notice", "expression of concern", "published erratum")
"""Publication types of the notices themselves."""

REGISTRIES = frozenset(
    {"ANZCTR", "ChiCTR", "ClinicalTrials.gov", "CRiS", "CTRI", "DRKS", "EudraCT", "IRCT", "ISRCTN", "JPRN", "NTR",
     "PACTR", "ReBec", "RPCEC", "SLCTR", "TCTR", "UMIN-CTR"}
)  # fmt: skip
"""Databanks of the tag SI that register trials."""

USED = frozenset(
    {"PMID", "TI", "BTI", "AU", "FAU", "CN", "ED", "FED", "JT", "TA", "DP", "VI", "IP", "PG", "LID", "AID", "PT", "PB",
     "PL", "EN", "SI", "RIN", "PRIN", "ECI", "EIN", "CRI"}
)  # fmt: skip
WORDS = {
    "AB": "abstract", "AD": "address of the author", "MH": "subject heading", "OT": "keyword", "GR": "grant",
    "IS": "ISSN", "LA": "language", "RN": "substance", "COIS": "conflicts of interest", "CIN": "comments",
    "PMC": "number in PubMed Central", "SO": "source in one line", "AUID": "ORCID",
}  # fmt: skip


def read_nbib(path: Path) -> Imported:
    """Read an NBIB file into a bibliography.

    Parameters
    ----------
    path : Path
        As PubMed's "Citation manager" or "PubMed" format saves it.

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
    source = read_foreign(path)
    left: list[LeftOut] = []
    records = list(_records(source.file, source.text, left))
    if not records:
        rule = "this is not NBIB: no line has a tag such as 'PMID- 12345678'"
        refuse(source.file, rule, "Check the kind of file, and export it again")
    todo = [remark for record in records for remark in _remarks(record, source.file)]
    found = [Found(record.line, _item(record), extra=_registration(record)) for record in records]
    left += left_fields(source.file, unused_tags(records, USED), WORDS)
    return gathered("nbib", source, found, left, todo)


def _records(file: str, text: str, left: list[LeftOut]) -> Iterator[Tagged]:
    """Yield each record: it begins with its PMID, whether or not there is a blank line before it."""
    record, last = None, ""
    for number, line in enumerate(text.splitlines(), start=1):
        tagged = TAG.fullmatch(line.rstrip())
        if tagged:
            tag = tagged.group(1)
            if record and tag == "PMID":
                yield record
                record = None
            record = record or Tagged(number)
            record.add(tag, tagged.group(2) or "", number)
            last = tag
        elif record and line.strip():
            record.go_on(last, line)
        elif line.strip():
            left.append(LeftOut(file, number, line.strip()[:80], "the line stands outside any reference"))
    if record:
        yield record


def _item(record: Tagged) -> dict[str, Any]:
    journal, book = record.first("JT", "TA"), record.first("BTI")
    title = record.first("TI")
    kind = "article-journal" if journal else "chapter" if book and title else "book" if book else "document"
    full, short = record.all("FAU"), record.all("AU")
    # Old records have fewer full names than short ones.
    authors = full if len(full) >= len(short) else short
    item: dict[str, Any] = {
        "type": kind,
        "author": [named(name) for name in authors] + [{"literal": name} for name in record.all("CN")],
        "editor": [named(name) for name in record.all("FED", "ED")],
        "title": _without_stop(title or book),
        "container-title": _journal(journal) if kind == "article-journal" else book if kind == "chapter" else "",
        "volume": record.first("VI"),
        "issue": record.first("IP"),
        "page": re.sub(r"\s*[-–]+\s*", "-", record.first("PG").split(";")[0]),
        "edition": record.first("EN"),
        "publisher": record.first("PB"),
        "publisher-place": record.first("PL") if kind != "article-journal" else "",
        "DOI": _doi(record),
        "PMID": record.first("PMID"),
        "note": " ".join(f"{words}, says PubMed{_where(notice)}." for _, words, notice in _fates(record)),
    }
    year = year_in(record.first("DP"))
    issued = {"issued": {"date-parts": [[year]]}} if year else {}
    return {name: value for name, value in item.items() if value} | issued


def _without_stop(title: str) -> str:
    return title[:-1] if title.endswith(".") and not title.endswith("..") else title


def _journal(name: str) -> str:
    """Return the journal without its second language and its place, as in ``Lancet (London, England)``."""
    return re.sub(r"\s+(?:=.*|\([^()]*\))$", "", name)


def _doi(record: Tagged) -> str:
    values = [*record.tags.get("LID", []), *record.tags.get("AID", [])]
    return next((value.removesuffix("[doi]").strip() for value in values if value.endswith("[doi]")), "")


def _registration(record: Tagged) -> dict[str, str]:
    numbers = (value.split("/", 1) for value in record.tags.get("SI", []) if "/" in value)
    registered = [number for registry, number in numbers if registry in REGISTRIES]
    return {"registration": registered[0]} if registered else {}


def _fates(record: Tagged) -> list[tuple[str, str, str]]:
    """Return what became of the report: status, words, and the notice as PubMed cites it."""
    types = [name.lower() for name in record.tags.get("PT", [])]
    return [
        (status, words, record.first(*tags))
        for status, (tags, publication_type, words) in FATES.items()
        if record.first(*tags) or publication_type in types
    ]


def _where(notice: str) -> str:
    return f" ({notice.rstrip('.')})" if notice else ""


def _remarks(record: Tagged, file: str) -> Iterator[LeftOut]:
    what = f"PMID {record.first('PMID')}"
    for status, words, notice in _fates(record):
        reason = (
            f"{words}, says PubMed{_where(notice)}: set report_status to {status} in trials.csv, and the day in notes"
        )
        yield LeftOut(file, record.line, what, reason)
    notices = [name for name in record.tags.get("PT", []) if name.lower() in NOTICES]
    if notices:
        reason = f"of the type {notices[0]}: a notice about another report, not a report of results"
        yield LeftOut(file, record.line, what, reason)
