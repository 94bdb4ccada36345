"""The page on one condition: its questions with their answers, its trials, and where every figure comes from."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.pages.question_forest import trial_facts
from ipt_evidence.reporting.pages.question_view import QuestionView, question_views
from ipt_evidence.reporting.pages.risk_of_bias import BiasSection, bias_section
from ipt_evidence.reporting.pages.summary import Summary, summary_of
from ipt_evidence.reporting.pages.trial_tables import (
    Source,
    Trial,
    Uncomputed,
    instruments_of,
    source_rows,
    trial_rows,
    trials_on,
    uncomputed_rows,
)
from ipt_evidence.reporting.references import cited, format_references
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words import numbers


@dataclass(frozen=True, slots=True)
class Link:
    """A condition with a page of its own.

    Attributes
    ----------
    condition, label : str
        Its slug and its label.
    """

    condition: str
    label: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The questions that compare the same two sides.

    Attributes
    ----------
    anchor, comparison : str
        Where in the page, and what is compared.
    summary : Summary or None
        The summary of findings; None without trials.
    views : tuple of QuestionView
        The questions, in the order of the plan.
    """

    anchor: str
    comparison: str
    summary: Summary | None
    views: tuple[QuestionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionPage:
    """What the template ``condition.html.j2`` shows.

    Attributes
    ----------
    review_title, last_review : str
        The review.
    label, plain_label : str
        The condition, in professional and in plain words.
    counts, questions : str
        How many questions were asked and answered, as sentences and as a number with its word.
    parents, children : tuple of Link
        Conditions that pool this one, and conditions that this one pools.
    main : tuple of QuestionView
        The main questions, if any trial answers any of them.
    groups : tuple of Comparison
        All questions.
    trials, uncomputed, sources : tuple
        The trials, their results that could not be computed, and the sources of their figures.
    bias : BiasSection
        The risk of bias of the trials.
    instruments : tuple of (str, str)
        Instruments with their full names.
    references : tuple of (str, Markup)
        References of the trials by citekey.
    """

    review_title: str
    last_review: str
    label: str
    plain_label: str
    counts: str
    questions: str
    parents: tuple[Link, ...]
    children: tuple[Link, ...]
    main: tuple[QuestionView, ...]
    groups: tuple[Comparison, ...]
    trials: tuple[Trial, ...]
    uncomputed: tuple[Uncomputed, ...]
    sources: tuple[Source, ...]
    bias: BiasSection
    instruments: tuple[tuple[str, str], ...]
    references: tuple[tuple[str, Markup], ...]


def condition_page(review: Review, condition: str, templates: Path) -> str:
    """Write the page on one condition.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    condition : str
        A condition on which the plan asks something.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else: styles and plots are in it.
    """
    page = environment(templates).get_template("condition.html.j2")
    return page.render(page=_page(review, condition), labels=review.labels)


def _page(review: Review, condition: str) -> ConditionPage:
    asked, views = review.questions["condition"].eq(condition), question_views(review)
    shown = [views.view(question_id) for question_id in review.questions.loc[asked, "question_id"]]
    trials, facts = trials_on(review, condition), trial_facts(review)
    cited_here = set(trials["citekey"])
    words = review.vocabulary.conditions.set_index("condition")
    return ConditionPage(
        review_title=review.settings["review"]["title"],
        last_review=str(review.settings["review"]["last_review"]),
        label=str(words.at[condition, "label"]),
        plain_label=str(words.at[condition, "plain_label"]),
        counts=_counts(view.answer for view in shown),
        questions=numbers.counted(len(shown), "question"),
        parents=_links(review, reversed(review.vocabulary.ancestors_of(condition))),
        children=_links(review, review.vocabulary.members_of(condition)[1:]),
        main=_main(shown),
        groups=_groups(review, condition, shown),
        trials=trial_rows(review, trials, facts),
        uncomputed=uncomputed_rows(review, trials, facts),
        sources=source_rows(review, trials),
        bias=bias_section(review, trials),
        instruments=instruments_of(review, trials),
        references=tuple(item for item in _references(review) if item[0] in cited_here),
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


def _links(review: Review, conditions: Iterable[str]) -> tuple[Link, ...]:
    with_page = set(review.questions["condition"])
    return tuple(Link(name, review.labels.conditions[name]) for name in conditions if name in with_page)


def _main(views: list[QuestionView]) -> tuple[QuestionView, ...]:
    """Choose what is said in short: the main questions of the plan; without any, those that trials answer."""
    if not any(view.answer.k for view in views):
        return ()
    main = tuple(view for view in views if view.answer.primary)
    return main or tuple(view for view in views if view.answer.k)


def _groups(review: Review, condition: str, views: list[QuestionView]) -> tuple[Comparison, ...]:
    table = review.tables["summary_of_findings"]
    found: dict[tuple[str, str], list[QuestionView]] = {}
    for view in views:
        found.setdefault((view.answer.intervention, view.answer.comparator), []).append(view)
    summed = dict(iter(table[table["condition"].eq(condition)].groupby(["intervention", "comparator"])))
    return tuple(
        Comparison(
            anchor=(anchor := "-v-".join(sides)),
            comparison=group[0].answer.comparison,
            summary=summary_of(review, summed[sides].to_dict("records"), anchor, len(group)),
            views=tuple(group),
        )
        for sides, group in found.items()
    )


@lru_cache(maxsize=1)
def _references(review: Review) -> tuple[tuple[str, Markup], ...]:
    """Set the references of all trials in APA style, in its order: a letter after a year is the same on every page."""
    found = format_references(cited(review.references, review.tables["trials"]["citekey"]), "apa")
    # The style has escaped all text in them.
    return tuple((key, Markup(reference)) for key, reference in found.items())
