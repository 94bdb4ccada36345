"""Averages under assumed selection: against clubSandwich, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool, worst_case_bias

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["worst"]


@pytest.mark.parametrize("name", GOLDEN)
def test_averages_match_clubsandwich(name):
    golden = GOLDEN[name]
    found = worst_case_bias(golden["effects"], golden["variances"], ratios=golden["ratios"])
    assert found.favoured == golden["favoured"]
    for field in ("estimate", "se", "df"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6), field
    assert found.ratio_interval == pytest.approx(golden["ratio_interval"] or np.inf, rel=1e-5)


Y = np.array([0.61, 0.52, 0.75, 0.48, 0.9, 0.1, 0.35, 0.05])
V = np.array([0.04, 0.05, 0.09, 0.04, 0.15, 0.06, 0.02, 0.11])


def test_without_selection_it_is_the_average_and_in_the_worst_case_that_of_the_others():
    found, plain = worst_case_bias(Y, V), pool(Y, V)
    assert found.ratios.tolist() == [1, 2, 4, 10, np.inf]
    assert found.estimate[0] == pytest.approx(plain.estimate)
    others = Y / np.sqrt(V) < 1.959964
    assert found.k_affirmative == np.sum(~others)
    weights = 1 / (V[others] + plain.tau2)
    assert found.estimate[-1] == pytest.approx(weights @ Y[others] / weights.sum())
    assert np.all(np.diff(found.estimate) < 0)


def test_the_ratio_that_reaches_the_target_does():
    found = worst_case_bias(Y, V, target=0.1)
    again = worst_case_bias(Y, V, ratios=[found.ratio_estimate, found.ratio_interval], target=0.1)
    assert again.estimate[0] == pytest.approx(0.1, abs=1e-9)
    assert again.ci_low[1] == pytest.approx(0.1, abs=1e-7)
    assert 1 < found.ratio_interval < found.ratio_estimate
    assert worst_case_bias(Y, V, target=-5).ratio_estimate == np.inf
    assert worst_case_bias(Y, V, target=5).ratio_estimate == 1


def test_no_average_is_surer_than_sampling_error_lets_it_be():
    found = worst_case_bias(Y, V)
    # The two trials that are left differ by less than their errors: 0.024 would be their robust standard error.
    weights = 1 / V[[5, 7]]
    assert found.sampling_se[-1] == pytest.approx(weights.sum() ** -0.5)
    assert found.held_at_sampling.tolist() == [True, False, False, True, True]
    margins = (found.ci_high - found.ci_low) / 2
    assert margins == pytest.approx(stats.t.ppf(0.975, found.df) * np.maximum(found.se, found.sampling_se))


@settings(max_examples=3)
@given(st.floats(-3, 3))
def test_sign_and_unit_do_not_matter(exponent):
    unit = 10.0**exponent
    before, after = worst_case_bias(Y, V), worst_case_bias(-unit * Y, unit**2 * V)
    assert after.favoured == "less"
    assert after.estimate == pytest.approx(-unit * before.estimate, rel=1e-7)
    assert after.df == pytest.approx(before.df, rel=1e-6)
    assert after.ratio_interval == pytest.approx(before.ratio_interval, rel=1e-6)


def test_the_least_levels_have_a_significance_too():
    found = worst_case_bias([2.0, 0.1, 0.15], [0.03, 0.03, 0.05], alpha=1e-20)
    assert found.k_affirmative == 1


def test_a_single_trial_left_has_no_interval():
    found = worst_case_bias([0.6, 0.5, 0.1], [0.02, 0.03, 0.05])
    assert found.estimate[-1] == 0.1
    assert np.isnan([found.se[-1], found.ci_low[-1], found.ci_high[-1]]).all()


@pytest.mark.parametrize(
    ("y", "choice", "message"),
    [
        ([0.9, 0.8, 0.7], {}, "all trials are affirmative, so the worst case has none; this analysis"),
        ([0.1, 0.05, 0.02], {}, "no trial is affirmative; this analysis has nothing to say here"),
        ([0.9, 0.1, 0.2], {"ratios": [0.5, 2]}, r"ratios must be finite and 1 or more; positions \[0\] are 0.5"),
        ([0.9, 0.1, 0.2], {"favoured": "both"}, "favoured must be one of auto, greater, less; got 'both'"),
        ([0.9, 0.1, 0.2], {"alpha": 0}, "alpha must lie between 0 and 1, got 0"),
        ([0.9, 0.1, 0.2], {"target": np.inf}, "target must be finite, got inf"),
    ],
)
def test_refuses_where_it_has_nothing_to_say(y, choice, message):
    with pytest.raises(SynthesisError, match=message):
        worst_case_bias(y, [0.02, 0.03, 0.05], **choice)
