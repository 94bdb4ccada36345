"""The page on one comparison: its answers in a table, its summary of findings, and each question in short."""

from collections.abc import Callable
from pathlib import Path

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages.comparisons import Comparison
from ipt_evidence.reporting.pages.question_view import question_views
from ipt_evidence.reporting.pages.summary import summaries_on
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.frequencies import in_hundred
from ipt_evidence.words.registers import PLAIN


def hundred(review: Review) -> Callable[[Answer], str]:
    """Return what says of an answer how many of 100 people it is about; empty text where that cannot be said."""
    voice = review.voice(PLAIN)
    return lambda answer: in_hundred(answer, answer.sides, voice)


def comparison_page(review: Review, condition: str, comparison: Comparison, templates: Path) -> str:
    """Write the page on one of the comparisons on a condition, otherwise as :func:`page_of` does."""
    views = question_views(review)
    return page_of(
        review,
        templates,
        "comparison",
        condition=condition,
        comparison=comparison,
        summaries=summaries_on(review, comparison, comparison.name),
        views=[views.view(answer.question_id) for answer in comparison.answers],
        hundred=hundred(review),
    )
