"""Schemas of the tables behind judgements: those that people overrule, and the rules of the strength labels."""

from ipt_evidence.extraction.choices import TOOL_DOMAINS
from ipt_evidence.extraction.schemas.columns import choice, slug, table, text, whole
from ipt_evidence.words.strength_rules import CERTAINTIES, DIRECTIONS, LADDER, SIZES

CERTAINTY_DOMAINS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
DOWNGRADES = ("0", "-1", "-2", "-3")
RISKS = ("low", "some_concerns", "high")
SUBJECTS = {"certainty": (CERTAINTY_DOMAINS, DOWNGRADES), "risk_of_bias": (TOOL_DOMAINS["RoB2"], RISKS)}
"""What may be overruled: the domains and the judgements of each subject."""

DATE = r"20[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"

OVERRIDES = table(
    "overrides",
    "Overrides",
    "One row per computed judgement that a person overrules, with who, when, why and the inputs they saw. An override "
    "expires, and the reports say so, as soon as one of those inputs changes.",
    {
        "override_id": slug("Override", "Identifier of the override."),
        "subject": choice(
            "Subject",
            "certainty: a domain of the certainty of a question; risk_of_bias: the judgement of a trial.",
            SUBJECTS,
            required=True,
        ),
        "question_id": slug("Question", "The question, where subject is certainty.", required=False),
        "trial_id": slug("Trial", "The trial, where subject is risk_of_bias.", required=False),
        "domain": choice(
            "Domain",
            "Domain of the certainty (GRADE) or of the risk of bias (RoB 2; overall is the whole trial).",
            [*CERTAINTY_DOMAINS, *TOOL_DOMAINS["RoB2"]],
            required=True,
        ),
        "judgement": choice(
            "Judgement",
            "What it is to be: levels of certainty taken away (0, -1, -2, -3), or low, some_concerns, high.",
            [*DOWNGRADES, *RISKS],
            required=True,
        ),
        "assessor": text("Assessor", "Who overrules.", required=True),
        "date": text("Date", "When, as YYYY-MM-DD.", required=True, pattern=DATE, rule="must be a date, 2027-01-31"),
        "reason": text("Reason", "Why, as reports print it.", required=True),
        "inputs_seen": text(
            "Inputs seen",
            "The inputs of the computed judgement at that time, as JSON; copied from `ipt-evidence show` or, for risk "
            "of bias, from `trial_risk.csv`.",
            required=True,
        ),
    },
    key=["subject", "question_id", "trial_id", "domain"],
)

STRENGTH_RULES = table(
    "strength_rules",
    "Strength rules",
    "One row per rule of the strength labels, strongest first; the first that holds decides. The last catches every "
    "answer, and strength never rises down the table among rules that can hold in the same direction.",
    {
        "rule_id": slug("Rule", "Identifier of the rule."),
        "strength": choice("Strength", "The strength it gives; no_evidence: no trial.", LADDER, required=True),
        "direction": choice(
            "Direction",
            "difference: the interval excludes no difference; no_important_difference: the whole interval is short of "
            "the smallest important difference either way; little_difference: the average is, and the interval reaches "
            "it on one side at most; unclear: none of these.",
            ("any", *DIRECTIONS),
            required=True,
        ),
        "min_certainty": choice("Certainty", "Least certainty it asks for.", CERTAINTIES, required=True),
        "size": choice(
            "Size", "estimate: the average must be beyond the smallest important difference.", SIZES, required=True
        ),
        "min_k": whole("Trials", "Least number of trials.", unit="trials", required=True),
        "min_participants": whole("People", "Least number of people.", unit="people", required=True),
    },
    key=["rule_id"],
)
