"""The schemas of all processed tables, in the order in which the rooms write them: for the codebook and the exports."""

from ipt_evidence.appraisal.schemas import (
    ABSOLUTE,
    AGREEMENT,
    BAYES,
    CERTAINTY_OF_DOMAINS,
    CLAIMS,
    CONCORDANCE,
    GAPS,
    MULTIVERSE,
    NETWORK_CONTRASTS,
    NETWORK_ESTIMATES,
    NETWORK_RANKS,
    NETWORKS,
    RATINGS,
    REGRESSIONS,
    RISK_READINGS,
    ROBUSTNESS,
    SUBGROUPS,
    SUMMARY_OF_FINDINGS,
    TRIAL_RISK,
)
from ipt_evidence.effects.schemas import EFFECT_SIZES, NOT_COMPUTED
from ipt_evidence.extraction.schemas.columns import choice, slug, table, text, whole
from ipt_evidence.extraction.schemas.findings import CHECKS, FINDINGS, INPUTS, RECALL, SCREENING_AGREEMENT
from ipt_evidence.synthesis.schemas import (
    FATES,
    GOSH,
    INFLUENCE,
    SELECTIONS,
    SENSITIVITY,
    SMALL_STUDY,
    SYNTHESES,
    SYNTHESIS_WEIGHTS,
)

FLOW = table(
    "flow",
    "Flow of reports",
    "One row per box of the flow of reports, and per reason within a box.",
    {
        "stage": choice(
            "Stage", "Stage of the flow.", ("identification", "screening", "included", "synthesis"), required=True
        ),
        "box": slug("Box", "The box."),
        "reason": text("Reason", "Why this part is set apart, or why there is no number; empty: the whole box."),
        "n": whole("Number", "How many; empty where the tables do not record it."),
    },
    key=["box", "reason"],
)

PROCESSED_TABLES = {
    schema.name: schema
    for schema in (
        INPUTS,
        FINDINGS,
        CHECKS,
        RECALL,
        SCREENING_AGREEMENT,
        EFFECT_SIZES,
        NOT_COMPUTED,
        SELECTIONS,
        FATES,
        SYNTHESES,
        SYNTHESIS_WEIGHTS,
        SENSITIVITY,
        SMALL_STUDY,
        INFLUENCE,
        GOSH,
        TRIAL_RISK,
        RATINGS,
        ABSOLUTE,
        CERTAINTY_OF_DOMAINS,
        ROBUSTNESS,
        BAYES,
        MULTIVERSE,
        RISK_READINGS,
        SUBGROUPS,
        REGRESSIONS,
        GAPS,
        NETWORKS,
        NETWORK_ESTIMATES,
        NETWORK_RANKS,
        NETWORK_CONTRASTS,
        CLAIMS,
        CONCORDANCE,
        AGREEMENT,
        SUMMARY_OF_FINDINGS,
        FLOW,
    )
}
"""Schema of each table of data/processed that is not a raw table; the file is NAME.csv."""
