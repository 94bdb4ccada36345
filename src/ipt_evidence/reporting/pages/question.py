"""The page on one question: its answer with all that stands behind it."""

from pathlib import Path

from ipt_evidence.reporting.pages.question_view import question_views
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment


def question_page(review: Review, question_id: str, templates: Path) -> str:
    """Write the page on one question of the plan.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    question_id : str
        The question.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else: styles and plots are in it.
    """
    page = environment(templates).get_template("question_page.html.j2")
    view = question_views(review).view(question_id)
    return page.render(labels=review.labels, settings=review.settings["review"], view=view)
