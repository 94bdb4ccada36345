"""The strength label, rule by rule and at the borders."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.certainty import LEVELS
from ipt_evidence.appraisal.strength import NOTHING, read_interval, strength_of
from ipt_evidence.words.strength_rules import rules_of

TABLE = pd.read_csv(Path(__file__).parents[2] / "config" / "strength_rules.csv")
RULES = rules_of(TABLE)
MID = 0.24
GOOD = {"certainty": "high", "k": 6, "n_participants": 700.0, "comparator": "control"}
BENEFIT, SMALL, NO_DIFFERENCE = (0.5, 0.3, 0.7), (0.2, 0.1, 0.3), (0.0, -0.2, 0.2)
LITTLE, OPEN = (0.2, 0.0, 0.4), (0.1, -0.3, 0.5)


def rated(interval=BENEFIT, **change):
    return strength_of(read_interval(*interval, MID), **(GOOD | change), rules=RULES)


@pytest.mark.parametrize(
    ("interval", "change", "strength", "rule"),
    [
        (BENEFIT, {}, "strong", "high_difference"),
        (BENEFIT, {"k": 4}, "moderate", "moderate_difference"),
        (BENEFIT, {"n_participants": 599}, "moderate", "moderate_difference"),
        (BENEFIT, {"certainty": "moderate"}, "moderate", "moderate_difference"),
        (BENEFIT, {"n_participants": 299}, "limited", "low_difference"),
        (BENEFIT, {"k": 2}, "limited", "low_difference"),
        (BENEFIT, {"certainty": "low"}, "limited", "low_difference"),
        (SMALL, {}, "limited", "low_difference"),
        (BENEFIT, {"certainty": "very_low"}, "insufficient", "very_low_certainty"),
        (BENEFIT, {"certainty": "very_low", "k": 40, "n_participants": 4000}, "insufficient", "very_low_certainty"),
        (LITTLE, {}, "limited", "low_little_difference"),
        (LITTLE, {"k": 1, "certainty": "low"}, "limited", "low_little_difference"),
        (LITTLE, {"certainty": "very_low"}, "insufficient", "very_low_certainty"),
        (BENEFIT, {"n_participants": 99}, "insufficient", "few_people"),
        (OPEN, {}, "insufficient", "direction_open"),
        (BENEFIT, {"k": 1, "certainty": "low", "n_participants": 100}, "limited", "low_difference"),
        (BENEFIT, {"k": 1, "n_participants": 99}, "insufficient", "few_people"),
        (NO_DIFFERENCE, {}, "strong", "high_no_difference"),
        (NO_DIFFERENCE, {"k": 3}, "moderate", "moderate_no_difference"),
        (NO_DIFFERENCE, {"k": 2}, "limited", "low_no_difference"),
        (NO_DIFFERENCE, {"certainty": "very_low"}, "insufficient", "very_low_certainty"),
    ],
)
def test_the_first_rule_that_holds_gives_the_strength(interval, change, strength, rule):
    found = rated(interval, **change)
    assert (found.strength, found.rule_id) == (strength, rule)


def test_no_trials_is_no_evidence():
    found = strength_of(NOTHING, certainty="", k=0, n_participants=0.0, comparator="cbt", rules=RULES)
    assert (found.strength, found.label, found.rule_id) == ("no_evidence", "no_evidence", "no_trials")


@pytest.mark.parametrize(
    ("interval", "comparator", "label"),
    [
        (BENEFIT, "control", "strong"),
        (BENEFIT, "cbt", "strong"),
        ((-0.5, -0.7, -0.3), "control", "harm"),
        ((-0.5, -0.7, -0.3), "cbt", "comparator_better"),
        (NO_DIFFERENCE, "control", "no_benefit"),
        (NO_DIFFERENCE, "pharmacotherapy", "no_difference"),
        (OPEN, "control", "insufficient"),
        (LITTLE, "control", "little_difference"),
        (LITTLE, "cbt", "little_difference"),
    ],
)
def test_the_label_says_what_the_strength_is_one_of(interval, comparator, label):
    assert rated(interval, comparator=comparator).label == label


@pytest.mark.parametrize(
    ("interval", "direction", "null", "size"),
    [
        ((0.3, 0.01, 0.5), "favours_intervention", "excludes", "estimate_beyond"),
        ((0.5, 0.24, 0.7), "favours_intervention", "excludes", "beyond"),
        ((-0.2, -0.5, -0.01), "favours_comparator", "excludes", "crosses"),
        ((0.0, -0.2399, 0.2399), "no_important_difference", "includes", "short"),
        ((0.0, -0.24, 0.2), "little_difference", "includes", "crosses"),
        ((0.0, -0.24, 0.24), "unclear", "includes", "crosses"),
        ((0.3, 0.0, 0.5), "unclear", "includes", "estimate_beyond"),
        ((0.1, 0.01, 0.2), "no_important_difference", "excludes", "short"),
    ],
)
def test_an_interval_is_read_against_no_difference_and_the_mid(interval, direction, null, size):
    found = read_interval(*interval, MID)
    assert (found.direction, found.interval_vs_null, found.interval_vs_mid) == (direction, null, size)


def test_without_a_mid_only_no_difference_counts():
    found = read_interval(0.5, 0.1, 0.9, float("nan"))
    assert (found.direction, found.interval_vs_mid) == ("favours_intervention", "none")


ORDER = ["insufficient", "limited", "moderate", "strong"]
answers = st.fixed_dictionaries(
    {
        "k": st.integers(1, 40),
        "n_participants": st.floats(0, 2000),
        "certainty": st.sampled_from(LEVELS),
        "comparator": st.sampled_from(["control", "cbt"]),
    }
)
intervals = st.tuples(st.floats(-1.5, 1.5), st.floats(0.01, 1.0)).map(lambda at: (at[0], at[0] - at[1], at[0] + at[1]))


def turned(interval):
    estimate, low, high = interval
    return (-estimate, -high, -low)


@given(intervals, answers)
def test_every_answer_with_trials_gets_a_label(interval, values):
    assert rated(interval, **values).strength in ORDER


@given(intervals, answers)
def test_turning_all_signs_never_leaves_a_label_of_benefit(interval, values):
    benefits = {"strong", "moderate", "limited"}
    one, other = rated(interval, **values), rated(turned(interval), **values)
    assert one.strength == other.strength
    assert not {one.label, other.label} <= benefits


@given(intervals, answers, st.sampled_from(["k", "n_participants", "certainty"]))
def test_fewer_trials_or_people_or_less_certainty_never_raise_the_label(interval, values, what):
    less = {
        "k": max(1, values["k"] // 2),
        "n_participants": values["n_participants"] / 2,
        "certainty": LEVELS[max(0, LEVELS.index(values["certainty"]) - 1)],
    }
    weaker = rated(interval, **(values | {what: less[what]}))
    assert ORDER.index(weaker.strength) <= ORDER.index(rated(interval, **values).strength)


def test_the_reason_is_the_sentence_of_the_rule():
    assert rated(certainty="very_low").reason == "very low certainty, at least 100 people"
