"""Columns that several tables of judgements share."""

import pandera.pandas as pa

from ipt_evidence.engine.pooling.inputs import INTERVALS
from ipt_evidence.extraction.schemas.columns import boolean, choice, slug
from ipt_evidence.synthesis.schemas import ESTIMATE
from ipt_evidence.words import labels
from ipt_evidence.words.figures import BAYES, EACH, SINGLE, WIDENED

INPUTS = {"type": ["number", "string", "array", "null"], "items": {"type": "string"}}
"""What a rule may look at, as JSON Schema."""

DECIDED_BY = ("none", SINGLE, WIDENED, EACH, BAYES, *INTERVALS)

POOLED = {name: ESTIMATE[name] for name in ("estimate", "ci_low", "ci_high")}

STRENGTH = choice("Strength", "The label.", labels.STRENGTHS, required=True)
LABEL = choice(
    "Label", "The strength if it is one of a benefit, and else what it is one of.", labels.LABELS, required=True
)
CERTAINTY = choice("Certainty", "Certainty by GRADE; empty without trials.", labels.CERTAINTIES)
RULE = slug("Rule", "The rule that decided.")
PROVISIONAL = boolean(
    "Provisional", "Whether it would be another if the trials nobody judged were judged.", required=True
)


def optional(column: pa.Column, description: str | None = None) -> pa.Column:
    """Return a column that may be empty here, described anew if asked."""
    return pa.Column(
        column.dtype,
        column.checks,
        nullable=True,
        title=column.title,
        description=description or column.description,
        metadata=column.metadata,
    )


def of_the_answer(column: pa.Column) -> pa.Column:
    """Return a column of an answer as it stands beside something that may have none."""
    return optional(column, f"Of the answer that decided: {labels.within(column.description)}")
