"""Hold the records of a new search against what a review holds: which are new, known, left out, or retracted since."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from ipt_evidence.exchange.citations.fates import SAID
from ipt_evidence.exchange.citations.gathering import FATEFUL
from ipt_evidence.exchange.imported import Imported
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.references import Reference, bibliography_of, read_bibliography
from ipt_evidence.extraction.references.works import clean_doi, first_author, nearly_same, same_title, year_of
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import read_table
from ipt_evidence.files import rows_of

Status = Literal["new", "known", "perhaps_known", "left_out", "companion", "retracted", "repeated"]

WITHDRAWN = ("Retracted", "Partly retracted", "Withdrawn", "Removed")


@dataclass(frozen=True, slots=True)
class Watched:
    """One record of a search, and what the review knows of it.

    Attributes
    ----------
    file : str
        File of the search.
    record : str
        Key the importer would give it.
    title, doi, pmid : str
        As read; empty where the record has none.
    year : int
        Of publication.
    status : str
        ``retracted``: of the review, and a source says it was withdrawn, while its trial is not marked so; ``known``:
        of the review; ``perhaps_known``: nearly the same title by the same first author; ``companion``: another report
        of a registered trial of the review; ``left_out``: among the excluded reports; ``repeated``: came before in this
        search; ``new``: none of these.
    match : str
        Which entry of the review, or which record before, it matches.
    reason : str
        By what it matches.
    """

    file: str
    record: str
    title: str
    year: int
    doi: str
    pmid: str
    status: Status
    match: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a review holds: signs of works, each with the name it has there."""

    works: Mapping[str, str]
    titles: tuple[tuple[str, str, int, str], ...]
    registrations: Mapping[str, str]
    excluded: Mapping[str, str]
    withdrawn: frozenset[str]


def watch(imports: list[Imported], raw: Path) -> list[Watched]:
    """Return every complete record of a search, in order, with its status.

    Parameters
    ----------
    imports : list of Imported
        Files of a search, as the importers of references read them.
    raw : Path
        Raw tables of the review.

    Raises
    ------
    ExtractionError
        If the references or the tables of the review cannot be read.
    """
    known = _known(raw)
    found: list[Watched] = []
    before: dict[str, str] = {}
    for imported in imports:
        for key, reference in bibliography_of(imported.bibliography, imported.file).entries.items():
            item = reference.csl
            title, doi, pmid = (str(item.get(name, "")) for name in ("title", "DOI", "PMID"))
            judged = _judged(reference, known, before)
            found.append(Watched(imported.file, key, title, year_of(item), doi, pmid, *judged))
            before |= dict.fromkeys(signs_of(item), key)
    return found


def watch_table(found: list[Watched]) -> pd.DataFrame:
    """Return one row per record, its fields as columns."""
    return pd.DataFrame([asdict(each) for each in found], columns=list(Watched.__dataclass_fields__))


def _judged(reference: Reference, known: _Known, before: Mapping[str, str]) -> tuple[Status, str, str]:
    signs = signs_of(reference.csl)
    for sign, name in signs.items():
        if sign in known.works:
            match = known.works[sign]
            withdrawn = _withdrawal(reference)
            if withdrawn and match not in known.withdrawn:
                return "retracted", match, withdrawn
            return "known", match, f"the same {name}"
        if sign in known.excluded:
            return "left_out", known.excluded[sign], f"the same {name}"
        if sign in before:
            return "repeated", before[sign], f"the same {name}"
    number = reference.registration.casefold()
    if number and number in known.registrations:
        return "companion", known.registrations[number], f"the same registration, {reference.registration}"
    title, author, year = _named(reference)
    for other, its_author, its_year, name in known.titles:
        if author == its_author and abs(year - its_year) <= 1 and nearly_same(title, other):
            return "perhaps_known", name, "nearly the same title by the same first author"
    return "new", "", ""


def _named(reference: Reference) -> tuple[str, str, int]:
    """Return what is nearly the same in two records of one work: title, first author and year."""
    return same_title(reference.csl.get("title", "")), first_author(reference.csl), year_of(reference.csl)


def signs_of(item: Mapping[str, Any]) -> dict[str, str]:
    """Return what tells a work from others, each with the words for it."""
    signs = {}
    if doi := clean_doi(str(item.get("DOI", ""))).casefold():
        signs[f"doi:{doi}"] = "DOI"
    if pmid := str(item.get("PMID", "")).strip():
        signs[f"pmid:{pmid}"] = "PubMed number"
    if title := same_title(str(item.get("title", ""))):
        signs[f"title:{title}:{year_of(dict(item))}"] = "title and year"
    return signs


def _withdrawal(reference: Reference) -> str:
    note = str(reference.csl.get("note", ""))
    if SAID.search(note) and any(word in note for word in WITHDRAWN):
        return note.strip()
    # Tables of references have no field for it; of PubMed's, the title says so.
    told = FATEFUL.match(str(reference.csl.get("title", "")))
    return "its title says so" if told and not told["notice"] else ""


def _known(raw: Path) -> _Known:
    files = [read_bibliography(raw / name) for name in ("references.bib", "guide_references.bib")]
    tables = {name: read_table(raw / f"{name}.csv", RAW_TABLES[name]) for name in ("trials", "excluded_reports")}
    if breaches := [breach for each in files for breach in each.breaches if breach.level == "error"] + [
        breach for _, wrong in tables.values() for breach in wrong
    ]:
        raise ExtractionError(breaches)
    trials, excluded = tables["trials"][0], tables["excluded_reports"][0]
    withdrawn = trials.loc[trials["report_status"].eq("retracted").fillna(False), "citekey"]
    entries = [entry for each in files for entry in each.entries.items()]
    return _Known(
        works={sign: key for key, each in entries for sign in signs_of(each.csl)},
        titles=tuple((*_named(each), key) for key, each in entries),
        registrations={each.registration.casefold(): key for key, each in entries if each.registration},
        excluded={
            sign: str(row["report_id"])
            for row in rows_of(excluded)
            for sign in signs_of({"DOI": row["doi"], "PMID": row["pmid"]})
        },
        withdrawn=frozenset(map(str, withdrawn)),
    )
