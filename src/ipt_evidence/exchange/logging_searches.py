"""Enter the records of a search into the screening log, each once, with those that repeat another marked."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from ipt_evidence.exchange.names import slug
from ipt_evidence.exchange.records import Record, appended_text, read_records, records_text
from ipt_evidence.exchange.watching import Watched, signs_of
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas.sources import SCREENING

FILE = f"{SCREENING.name}.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What a log is with the records of a search.

    Attributes
    ----------
    new, duplicates, there : int
        Records entered, how many of these repeat another record, and records that the log held from this source.
    text : str
        Content of the log; empty if nothing is new.
    """

    new: int
    duplicates: int
    there: int
    text: str


def logged(found: list[Watched], raw: Path, source: str, day: str) -> Logged:
    """Return the screening log of the raw tables with the records of a search in a source, such as PubMed.

    A record is a duplicate if DOI, PubMed number, or title with year are those of another that is none. The day of the
    search is written 2026-05-31; empty text if it is not known.

    Raises
    ------
    ExtractionError
        If the log cannot be read.
    """
    path = raw / FILE
    records, breaches = read_records(path)
    if breaches:
        raise ExtractionError(breaches)
    kept = {
        sign: record.cells["duplicate_of"] or record.cells["record_id"]
        for record in records
        for sign in _signs(record.cells)
    }
    names = {record.cells["record_id"] for record in records}
    of_source = {sign for record in records if record.cells["source"] == source for sign in _signs(record.cells)}
    rows, there = list[dict[str, str]](), 0
    for each in found:
        cells = {"source": source, "searched": day, "title": each.title, "year": str(each.year)}
        cells |= {"doi": each.doi, "pmid": each.pmid}
        signs = _signs(cells)
        if of_source & {*signs}:
            there += 1
            continue
        name = _free(f"{slug(source) or 'search'}_{each.record}", names)
        names.add(name)
        original = next((kept[sign] for sign in signs if sign in kept), "")
        rows.append({**dict.fromkeys(SCREENING.columns, ""), **cells, "record_id": name, "duplicate_of": original})
        kept |= {sign: kept.get(sign, original or name) for sign in signs}
    new = [Record(key=(row["record_id"],), line=0, cells=row) for row in rows]
    text = (appended_text(path, new) or records_text(FILE, [*records, *new])) if new else ""
    return Logged(new=len(rows), duplicates=sum(bool(row["duplicate_of"]) for row in rows), there=there, text=text)


def _signs(cells: Mapping[str, str]) -> list[str]:
    item: dict[str, Any] = {"DOI": cells["doi"], "PMID": cells["pmid"]}
    if cells["year"]:
        item |= {"title": cells["title"], "issued": {"date-parts": [[int(cells["year"])]]}}
    return list(signs_of(item))


def _free(name: str, taken: set[str]) -> str:
    names = (name if number == 1 else f"{name}_{number}" for number in count(1))
    return next(free for free in names if free not in taken)
