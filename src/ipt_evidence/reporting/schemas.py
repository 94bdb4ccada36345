"""The schemas of all processed tables, in the order in which the rooms write them: for the codebook and the exports."""

from pathlib import Path

from ipt_evidence.appraisal import schemas as appraisal
from ipt_evidence.effects import schemas as effects
from ipt_evidence.extraction.export import FILES
from ipt_evidence.extraction.schemas import RAW_TABLES, findings
from ipt_evidence.extraction.schemas.columns import choice, slug, table, text, whole
from ipt_evidence.files import UnreadableError, read_table
from ipt_evidence.synthesis import schemas as synthesis

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
        findings.INPUTS, findings.FINDINGS, findings.CHECKS, findings.RECALL, findings.SCREENING_AGREEMENT,
        effects.EFFECT_SIZES, effects.NOT_COMPUTED,
        synthesis.SELECTIONS, synthesis.FATES, synthesis.SYNTHESES, synthesis.SYNTHESIS_WEIGHTS, synthesis.SENSITIVITY,
        synthesis.SMALL_STUDY, synthesis.INFLUENCE, synthesis.GOSH,
        appraisal.TRIAL_RISK, appraisal.RATINGS, appraisal.ABSOLUTE, appraisal.CERTAINTY_OF_DOMAINS,
        appraisal.ROBUSTNESS, appraisal.BAYES, appraisal.MULTIVERSE, appraisal.RISK_READINGS, appraisal.SUBGROUPS,
        appraisal.REGRESSIONS, appraisal.GAPS, appraisal.NETWORKS, appraisal.NETWORK_ESTIMATES,
        appraisal.NETWORK_RANKS, appraisal.NETWORK_CONTRASTS, appraisal.CLAIMS, appraisal.CONCORDANCE,
        appraisal.AGREEMENT, appraisal.SUMMARY_OF_FINDINGS,
        FLOW,
    )
}  # fmt: skip
"""Schema of each table of data/processed that is not a raw table; the file is NAME.csv."""


def hold_to_columns(folder: Path) -> None:
    """Refuse the first table of a run that lacks a column; a table that is not there is passed over.

    Raises
    ------
    UnreadableError
        With the file and the column.
    """
    schemas = PROCESSED_TABLES | {FILES.get(name, name): schema for name, schema in RAW_TABLES.items()}
    for name, schema in schemas.items():
        path = folder / f"{name}.csv"
        there = read_table(path).columns if path.exists() else schema.columns
        missing = next((column for column in schema.columns if column not in there), "")
        if missing:
            raise UnreadableError(path, f"it has no column {missing}")
