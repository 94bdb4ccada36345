"""The words that closed columns of the raw tables may hold: schemas hold cells to them, later rooms go by them."""

from ipt_evidence.extraction import rob2

POPULATIONS = ("adults", "children_adolescents", "older_adults")
SPECIAL_POPULATIONS = (
    "hiv", "inpatients", "low_income_country", "medical_illness", "other", "perinatal", "primary_care",
    "treatment_resistant",
)  # fmt: skip
NOT_STATED = "not stated on the page"
"""What stands for the people of a recommendation where what was read does not say whom it is about."""

PHASES = ("acute", "maintenance", "prevention")
REPORT_STATUSES = ("corrected", "expression_of_concern", "retracted")
FORMATS = ("couple", "family", "group", "individual", "internet", "mixed", "telephone")
DOMAINS = (
    "target", "functioning", "dropout", "anger", "anxiety", "depression", "impulsivity", "quality_of_life", "stress",
    "violence", "wellbeing",
)  # fmt: skip
RATERS = ("clinician", "parent", "self")
TIMEPOINTS = ("post", "followup")
MID_SCALES = ("SMD", "per_1000")
MOST = 100_000
"""People randomised to the largest trial there could be."""

MEASURES = ("continuous", "change", "binary")
ANALYSES = ("available", "completers", "itt", "observed", "recovered_subset", "responders_reassessed")
MAGNITUDES = ("smd", "mean_difference", "t", "F1")
RATIOS = ("odds_ratio", "risk_ratio", "hazard_ratio")
PUBLISHED_RATIOS = ("OR", "RR", "HR")
WITHIN_GROUP = ("SMC", "proportion")
PUBLISHED_MEASURES = ("SMD", "MD", *PUBLISHED_RATIOS, "RD", *WITHIN_GROUP)
"""Measures of published pooled results; those within one group compare nothing."""

TOOL_DOMAINS = {
    "RoB1": ("sequence_generation", "allocation_concealment", "blinding_of_assessors", "incomplete_outcome_data"),
    "RoB2": (*rob2.DOMAINS, "overall"),
}
"""What each tool judges."""

TOOL_JUDGEMENTS: dict[str, dict[str, tuple[str, ...]]] = {
    "RoB1": dict.fromkeys(TOOL_DOMAINS["RoB1"], ("low", "high", "unclear", "high_or_unclear", "self_report")),
    "RoB2": dict.fromkeys(TOOL_DOMAINS["RoB2"], rob2.SEVERITY)
    | {question: rob2.answers_to(question) for asked in rob2.QUESTIONS.values() for question in asked},
}
"""What each tool allows to be said of each domain, item or signalling question.

``high_or_unclear`` is no judgement of the tool: it is what a source says that does not tell the two apart.
"""

MEASURED = ("outcome", "domain", "instrument", "criterion", "timepoint", "weeks")
"""What a figure is of, and when: part of the key of every table that holds figures."""

RESULT = ("trial_id", *MEASURED, "measure", "rater", "analysis")
"""What the rows of ``outcomes`` agree on that give one result of a trial, each row for another arm."""
