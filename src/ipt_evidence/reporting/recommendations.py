"""What guidelines say of the therapy, one recommendation at a time, beside our answers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.brief import short
from ipt_evidence.words.labels import within

WEB, WORD = re.compile(r"https?://"), re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A recommendation as stated, beside our label.

    Attributes
    ----------
    guideline_id, condition : str
        The recommendation, and what it is about.
    body, title, year, country, population, summary, grade, note : str
        Who says it (the title where no body is named), in what, when, where, of whom, what, with which grade of its
        own, and what is to be noted; empty text where the table has none.
    stance, read_as, address : str
        What it amounts to, how we read it, and the web address where it stands; empty if it has none.
    same_as : str
        The row that states the same recommendation for another condition; empty if there is none.
    is_listing : bool
        Whether it rates evidence and recommends nothing.
    relation : str
        How it relates to our label.
    question : Answer or None
        The question of the plan it is nearest to.
    """

    guideline_id: str
    condition: str
    body: str
    title: str
    year: str
    country: str
    population: str
    summary: str
    grade: str
    note: str
    stance: str
    read_as: str
    address: str
    same_as: str
    is_listing: bool
    relation: str
    question: Answer | None

    @property
    def name(self) -> str:
        """Body and year, the body by its abbreviation where it has one."""
        return f"{short(self.body)} {self.year or '(undated)'}"


@lru_cache(maxsize=1)
def recommendations(review: Review) -> tuple[Recommendation, ...]:
    """Return every recommendation, in the order of the table."""
    printed = review.tables["guidelines"][["guideline_id", "title", "summary", "url"]]
    rows = rows_of(review.tables["concordance"].merge(printed, on="guideline_id"))
    found = [_recommendation(row, review.answers) for row in rows]
    names = {one.guideline_id: f"{one.name} on {within(review.labels.conditions[one.condition])}" for one in found}
    return tuple(replace(one, note=_named(one.note, names)) for one in found)


def _named(note: str, names: Mapping[str, str]) -> str:
    """Name the recommendations that a note calls by their ids."""
    return WORD.sub(lambda word: names.get(word[0], word[0]), note)


def _recommendation(row: Mapping[str, Any], answers: Mapping[str, Answer]) -> Recommendation:
    nearest = row["question_ids"].partition(";")[0]
    return Recommendation(
        **{name: row[name] for name in ("guideline_id", "condition", "title", "population", "summary", "note")},
        body=row["organisation"] or row["title"],
        year=f"{row['year']:.0f}" if row["year"] else "",
        country=row["country"].replace(";", ", "),
        grade=row["strength_as_stated"],
        stance=row["recommendation"],
        read_as=row["source_kind"],
        address=row["url"] if WEB.match(row["url"]) else "",
        same_as=row["same_as"],
        is_listing=bool(row["listing"]),
        relation=row["relation"],
        question=answers[nearest] if nearest else None,
    )
