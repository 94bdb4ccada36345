"""Effect sizes of counts: against metafor, zero cells, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.effects import (
    arcsine_difference,
    log_odds_ratio,
    log_risk_ratio,
    peto_log_odds_ratio,
    risk_difference,
    smd_from_log_odds_ratio,
)
from ipt_evidence.errors import EffectSizeError

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_effects.json").read_text("utf-8"))["tables"]
INPUTS = ("events1", "total1", "events2", "total2")


def as_smd(distribution):
    def convert(*four):
        odds = log_odds_ratio(*four)
        return smd_from_log_odds_ratio(odds.values, odds.variances, distribution=distribution)

    return convert


FUNCTIONS = {
    "OR": log_odds_ratio,
    "RR": log_risk_ratio,
    "RD": risk_difference,
    "AS": arcsine_difference,
    "OR2DL": as_smd("logistic"),
    "OR2DN": as_smd("normal"),
    "OR_treatment_arm": lambda *four: log_odds_ratio(*four, zero_cells="treatment_arm"),
    "RR_treatment_arm": lambda *four: log_risk_ratio(*four, zero_cells="treatment_arm"),
}


@pytest.mark.parametrize("measure", FUNCTIONS)
@pytest.mark.parametrize("name", GOLDEN)
def test_agrees_with_metafor(name, measure):
    golden = GOLDEN[name]
    found = FUNCTIONS[measure](*(golden[column] for column in INPUTS))
    np.testing.assert_allclose(found.values, golden[measure]["values"], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found.variances, golden[measure]["variances"], rtol=1e-11)


@pytest.mark.parametrize("name", GOLDEN)
def test_peto_agrees_with_metafor_where_there_is_information(name):
    golden = GOLDEN[name]
    used = np.array(golden["informative"])
    found = peto_log_odds_ratio(*(np.array(golden[column])[used] for column in INPUTS))
    np.testing.assert_allclose(found.values, golden["PETO"]["values"], rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(found.variances, golden["PETO"]["variances"], rtol=1e-11)


def test_zero_cells_and_empty_trials_are_named():
    found = log_odds_ratio([0, 0, 10, 5, 12], [100, 20, 10, 9, 12], [0, 3, 8, 4, 30], [50, 21, 8, 11, 30])
    assert found.corrected.tolist() == [True, True, True, False, True]
    assert found.uninformative.tolist() == [True, False, True, False, True]


@given(st.integers(1, 500), st.integers(1, 500))
def test_without_any_event_the_treatment_arm_correction_shows_no_effect(n1, n2):
    ratio = log_risk_ratio(0, n1, 0, n2, zero_cells="treatment_arm")
    assert ratio.values[0] == pytest.approx(0.0, abs=1e-12)


def test_the_treatment_arm_correction_is_not_the_inverted_one():
    # The inverted shares of a known implementation give a risk ratio of 0.255 here.
    assert np.exp(log_risk_ratio(0, 100, 0, 50, zero_cells="treatment_arm").values[0]) == pytest.approx(1.0)
    assert np.exp(log_risk_ratio(0, 100, 0, 50).values[0]) == pytest.approx(51 / 101)


tables = st.tuples(st.integers(1, 99), st.integers(100, 400), st.integers(1, 99), st.integers(100, 400))


@given(tables, st.sampled_from([log_odds_ratio, log_risk_ratio, risk_difference, peto_log_odds_ratio]))
def test_exchanging_the_groups_turns_the_sign(four, function):
    a, n1, c, n2 = four
    there, back = function(a, n1, c, n2), function(c, n2, a, n1)
    np.testing.assert_allclose(back.values, -there.values, atol=1e-12)
    np.testing.assert_allclose(back.variances, there.variances, rtol=1e-12)


@given(tables)
def test_counting_the_others_turns_odds_ratio_and_difference(four):
    a, n1, c, n2 = four
    for function in (log_odds_ratio, risk_difference):
        there, back = function(a, n1, c, n2), function(n1 - a, n1, n2 - c, n2)
        np.testing.assert_allclose(back.values, -there.values, atol=1e-12)


@given(tables)
def test_arms_contribute_their_variances(four):
    for function in (log_odds_ratio, log_risk_ratio, risk_difference, arcsine_difference):
        found = function(*four)
        np.testing.assert_allclose(found.variances, found.variances1 + found.variances2, rtol=1e-14)


@pytest.mark.parametrize(
    ("four", "message"),
    [
        pytest.param(
            ([3, 7], [10, 5], [-1, 2], [8, 0]),
            r"^events1 must be from 0 to total1; positions \[1\] are 7.0; total2 must be positive; positions "
            r"\[1\] are 0.0; events2 must be from 0 to total2; positions \[0, 1\] are -1.0, 2.0$",
            id="counts",
        ),
        pytest.param((np.nan, 10, 2, 10), r"^events1 must be finite; positions \[0\] are nan", id="missing"),
    ],
)
def test_refuses_impossible_tables(four, message):
    with pytest.raises(EffectSizeError, match=message):
        log_odds_ratio(*four)


def test_refuses_zero_cells_where_no_correction_is_wanted():
    with pytest.raises(EffectSizeError, match=r"neither 0 nor all in any arm when zero_cells='none'; positions \[1\]"):
        log_odds_ratio([1, 0], 10, [2, 2], 10, zero_cells="none")


def test_refuses_an_unknown_zero_cell_rule():
    with pytest.raises(EffectSizeError, match=r"^zero_cells must be one of constant, treatment_arm, none; got 'half'$"):
        log_odds_ratio(1, 10, 2, 10, zero_cells="half")


def test_refuses_peto_without_events():
    with pytest.raises(EffectSizeError, match=r"events1 \+ events2 must be neither 0 nor everyone; positions \[0\]"):
        peto_log_odds_ratio(0, 10, 0, 10)
