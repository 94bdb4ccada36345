"""The risk of bias of a trial, and how the weight of an answer is shared by it."""

import pandas as pd
import pytest

from ipt_evidence.appraisal.risk_of_bias import ROB1_ITEMS, trial_risk, weight_by_risk


def judged(trial, tool, judgements, instrument="HAM-D"):
    return pd.DataFrame(
        [
            {"trial_id": trial, "tool": tool, "instrument": instrument, "domain": domain, "judgement": judgement}
            for domain, judgement in judgements.items()
        ]
    )


LOW = dict.fromkeys(ROB1_ITEMS, "low")


@pytest.mark.parametrize(
    ("items", "risk"),
    [
        (LOW, "low"),
        (LOW | {"blinding_of_assessors": "self_report"}, "low"),
        (LOW | {"allocation_concealment": "unclear"}, "some_concerns"),
        (LOW | {"allocation_concealment": "high"}, "high"),
        ({"sequence_generation": "low"}, "some_concerns"),
    ],
)
def test_rob1_items_give_one_judgement(items, risk):
    assert trial_risk(judged("a", "RoB1", items)).to_dict() == {"a": risk}


def test_rob2_keeps_the_overall_judgement_as_made():
    domains = {"randomisation": "some_concerns", "measurement": "low", "overall": "high"}
    assert trial_risk(judged("a", "RoB2", domains)).to_dict() == {"a": "high"}


def test_a_trial_gets_its_least_favourable_result():
    both = pd.concat(
        [judged("a", "RoB1", LOW), judged("a", "RoB1", LOW | {"incomplete_outcome_data": "high"}, instrument="BDI")]
    )
    assert trial_risk(both).to_dict() == {"a": "high"}


def test_a_trial_nobody_judged_is_unknown_not_low():
    weights = pd.DataFrame({"question_id": "q", "trial_id": ["a", "b"], "weight_percent": [30.0, 70.0]})
    shares = weight_by_risk(weights, trial_risk(judged("a", "RoB1", LOW))).iloc[0]
    assert shares.to_dict() == {"question_id": "q", "low": 30.0, "some_concerns": 0.0, "high": 0.0, "unknown": 70.0}


def test_without_any_judgement_all_weight_is_unknown():
    weights = pd.DataFrame({"question_id": "q", "trial_id": ["a"], "weight_percent": [100.0]})
    none = judged("a", "RoB1", LOW).iloc[:0]
    assert weight_by_risk(weights, trial_risk(none)).iloc[0]["unknown"] == 100.0
