"""The page that explains the terms the other pages use."""

from pathlib import Path

from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.glossary import glossary


def glossary_page(review: Review, templates: Path) -> str:
    """Write the glossary, as :func:`page_of` does; settings and labels fill the explanations."""
    return page_of(review, templates, "glossary", terms=glossary(review.settings, review.labels.therapy))
