"""Schemas of the tables that sum answers up: absolute effects, summaries of findings, gaps."""

import pandera.pandas as pa

from ipt_evidence.appraisal.schemas.columns import CERTAINTY, DECIDED_BY, POOLED, PROVISIONAL, STRENGTH, optional
from ipt_evidence.appraisal.summary import COMPARED, MOST
from ipt_evidence.extraction.schemas import QUESTIONS, VOCABULARY_TABLES
from ipt_evidence.extraction.schemas.columns import boolean, choice, mapping, number, slug, table, text, whole
from ipt_evidence.synthesis.schemas import PEOPLE, QUESTION, TRIALS
from ipt_evidence.words.figures import BASES


def _risk(title: str, description: str) -> pa.Column:
    return number(title, description, least=0, most=1)


_RISK = "Share of people with the event among those compared with"
_GAIN = "People of 1,000 who do better because of the intervention; negative: who do worse"
_NEEDED = "People to treat for one more to benefit (NNTB), or, as a negative number, for one more to be harmed (NNTH)"

ABSOLUTE = table(
    "absolute",
    "Absolute effects",
    "One row per question with trials and a control risk above 0 and below 1 from which the effect leads to another "
    "such risk: the answer as numbers of people. Risks are shares; limits beyond 0 or 1 are 0 or 1; the "
    "interval is that which decides (`ratings`) and leaves out how uncertain the control risk is.",
    {
        "question_id": QUESTION,
        "basis": choice(
            "Basis",
            "counts: the event is counted in trials on the question; response: a standardised mean difference of "
            "symptoms, told through the share that responds in the same comparison.",
            BASES,
            required=True,
        ),
        "event_good": boolean("Event good", "Whether the event is what is wanted.", required=True),
        "control_question_id": slug(
            "Question of the control risk",
            "The question whose trials the control risk is from: this one, that on response, or that on response of "
            "the nearest wider condition.",
        ),
        "control_trials": whole("Trials of the control risk", "Trials that it is from.", unit="trials", required=True),
        "control_risk": _risk("Control risk", f"{_RISK}, median over these trials."),
        "control_risk_low": _risk("Control risk, lowest", f"{_RISK}, lowest of these trials."),
        "control_risk_high": _risk("Control risk, highest", f"{_RISK}, highest of these trials."),
        "with_intervention": _risk(
            "Risk with the intervention", "Share with the event that the control risk and the effect lead to."
        ),
        "with_low": _risk("Risk with the intervention, lower limit", "Lower limit of it."),
        "with_high": _risk("Risk with the intervention, upper limit", "Upper limit of it."),
        "benefit_per_1000": number("Benefit per 1,000", f"{_GAIN}.", least=-1000, most=1000, unit="people"),
        "benefit_low": number("Benefit, lower limit", "Lower limit of it.", least=-1000, most=1000, unit="people"),
        "benefit_high": number("Benefit, upper limit", "Upper limit of it.", least=-1000, most=1000, unit="people"),
        "nnt": number("Number needed", f"{_NEEDED}; empty where there is no difference.", unit="people"),
        "nnt_best": number("Number needed, best", "The same for the upper limit of the benefit.", unit="people"),
        "nnt_worst": number("Number needed, worst", "The same for the lower limit of the benefit.", unit="people"),
        "through_infinity": boolean(
            "Through infinity",
            "Whether the interval runs from NNTB `nnt_best` through infinity to NNTH, the size of `nnt_worst`.",
            required=True,
        ),
    },
    key=["question_id"],
)

_OF_ABSOLUTE = {name: optional(column) for name, column in ABSOLUTE.columns.items() if name != "question_id"}

SUMMARY_OF_FINDINGS = table(
    "summary_of_findings",
    "Summary of findings",
    "One row per condition, intervention, comparator, phase and question of the plan on it, the most important first, "
    f"at most {MOST}: as a summary of findings of GRADE. Columns of absolute effects are empty where `absolute` has "
    "no row.",
    {
        **{name: QUESTIONS.columns[name] for name in COMPARED},
        "rank": whole("Rank", "Place in the order of importance.", least=1, most=MOST, required=True),
        "question_id": QUESTION,
        **{name: QUESTIONS.columns[name] for name in ("outcome", "timepoint", "measure")},
        "k": TRIALS,
        "n_participants": PEOPLE,
        **POOLED,
        "decided_by": choice("Decided by", "Which interval it is; as in `ratings`.", DECIDED_BY, required=True),
        **_OF_ABSOLUTE,
        "certainty": CERTAINTY,
        "provisional": PROVISIONAL,
        "footnotes": mapping(
            "Footnotes",
            "Why certainty was taken away, by domain of GRADE: levels and reason.",
            {
                "type": "object",
                "additionalProperties": False,
                "required": ["levels", "reason"],
                "properties": {
                    "levels": {"type": "integer", "minimum": -3, "maximum": -1},
                    "reason": {"type": "string"},
                },
            },
            required=True,
        ),
        "sentence": text("Sentence", "The answer in plain words.", required=True),
    },
    key=[*COMPARED, "rank"],
)

_CONDITION, _OUTCOME = (VOCABULARY_TABLES[name].columns[name[:-1]] for name in ("conditions", "outcomes"))

GAPS = table(
    "gaps",
    "Gaps",
    "One row per condition, comparator and outcome, asked or not.",
    {
        "condition": _CONDITION,
        "comparator": slug("Comparator", "Treatment class compared with."),
        "outcome": _OUTCOME,
        "question_id": slug("Question", "The question with most trials; empty: not asked.", required=False),
        "k": TRIALS,
        "n_participants": PEOPLE,
        "unusable": whole(
            "Unusable", "Trials that report a result on the question, none of which could be used.", required=True
        ),
        "strength": STRENGTH,
    },
    key=["condition", "comparator", "outcome"],
)
