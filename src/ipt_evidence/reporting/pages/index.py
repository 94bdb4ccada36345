"""The index page: what was asked, where the answers are, and how to read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import records
from ipt_evidence.reporting.citing import citation
from ipt_evidence.reporting.limitations import limitations
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages.comparison import hundred
from ipt_evidence.reporting.pages.comparisons import Comparison, comparisons_on
from ipt_evidence.reporting.pages.overview import overviews
from ipt_evidence.reporting.pages.trial_tables import source_rows
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.tallies import coverage, most_first, trials_by
from ipt_evidence.synthesis.fates import trial_fates
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.reasons import EXCLUDED, TRIAL_FATES

NUMBER = re.compile(r"^[0-9]+[_ -]+(?=.)")
"""What puts notebooks in order, at the start of their names."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A number and its parts, which add up to it.

    Attributes
    ----------
    words : str
        What is counted.
    total : int
        The number.
    parts : tuple of (str, int)
        The parts in words, with their numbers.
    """

    words: str
    total: int
    parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class InShort:
    """What is found over the whole review, in short.

    Attributes
    ----------
    short : tuple of (Answer, str, tuple of Answer)
        By comparison, the answer to tell, how many of 100 people it is about, and what would be hidden by it.
    elsewhere : tuple of (Comparison, str)
        Comparisons on which there is evidence enough on another outcome alone, with the condition.
    unclear : str
        On how many other comparisons there is not enough, or no trial.
    """

    short: tuple[tuple[Answer, str, tuple[Answer, ...]], ...]
    elsewhere: tuple[tuple[Comparison, str], ...]
    unclear: str


def index_page(review: Review, templates: Path, notebooks: Sequence[str], commit: str = "") -> str:
    """Write the index page, otherwise as :func:`page_of` does.

    Parameters
    ----------
    notebooks : sequence of str
        Names of the notebooks of the review, without suffix.
    commit : str
        The commit that holds the review as it is; empty if there is none.
    """
    asked = list(review.answers.values())
    return page_of(
        review,
        templates,
        "index",
        found=in_short(review),
        level=numbers.percent(100 * review.settings["synthesis"]["level"]),
        tallies=(*_study_tallies(review), _question_tally(asked)),
        covered=_covered(review),
        limits=limitations(review),
        expired=_expired(review),
        overviews=overviews(review, asked),
        conditions=_conditions(review, asked),
        guides=[(name, labels.capital(guide["kind"])) for name, guide in review.guides.items()],
        notebooks=[(name, labels.words(NUMBER.sub("", name))) for name in notebooks],
        sources=[source for source in source_rows(review, review.tables["trials"]) if source.kind == "database"],
        cited=citation(review.settings["review"], commit),
    )


def in_short(review: Review) -> InShort:
    """Gather what is found over the whole review, comparison by comparison, in the order of the vocabulary."""
    conditions = [condition for condition, _ in review.vocabulary.in_order()]
    compared = [one for condition in conditions for one in comparisons_on(review, condition)]
    told = [(one, one.told) for one in compared]
    of_people = hundred(review)
    return InShort(
        short=tuple((answer, of_people(answer), one.against(answer)) for one, answer in told if answer),
        elsewhere=tuple(
            (one, review.labels.conditions[one.main.condition]) for one, answer in told if one.sure and not answer
        ),
        unclear=_unclear(compared),
    )


def _unclear(compared: Sequence[Comparison]) -> str:
    """Say on how many comparisons nothing can be said, and why."""
    if not compared:
        return "No question is asked yet."
    without = sum(one.main.k == 0 for one in compared)
    uncertain = sum(one.main.k > 0 and not one.sure for one in compared)
    others, empty = numbers.counted(uncertain, "other comparison"), numbers.counted(without, "comparison")
    said = (
        (uncertain, f"on {others} the trials in our tables are too few or too uncertain to say"),
        (without, f"on {empty} our tables hold no usable result"),
    )
    kept = "; ".join(words for number, words in said if number)
    return f"{kept[:1].upper()}{kept[1:]}." if kept else ""


def _expired(review: Review) -> list[tuple[Answer, str, str]]:
    """List the overrides of a certainty that are no longer used: answer, domain, and which inputs changed."""
    certainty = review.tables["certainty"]
    return [
        (review.answers[row["question_id"]], labels.within(labels.CERTAINTY_DOMAINS[row["domain"]]), row["note"])
        for row in records(certainty[certainty["status"].eq("expired")])
    ]


def _study_tallies(review: Review) -> tuple[Tally, ...]:
    """Count trials, reports and effects so that the parts of each add up."""
    tables = review.tables
    counted = most_first(trial_fates(tables))
    fates = {fate: counted[fate] for fate in TRIAL_FATES if fate in counted}
    reasons = most_first(tables["excluded_reports"]["reason"])
    kinds = most_first(tables["effect_sizes"]["measure"])
    return (
        Tally("trials in the tables", sum(fates.values()), _named(fates, TRIAL_FATES)),
        Tally("reports sought and not entered", sum(reasons.values()), _named(reasons, EXCLUDED)),
        Tally(
            "effect sizes computed",
            sum(kinds.values()),
            _named(kinds, {name: f"as {how.name}" for name, how in numbers.MEASURES.items()}),
        ),
    )


def _covered(review: Review) -> tuple[str, ...]:
    """Say how many conditions there are trials on, in which formats, and from how many sources figures were read."""
    found, names = coverage(review), labels.FORMATS
    formats = [f"{names[name]} ({numbers.count(number)})" for name, number in trials_by(review, "format")]
    trials = f"{numbers.counted(found.trials, 'randomised trial')} on {numbers.counted(found.conditions, 'condition')}"
    by_format = f"By format of {review.labels.therapy}, a trial with two counting for each: {labels.listed(formats)}."
    # Trials whose arm is not of the therapy alone, or with medication, have no format of it.
    within = found.trials - review.vocabulary.given(review.tables["arms"])["trial_id"].nunique()
    which = f" {numbers.counted(within, 'trial')} tested it only as a part of another treatment."
    by_format += which if within else ""
    sources = f"Figures were read from {numbers.counted(len(review.tables['sources']), 'source')}."
    return (f"The tables hold {trials}.", *([by_format] if formats else []), sources)


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> tuple[tuple[str, int], ...]:
    return tuple((names.get(name, labels.words(name)), number) for name, number in counts.items())


def _question_tally(asked: list[Answer]) -> Tally:
    parts = (
        ("answered by two or more trials", sum(one.k > 1 for one in asked)),
        ("answered by a single trial", sum(one.k == 1 for one in asked)),
        ("answered by no trial in our tables", sum(one.k == 0 for one in asked)),
    )
    return Tally("questions asked", len(asked), parts)


def _conditions(review: Review, asked: list[Answer]) -> list[tuple[str, int, str, str]]:
    """List the pages on conditions: how many conditions stand above each, its trials and its questions in words."""
    trials, links = review.tables["trials"]["condition"], []
    for condition, depth in review.vocabulary.in_order():
        if questions := sum(one.condition == condition for one in asked):
            known = int(trials.isin(review.vocabulary.members_of(condition)).sum())
            counts = numbers.counted(known, "trial"), numbers.counted(questions, "question")
            links.append((condition, depth, *counts))
    return links
