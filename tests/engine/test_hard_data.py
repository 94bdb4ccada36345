"""Data that leave nothing to estimate from, or lie far from all that is asked: a number that holds, or none."""

import numpy as np
import pytest
from scipy import special

from ipt_evidence.synthesis import (
    beta_selection_model,
    pool_dependent,
    pool_multilevel,
    profile_likelihood,
    regress_dependent,
    share_beyond,
)

TRIALS = ["a", "a", "b", "b", "c", "c", "d", "d"]


@pytest.mark.parametrize("effects", [np.zeros(8), np.full(8, 0.3), 0.1 * np.arange(8)], ids=["zero", "equal", "line"])
def test_effects_on_the_fit_have_no_robust_test(effects):
    found = regress_dependent(effects, [0.1] * 8, TRIALS, np.arange(8))
    for field in ("robust_se", "robust_df", "p_values", "ci_low"):
        assert np.isnan(getattr(found, field)).all(), field
    assert np.isnan(found.qm_p_value)
    assert found.decided_by == (None, None)
    assert np.isfinite(found.se).all()


def test_equal_effects_have_no_robust_test_of_their_average():
    found = pool_dependent([0.3] * 8, [0.1] * 8, TRIALS)
    assert (found.estimate, found.sigma2_between) == (pytest.approx(0.3), 0)
    assert np.isnan([found.robust_se, found.p_value, found.ci_low]).all()
    other = pool_dependent([0.3] * 7 + [0.3 + 1e-6], [0.1] * 8, TRIALS)
    assert np.isfinite([other.robust_se, other.p_value]).all()


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
