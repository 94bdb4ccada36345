"""Schemas of the tables of risk of bias."""

import pandera.pandas as pa

from ipt_evidence.appraisal.risk_of_bias import LEVELS, UNKNOWN
from ipt_evidence.appraisal.schemas.columns import CERTAINTY, DECIDED_BY, INPUTS, LABEL, POOLED
from ipt_evidence.extraction.choices import TOOL_DOMAINS, TOOL_JUDGEMENTS
from ipt_evidence.extraction.schemas.columns import boolean, choice, mapping, slug, table, term, text, whole
from ipt_evidence.synthesis.schemas import PEOPLE, QUESTION
from ipt_evidence.words import labels


def _judged(tool: str) -> dict[str, pa.Column]:
    """Return a column for each domain of a tool; that of the whole is another column."""
    domains = [name for name in TOOL_DOMAINS[tool] if name != "overall"]
    return {
        name: choice(
            labels.capital(labels.words(name)),
            f"Judgement by {tool}; empty where the assessment is by another tool.",
            (*TOOL_JUDGEMENTS[tool][name], UNKNOWN),
        )
        for name in domains
    }


TRIAL_RISK = table(
    "trial_risk",
    "Risk of bias of trials",
    "One row per assessment of a trial by one tool (of one instrument where that was judged), and per trial that "
    "nobody assessed.",
    {
        "trial_id": slug("Trial", "The trial."),
        "tool": choice("Tool", "The tool; empty: none.", TOOL_DOMAINS),
        "instrument": term("Instrument", "The instrument judged; empty: the trial as a whole.", required=False),
        **_judged("RoB2"),
        **_judged("RoB1"),
        "algorithm": choice("Algorithm", "What the algorithm of the tool gives.", LEVELS, required=True),
        "entered": choice("Entered", "What the assessors entered.", LEVELS, required=True),
        "overall": choice("Overall", "What holds.", LEVELS, required=True),
        "basis": choice(
            "Basis", "Why it holds.", ("algorithm", "assessors", "override", "none"), required=True
        ),
        "counts": boolean(
            "Counts", "Whether it bears on ratings: RoB 1 does not where RoB 2 judged the same.", required=True
        ),
        "departures": text("Departures", "Domains not as the algorithm gives them, joined by spaces."),
        "note": text("Note", "What is to be said of these, and of overrides."),
        "inputs": mapping("Inputs", "What the judgement rests on; an override names it as `inputs_seen`.", INPUTS),
    },
    key=["trial_id", "tool", "instrument"],
)  # fmt: skip

RISK_READINGS = table(
    "risk_readings",
    "Readings of codes of risk of bias",
    "One row per question with trials whose source does not tell high from unclear, and reading of that code.",
    {
        "question_id": QUESTION,
        "reading": choice("Reading", "What the code is taken to mean.", ("high", "unclear"), required=True),
        "trials_read": whole("Trials read", "Trials of the answer to which that applies.", required=True),
        "certainty": CERTAINTY,
        "label": LABEL,
        "k": whole("Other trials", "Trials that are then not at high risk of bias.", required=True),
        "n_participants": PEOPLE,
        **POOLED,
        "decided_by": choice("Decided by", "Which interval it is; as in `ratings`.", DECIDED_BY, required=True),
    },
    key=["question_id", "reading"],
)
