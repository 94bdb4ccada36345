"""The page on one condition: its answers in short, and the ways to its comparisons, questions and trials."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.networks.view import NetworkView, networks_on
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages.comparison import hundred
from ipt_evidence.reporting.pages.comparisons import Comparison, comparisons_on
from ipt_evidence.reporting.pages.question_view import QuestionView, question_views
from ipt_evidence.reporting.pages.trial_tables import trials_on
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers
from ipt_evidence.words.frequencies import SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionPage:
    """What the template ``condition.html.j2`` shows.

    Attributes
    ----------
    condition, label, plain_label : str
        The condition, by its slug and in professional and in plain words.
    counts, questions : str
        How many questions were asked and answered, as sentences and as a number with its word.
    parents, children : list of str
        Conditions with a page of their own that pool this one, and conditions that this one pools.
    main : tuple of QuestionView
        The main questions, and those on which there is enough evidence to say something, if any trial answers any.
    groups : tuple of Comparison
        All questions, by comparison.
    networks : tuple of NetworkView
        The networks of treatments.
    trials : int
        How many trials the tables hold.
    """

    condition: str
    label: str
    plain_label: str
    counts: str
    questions: str
    parents: list[str]
    children: list[str]
    main: tuple[QuestionView, ...]
    groups: tuple[Comparison, ...]
    networks: tuple[NetworkView, ...]
    trials: int


def condition_page(review: Review, condition: str, templates: Path) -> str:
    """Write the page on a condition on which the plan asks something, otherwise as :func:`page_of` does."""
    return page_of(review, templates, "condition", page=condition_view(review, condition), hundred=hundred(review))


def condition_view(review: Review, condition: str) -> ConditionPage:
    """Gather what is said on one condition."""
    shown, views = [one for one in review.answers.values() if one.condition == condition], question_views(review)
    words, with_page = review.vocabulary.conditions.set_index("condition"), set(review.questions["condition"])
    return ConditionPage(
        condition=condition,
        label=str(words.at[condition, "label"]),
        plain_label=str(words.at[condition, "plain_label"]),
        counts=_counts(shown),
        questions=numbers.counted(len(shown), "question"),
        parents=[name for name in reversed(review.vocabulary.ancestors_of(condition)) if name in with_page],
        children=[name for name in review.vocabulary.members_of(condition)[1:] if name in with_page],
        main=tuple(views.view(one.question_id) for one in _main(shown)),
        groups=comparisons_on(review, condition),
        networks=networks_on(review, condition),
        trials=len(trials_on(review, condition)),
    )


def _counts(asked: Iterable[Answer]) -> str:
    """Say how many questions were asked, and how many of them trials answer."""
    found = [one.k for one in asked]
    parts = {
        "by several trials": sum(k > 1 for k in found),
        "by a single trial each": sum(k == 1 for k in found),
        "by no trial in our tables": sum(k == 0 for k in found),
    }
    answered = ", ".join(f"{number} answered {words}" for words, number in parts.items() if number)
    return f"We asked {numbers.counted(len(found), 'question')}: {answered}."


def _main(asked: list[Answer]) -> list[Answer]:
    """Choose what is said in short: the main questions of the plan, and those on which there is enough evidence.

    Without any of them, those that trials answer.
    """
    if not any(one.k for one in asked):
        return []
    return [one for one in asked if one.primary or one.strength in SURE] or [one for one in asked if one.k]
