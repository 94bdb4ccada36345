"""The page on one comparison: its answers in a table, its summary of findings, and each question in short."""

from collections.abc import Callable
from pathlib import Path

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.pages.comparisons import Comparison
from ipt_evidence.reporting.pages.question_view import QuestionView, question_views
from ipt_evidence.reporting.pages.summary import summaries_on
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words.frequencies import in_hundred
from ipt_evidence.words.registers import PLAIN


def hundred(review: Review) -> Callable[[Answer], str]:
    """Return what says of an answer how many of 100 people it is about; empty text where that cannot be said."""
    voice = review.voice(PLAIN)
    return lambda answer: in_hundred(answer, answer.sides, voice)


def comparison_page(review: Review, condition: str, comparison: Comparison, templates: Path) -> str:
    """Write the page on one comparison.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    condition : str
        The condition.
    comparison : Comparison
        One of those on it.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    views = question_views(review)
    asked: tuple[QuestionView, ...] = tuple(views.view(answer.question_id) for answer in comparison.answers)
    return (
        environment(templates)
        .get_template("comparison.html.j2")
        .render(
            labels=review.labels,
            settings=review.settings["review"],
            condition=condition,
            comparison=comparison,
            summaries=summaries_on(review, comparison, comparison.name),
            views=asked,
            hundred=hundred(review),
        )
    )
