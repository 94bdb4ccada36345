"""The page on guidelines: what each body says of IPT, as stated, dated, with how we read it, beside our label."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipt_evidence.files import rows_of
from ipt_evidence.reporting.guides.views import ABBREVIATION
from ipt_evidence.reporting.pages.question_summary import QuestionSummary, summaries
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words.audit import CERTAINTIES, READ_AS, RELATIONS, STANCES
from ipt_evidence.words.labels import capital

WEB = re.compile(r"https?://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A recommendation as stated, beside our label.

    Attributes
    ----------
    guideline_id, body, title, year, country, population, summary, grade, stance, read_as, address, note : str
        The recommendation; empty text where the table has none. ``address`` is a web address.
    same_as : str
        The row that states the same recommendation for another condition; empty if there is none.
    is_listing : bool
        Whether it rates evidence and recommends nothing.
    relation : str
        How it relates to our label.
    question : QuestionSummary or None
        The question of the plan it is nearest to.
    certainty : str
        Certainty of the answer to that question; empty without trials.
    """

    guideline_id: str
    body: str
    title: str
    year: str
    country: str
    population: str
    summary: str
    grade: str
    stance: str
    read_as: str
    address: str
    note: str
    same_as: str
    is_listing: bool
    relation: str
    question: QuestionSummary | None
    certainty: str

    @property
    def name(self) -> str:
        """Body and year, to name it in a sentence; the body by its abbreviation where it has one."""
        short = ABBREVIATION.search(self.body)
        return f"{short[1] if short else self.body}, {self.year or 'undated'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCondition:
    """What guidelines say on one condition.

    Attributes
    ----------
    condition, label : str
        The condition.
    has_page : bool
        Whether the plan asks about it.
    recommendations : tuple of Stated
        All of them, in the order of the table.
    differences : tuple of (str, tuple of Stated)
        Those that go further, or less far, than our label, by relation; repeated ones are left out.
    """

    condition: str
    label: str
    has_page: bool
    recommendations: tuple[Stated, ...]
    differences: tuple[tuple[str, tuple[Stated, ...]], ...]


def guidelines_page(review: Review, templates: Path) -> str:
    """Write the page on guidelines.

    Parameters
    ----------
    review : Review
        The evidence base with its answers and the concordance.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else; its links lead to the other reports beside it.
    """
    page = environment(templates).get_template("guidelines.html.j2")
    return page.render(
        settings=review.settings["review"],
        groups=by_condition(review),
        stances=STANCES,
        read=READ_AS,
        relations=RELATIONS,
        certainties=CERTAINTIES,
    )


def by_condition(review: Review) -> tuple[OnCondition, ...]:
    """Group what guidelines say by condition, in the order of the vocabulary."""
    asked, rows = summaries(review), _rows(review)
    names, pages = review.vocabulary.conditions, set(review.questions["condition"])
    groups = []
    for condition, label in zip(names["condition"], names["label"], strict=True):
        stated = tuple(_stated(row, asked) for row in rows if row["condition"] == condition)
        if stated:
            groups.append(
                OnCondition(
                    condition=condition, label=capital(label), has_page=condition in pages, recommendations=stated,
                    differences=_differences(stated),
                )
            )  # fmt: skip
    return tuple(groups)


def _rows(review: Review) -> list[dict[str, Any]]:
    texts = review.tables["guidelines"][["guideline_id", "title", "summary", "url"]]
    return rows_of(review.tables["concordance"].merge(texts, on="guideline_id"))


def _stated(row: Mapping[Any, Any], asked: Mapping[str, QuestionSummary]) -> Stated:
    nearest = row["question_ids"].split(";")[0] if row["question_ids"] else ""
    return Stated(
        guideline_id=row["guideline_id"],
        body=row["organisation"] or row["title"],
        title=row["title"],
        year=f"{row['year']:.0f}" if row["year"] else "",
        country=row["country"].replace(";", ", "),
        population=row["population"],
        summary=row["summary"],
        grade=row["strength_as_stated"],
        stance=row["recommendation"],
        read_as=row["source_kind"],
        address=row["url"] if WEB.match(row["url"]) else "",
        note=row["note"],
        same_as=row["same_as"],
        is_listing=bool(row["listing"]),
        relation=row["relation"],
        question=asked[nearest] if nearest else None,
        certainty=row["certainty"],
    )


def _differences(stated: tuple[Stated, ...]) -> tuple[tuple[str, tuple[Stated, ...]], ...]:
    found = {
        relation: tuple(one for one in stated if one.relation == relation and not one.same_as)
        for relation in ("guideline_stronger", "guideline_weaker")
    }
    return tuple((relation, group) for relation, group in found.items() if group)
