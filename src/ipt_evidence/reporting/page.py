"""A page of the report, set from its template."""

from pathlib import Path
from typing import Any

from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment


def page_of(review: Review, templates: Path, name: str, /, **shown: Any) -> str:
    """Set a page of a review.

    Parameters
    ----------
    review : Review
        Its labels and the part ``review`` of its settings are at hand in the template, as ``labels`` and ``settings``.
    templates : Path
        ``workflow/templates``.
    name : str
        The template ``NAME.html.j2``.
    **shown
        What else the page shows, by the names that the template uses.

    Returns
    -------
    str
        HTML that needs nothing else: styles and drawings are in it; its links lead to the other reports beside it.
    """
    template = environment(templates).get_template(f"{name}.html.j2")
    return template.render(labels=review.labels, settings=review.settings["review"], **shown)
