"""Data that leave nothing to estimate from, or lie far from all that is asked: a number that holds, or none."""

import numpy as np
import pytest
from scipy import special

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import (
    beta_selection_model,
    compare_subgroups,
    dose_response,
    egger_test,
    limit_meta_analysis,
    permutation_test,
    pet_peese,
    pool_binomial,
    pool_dependent,
    pool_multilevel,
    profile_likelihood,
    regress_dependent,
    sequential_analysis,
    share_beyond,
    waap_wls,
    worst_case_bias,
)

TRIALS = ["a", "a", "b", "b", "c", "c", "d", "d"]


@pytest.mark.parametrize("effects", [np.zeros(8), np.full(8, 0.3), 0.1 * np.arange(8)], ids=["zero", "equal", "line"])
def test_effects_on_the_fit_are_as_sure_as_sampling_error_lets_them_be(effects):
    found = regress_dependent(effects, [0.1] * 8, TRIALS, np.arange(8))
    assert np.abs(found.robust_se).max() < 1e-15
    assert found.held_at_sampling.all()
    assert found.qm_held_at_sampling
    # No variance between or within trials is left, so the model holds sampling error alone.
    assert found.sampling_se == pytest.approx(found.se, rel=1e-12)
    assert found.statistics == pytest.approx(found.coefficients / found.se, rel=1e-12)
    assert found.qm == pytest.approx(found.statistics[1] ** 2, rel=1e-9)
    assert found.decided_by == (None, None)


def test_equal_effects_have_the_robust_interval_of_effects_that_are_nearly_equal():
    found = pool_dependent([0.3] * 8, [0.1] * 8, TRIALS)
    assert (found.estimate, found.sigma2_between) == (pytest.approx(0.3), 0)
    other = pool_dependent([0.3] * 7 + [0.3 + 1e-9], [0.1] * 8, TRIALS)
    assert found.held_at_sampling
    assert [found.p_value, found.ci_low, found.pi_low] == pytest.approx([other.p_value, other.ci_low, other.pi_low])
    assert found.ci_high - found.ci_low > 2 * 1.96 * np.sqrt(0.1 * (1 + 0.6) / 8)


def test_equal_effects_leave_every_variance_at_its_bound():
    found = pool_multilevel([0.3] * 8, np.linspace(0.02, 0.2, 8), {"trial": TRIALS, "effect": range(8)})
    assert found.at_bound == ("trial", "effect")
    assert found.estimate == pytest.approx(0.3)


@pytest.mark.parametrize(("threshold", "share"), [(-50.0, 1.0), (50.0, 0.0)])
def test_beyond_a_threshold_far_from_all_effects_lie_all_or_none(threshold, share):
    found = share_beyond([0.1, 0.3, 0.2, 0.25], [0.02, 0.03, 0.02, 0.04], threshold)
    assert (found.share, found.share_low, found.share_high) == pytest.approx((share,) * 3, abs=1e-12)


def test_a_trial_out_of_all_measure_makes_a_profile_interval_wide_and_not_wrong():
    rng = np.random.default_rng(4)
    effects = np.append(rng.normal(0.4, 0.3, 11), 50.0)
    found = beta_selection_model(effects, rng.uniform(0.02, 0.2, 12), alternative="greater")
    assert found.profile_low < found.estimate < found.profile_high
    assert found.profile_high - found.profile_low > 5


def test_a_beta_function_at_both_its_bounds_says_that_nothing_is_known():
    effects, variances = (
        [0.4885, 0.5951, 0.6501, 0.1699, 0.602, 0.4864],
        [0.0507, 0.06125, 0.08948, 0.02327, 0.05377, 0.05207],
    )
    found = beta_selection_model(effects, variances, alternative="greater")
    assert (found.at_bound, found.tau2, found.weights[0]) == (("tau2", "delta1"), 0, 0)
    assert found.profile_low == -np.inf
    assert found.profile_high > 30


VARIANCES = np.array([0.12, 0.03, 0.18, 0.06, 0.09, 0.02, 0.15, 0.04])


@pytest.mark.parametrize(
    ("effects", "variance"),
    [(np.full(8, 0.3), False), (np.full(8, 50.0), True), (np.zeros(8), False), (0.1 + 2 * VARIANCES, True)],
    ids=["equal", "far", "zero", "line"],
)
def test_effects_on_a_line_have_no_standard_error_of_multiplicative_error(effects, variance):
    found = pet_peese(effects, VARIANCES)
    part = found.peese if variance else found.pet
    assert np.isnan(part.se)
    assert part.held_at_sampling
    assert part.ci_high - part.ci_low > 2 * 1.96 * part.sampling_se
    line = egger_test(0.1 + 2 * np.sqrt(VARIANCES), VARIANCES)
    assert line.intercept == pytest.approx(2)
    assert np.isnan([line.se, line.p_value]).all()
    off = pet_peese(effects + 1e-6 * np.arange(8) ** 2, VARIANCES)
    assert np.isfinite([off.pet.se, off.peese.p_value]).all()


def test_equal_effects_are_as_sure_in_a_worst_case_and_among_powered_trials_as_sampling_error_lets_them_be():
    found = worst_case_bias(np.full(8, 0.3), VARIANCES)
    assert found.estimate == pytest.approx(0.3)
    assert found.held_at_sampling.all()
    assert np.all(found.ci_high - found.ci_low > 2 * 1.96 * found.sampling_se)
    assert found.ratio_estimate == np.inf
    powered = waap_wls(np.full(8, 0.3), VARIANCES)
    assert np.isnan(powered.se)
    assert powered.held_at_sampling
    assert powered.statistic == pytest.approx(0.3 * np.sqrt(np.sum(1 / VARIANCES)))


@pytest.mark.parametrize("interval", ["adhoc", "HKSJ", "normal"])
def test_where_no_order_of_equal_effects_differs_all_are_as_extreme(interval):
    found = permutation_test(np.full(8, 50.0), VARIANCES, np.arange(8) % 2, interval=interval)
    assert (found.exact, found.p_values[1], found.qm_p_value) == (True, 1.0, 1.0)


@pytest.mark.parametrize("far", [2000.0, 1e7])
def test_doses_far_from_0_lose_no_digits(far):
    rng = np.random.default_rng(5)
    effects, doses = rng.normal(0.3, 0.3, 8), np.array([4.0, 6, 8, 10, 12, 14, 16, 20])
    near, there = (dose_response(effects, VARIANCES, start + doses) for start in (0.0, far))
    for field in ("estimate", "se", "difference", "difference_se", "qm_p_value", "curvature_p_value"):
        assert getattr(there, field) == pytest.approx(getattr(near, field), rel=1e-7, abs=1e-12), field


def test_no_doses_are_refused():
    with pytest.raises(SynthesisError, match="needs at least 2 effect sizes, got 0"):
        dose_response([], [], [])


def test_shares_that_cannot_be_negative_are_not_for_rounding():
    effects = 0.3 + 0.01 * np.arange(8)
    assert sequential_analysis(effects, VARIANCES, 0.3).diversity == 0
    for value in (0.3, 50.0):
        assert limit_meta_analysis(np.full(8, value), VARIANCES).q_small_study >= 0


def _drop(effects, variances, mean):
    """Twice the loss of the log-likelihood at a mean, tau2 searched over a grid that nothing leaves."""
    tau2 = np.concatenate([[0.0], np.geomspace(1e-6, 1e9, 8_001)])[:, None]

    def top(at):
        total = np.asarray(variances) + tau2
        return (-0.5 * (np.log(total) + (np.asarray(effects) - at) ** 2 / total)).sum(axis=1).max()

    return 2 * (max(top(at) for at in np.linspace(min(effects), max(effects), 21)) - top(mean))


def test_the_likelihood_far_from_all_effects_lets_trials_differ_as_much_as_that():
    effects, variances = [100.1, 100.3, 100.2], [0.01] * 3
    found = profile_likelihood(effects, variances)
    assert found.lr_statistic == pytest.approx(_drop(effects, variances, 0.0), rel=1e-4)
    assert 1e-11 < found.p_value < 1e-9


def test_limits_far_from_all_effects_lie_where_the_likelihood_says():
    effects, variances = [0.1, 0.9], [0.01] * 2
    found = profile_likelihood(effects, variances, level=0.99999)
    asked = special.chdtri(1, 1e-5)
    for limit in (found.ci_low, found.ci_high):
        assert _drop(effects, variances, limit) == pytest.approx(asked, rel=1e-4)


@pytest.mark.parametrize("effect", [0.0, 0.3, 0.1 + 0.2, 1e6])
def test_equal_effects_leave_every_variance_at_its_bound_wherever_they_lie(effect):
    found = pool_multilevel([effect] * 8, np.linspace(0.02, 0.2, 8), {"trial": TRIALS, "effect": range(8)})
    assert (found.at_bound, found.sigma2.tolist()) == (("trial", "effect"), [0, 0])
    assert 0 <= found.q < 1e-12


def test_variances_that_range_too_widely_for_a_regression_are_refused_and_not_rounded():
    with pytest.raises(SynthesisError, match="variances, 1e-12 to 1e\\+12, range too widely for a regression"):
        compare_subgroups([0.1, 0.2, 5e5, -3e5, 0.3, 0.2], [1e-12, 1e-12, 1e12, 1e12, 1e-12, 1e-12], list("aabbaa"))
    permutation_test([0.1, 0.2, 5e5, -3e5, 0.3], [1e-12, 1e-12, 1e12, 1e12, 1e-12], [0, 1, 0, 1, 1])


def test_events_of_all_in_one_group_and_none_in_the_other_of_hundreds_of_millions():
    many = np.array([7.7e8, 8.3e8, 1.5e8, 7.1e8, 4.2e8])
    found = pool_binomial([6, 6, 0, 9, 1], [8, 6, 4, 9, 7], [many[0], 0, 0, 0, many[4]], many)
    assert np.isfinite([found.estimate, found.se, found.log_likelihood]).all()
    assert found.tau2 > 100
