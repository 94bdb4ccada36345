"""Which interval decides: few trials must neither be hidden by one degree of freedom nor look exact by chance."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.engine.pooling.inference import widened
from ipt_evidence.synthesis import pool, pool_bayes
from ipt_evidence.synthesis.deciding import decide
from ipt_evidence.synthesis.model import Model

MODEL = Model(method="REML", interval="adhoc", level=0.95, few_trials=4, prior_scale=0.5)


def shown(effects, variances, measure="SMD", **change):
    return decide(np.asarray(effects, float), np.asarray(variances, float), measure, replace(MODEL, **change))


@pytest.mark.parametrize(
    ("effects", "errors", "by", "side"),
    [
        ([0.5], [0.1], "single_trial", 1),
        ([-0.54, -0.91], [0.24, 0.19], "each_trial", -1),  # prolonged grief v other psychotherapies
        ([-0.64, -0.41], [0.29, 0.206], "each_trial", -1),  # social anxiety v CBT
        ([1.044, 1.089], [0.423, 0.492], "widened", 1),  # dropout v CBT
        ([-0.62, -1.08], [0.19, 0.93], "widened", -1),  # a large trial, and a small one that agrees with it
        ([0.3, 0.2], [0.2, 0.2], "widened", 0),
        ([0.5, 0.1], [0.15, 0.15], "widened", 0),  # more than chance, but their intervals meet
        (
            [-0.40, -0.75],
            [0.053, 0.1],
            "each_trial",
            -1,
        ),  # each excludes none
        ([0.55, 0.61, 1.99], [0.67, 0.37, 1.14], "bayes", 0),  # none excludes no difference, nor do they together
        ([-0.6, 0.6], [0.2, 0.2], "bayes", 0),  # each excludes no difference, on another side
        ([0.6, 0.4, 0.1], [0.2, 0.15, 0.2], "bayes", 0),  # one of three does not
        ([0.5] * 5, [0.1] * 5, "adhoc", 1),
    ],
)
def test_what_decides_and_where_it_lies(effects, errors, by, side):
    found = shown(effects, np.square(errors))
    assert found.decided_by == by
    assert (found.ci_low > 0) - (found.ci_high < 0) == side


def test_the_estimate_and_the_intervals_are_those_of_the_posterior():
    found, expected = shown([-0.6, 0.6], [0.04, 0.04]), pool_bayes([-0.6, 0.6], [0.04, 0.04])
    for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert getattr(found, name) == getattr(expected, name)


def test_the_widened_interval_is_that_of_the_most_precise_trial_and_the_spread_of_all():
    """Of trials of one size: the variance of a trial plus the sample variance of their effects."""
    found = shown([0.3, 0.5], [0.04, 0.04])
    assert found.decided_by == "widened"
    expected = stats.norm(0.4, np.sqrt(0.04 + np.var([0.3, 0.5], ddof=1))).interval(0.95)
    assert (found.estimate, found.ci_low, found.ci_high) == pytest.approx((0.4, *expected))


def test_where_each_trial_decides_the_interval_holds_all_of_theirs():
    found = shown([-0.54, -0.91], [0.24**2, 0.19**2])
    ends = [stats.norm(-0.54, 0.24).interval(0.95), stats.norm(-0.91, 0.19).interval(0.95)]
    assert (found.ci_low, found.ci_high) == pytest.approx((min(low for low, _ in ends), max(high for _, high in ends)))


def test_no_trials_count_as_few_if_the_configuration_says_so_or_the_measure_has_no_prior():
    expected = pool([0.3, 0.5], [0.04, 0.05], interval="adhoc")
    for found in (shown([0.3, 0.5], [0.04, 0.05], few_trials=1), shown([0.3, 0.5], [0.04, 0.05], measure="MD")):
        assert (found.ci_low, found.decided_by) == (expected.ci_low, "adhoc")


def test_a_risk_difference_has_a_prior_of_its_own_scale():
    found, expected = shown([-0.2, 0.2], [0.0025, 0.0025], measure="RD"), pool_bayes([-0.8, 0.8], [0.04, 0.04])
    assert found.decided_by == "bayes"
    assert found.ci_low == pytest.approx(expected.ci_low / 4)


few = st.integers(2, 4).flatmap(
    lambda k: st.tuples(
        st.lists(st.floats(-1.5, 1.5), min_size=k, max_size=k), st.lists(st.floats(0.1, 0.7), min_size=k, max_size=k)
    )
)


@given(few)
def test_what_decides_is_never_narrower_than_if_all_trials_had_one_effect(trials):
    found, common = shown(trials[0], np.square(trials[1])), np.sqrt(1 / np.sum(1 / np.square(trials[1])))
    assert found.ci_high - found.ci_low >= 2 * stats.norm.ppf(0.975) * common * (1 - 1e-9)


@given(few)
def test_two_trials_whose_intervals_meet_are_at_most_three_times_as_uncertain_as_the_less_sure_of_them(trials):
    """Two trials that contradict each other have no narrow average: see decision 28."""
    effects, margins = np.array(trials[0])[:2], stats.norm.ppf(0.975) * np.array(trials[1])[:2]
    assume((effects - margins).max() <= (effects + margins).min())
    found = shown(effects, np.square(trials[1][:2]))
    assert found.ci_high - found.ci_low <= 6 * margins.max()


@given(few, st.integers(1, 3), st.floats(0.01, 2.0))
def test_a_trial_that_finds_the_average_never_widens_what_few_trials_show(trials, k, error):
    effects, variances = np.array(trials[0])[:k], np.square(trials[1][:k])
    one = shown(effects, variances)
    assume(one.decided_by in ("single_trial", "widened"))
    other = shown([*effects, one.estimate], [*variances, error**2])
    assert other.ci_high - other.ci_low <= (one.ci_high - one.ci_low) * (1 + 1e-6)


@given(few, st.floats(1.0, 9.0))
def test_less_information_never_narrows_the_widened_interval(trials, factor):
    effects, variances = np.array(trials[0]), np.square(trials[1])
    (_, low, high), (_, wider_low, wider_high) = (widened(effects, by * variances, 0.95) for by in (1.0, factor))
    assert wider_high - wider_low >= (high - low) * (1 - 1e-9)


@given(few)
def test_turning_the_signs_turns_what_is_shown(trials):
    effects, variances = np.array(trials[0]), np.square(trials[1])
    one, other = shown(effects, variances), shown(-effects, variances)
    assert one.decided_by == other.decided_by
    assert (one.estimate, one.ci_low) == pytest.approx((-other.estimate, -other.ci_high), abs=1e-9)
