"""The strength label, rule by rule and at the borders."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.strength import mid_for, rate
from ipt_evidence.effects import smd_from_log_odds_ratio

RULES = pd.read_csv(Path(__file__).parents[2] / "config" / "strength_rules.csv")
MID = 0.24
GOOD = {"k": 6, "n_participants": 700, "estimate": 0.5, "ci_low": 0.3, "ci_high": 0.7, "low_risk_percent": 60.0}


def rated(**change):
    return rate(**(GOOD | {"mid": MID} | change), rules=RULES)


@pytest.mark.parametrize(
    ("change", "strength", "rule"),
    [
        ({}, "strong", "whole_interval"),
        ({"ci_low": 0.24}, "strong", "whole_interval"),
        ({"ci_low": 0.23}, "moderate", "important_estimate"),
        ({"k": 4}, "moderate", "important_estimate"),
        ({"n_participants": 599}, "moderate", "important_estimate"),
        ({"low_risk_percent": 49.9}, "moderate", "important_estimate"),
        ({"low_risk_percent": 24.9}, "limited", "some_difference"),
        ({"n_participants": 299}, "limited", "some_difference"),
        ({"k": 2}, "limited", "some_difference"),
        ({"estimate": 0.23, "ci_low": 0.1, "ci_high": 0.36}, "limited", "some_difference"),
        ({"n_participants": 99}, "insufficient", "few_people"),
        ({"ci_low": 0.0}, "insufficient", "direction_open"),
        ({"ci_low": -0.1}, "insufficient", "direction_open"),
        ({"k": 1}, "insufficient", "single_trial"),
        ({"estimate": 0.0, "ci_low": -0.2, "ci_high": 0.2}, "strong", "no_difference_precise"),
        ({"estimate": 0.0, "ci_low": -0.2, "ci_high": 0.24}, "insufficient", "direction_open"),
        ({"estimate": 0.0, "ci_low": -0.2, "ci_high": 0.2, "k": 3}, "moderate", "no_difference"),
        ({"estimate": 0.0, "ci_low": -0.2, "ci_high": 0.2, "k": 2}, "limited", "some_no_difference"),
        ({"mid": float("nan")}, "limited", "some_difference"),
        ({"k": 0, "n_participants": 0, "estimate": float("nan"), "ci_low": float("nan"), "ci_high": float("nan"),
          "low_risk_percent": 0.0}, "no_evidence", "no_trials"),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_gives_the_label(change, strength, rule):
    rating = rated(**change)
    assert (rating.strength, rating.rule_id) == (strength, rule)


@pytest.mark.parametrize(
    ("interval", "direction"),
    [((0.01, 0.5), "favours_ipt"), ((-0.5, -0.01), "favours_comparator"), ((-0.2, 0.2), "no_important_difference"),
     ((-0.3, 0.2), "unclear"), ((0.0, 0.5), "unclear")],
)  # fmt: skip
def test_the_direction_is_read_from_the_interval(interval, direction):
    low, high = interval
    assert rated(estimate=(low + high) / 2, ci_low=low, ci_high=high).direction == direction


inputs = st.fixed_dictionaries(
    {
        "k": st.integers(1, 40),
        "n_participants": st.integers(0, 2000),
        "estimate": st.floats(-1.5, 1.5),
        "half": st.floats(0.01, 1.0),
        "low_risk_percent": st.floats(0, 100),
    }
)
ORDER = ["insufficient", "limited", "moderate", "strong"]


def from_inputs(values):
    estimate, half = values["estimate"], values["half"]
    named = {name: values[name] for name in ("k", "n_participants", "estimate", "low_risk_percent")}
    return rated(**named, ci_low=estimate - half, ci_high=estimate + half)


@given(inputs)
def test_every_answer_with_trials_gets_a_label(values):
    assert from_inputs(values).strength in ORDER


@given(inputs)
def test_turning_the_sign_turns_the_direction_and_keeps_the_label(values):
    rating, turned = from_inputs(values), from_inputs(values | {"estimate": -values["estimate"]})
    swapped = {"favours_ipt": "favours_comparator", "favours_comparator": "favours_ipt"}
    assert (turned.strength, turned.direction) == (rating.strength, swapped.get(rating.direction, rating.direction))


@given(inputs, st.sampled_from(["k", "n_participants", "low_risk_percent"]))
def test_fewer_trials_people_or_sound_trials_never_raise_the_label(values, what):
    less = type(values[what])(values[what] / 2) if what != "k" else max(1, values["k"] // 2)
    weaker = from_inputs(values | {what: less})
    assert ORDER.index(weaker.strength) <= ORDER.index(from_inputs(values).strength)


def test_the_mid_of_an_odds_ratio_is_that_of_the_smd_through_the_logit():
    assert smd_from_log_odds_ratio(mid_for("logOR", MID), 1.0).values[0] == pytest.approx(MID)
    assert mid_for("SMD", MID) == MID
    assert pd.isna(mid_for("logRR", MID))


def test_every_label_of_the_rule_table_has_words():
    assert RULES["rule_id"].is_unique
    assert RULES["words"].str.len().min() > 10
    assert set(RULES["strength"]) == {"strong", "moderate", "limited", "insufficient", "no_evidence"}
