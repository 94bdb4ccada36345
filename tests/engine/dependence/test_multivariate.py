"""Several outcomes together: against metafor and the full likelihood, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.engine.dependence.multivariate_likelihood import Model
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import multivariate_sensitivity, pool, pool_multivariate

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_multivariate.json").read_text())["sets"]


def _of(name):
    golden = GOLDEN[name]
    effects, variances = np.array(golden["effects"], float), np.array(golden["variances"], float)
    return golden, effects, variances


@pytest.mark.parametrize("name", GOLDEN)
def test_averages_and_covariances_match_metafor(name):
    golden, effects, variances = _of(name)
    found = pool_multivariate(effects, variances, rho=golden["rho"])
    assert found.log_likelihood >= golden["log_likelihood"] - 1e-9
    assert found.log_likelihood == pytest.approx(golden["log_likelihood"], abs=1e-7)
    for field in ("estimate", "se", "covariance", "between"):
        assert getattr(found, field) == pytest.approx(np.array(golden[field]), rel=1e-6, abs=1e-8), field
    assert found.q == pytest.approx(golden["q"], rel=1e-9)
    assert found.q_p_value == pytest.approx(golden["q_p"], rel=1e-6)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_full_likelihood_is_not_below_the_best_of_200_searches(name):
    golden, effects, variances = _of(name)
    found = pool_multivariate(effects, variances, rho=golden["rho"], method="ML")
    assert found.log_likelihood >= golden["full_log_likelihood"] - 1e-9
    assert found.log_likelihood == pytest.approx(golden["full_log_likelihood"], abs=1e-6)


@pytest.mark.parametrize("restricted", [True, False])
def test_derivatives_by_the_covariance_of_true_effects_are_those_of_the_likelihood(restricted):
    rng = np.random.default_rng(2)
    y, roots = rng.normal(size=(9, 3)), rng.normal(size=(10, 3, 3))
    y[0, 1] = y[3, [0, 2]] = np.nan
    *sampling, between = roots @ roots.swapaxes(1, 2) / 3 + 0.3 * np.eye(3)
    model, step = Model(y, np.array(sampling), restricted=restricted), 1e-5
    found = model.fits(between[None])
    for one in range(3):
        for other in range(one + 1):
            move = np.zeros((3, 3))
            move[one, other] = move[other, one] = 1.0
            up, down = (model.fits((between + way * move)[None]) for way in (step, -step))
            rise = (up.log_likelihood - down.log_likelihood) / (2 * step)
            assert np.sum(found.slope[0] * move) == pytest.approx(rise[0], rel=1e-7)
            bend = np.sum((up.slope - down.slope)[0] * move) / (2 * step)
            assert move.ravel() @ found.bend[0] @ move.ravel() == pytest.approx(bend, rel=1e-6)


def test_without_correlations_outcomes_are_pooled_alone():
    _, effects, variances = _of("apart")
    found = pool_multivariate(effects, variances, rho=0, between="diagonal")
    for outcome in range(2):
        known = np.isfinite(effects[:, outcome])
        alone = pool(effects[known, outcome], variances[known, outcome], interval="normal")
        assert found.estimate[outcome] == pytest.approx(alone.estimate, rel=1e-8)
        assert found.se[outcome] == pytest.approx(alone.se, rel=1e-8)
        assert found.between[outcome, outcome] == pytest.approx(alone.tau2, rel=1e-7)
        assert (found.pi_low[outcome], found.pi_high[outcome]) == pytest.approx((alone.pi_low, alone.pi_high), rel=1e-7)
    assert found.covariance[0, 1] == 0
    assert found.between[0, 1] == 0


def test_order_of_outcomes_and_trials_and_units_do_not_matter():
    _, effects, variances = _of("three")
    unit, outcomes, trials = np.array([1e3, 1.0, 1e-4]), [2, 0, 1], np.random.default_rng(5).permutation(len(effects))
    found = pool_multivariate(effects, variances)
    turned = pool_multivariate(
        (effects * unit)[trials][:, outcomes], (variances * unit**2)[trials][:, outcomes], method="REML"
    )
    assert turned.estimate == pytest.approx((found.estimate * unit)[outcomes], rel=1e-6)
    assert turned.se == pytest.approx((found.se * unit)[outcomes], rel=1e-6)
    between = (found.between * np.outer(unit, unit))[np.ix_(outcomes, outcomes)]
    assert turned.between == pytest.approx(between, rel=1e-4)


def test_what_one_outcome_tells_of_another_makes_the_other_surer():
    both, more, rho = 5, 3, 0.8
    effects = np.array([[0.3, 0.5]] * both + [[0.3, np.nan]] * more)
    found = pool_multivariate(effects, np.where(np.isnan(effects), np.nan, 0.04), rho=rho)
    assert found.at_bound == ("tau2[0]", "tau2[1]")
    assert found.n_trials.tolist() == [8, 5]
    assert found.df.tolist() == [7, 4]
    # The regression of the second error on the first takes rho squared away, as far as the first is known elsewhere.
    assert found.se[1] ** 2 == pytest.approx(0.04 / both * (1 - rho**2 * more / (both + more)))
    assert found.se[0] ** 2 == pytest.approx(0.04 / (both + more))


def test_a_correlation_at_its_bound_is_held_named_and_no_step():
    golden, effects, variances = _of("few")
    found = pool_multivariate(effects, variances, rho=golden["rho"])
    assert found.at_bound == ("correlation[0,1]",)
    assert abs(found.correlation[0, 1]) == 1
    # tau2 of an outcome on its way to 0: the standard errors move by no more than the data do.
    widths = [pool_multivariate(effects * [1, scale], variances, rho=0.5).se for scale in np.linspace(0.2, 1, 11)]
    assert np.abs(np.diff(widths, axis=0)).max() < 0.06
    equal = pool_multivariate([[0.1, 0.5], [0.1, 0.2], [0.1, 0.9]], np.full((3, 2), 0.01))
    assert equal.at_bound == ("tau2[0]",)
    assert np.isnan(equal.correlation[0, 1])


@pytest.mark.parametrize("name", ["kalaian", "few", "apart", "three"])
def test_of_a_range_of_correlations_the_one_of_metafor_has_its_averages(name):
    golden, effects, variances = _of(name)
    found = multivariate_sensitivity(effects, variances, rho=[0.0, golden["rho"][0][0][1]])
    assert found.estimate[1] == pytest.approx(golden["estimate"], rel=1e-5, abs=1e-7)
    assert found.se[1] == pytest.approx(golden["se"], rel=1e-5)
    assert np.abs(found.se[0] / found.se[1] - 1).max() > 1e-4


def test_an_unknown_correlation_is_tried_over_a_range():
    _, effects, variances = _of("berkey")
    tried = multivariate_sensitivity(effects, variances, rho=(0.0, 0.5))
    for place, rho in enumerate(tried.rho):
        once = pool_multivariate(effects, variances, rho=rho)
        for field in ("estimate", "se", "ci_low", "ci_high", "between", "correlation", "log_likelihood"):
            assert np.array_equal(getattr(tried, field)[place], getattr(once, field)), field
        assert tried.at_bound[place] == once.at_bound
    assert np.array_equal(tried.widest_low, tried.ci_low.min(axis=0))
    assert np.array_equal(tried.widest_high, tried.ci_high.max(axis=0))


NAN = np.nan
E3 = [[0.1, 0.2], [0.3, 0.1], [0.2, 0.5]]
V3 = [[0.1, 0.1], [0.2, 0.1], [0.1, 0.1]]


@pytest.mark.parametrize(
    ("effects", "variances", "choice", "message"),
    [
        ([0.1, 0.2], [0.1, 0.1], {}, r"two or more; got shapes \(2,\) and \(2,\)"),
        ([[0.1], [0.2]], [[0.1], [0.1]], {}, "two or more"),
        ([["a", 1], [1, 2]], V3[:2], {}, "must be numbers, one row a trial"),
        ([[NAN, 0.2], *E3[1:]], V3, {}, r"missing together; at \[trial, outcome\] \[\[0, 0\]\] they are not"),
        ([[NAN, NAN], *E3], [[NAN, NAN], *V3], {}, r"trials \[0\] report none; leave them out"),
        (
            [[0.1, NAN], [0.2, NAN], [0.3, 0.1]],
            [[0.1, NAN], [0.2, NAN], [0.1, 0.1]],
            {},
            r"outcome 1 is reported by 1 trial",
        ),
        (
            [[0.1, NAN], [0.2, NAN], [NAN, 0.1], [NAN, 0.3]],
            [[0.1, NAN], [0.2, NAN], [NAN, 0.1], [NAN, 0.1]],
            {},
            "no trial reports outcomes 0 and 1 together, .*; say between='diagonal'",
        ),
        (E3, [[0.1, 0], *V3[1:]], {}, r"variances must be positive and finite; positions \[1\] are 0.0"),
        (E3, V3, {"rho": 1}, "rho must lie between -1 and 1, got 1"),
        (E3, V3, {"rho": [0.5, 0.5]}, r"rho must be a number or have shape \(2, 2\) or \(3, 2, 2\), got shape \(2,\)"),
        (E3, V3, {"rho": [[1, 0.5], [0.4, 1]]}, "rho must be symmetric with 1 on its diagonal"),
        (E3, V3, {"rho": [[1, 1], [1, 1]]}, r"not positive definite in trials \[0, 1, 2\]"),
        (E3, V3, {"between": "full"}, "between must be one of unstructured, diagonal; got 'full'"),
        (E3, V3, {"method": "DL"}, "method must be one of REML, ML; got 'DL'"),
    ],
)
def test_refuses_what_cannot_be_pooled_together(effects, variances, choice, message):
    with pytest.raises(SynthesisError, match=message):
        pool_multivariate(effects, variances, **choice)


def test_refuses_correlations_that_are_no_sequence():
    with pytest.raises(SynthesisError, match=r"rho must be a sequence of correlations, got shape \(\)"):
        multivariate_sensitivity(E3, V3, rho=0.5)
