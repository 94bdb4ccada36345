"""Checks that every work is entered once, and that what belongs together says so."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.references import Bibliography, Reference
from ipt_evidence.extraction.references.works import (
    first_author,
    is_preprint,
    nearly_same,
    runs_backwards,
    same_title,
    year_of,
)
from ipt_evidence.grouping import grouped
from ipt_evidence.words.vocabulary import nearest

ISO_DATE = re.compile(r"\b(?:19|20)\d{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")

LONG_TITLE = 30
"""Letters from which on a title is hardly that of two works."""
ET_AL = re.compile(r"\bet\s+al\b|\bu\.\s?a\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Work:
    """An entry with all that tells it from others.

    Attributes
    ----------
    file, key : str
        Where it stands.
    reference : Reference
        The entry.
    title, author : str
        In a form that can be compared.
    year : int
        Year of publication.
    preprint : bool
        Whether it is a preprint.
    """

    file: str
    key: str
    reference: Reference
    title: str
    author: str
    year: int
    preprint: bool

    @property
    def item(self) -> dict[str, Any]:
        """The entry as a CSL-JSON item."""
        return self.reference.csl

    @property
    def place(self) -> str:
        """Where the entry stands, for messages on another one."""
        return f"{self.key} ({self.file}:{self.reference.line})"


def works_are_entered_once(draft: Draft) -> Iterator[Breach]:
    """Yield entries with the DOI, the PubMed number, or title and year of another, and those that are nearly alike."""
    for one, other in _near(_works(draft)):
        if one.key == other.key or one.preprint != other.preprint or _related(one, other):
            continue
        if sign := _same(one, other):
            remedy = "Keep one entry, and cite its key; if they are two works, correct what they have in common"
            yield _breach(other, rule=f"has the same {sign} as {one.place}", remedy=remedy)
        elif abs(one.year - other.year) <= 1 and (alike := _alike(one, other)):
            rule = f"may be the same work as {one.place}: {alike}"
            apart = "two reports of one trial are told apart by companionof = {key of the main report}"
            yield _breach(other, rule=rule, remedy=f"Keep one of them; {apart}", level="warning")


def preprints_give_way(draft: Draft) -> Iterator[Breach]:
    """Yield preprints of works that are entered as published too."""
    found = _works(draft)
    published = grouped((work.author, work) for work in found if not work.preprint)
    for preprint in (work for work in found if work.preprint):
        for work in published.get(preprint.author, ()):
            if nearly_same(work.title, preprint.title):
                rule = f"looks like the preprint of {work.place}"
                remedy = "Cite the published article, and take each result from one of the two only"
                yield _breach(preprint, rule=rule, remedy=remedy, level="warning")


def companions_name_their_main_report(draft: Draft) -> Iterator[Breach]:
    """Yield entries that are companions of an unknown work or of themselves; those of a known one as a note."""
    known = draft.references.named | draft.guide_references.named
    for work in _works(draft):
        main = work.reference.companion_of
        if main and (main not in known or main == work.key):
            rule = "must be the key of another entry"
            breach = partial(_breach, work, column="companionof", value=main, rule=rule)
            yield breach(remedy=f"Correct it: {nearest(main, known - {work.key})}")
        elif main:
            rule = f"is a companion report of {main}"
            remedy = "Take each result of the trial from one of its reports only"
            yield _breach(work, rule=rule, remedy=remedy, level="note")


def reports_of_one_trial_are_known(draft: Draft) -> Iterator[Breach]:
    """Yield entries with the trial registration number of an entry before them, as a note."""
    first: dict[str, Work] = {}
    for work in (work for work in _works(draft) if work.reference.registration):
        number = work.reference.registration
        main = first.setdefault(number.casefold(), work)
        if main is not work and not _related(main, work):
            rule = f"has the trial registration number of {main.place}: two reports of one trial"
            remedy = f"Add companionof = {{{main.key}}}, and take each result from one of them only"
            yield _breach(work, column="registration", value=number, rule=rule, remedy=remedy, level="note")


def pages_run_forwards(draft: Draft) -> Iterator[Breach]:
    """Yield entries whose pages end before they begin."""
    for work in _works(draft):
        pages = work.item.get("page", "")
        if runs_backwards(pages):
            breach = partial(_breach, work, column="pages", value=pages, level="warning")
            yield breach(rule="the pages end before they begin", remedy="Look them up; digits may be exchanged")


def years_agree(draft: Draft) -> Iterator[Breach]:
    """Yield trials with another year than the report they cite."""
    years = {key: year_of(reference.csl) for key, reference in draft.references.entries.items()}
    trials = draft.tables.frames["trials"]
    of_report = trials["citekey"].map(years)
    for line, row in draft.rows("trials", of_report.notna() & trials["year"].ne(of_report)):
        rule = f"the report {row['citekey']} has the year {years[row['citekey']]}"
        remedy = "Correct one of the two; the year of a trial is that of its main report"
        yield draft.breach("trials", line, row, "year", rule, remedy, level="warning")


def authors_are_all_named(draft: Draft) -> Iterator[Breach]:
    """Yield entries whose authors end in others, or are one name where the trial is called et al., as a note."""
    trials = draft.tables.frames["trials"]
    called = set(trials.loc[trials["label"].str.contains(ET_AL, na=False), "citekey"])
    for work in _works(draft):
        names = work.item.get("author", [])
        breach = partial(_breach, work, column="author", remedy="Complete it from the report", level="note")
        if {"literal": "others"} in names:
            count = len(names) - 1
            yield breach(rule=f"the list of authors ends in others after {count} name{'' if count == 1 else 's'}")
        elif len(names) == 1 and work.key in called:
            yield breach(rule="has one author where the label of its trial says et al.")


def report_statuses_are_dated(draft: Draft) -> Iterator[Breach]:
    """Yield trials whose report has a status, but whose notes do not say on which day that was looked up."""
    trials = draft.tables.frames["trials"]
    dated = trials["notes"].str.contains(ISO_DATE, na=False)
    undated, remedy = trials["report_status"].notna() & ~dated, "Add place and day to notes"
    rule = "notes must say where and on which day it was looked up, such as 2026-11-22"
    yield from draft.breaches("trials", undated, "report_status", rule, remedy, level="warning")


def _works(draft: Draft) -> list[Work]:
    """Return the sound entries of both bibliographies."""
    return [*_works_of(draft.references), *_works_of(draft.guide_references)]


def _works_of(library: Bibliography) -> Iterator[Work]:
    for key, reference in library.entries.items():
        item = reference.csl
        compared = same_title(item["title"]), first_author(item), year_of(item), is_preprint(item)
        yield Work(library.file, key, reference, *compared)


def _near(works: list[Work]) -> list[tuple[Work, Work]]:
    """Return the pairs, in order, that have in common what a sign of one work needs: no others are looked at.

    Years of one author follow each other where a year, or the one after it, is the same.
    """
    alike = grouped((sign, place) for place, work in enumerate(works) for sign in _signs(work))
    pairs = {pair for places in alike.values() for pair in combinations(places, 2)}
    return [(works[one], works[other]) for one, other in sorted(pairs)]


def _signs(work: Work) -> Iterator[tuple[str, ...]]:
    yield from ((name, work.item[name].lower()) for name in ("DOI", "PMID") if work.item.get(name))
    if work.title:
        yield "title", work.title
    yield from (("author", work.author, str(year)) for year in (work.year, work.year + 1))


def _same(one: Work, other: Work) -> str:
    """Return what shows that two entries are one work; empty text if nothing does."""
    for name, words in (("DOI", "DOI"), ("PMID", "PubMed number")):
        if one.item.get(name) and one.item[name].lower() == other.item.get(name, "").lower():
            return words
    return "title and year" if one.title and (one.title, one.year) == (other.title, other.year) else ""


def _alike(one: Work, other: Work) -> str:
    """Return what makes two works of about the same year look like one; empty text if nothing does."""
    if one.author == other.author and nearly_same(one.title, other.title):
        return "first author and title are nearly the same"
    return "the titles are the same" if one.title == other.title and len(one.title) >= LONG_TITLE else ""


def _related(one: Work, other: Work) -> bool:
    """Return whether two entries are known to be reports of one trial."""
    return len({work.reference.companion_of or work.key for work in (one, other)}) == 1


def _breach(work: Work, *, rule: str, remedy: str, **cell: Any) -> Breach:
    return Breach(file=work.file, line=work.reference.line, key=work.key, rule=rule, remedy=remedy, **cell)
