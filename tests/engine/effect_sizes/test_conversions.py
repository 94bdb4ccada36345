"""Conversions: from what R reports of the same people, there and back, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
import scipy
from hypothesis import assume, given
from hypothesis import strategies as st

from ipt_evidence.effects import (
    log_odds_ratio_from_smd,
    se_from_ci,
    smd_from_f,
    smd_from_log_odds_ratio,
    smd_from_mean_difference,
    smd_from_mean_difference_ci,
    smd_from_mean_difference_se,
    smd_from_p,
    smd_from_t,
)
from ipt_evidence.engine.effect_sizes.conversions import se_from_p
from ipt_evidence.errors import EffectSizeError

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_effects.json").read_text("utf-8"))
ODDS = {"logistic": "D2ORL", "normal": "D2ORN"}


def same(found, expected, size=1.0):
    np.testing.assert_allclose(found.values, size * np.array(expected["values"]), rtol=1e-9)
    np.testing.assert_allclose(found.variances, expected["variances"], rtol=1e-9)


@pytest.mark.parametrize("paper", GOLDEN["reports"])
def test_whatever_a_paper_reports_of_a_t_test_leads_to_the_g_of_metafor(paper):
    n, g = (paper["n1"], paper["n2"]), paper["SMD"]
    same(smd_from_t(paper["t"], *n), g)
    same(smd_from_mean_difference(paper["difference"], paper["sd"], *n), g)
    same(smd_from_mean_difference_se(paper["difference"], paper["se"], *n), g)
    same(smd_from_mean_difference_ci(paper["low"], paper["high"], *n), g)
    same(smd_from_mean_difference_ci(paper["low90"], paper["high90"], *n, level=0.9), g)
    # F and p do not know the direction.
    same(smd_from_f(paper["f"], *n), g, np.sign(paper["t"]))
    same(smd_from_p(paper["p"], *n), g, np.sign(paper["t"]))


@pytest.mark.parametrize("name", GOLDEN["means"])
@pytest.mark.parametrize("distribution", ODDS)
def test_odds_ratios_of_standardised_differences_agree_with_metafor(name, distribution):
    golden = GOLDEN["means"][name]
    same(log_odds_ratio_from_smd(**golden["d"], distribution=distribution), golden[ODDS[distribution]])


@given(st.floats(-5, 5), st.floats(0.01, 4), st.sampled_from(["logistic", "normal"]))
def test_odds_ratio_and_smd_convert_there_and_back(value, variance, distribution):
    there = smd_from_log_odds_ratio(value, variance, distribution=distribution)
    back = log_odds_ratio_from_smd(there.values, there.variances, distribution=distribution)
    np.testing.assert_allclose([back.values[0], back.variances[0]], [value, variance], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("paper", GOLDEN["reports"])
def test_an_interval_gives_back_the_standard_error_it_was_made_of(paper):
    df = paper["n1"] + paper["n2"] - 2
    assert se_from_ci(paper["low"], paper["high"], df=df)[0] == pytest.approx(paper["se"], rel=1e-9)
    assert se_from_ci(paper["low90"], paper["high90"], df=df, level=0.9)[0] == pytest.approx(paper["se"], rel=1e-9)
    assert se_from_ci(*paper["normal"])[0] == pytest.approx(paper["se"], rel=1e-9)


@given(st.floats(0.1, 5), st.floats(0.05, 5), st.none() | st.floats(1, 200))
def test_a_p_value_gives_back_the_standard_error_it_was_made_of(value, se, df):
    p = 2 * (scipy.special.ndtr(-value / se) if df is None else scipy.special.stdtr(df, -value / se))
    assume(1e-200 < p < 1)
    assert se_from_p([value, -value], p, df=df) == pytest.approx([se, se], rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: smd_from_f([1, -2], 20, 20), r"^f must be zero or positive; positions \[1\]", id="f"),
        pytest.param(
            lambda: smd_from_p([0, 1.2], 20, 20),
            r"^p must be positive; positions \[0\] .*; p must be at most 1; positions \[1\] are 1.2$",
            id="p",
        ),
        pytest.param(lambda: smd_from_t(2, 1, 20), r"^n1 must be at least 2; positions \[0\] are 1.0$", id="n"),
        pytest.param(lambda: smd_from_mean_difference(1, 0, 9, 9), r"^sd must be positive", id="sd"),
        pytest.param(lambda: smd_from_mean_difference_se(1, -1, 9, 9), r"^se must be positive", id="se"),
        pytest.param(lambda: smd_from_mean_difference_ci(2, 1, 9, 9), r"^low must be below high", id="order"),
        pytest.param(lambda: se_from_ci(1, 2, level=95), r"^level must lie between 0 and 1, got 95$", id="level"),
        pytest.param(lambda: se_from_p([0, 1], 0.5), r"^value must be other than 0; positions \[0\]", id="value"),
        pytest.param(lambda: se_from_p(1, [0, 0.5, 1]), r"^p must be between 0 and 1; positions \[0, 2\]", id="p se"),
        pytest.param(lambda: se_from_ci(1, 2, df=0), r"^df must be positive; positions \[0\] are 0.0$", id="df"),
        pytest.param(
            lambda: smd_from_log_odds_ratio(1, 0), r"^variances must be positive; positions \[0\] are 0.0$", id="v"
        ),
        pytest.param(
            lambda: smd_from_log_odds_ratio(1, 1, distribution="probit"),
            r"^distribution must be one of logistic, normal; got 'probit'$",
            id="distribution",
        ),
    ],
)
def test_refuses_impossible_reports(call, message):
    with pytest.raises(EffectSizeError, match=message):
        call()
