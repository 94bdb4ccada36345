"""Schemas of the tables of labels under other choices."""

from ipt_evidence.appraisal.schemas.columns import CERTAINTY, LABEL, POOLED
from ipt_evidence.effects.schemas import EVIDENCE
from ipt_evidence.extraction.schemas.columns import choice, mapping, number, table, whole
from ipt_evidence.synthesis.schemas import INTERVAL, METHOD, P_VALUE, PEOPLE, QUESTION, TAU2, TRIALS
from ipt_evidence.words import labels

_COUNT, _PERCENT = {"type": "integer"}, {"type": "number"}

ROBUSTNESS = table(
    "robustness",
    "Robustness of labels",
    "One row per question with two trials or more: how its label would stand under other choices.",
    {
        "question_id": QUESTION,
        "label": LABEL,
        "specifications": whole("Specifications", "Combinations of choices tried.", required=True),
        "same_label": whole("Same label", "Combinations that give the same label.", required=True),
        "same_label_percent": number("Share with the same label", "Their share.", unit="percent"),
        "same_direction_percent": number(
            "Share with the same direction", "Share that reads the direction in the same way.", unit="percent"
        ),
        "labels": mapping("Labels", "Combinations by label.", _COUNT, required=True),
        "by_choice": mapping(
            "By choice",
            "Share of combinations with the same label, by choice and value.",
            {"type": "object", "additionalProperties": _PERCENT},
            required=True,
        ),
        "null_trials": whole(
            "Null trials",
            "Trials without effect that would change the label; empty if 50 would not, or none were tried.",
        ),
        "null_trial_size": number("Size of a null trial", "People in each of them.", unit="people"),
        "changed_label": choice("Changed label", "The label they would leave.", labels.LABELS),
        "information_size": number(
            "Information size", "People one trial needs to show the smallest important difference.", unit="people"
        ),
        "required_size": number("Required size", "The same, raised for heterogeneity.", unit="people"),
        "n_participants": PEOPLE,
    },
    key=["question_id"],
)

KEPT = ("kept", "left_out")

MULTIVERSE = table(
    "multiverse",
    "Multiverse",
    "One row per question with two trials or more and combination of the choices in `config.yaml`: its answer, rated.",
    {
        "question_id": QUESTION,
        "rho": number("Correlation", "Taken for measurements of the same people.", required=True),
        "evidence": choice("Evidence", "Kinds of result used.", ("all", *EVIDENCE), required=True),
        "doubts": choice("Doubts", "What is done with doubtful results.", KEPT, required=True),
        "outliers": choice("Outliers", "What is done with outliers.", KEPT, required=True),
        "method": METHOD,
        "interval": INTERVAL,
        "k": TRIALS,
        **POOLED,
        "p_value": P_VALUE,
        "tau2": TAU2,
        "certainty": CERTAINTY,
        "label": LABEL,
    },
    key=["question_id", "rho", "evidence", "doubts", "outliers", "method", "interval"],
)
