"""Published results beside our answers: matched by what both are on, put on one scale, and never said to agree."""

from math import exp, isnan, log, nan

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.agreement import (
    AGREEMENT_COLUMNS,
    Result,
    agreement,
    beside,
    difference,
    on_our_scale,
    overlap,
    within,
)
from ipt_evidence.appraisal.schemas import AGREEMENT
from ipt_evidence.words.agreement import FACTS, REASONS

TRIALS = pd.DataFrame({"trial_id": ["a", "b", "c"], "year": [2001, 2012, 2016]})
SELECTIONS = pd.DataFrame(
    [
        ("q", "a", "endpoint", True),
        ("q", "b", "converted", True),
        ("q", "b", "converted", True),
        ("q", "c", "converted", False),
        ("other", "a", "converted", True),
    ],
    columns=["question_id", "trial_id", "evidence", "used"],
)
EMPTY = SELECTIONS.iloc[:0]


def published(**cells):
    return {
        "id": "p", "label": "P 2011", "reference": "P. 2011", "year": 2011, "doi": None, "comparison": "IPT v control",
        "condition": "depression", "intervention": "ipt", "comparator": "control", "outcome": "symptom_severity",
        "timepoint": "post", "phase": "acute", "differs_in": None, "trials": None, "k": 16, "effect_measure": "d",
        "measure": "SMD", "favours_intervention": "above", "estimate": 0.63, "ci_low": 0.36, "ci_high": 0.9, "i2": None,
        "nnt": None, "certainty": "moderate", "certainty_tool": "GRADE", "certainty_words": None, "url": "https://e.org",
    } | cells  # fmt: skip


def set_beside(row, answers, selections=SELECTIONS):
    return agreement(pd.DataFrame([row]), answers, TRIALS, selections)


def one(row, answers, selections=SELECTIONS):
    (found,) = set_beside(row, answers, selections).to_dict("records")
    return {name: None if pd.isna(value) else value for name, value in found.items()}


@pytest.fixture
def answer(make_answer):
    """Three trials, g = 0.48 (0.35 to 0.60), unless cells say otherwise."""
    ours = {"k": 3, "estimate": 0.48, "ci_low": 0.35, "ci_high": 0.6, "trials": ("a", "b", "c")}
    return lambda **cells: make_answer(**ours | cells)


finite = st.floats(-5, 5)
results = st.tuples(finite, st.floats(0, 5), st.floats(0, 5)).map(lambda x: Result(x[0], x[0] - x[1], x[0] + x[2]))


@given(results, st.booleans())
def test_turning_a_result_round_changes_its_sign_and_nothing_else(result, is_ratio):
    printed = Result(*(exp(x) if is_ratio else x for x in (result.estimate, result.low, result.high)))
    above, below = (on_our_scale(printed, is_ratio=is_ratio, favours=side) for side in ("above", "below"))
    assert (above.estimate, above.low, above.high) == (-below.estimate, -below.high, -below.low)
    assert above.low <= above.estimate <= above.high
    assert above.estimate == pytest.approx(result.estimate, abs=1e-9)


@given(results, results)
def test_the_difference_is_antisymmetric_and_overlap_symmetric(first, second):
    assert difference(first, second) == -difference(second, first)
    assert overlap(first, second) is overlap(second, first)


@given(results, results)
def test_an_estimate_within_the_other_interval_makes_the_intervals_overlap(first, second):
    if within(first, second):
        assert overlap(first, second)


@given(results, results)
def test_which_way_round_both_are_counted_changes_the_sign_of_the_difference_and_nothing_else(first, second):
    def turned(result):
        return Result(-result.estimate, -result.high, -result.low)

    assert difference(turned(first), turned(second)) == -difference(first, second)
    assert overlap(turned(first), turned(second)) is overlap(first, second)
    assert within(turned(first), turned(second)) is within(first, second)


def test_intervals_that_touch_overlap_and_without_one_nothing_is_said():
    assert overlap(Result(0.5, 0.2, 0.8), Result(1.0, 0.8, 1.2)) is True
    assert overlap(Result(0.5, 0.2, 0.8), Result(1.0, 0.81, 1.2)) is False
    assert overlap(Result(0.5, 0.2, 0.8), Result(0.5)) is None
    assert within(Result(0.5), Result(0.5)) is None
    assert isnan(on_our_scale(Result(0.5), is_ratio=True, favours="below").low)


def test_figures_worked_by_hand(answer):
    found = one(published(), [answer()])
    assert found["difference"] == pytest.approx(0.48 - 0.63)
    assert (found["overlap"], found["within"], found["reason_id"]) == (True, True, None)
    assert (found["k"], found["published_k"], found["certainty"]) == (3, 16, "moderate")
    # Of the trials of 2001, 2012 and 2016 two are later than 2011; one, with two effects, is converted.
    assert (found["later_trials"], found["converted_trials"], found["shared_trials"]) == (2, 1, None)
    assert found["facts"] == "other_k;later_trials;converted_trials"
    assert (found["published_certainty"], found["published_tool"]) == ("moderate", "GRADE")


def test_a_ratio_of_a_bad_event_is_turned_round_on_the_scale_of_logarithms(answer):
    row = published(
        outcome="relapse", measure="OR", favours_intervention="below", estimate=0.5, ci_low=0.25, ci_high=0.8
    )
    ours = answer(outcome="relapse", measure="logOR", estimate=log(4), ci_low=log(1.5), ci_high=log(9))
    found = one(row, [ours])
    assert found["published_estimate"] == pytest.approx(log(2))
    assert (found["published_ci_low"], found["published_ci_high"]) == pytest.approx((log(1.25), log(4)))
    assert found["difference"] == pytest.approx(log(2))
    assert (found["overlap"], found["within"]) == (True, True)


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"measure": "SMC", "comparator": None}, "within_group"),
        ({"measure": "proportion", "comparator": None}, "within_group"),
        ({"condition": None}, "not_placed"),
        ({"outcome": None}, "not_placed"),
        ({"comparator": "any"}, "not_asked"),
        ({"condition": "ptsd"}, "not_asked"),
        ({"intervention": "cbt"}, "not_asked"),
        ({"timepoint": "followup"}, "not_asked"),
        ({"phase": "maintenance"}, "not_asked"),
        ({"measure": "MD"}, "other_measure"),
        ({"measure": "RD", "favours_intervention": None}, "other_measure"),
        ({"measure": "OR"}, "other_measure"),
        ({"favours_intervention": None}, "no_direction"),
    ],
)
def test_what_is_not_compared_says_why_and_gives_no_figure(answer, cells, reason):
    found = one(published(**cells), [answer()])
    assert found["reason_id"] == reason
    assert (found["question_id"] is None) == (reason in ("within_group", "not_placed", "not_asked"))
    figures = ("published_estimate", "published_ci_low", "published_ci_high", "difference", "overlap", "within")
    assert [found[name] for name in figures] == [None] * 6
    assert found["facts"] in (None, "")


def test_what_is_not_compared_still_tells_in_what_the_two_are_not_on_the_same(answer):
    row = published(measure="MD", timepoint=None, differs_in="adults only", k=None, ci_low=None, ci_high=None)
    assert one(row, [answer()])["facts"] == "differs_in;time_not_stated"


def test_without_a_trial_of_ours_there_is_nothing_to_compare(answer):
    nothing = answer(k=0, estimate=nan, ci_low=nan, ci_high=nan, trials=())
    found = one(published(), [nothing])
    assert (found["question_id"], found["reason_id"], found["k"], found["certainty"]) == ("q", "no_trials", 0, None)
    assert (found["later_trials"], found["converted_trials"]) == (None, None)


def test_every_published_result_has_a_row_and_a_question_may_have_several(answer):
    answers = [answer(), answer(question_id="rr", measure="logRR")]
    rows = pd.DataFrame([published(), published(id="p2", measure="SMC", comparator=None), published(id="p3")])
    found = agreement(rows, answers, TRIALS, SELECTIONS)
    assert list(found.columns) == list(AGREEMENT_COLUMNS) == list(AGREEMENT.columns)
    assert list(zip(found["benchmark_id"], found["question_id"].fillna(""), strict=True)) == [
        ("p", "q"), ("p", "rr"), ("p2", ""), ("p3", "q"), ("p3", "rr"),
    ]  # fmt: skip
    assert agreement(rows.iloc[:0], answers, TRIALS, EMPTY).empty


def test_a_time_that_is_not_told_is_taken_as_usual_and_marked(answer):
    post, later = answer(question_id="post"), answer(question_id="later", timepoint="followup")
    prevention = answer(question_id="prevention", phase="prevention")
    row = published(timepoint=None, phase=None)
    assert [found.question_id for found in beside(row, [later, prevention, post])] == ["post"]
    assert [found.question_id for found in beside(row, [later, prevention])] == ["later"]
    assert [found.question_id for found in beside(row, [prevention])] == ["prevention"]
    assert beside(published(timepoint=None, phase="maintenance"), [post, later, prevention]) == []
    assert beside(published(timepoint="followup", phase=None), [post, prevention]) == []
    assert "time_not_stated" in one(row, [post])["facts"].split(";")
    assert "time_not_stated" not in one(published(), [post])["facts"].split(";")


@pytest.mark.parametrize(
    ("cells", "ours", "facts"),
    [
        ({"k": 3, "year": 2016}, {}, "unexplained"),
        ({"k": 3, "year": None}, {}, "unexplained"),
        ({"k": 3, "year": 2016, "ci_low": None, "ci_high": None}, {}, "no_interval;unexplained"),
        ({"k": None, "year": 2016}, {}, "unknown_k;unexplained"),
        ({"k": 3, "year": 2011}, {}, "later_trials"),
        ({"k": 3, "year": 2016, "differs_in": "adults only"}, {}, "differs_in"),
        ({"k": 1, "year": 2016, "trials": "a"}, {"k": 1, "trials": ("a",)}, "same_trial"),
        ({"k": 1, "year": 2016, "trials": "a"}, {"k": 1, "trials": ("b",)}, "single_trial"),
        ({"k": 1, "year": 2016, "trials": "a"}, {}, "single_trial"),
        ({"k": 1, "year": 2016}, {"k": 1, "trials": ("a",)}, "single_trial"),
        ({"k": 2, "year": 2016, "trials": "a"}, {"k": 1, "trials": ("a",)}, "other_k"),
    ],
)
def test_what_may_set_two_results_apart_follows_from_facts_alone(answer, cells, ours, facts):
    assert set(one(published(**cells), [answer(**ours)], EMPTY)["facts"].split(";")) == set(facts.split(";"))


@pytest.mark.parametrize(("trials", "shared"), [("a;c", 2), ("a", 1), ("other", 0), (None, None)])
def test_shared_trials_are_those_of_ours_known_to_be_in_it(answer, trials, shared):
    assert one(published(trials=trials), [answer()])["shared_trials"] == shared


def test_facts_stand_in_the_order_in_which_they_are_said(answer):
    row = published(timepoint=None, differs_in="adults only", ci_low=None, ci_high=None)
    found = one(row, [answer()])["facts"].split(";")
    assert found == sorted(found, key=list(FACTS).index)
    assert set(found) <= set(FACTS)
    assert not set(FACTS) & set(REASONS)
