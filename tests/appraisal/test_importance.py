"""What difference matters, on which scale, and how many people it takes."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from ipt_evidence.appraisal.importance import control_risks, importance
from ipt_evidence.effects import smd_from_log_odds_ratio
from ipt_evidence.engine.information_size import people_for_difference, people_for_risks
from ipt_evidence.errors import SynthesisError

GOLDEN = json.loads((Path(__file__).parents[1] / "oracle" / "golden_information_size.json").read_text(encoding="utf-8"))


def question(outcome, measure="logOR", condition="depression"):
    return {"outcome": outcome, "measure": measure, "condition": condition}


@pytest.mark.parametrize("case", GOLDEN["difference"])
def test_people_to_show_a_difference_agree_with_power_t_test_by_the_normal_distribution(case):
    """The t distribution asks for one or two people more in each arm."""
    assert 0 <= case["people"] - people_for_difference(case["difference"]) <= 6


@pytest.mark.parametrize("case", GOLDEN["risks"])
def test_people_to_tell_risks_apart_agree_with_power_prop_test(case):
    assert people_for_risks(case["control"], case["treated"]) == case["people"]


@pytest.mark.parametrize(
    ("control", "treated", "said"), [(0.0, 0.2, "control"), (0.2, 1.0, "treated"), (0.2, 0.2, "differ")]
)
def test_risks_that_cannot_be_told_apart_are_refused(control, treated, said):
    with pytest.raises(SynthesisError, match=said):
        people_for_risks(control, treated)


def test_a_condition_has_its_own_figure_or_that_of_the_nearest_wider_one(vocabulary):
    found = {name: importance(question("symptom_severity", "SMD", name), vocabulary, np.nan, 1.0).mid
             for name in ("depression", "perinatal_depression", "bulimia_nervosa")}  # fmt: skip
    assert found == {"depression": 0.24, "perinatal_depression": 0.24, "bulimia_nervosa": 0.2}


def test_the_figure_of_an_odds_ratio_is_that_of_the_smd_through_the_logit(vocabulary):
    found = importance(question("recovery"), vocabulary, 0.225, 1.0)
    assert smd_from_log_odds_ratio(found.mid, 1.0).values[0] == pytest.approx(0.24)
    treated = special.expit(special.logit(0.225) + found.mid)
    assert found.information_size == people_for_risks(0.225, treated) > 800


def test_of_a_bad_event_fewer_are_better(vocabulary):
    found = importance(question("relapse"), vocabulary, 0.6, 1.0)
    assert found.information_size == people_for_risks(0.6, special.expit(special.logit(0.6) - found.mid))


def test_dropout_goes_by_people_in_a_thousand_around_the_control_risk(vocabulary):
    found = importance(question("dropout"), vocabulary, 0.3, 1.0)
    assert found.mid == pytest.approx(special.logit(0.325) - special.logit(0.275))
    assert importance(question("dropout"), vocabulary, 0.3, 2.0).mid > found.mid


@pytest.mark.parametrize(("measure", "risk"), [("logRR", 0.3), ("logHR", 0.3), ("logOR", np.nan), ("MD", np.nan)])
def test_what_cannot_be_told_is_not_told(vocabulary, measure, risk):
    found = importance(question("remission", measure), vocabulary, risk, 1.0)
    assert np.isnan(found.mid) == (measure != "logOR")
    assert np.isnan(found.information_size) == np.isnan(risk)


@given(st.floats(0.0, 1.0), st.floats(0.1, 3.0))
def test_any_control_risk_gives_a_figure_above_nothing(vocabulary, risk, factor):
    assert importance(question("dropout"), vocabulary, risk, factor).mid > 0


def test_the_control_risk_is_that_of_all_arms_compared_with_in_a_trial():
    used = pd.DataFrame(
        {
            "question_id": "asked",
            "trial_id": list("aabc"),
            "row2_id": list("1234"),
            "evidence": ["counts", "counts", "counts", "contrast"],
        }
    )
    outcomes = pd.DataFrame({"row_id": list("1234"), "events": [10, 20, 5, 50], "total": [100, 100, 10, 100]})
    found = control_risks(used, outcomes)["asked"]
    assert found.to_dict() == pytest.approx({"a": 30 / 200, "b": 0.5})
    assert control_risks(used[used["evidence"].eq("contrast")], outcomes).empty
