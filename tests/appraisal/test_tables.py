"""Ratings, gaps and the questions behind claims, as tables."""

import json
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.appraisal.tables import RATING_COLUMNS, claim_questions, evidence_gaps, rate_questions

RULES = pd.read_csv(Path(__file__).parents[2] / "config" / "strength_rules.csv")
SYNTHESES = pd.DataFrame(
    [
        {"question_id": "severity", "measure": "SMD", "k": 6, "n_participants": 700.0, "estimate": 0.5,
         "ci_low": 0.3, "ci_high": 0.7},
        {"question_id": "gap", "measure": "SMD", "k": 0, "n_participants": 0.0},
    ]
)  # fmt: skip
WEIGHTS = pd.DataFrame({"question_id": "severity", "trial_id": ["a", "b"], "weight_percent": [60.0, 40.0]})
JUDGED = pd.DataFrame([{"trial_id": "a", "tool": "RoB2", "instrument": None, "domain": "overall", "judgement": "low"}])
QUESTIONS = pd.DataFrame(
    [
        {"question_id": "severity", "condition": "depression", "intervention": "ipt", "comparator": "control",
         "outcome": "symptom_severity", "phase": "acute"},
        {"question_id": "gap", "condition": "psychosis", "intervention": "ipt", "comparator": "control",
         "outcome": "symptom_severity", "phase": "acute"},
        {"question_id": "drug", "condition": "depression", "intervention": "combined", "comparator": "pharmacotherapy",
         "outcome": "symptom_severity", "phase": "acute"},
    ]
)  # fmt: skip


@pytest.fixture
def ratings():
    return rate_questions(SYNTHESES, WEIGHTS, JUDGED, RULES, mid_smd=0.24)


def test_every_question_is_rated_with_the_inputs_beside_the_label(ratings):
    severity, gap = (ratings.iloc[place] for place in (0, 1))
    assert ratings.columns.tolist() == RATING_COLUMNS
    assert (severity["strength"], severity["low_risk_percent"], severity["unknown_risk_percent"]) == (
        "strong",
        60.0,
        40.0,
    )
    assert (gap["strength"], gap["direction"]) == ("no_evidence", "none")


def test_the_trace_is_json_and_says_null_where_there_is_no_number(ratings):
    severity, gap = (json.loads(trace) for trace in ratings["trace"])
    assert severity == {"k": 6, "n_participants": 700.0, "estimate": 0.5, "ci_low": 0.3, "ci_high": 0.7,
                        "mid": 0.24, "low_risk_percent": 60.0}  # fmt: skip
    assert gap["estimate"] is None


def test_the_gap_map_has_every_cell_and_shows_the_empty_ones(ratings, vocabulary):
    gaps = evidence_gaps(QUESTIONS[:2], ratings, vocabulary)
    assert len(gaps) == len(vocabulary.conditions) * (len(vocabulary.treatment_classes) - 1) * len(vocabulary.outcomes)
    cell = gaps.set_index(["condition", "comparator", "outcome"])
    assert cell.loc[("depression", "control", "symptom_severity"), ["k", "strength"]].tolist() == [6, "strong"]
    assert cell.loc[("depression", "cbt", "symptom_severity"), ["k", "strength"]].tolist() == [0, "no_evidence"]


def claim(**cells):
    return {"claim_id": "c", "guide_id": "g", "condition": "depression", "outcome": "symptom_severity",
            "comparator": "control", "phase": "acute", "treatment": "ipt"} | cells  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "questions"),
    [
        ({}, ["severity"]),
        ({"comparator": "any"}, ["severity", "drug"]),
        ({"treatment": "ipsrt"}, ["severity"]),
        ({"condition": "psychosis"}, ["gap"]),
        ({"phase": "maintenance"}, []),
        ({"outcome": ""}, []),
    ],
)
def test_a_claim_finds_the_questions_that_bear_on_it(cells, questions, vocabulary):
    found = claim_questions(pd.DataFrame([claim(**cells)]), QUESTIONS, vocabulary)
    assert found["question_id"].tolist() == questions
