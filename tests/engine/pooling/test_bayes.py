"""Bayesian pooling: against integration in R, laws of priors, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import special

from ipt_evidence.engine.pooling.mixtures import mixture_quantiles, tau_quantiles
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import (
    RHODES_GENERAL,
    TURNER_MENTAL_HEALTH,
    HalfNormal,
    InverseGamma,
    LogNormal,
    LogStudentT,
    pool,
    pool_bayes,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_models.json").read_text("utf-8"))["bayes"]
PRIORS = {
    "half_normal": HalfNormal(0.5),
    "log_normal": TURNER_MENTAL_HEALTH["non-pharmacological vs control"],
    "log_t": RHODES_GENERAL,
}
CASES = [(prior, case) for prior, cases in GOLDEN.items() for case in cases]


@pytest.mark.parametrize(("prior", "case"), CASES)
def test_agrees_with_integration_in_r(prior, case):
    golden = GOLDEN[prior][case]
    found = pool_bayes(golden["effects"], golden["variances"], prior=PRIORS[prior], threshold=0.2)
    for field, expected in golden.items():
        if field not in ("effects", "variances"):
            assert getattr(found, field) == pytest.approx(expected, rel=1e-6, abs=1e-8), field


effects = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.001, 1)), min_size=1, max_size=6).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


@settings(max_examples=40)
@given(effects, st.sampled_from(list(PRIORS.values())), st.floats(-5, 5))
def test_shifting_every_effect_shifts_only_the_average(data, prior, shift):
    y, v = data
    before, after = pool_bayes(y, v, prior=prior), pool_bayes(y + shift, v, prior=prior, threshold=shift)
    for field in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high"):
        assert getattr(after, field) == pytest.approx(getattr(before, field) + shift, abs=1e-6), field
    for field in ("tau", "tau_low", "tau_high", "probability"):
        assert getattr(after, field) == pytest.approx(getattr(before, field), rel=1e-6, abs=1e-9), field


@settings(max_examples=40)
@given(effects, st.sampled_from(list(PRIORS.values())))
def test_limits_lie_in_order_and_predictions_are_wider(data, prior):
    found = pool_bayes(*data, prior=prior)
    assert found.pi_low <= found.ci_low <= found.estimate <= found.ci_high <= found.pi_high
    assert 0 < found.tau_low < found.tau < found.tau_high
    assert 0 <= found.probability <= 1
    assert found.se > 0


def test_a_prior_that_excludes_heterogeneity_gives_the_common_effect():
    y, v = [0.2, 0.5, -0.1], [0.04, 0.02, 0.09]
    found = pool_bayes(y, v, prior=HalfNormal(1e-6))
    common = pool(y, v, method="CE", interval="normal")
    fields = ("estimate", "se", "ci_low", "ci_high")
    assert [getattr(found, name) for name in fields] == pytest.approx(
        [getattr(common, name) for name in fields], rel=1e-6
    )


def test_one_trial_is_less_sure_of_the_average_than_of_itself():
    found = pool_bayes([0.5], [0.04])
    assert found.estimate == pytest.approx(0.5)
    assert found.ci_high - found.ci_low > 2 * 1.96 * 0.2
    # The prior of tau is all that is known of heterogeneity.
    assert found.tau == pytest.approx(0.5 * 0.6744897501960817, rel=1e-6)


def test_many_trials_leave_the_prior_behind():
    rng = np.random.default_rng(11)
    y, v = rng.normal(0.4, 0.5, 400), np.full(400, 0.05)
    y = y + rng.normal(0, np.sqrt(0.05), 400)
    found, likelihood = pool_bayes(y, v, prior=LogNormal(-2, 2)), pool(y, v, interval="normal")
    assert found.estimate == pytest.approx(likelihood.estimate, abs=1e-3)
    assert found.tau == pytest.approx(np.sqrt(likelihood.tau2), rel=0.01)


SPREAD = json.loads((Path(__file__).parents[2] / "oracle" / "golden_spread.json").read_text("utf-8"))
LONG = {
    "log_t": RHODES_GENERAL,
    "wide": LogNormal(0, 10),
    "usual": InverseGamma(),
    "steep": InverseGamma(1.5, 0.15),
}


@pytest.mark.parametrize(("prior", "case"), [(prior, case) for prior in LONG for case in SPREAD[prior]])
def test_standard_deviations_match_integrals_in_r(prior, case):
    golden = SPREAD[prior][case]
    found = pool_bayes(golden["effects"], golden["variances"], prior=LONG[prior])
    assert found.se == pytest.approx(golden["se"], rel=1e-7)


@pytest.mark.parametrize(
    ("prior", "square"),
    [
        (HalfNormal(0.5), 0.25),
        (LogNormal(-2.34, 1.72), np.exp(-2.34 + 1.72**2 / 2)),
        (LogNormal(0, 10), np.exp(50)),
        (LogNormal(-3, 18), np.exp(-3 + 18**2 / 2)),
        (InverseGamma(2.5, 0.3), 0.09 / (1.5 * 0.5)),
        (InverseGamma(2.01, 0.3), 0.09 / (1.01 * 0.01)),
    ],
)
def test_one_trial_adds_its_variance_to_the_mean_of_tau_squared(prior, square):
    assert pool_bayes([0.5], [0.04], prior=prior).se == pytest.approx(np.sqrt(0.04 + square), rel=1e-7)


@pytest.mark.parametrize(
    ("prior", "first"),
    [
        (HalfNormal(0.5), 1),
        (HalfNormal(1e-6), 1),
        (LogNormal(-2, 2), 1),
        (RHODES_GENERAL, 3),
        (LogStudentT(0, 0.01), 3),
        (InverseGamma(), 3),
        (InverseGamma(2.0), 2),
        (InverseGamma(1.5), 2),
        (InverseGamma(0.5), 3),
        (InverseGamma(3.0), 1),
    ],
)
def test_a_posterior_without_variance_says_so(prior, first):
    spreads = [pool_bayes([0.1, 0.2, 0.3, 0.4][:k], [0.1] * k, prior=prior).se for k in range(1, 5)]
    assert np.isfinite(spreads).tolist() == [k >= first for k in range(1, 5)]


def test_the_prior_is_named_beside_the_result():
    assert pool_bayes([0.1], [0.1]).prior == "half-normal(0.5) for tau"
    assert pool_bayes([0.1], [0.1], prior=RHODES_GENERAL).prior == "log-t5(-3.44, 2.59) for tau2"
    assert pool_bayes([0.1], [0.1], prior=LogNormal(-2.34, 1.72)).prior == "log-normal(-2.34, 1.72^2) for tau2"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: HalfNormal(0), r"^scale must be positive and finite, got 0$", id="half-normal"),
        pytest.param(lambda: LogNormal(0, -1), r"^sd must be positive and finite, got -1$", id="log-normal"),
        pytest.param(lambda: LogStudentT(0, np.nan), r"^scale must be positive and finite, got nan$", id="log-t"),
        pytest.param(lambda: pool_bayes([], []), r"^this synthesis needs at least 1 effect size, got 0$", id="none"),
        pytest.param(lambda: pool_bayes([0.1], [0.0]), r"^variances must be positive and finite", id="variance"),
        pytest.param(
            lambda: pool_bayes([0.1], [0.1], threshold=np.nan), r"^threshold must be finite, got nan$", id="threshold"
        ),
    ],
)
def test_refuses_impossible_priors_and_data(call, message):
    with pytest.raises(SynthesisError, match=message):
        call()


@pytest.mark.parametrize("prior", [HalfNormal(1e-3), HalfNormal(0.5), LogNormal(-6, 1), RHODES_GENERAL])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_data_far_from_the_prior_still_give_an_ordered_posterior(prior, size):
    found = pool_bayes(size * np.array([-1.0, 0.3, 2.0]), [1e-6, 1e-2, 1e2], prior=prior)
    assert found.pi_low <= found.ci_low <= found.estimate <= found.ci_high <= found.pi_high
    assert 0 < found.tau_low < found.tau < found.tau_high < np.inf


def test_effects_beyond_all_that_a_prior_allows_are_refused():
    with pytest.raises(SynthesisError, match="rounding hides the posterior"):
        pool_bayes([-1e6, 1e6, -1e6, 1e6], [1e-12] * 4, prior=HalfNormal(1e-6))


@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(-5, 5), st.floats(-6, 6)), min_size=1, max_size=6),
    st.floats(1e-3, 0.999),
)
@example([(0.4, -1.2, -6.0), (0.3, 1.7, 6.0), (0.2, 4.6, -2.0), (0.1, -0.7, -6.0)], 0.195)
@settings(max_examples=50)
def test_below_a_quantile_of_a_mixture_lies_its_probability(parts, p):
    mass, mean, log_sd = np.array(parts).T
    mass, sd = mass / mass.sum(), np.exp(log_sd)
    ((found,),) = mixture_quantiles(np.array([p]), mass, mean[None], sd[None])
    assert mass @ special.ndtr((found - mean) / sd) == pytest.approx(p, rel=1e-10)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(-40, 40), st.floats(0.3, 3)), min_size=1, max_size=3))
def test_below_a_quantile_of_tau_lies_its_probability(parts):
    share, mean, sd = (np.array(column) for column in zip(*parts, strict=True))
    share = share / share.sum()
    grid = np.linspace(-70, 70, 1401)
    mass = 0.1 * np.exp(-0.5 * ((grid[:, None] - mean) / sd) ** 2) @ (share / sd) / np.sqrt(2 * np.pi)
    # Also where next to nothing lies between two parts, which is where steps without bounds lose their way.
    p = np.unique(np.clip([1e-4, 0.025, 0.5, 0.975, *(np.cumsum(share) + 1e-9)], 1e-4, 1 - 1e-4))
    found = np.log(tau_quantiles(p, grid, mass))
    assert special.ndtr((found[:, None] - mean) / sd) @ share == pytest.approx(p, abs=1e-10)
    assert np.all(np.diff(found) > 0)
