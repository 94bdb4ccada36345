"""Read what Crossref answers about works: references, with what it knows of retractions and corrections."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.citations.csl_json import TYPES, year_of_date
from ipt_evidence.exchange.citations.csl_names import people
from ipt_evidence.exchange.citations.fates import Fate, note, to_do
from ipt_evidence.exchange.citations.gathering import Found, item_of
from ipt_evidence.exchange.citations.json_records import (
    Entry,
    Page,
    ask_for_pages,
    objects,
    objects_with,
    records,
    text,
    texts,
)
from ipt_evidence.exchange.citations.unread import Leaf, Reading, leaves_of_object
from ipt_evidence.exchange.foreign import read_foreign
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.exchange.ledger import Ledger
from ipt_evidence.exchange.mojibake import Misread
from ipt_evidence.extraction.references.works import clean_doi

STATUSES = {
    **dict.fromkeys(("retraction", "withdrawal", "removal"), ("retracted", "{}")),
    "partial_retraction": ("retracted", "Partly retracted"),
    "expression_of_concern": ("expression_of_concern", "Under an expression of concern"),
    **dict.fromkeys(("correction", "corrigendum", "erratum"), ("corrected", "Corrected")),
}
"""report_status and words for each type of update; ``{}`` is the type itself. Other updates change no report."""

RETRACTED = {"retraction": "Retracted", "withdrawal": "Withdrawn", "removal": "Removed"}
DATES = ("published-print", "issued", "published", "published-online")
"""The date of the issue first: pages belong to it."""

PLAIN = {
    "volume": "volume", "issue": "issue", "edition": "edition-number", "publisher": "publisher",
    "publisher-place": "publisher-location", "DOI": "DOI",
}  # fmt: skip
PLACES = ("container-title", "short-container-title")
UPDATE = ("DOI", "type", "label", "source", "updated/date-time")
USED = frozenset(
    {"type", "title", "subtitle", *PLACES, *PLAIN.values(), "page", "article-number", "URL", "institution/name",
     "clinical-trial-number/clinical-trial-number",
     *(f"{role}/{part}" for role in ("author", "editor") for part in ("family", "given", "suffix", "name")),
     *(f"{date}/date-parts" for date in DATES),
     *(f"{link}/{part}" for link in ("update-to", "updated-by") for part in UPDATE)}
)  # fmt: skip
SOURCE = "Crossref"


def read_crossref(path: Path) -> Imported:
    """Read works from a file of answers by Crossref's server.

    Parameters
    ----------
    path : Path
        A work, the answer to a query with one (``message``) or many (``message.items``), a list, or one work a line.

    Returns
    -------
    Imported
        References that are complete. Where Crossref says that a work was retracted, corrected or called into question
        (``updated-by``, or ``update-to`` of a notice in the same file), its entry has a note, and ``todo`` the
        ``report_status`` to be set in ``trials.csv``.

    Raises
    ------
    ExtractionError
        If the file cannot be read, is no JSON, or holds no work of Crossref.
    """
    source = read_foreign(path)
    reading, misread, pages = Reading(source.file, USED), list[Misread](), list[Page]()
    entries = records(source.text, source.file, misread, pages)
    reason = "this is no work: it has no DOI and no title"
    works = list(objects_with(("DOI", "title"), entries, reason, reading.ledger))
    nothing = "this is not Crossref's JSON: no object in it has a DOI"
    reading.read(works, partial(_found, notices=_notices(works)), _leaves, nothing)
    ask_for_pages(pages, reading.ledger)
    return reading.imported("crossref", replace(source, misread=tuple(misread)))


def _found(entry: Entry, ledger: Ledger, notices: dict[str, list[dict[str, Any]]]) -> Found:
    line, work = entry
    kind, own = TYPES.get(text(work.get("type")), "document"), clean_doi(text(work.get("DOI")))
    fates = _fates([*objects(work.get("updated-by")), *notices.get(own.lower(), [])])
    title = ": ".join(said for name in ("title", "subtitle") if (said := text(work.get(name))))
    what = own or title[:80]
    remarks = [*to_do(fates, SOURCE), *_about_notice(work, own)]
    for reason in remarks:
        ledger.ask(line, what, reason)
    item: dict[str, Any] = {
        "type": kind,
        **{role: people(work.get(role), line, ledger) for role in ("author", "editor")},
        "title": title,
        "container-title": text(work.get("container-title")) or text(work.get("short-container-title")),
        **{variable: text(work.get(name)) for variable, name in PLAIN.items()},
        "page": text(work.get("page")) or text(work.get("article-number")),
        "URL": "" if own else text(work.get("URL")),
        "note": note(fates, SOURCE),
    }
    if kind in ("document", "report") and (
        server := text([each.get("name") for each in objects(work.get("institution"))])
    ):
        item["publisher"] = server
    if kind == "article-journal":
        del item["publisher"], item["publisher-place"]
    year = next((year for date in DATES if (year := year_of_date(work.get(date)))), None)
    numbers = [text(each.get("clinical-trial-number")) for each in objects(work.get("clinical-trial-number"))]
    number = next(filter(None, numbers), "").upper()
    extra = {"registration": number} if number else {}
    return Found(line, item_of(item, year), extra=extra, fate_told=bool(remarks))


def _notices(works: Iterable[Entry]) -> dict[str, list[dict[str, Any]]]:
    """Return what the notices in the file say of other works, by the DOI of the work."""
    found: dict[str, list[dict[str, Any]]] = {}
    for _, notice in works:
        for update in objects(notice.get("update-to")):
            told = {**update, "DOI": notice.get("DOI")}
            found.setdefault(clean_doi(text(update.get("DOI"))).lower(), []).append(told)
    return found


def _fates(updates: Iterable[dict[str, Any]]) -> list[Fate]:
    """Return one fate for each status and words, with all notices that say so, each once."""
    told: dict[tuple[str, str], dict[str, str]] = {}
    for update in updates:
        kind, cited = _type(update), _cited(update)
        if kind in STATUSES:
            status, words = STATUSES[kind]
            notices = told.setdefault((status, words.format(RETRACTED.get(kind))), {})
            notices.setdefault(clean_doi(text(update.get("DOI"))).lower() or cited, cited)
    return [Fate(status, words, tuple(filter(None, notices.values()))) for (status, words), notices in told.items()]


def _type(update: dict[str, Any]) -> str:
    return re.sub(r"[\s-]+", "_", text(update.get("type")).lower())


def _cited(update: dict[str, Any]) -> str:
    """Return the notice as ``10.1000/notice, 2021-05-03, from retraction-watch``."""
    updated = next(iter(objects(update.get("updated"))), {})
    source = text(update.get("source"))
    parts = texts(next(iter(updated.get("date-parts") or []), []))
    day = text(updated.get("date-time"))[:10] or "-".join(part.zfill(2) for part in parts)
    return ", ".join(filter(None, (clean_doi(text(update.get("DOI"))), day, f"from {source}" if source else "")))


def _about_notice(work: dict[str, Any], own: str) -> Iterator[str]:
    for update in objects(work.get("update-to")):
        other = clean_doi(text(update.get("DOI")))
        if other.lower() != own.lower():
            yield f"a notice ({text(update.get('label')) or _type(update)}) about {other}, not a report of results"


def _leaves(entry: Entry) -> Iterator[Leaf]:
    """Yield the texts of a work, dates as years; what Crossref says of its own record is not of the work."""
    line, work = entry
    own = ("indexed", "created", "deposited", "score", "member", "prefix", "content-domain", "type", "source")
    for name, value in work.items():
        if name in DATES:
            yield f"{name}/date-parts", str(year_of_date(value) or ""), line
        elif name in ("update-to", "updated-by"):
            for update in objects(value):
                path = f"{name}/DOI" if _type(update) in STATUSES else f"{name} ({_type(update)})"
                yield path, text(update.get("DOI")), line
        elif name not in own:
            yield from leaves_of_object(value, name, line)
