"""The page that explains the terms the other pages use."""

from pathlib import Path

from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words.glossary import glossary


def glossary_page(review: Review, templates: Path) -> str:
    """Write the glossary.

    Parameters
    ----------
    review : Review
        Its settings and labels fill the explanations.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    terms = glossary(review.settings, review.labels.therapy)
    page = environment(templates).get_template("glossary.html.j2")
    return page.render(labels=review.labels, settings=review.settings["review"], terms=terms)
