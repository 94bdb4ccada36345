"""The page on one question: its answer with all that stands behind it."""

from pathlib import Path

from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages.question_view import question_views
from ipt_evidence.reporting.review import Review


def question_page(review: Review, question_id: str, templates: Path) -> str:
    """Write the page on one question of the plan, otherwise as :func:`page_of` does."""
    return page_of(review, templates, "question_page", view=question_views(review).view(question_id))
