"""The page on the trials of a condition: what they are, how they were judged, and where their figures come from."""

from pathlib import Path

from markupsafe import Markup

from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.pages.question_forest import trial_facts
from ipt_evidence.reporting.pages.risk_of_bias import bias_section
from ipt_evidence.reporting.pages.trial_tables import (
    instruments_of,
    source_rows,
    trial_rows,
    trials_on,
    uncomputed_rows,
)
from ipt_evidence.reporting.review import Review


def trials_page(review: Review, condition: str, templates: Path) -> str:
    """Write the page on the trials of a condition and of those under it, otherwise as :func:`page_of` does."""
    trials, facts = trials_on(review, condition), trial_facts(review)
    cited_here, words = set(trials["citekey"]), review.vocabulary.conditions.set_index("condition")
    return page_of(
        review,
        templates,
        "trials",
        condition=condition,
        plain_label=str(words.at[condition, "plain_label"]),
        pools=len(review.vocabulary.members_of(condition)) > 1,
        trials=trial_rows(review, trials, facts),
        uncomputed=uncomputed_rows(review, trials, facts),
        sources=source_rows(review, trials),
        bias=bias_section(review, trials),
        instruments=instruments_of(review, trials),
        # The style has escaped all text in them.
        references=tuple((key, Markup(text)) for key, text in review.trial_references.items() if key in cited_here),
    )
