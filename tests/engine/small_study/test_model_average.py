"""Model-averaged Bayes: against published evidences and draws from the priors, laws, refusals."""

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special, stats

from ipt_evidence.engine.small_study.model_evidence import Data, evidences
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import (
    RHODES_GENERAL,
    HalfNormal,
    InverseGamma,
    LogNormal,
    SlopeOnError,
    WeightSteps,
    pool_bayes,
    pool_model_averaged,
)

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_model_average.json").read_text())
BEM = GOLDEN["simulated"]["bem"]
WAYS = (WeightSteps((0.05,)), SlopeOnError(1, 1.0))


def test_evidences_are_those_that_robma_records():
    golden = GOLDEN["published"]
    bias = (WeightSteps((0.1,), two_sided=True), SlopeOnError(1, 1.0, heavy=False))
    found = pool_model_averaged(golden["effects"], golden["variances"], bias=bias)
    # Theirs are by bridge sampling; two runs that they record differ by 0.01.
    assert found.log_evidence == pytest.approx(golden["log_evidence"], abs=0.02)


@pytest.mark.parametrize("name", GOLDEN["simulated"])
def test_evidences_and_averages_are_those_of_draws_from_the_priors(name):
    golden = GOLDEN["simulated"][name]
    data = Data(np.array(golden["effects"]), np.array(golden["variances"]), 0.0, 1.0, InverseGamma())
    for model in golden["models"]:
        bias = None
        if model["kind"] == "weights":
            bias = WeightSteps(tuple(model["steps"]), two_sided=model["two_sided"])
        elif model["kind"] == "slope":
            bias = SlopeOnError(model["power"], model["scale"])
        found = evidences(data, bias, effect=model["effect"])[model["heterogeneity"]]
        assert found.log_evidence == pytest.approx(model["log_evidence"], abs=4 * model["error"] + 1e-3), model
        assert found.average.mean == pytest.approx(model["mean"], abs=4 * model["mean_error"] + 1e-6), model


@pytest.mark.parametrize(
    "prior",
    [LogNormal(0, 20), RHODES_GENERAL, HalfNormal()],
    ids=["decades", "published", "default of pool_bayes"],
)
def test_evidences_of_one_trial_are_right_however_wide_the_prior_of_tau_is(prior):
    y, v, error = 2.0, 0.01, 0.1
    log_tau = np.linspace(*prior.limits(), 12001)
    total = v + np.exp(2 * np.minimum(log_tau, 150.0))
    log = prior.log_density(log_tau)
    log = log - special.logsumexp(log)
    without = stats.norm.logpdf(y, 0, np.sqrt(total))
    # Of a uniform weight of results that are not significant, 1 / (chance + weight * (1 - chance)) has this integral.
    chance = special.ndtr(stats.norm.ppf(0.05) * error / np.sqrt(total))
    weighted = without + np.log(-np.log(chance) / (1 - chance))
    slope = np.exp(np.linspace(-25, 15, 3001))
    density = stats.halfcauchy.pdf(slope) * slope * 40 / 3000
    few = slice(None, None, 8)
    moved = special.logsumexp(
        log[few, None] + stats.norm.logpdf(y, slope * error, np.sqrt(total[few, None])), b=8 * density
    )
    data = Data(np.array([y]), np.array([v]), 0.0, 1.0, prior)
    found = [evidences(data, bias, effect=False)[True].log_evidence for bias in (None, *WAYS)]
    found.append(evidences(data, None, effect=True)[True].log_evidence)
    by_hand = [log + without, log + weighted, log + stats.norm.logpdf(y, 0, np.sqrt(total + 1))]
    expected = [special.logsumexp(each) for each in by_hand]
    assert found == pytest.approx([*expected[:2], moved, expected[2]], abs=5e-5)


@pytest.mark.parametrize("prior", [LogNormal(0, 20), LogNormal(-2, 1.5), HalfNormal(1e-7)])
def test_tau_has_its_prior_where_no_trial_tells_of_it(prior):
    found = pool_model_averaged([0.0], [1e12], effect_sd=1.0, prior=prior, bias=())
    with_tau = found.posterior[found.heterogeneity].sum()
    assert with_tau == pytest.approx(0.5, abs=0.02)
    if isinstance(prior, LogNormal):  # half of tau is 0: quantile 0.75 of all is the median of the rest
        one = pool_model_averaged([0.0], [1e12], prior=prior, bias=(), level=0.5)
        assert one.tau_high == pytest.approx(np.exp(prior.mean / 2), rel=0.1 if prior.sd < 5 else 3.0)


def test_with_a_wide_prior_of_the_average_a_single_model_is_the_bayesian_pool():
    y, v = np.array(BEM["effects"]), np.array(BEM["variances"])
    found = evidences(Data(y, v, 0.0, 1e4, HalfNormal(0.5)), None, effect=True)[True]
    pooled = pool_bayes(y, v, prior=HalfNormal(0.5))
    for limit, p in ((pooled.ci_low, 0.025), (pooled.estimate, 0.5), (pooled.ci_high, 0.975)):
        assert found.average.below(limit) == pytest.approx(p, abs=1e-6)
    assert found.tau.below(pooled.tau_high) == pytest.approx(0.975, abs=1e-5)


def test_averages_are_those_of_models_weighed_by_their_probabilities():
    found = pool_model_averaged(BEM["effects"], BEM["variances"], bias=WAYS)
    assert found.prior.sum() == pytest.approx(1)
    assert found.posterior.sum() == pytest.approx(1)
    for member, factor, probability in (
        (found.effect, found.effect_bf, found.effect_probability),
        (found.heterogeneity, found.heterogeneity_bf, found.heterogeneity_probability),
        (np.array(found.bias) != "none", found.bias_bf, found.bias_probability),
    ):
        assert found.prior[member].sum() == pytest.approx(0.5)
        assert found.posterior[member].sum() == pytest.approx(probability)
        assert factor == pytest.approx(probability / (1 - probability))
    assert found.estimate == pytest.approx(found.effect_probability * found.conditional_estimate)
    assert found.conditional_low < found.conditional_estimate < found.conditional_high
    plain = pool_model_averaged(BEM["effects"], BEM["variances"], bias=())
    assert plain.log_evidence == pytest.approx(found.log_evidence[::3])
    assert np.isnan([plain.bias_bf, plain.bias_log_bf]).all()
    assert plain.bias_probability == 0


def test_a_bayes_factor_too_large_for_a_number_has_a_logarithm():
    found = pool_model_averaged([40.0, -39.0, 2.0], [0.01] * 3, prior=HalfNormal(0.5), bias=())
    parts = [Decimal(chance) * Decimal(log).exp() for chance, log in zip(found.prior, found.log_evidence, strict=True)]
    for member, log_bf in ((found.effect, found.effect_log_bf), (found.heterogeneity, found.heterogeneity_log_bf)):
        with_it, without = (sum(parts[i] for i in np.flatnonzero(member == has)) for has in (True, False))
        assert log_bf == pytest.approx(float((with_it / without).ln()), rel=1e-9)
    assert found.heterogeneity_bf == np.inf
    assert 1e4 < found.heterogeneity_log_bf < np.inf
    assert found.effect_bf == pytest.approx(np.exp(found.effect_log_bf))


FAR_APART = ([4.2, 1.3, 5.8, 36.8, -136.5, -0.8], [1.8, 1.7, -2.1, 0.8, -15.5])


def evidence_on_a_grid(y, v):
    """Sum one step at p = .05 over fine grids of the average and of the log of the weight, both round the highest."""
    error, cut = v**0.5, stats.norm.isf(0.05)
    y, beyond = np.array(y), np.sum(np.array(y) / v**0.5 < cut)

    def at(means, points=3001):
        upper = special.log_ndtr(means / error - cut)[:, None]
        lower = special.log_ndtr(cut - means / error)[:, None]
        end = np.minimum(upper - lower + 40, 0)
        log_weight = end + np.linspace(-100, 0, points)
        log = (beyond + 1) * log_weight - y.size * np.logaddexp(upper, lower + log_weight)
        inner = special.logsumexp(log, axis=1, b=np.r_[0.5, np.ones(points - 2), 0.5]) + np.log(100 / (points - 1))
        return inner + stats.norm.logpdf(means) + stats.norm.logpdf(y[:, None], means, error).sum(axis=0)

    wide = np.linspace(-160, 10, 3401)
    near = wide[np.argmax(at(wide, 401))] + np.linspace(-2, 2, 1601)
    return special.logsumexp(at(near)) + np.log(near[1] - near[0])


@pytest.mark.parametrize("effects", [*FAR_APART, [0.45, 0.5, 0.6, 0.4, -3.0], [0.45, 0.5, 0.6, 0.4, -2.0]])
def test_weights_that_no_number_holds_are_integrated_over(effects):
    data = Data(np.array(effects), np.full(len(effects), 0.04), 0.0, 1.0, InverseGamma())
    found = evidences(data, WeightSteps((0.05,)), effect=True)[False]
    assert found.log_evidence == pytest.approx(evidence_on_a_grid(effects, 0.04), abs=1e-5)


ALL_BUT_TWO_ALIKE = [
    *[0.9, 1.5, 1.2, 0.5, 1.0, 0.8, 1.0, 0.5, 1.1, 1.1, 1.5, 1.1, 1.2, 0.6, 1.7, 0.4, 1.3, 0.9, 0.7, 0.8, 0.8, 1.1],
    *[1.0, 1.4, 0.5, 1.0, 0.7, 1.2, 0.4, 0.9, -8.1, -11.3],
]


def two_steps_on_a_grid(y, v, centre, points=401):
    """Sum steps at p = .025 and .05 over even grids of the average and of the logs of both weights."""
    cuts = stats.norm.isf([0.025, 0.05])
    z, log = y / v**0.5, np.linspace(-60, 0, points)
    between, beyond = np.sum((z >= cuts[1]) & (z < cuts[0])), np.sum(z < cuts[1])
    means, heights = np.linspace(centre - 1.5, centre + 1.5, 101), []
    for mean in means:
        upper, most, lower = special.log_ndtr([mean / v**0.5 - cuts[0], *(cuts - mean / v**0.5)])
        middle = most + np.log(-np.expm1(lower - most))
        first = min(upper - middle + 40, 0) + log[:, None]
        second = min(upper - lower + 45, 0) + log
        chance = np.logaddexp(np.logaddexp(upper, middle + first), lower + second)
        height = (between + 1) * first + (beyond + 1) * second - y.size * chance
        inner = special.logsumexp(np.where(second <= first, height, -np.inf)) + np.log(2) + 2 * np.log(log[1] - log[0])
        heights.append(inner + stats.norm.logpdf(mean) + stats.norm.logpdf(y, mean, v**0.5).sum())
    return special.logsumexp(heights) + np.log(means[1] - means[0])


def test_two_weights_that_only_the_last_grid_meets_have_an_answer():
    y = np.array(ALL_BUT_TWO_ALIKE)
    data = Data(y, np.full(y.size, 0.04), 0.0, 1.0, InverseGamma())
    found = evidences(data, WeightSteps((0.025, 0.05)), effect=True)[False]
    assert found.log_evidence == pytest.approx(two_steps_on_a_grid(y, 0.04, found.average.mean), abs=0.002)


def test_tau_is_found_that_makes_up_for_an_effect():
    y, v, cut = 3 + 0.03 * stats.norm.ppf((np.arange(40) + 0.5) / 40), 0.001, stats.norm.isf(0.05)
    data, bias = Data(y, np.full(40, v), 0.0, 1.0, InverseGamma()), WeightSteps((0.05,))
    tau, (x, rule) = np.exp(np.linspace(-4, 6, 1001)), np.polynomial.legendre.leggauss(60)
    total = np.sqrt(v + tau**2)
    log_prior = np.log(0.15) - np.log(tau) - 0.15 / tau
    published = stats.norm.cdf(cut * np.sqrt(v) / total)
    weight = np.log((1 - published + np.multiply.outer((x + 1) / 2, published)) ** -40.0 * rule[:, None] / 2)
    log = special.logsumexp(weight, axis=0) + stats.norm.logpdf(y[:, None], 0, total).sum(axis=0) + log_prior
    expected = special.logsumexp(log) + np.log(0.01)
    found = evidences(data, bias, effect=False)[True]
    # Far from where tau lies with an effect, there it is nearly 0: this evidence was 949 too low.
    assert found.log_evidence == pytest.approx(expected, abs=1e-3)


def test_probabilities_do_not_grow_by_steps_where_only_the_slope_is_open():
    y, v = 1 + 0.2 * stats.norm.ppf((np.arange(99) + 0.5) / 99), 0.04
    slopes = np.exp(np.linspace(-20, 8, 20001))
    variance = 1 / (99 / v + 1)
    means = (y.mean() - slopes * v**0.5) * 99 / v * variance
    # All that trials alike say of the slope is in their mean.
    log = stats.norm.logpdf(y.mean() - slopes * v**0.5, 0, np.sqrt(v / 99 + 1)) + np.log(slopes / (1 + slopes**2))
    mass = np.exp(log - special.logsumexp(log))
    found = evidences(Data(y, np.full(99, v), 0.0, 1.0, InverseGamma()), SlopeOnError(1, 1.0), effect=True)[False]
    for x in (-1.0, -0.3, 0.0, 0.5, 0.9):
        expected = mass @ stats.norm.cdf((x - means) / variance**0.5)
        # By steps as high as 0.02 before.
        assert found.average.below(x) == pytest.approx(expected, abs=1.5e-3)


def test_the_highest_of_maxima_far_apart_is_found():
    errors, cut = np.repeat([0.003, 10.0], 5), stats.norm.isf(0.05)
    y = np.r_[-2 + 0.1 * np.arange(5), 20.0 + np.arange(5)]
    # Round the highest: the sum over precise trials without selection has another, thousands of standard errors away.
    means, log_weight = np.linspace(-1.82, -1.78, 201)[:, None], np.linspace(-60, 0, 1001)
    log = (np.sum(y / errors < cut) + 1) * log_weight
    for effect, error in zip(y, errors, strict=True):
        upper, lower = special.log_ndtr(means / error - cut), special.log_ndtr(cut - means / error)
        log = log + stats.norm.logpdf(effect, means, error) - np.logaddexp(upper, lower + log_weight)
    expected = special.logsumexp(log + stats.norm.logpdf(means)) + np.log(0.06 * 2e-4)
    data = Data(y, errors**2, 0.0, 1.0, InverseGamma())
    found = evidences(data, WeightSteps((0.05,)), effect=True)[False]
    assert found.log_evidence == pytest.approx(expected, abs=0.002)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("effects", FAR_APART)
@pytest.mark.parametrize("sign", [1, -1])
def test_effects_that_lie_far_apart_have_an_answer(effects, sign):
    found = pool_model_averaged(sign * np.array(effects), [0.04] * len(effects))
    assert np.isfinite(found.log_evidence).all()
    assert found.ci_low <= found.median <= found.ci_high
    # Hardly anything speaks for trials that do not differ: the models whose weights are tiny have no say.
    assert found.heterogeneity_log_bf > 2000


@pytest.mark.filterwarnings("error")
@settings(max_examples=8, deadline=None)
@given(
    chances=st.lists(st.floats(0.005, 0.995), min_size=1, max_size=8),
    error=st.sampled_from([0.1, 0.2, 0.6]),
    prior=st.sampled_from([InverseGamma(), HalfNormal(0.5)]),
)
def test_effects_with_the_tails_of_cauchy_have_an_answer(chances, error, prior):
    y = stats.cauchy.ppf(chances)
    found = pool_model_averaged(y, [error**2] * y.size, prior=prior, bias=(*WAYS, WeightSteps((0.025, 0.05))))
    assert np.isfinite(found.log_evidence).all()
    assert found.ci_low <= found.median <= found.ci_high


def over_log_tau(of, low=-100, high=250):
    """Integrate over log(tau), piece by piece."""
    return sum(integrate.quad(of, at, at + 5, epsabs=0, epsrel=1e-9)[0] for at in range(low, high, 5))


def inverse_gamma(shape, scale):
    constant = scale**shape / special.gamma(shape)
    return lambda x: constant * np.exp(-shape * x - scale * np.exp(-x))


def log_normal(sd):
    return lambda x: 2 * np.exp(-2 * (x / sd) ** 2) / (sd * np.sqrt(2 * np.pi))


@pytest.mark.filterwarnings("error")
def test_an_interval_of_p_values_far_narrower_than_true_effects_differ_has_its_probability():
    """The logarithm of 0 was taken where the ends of the interval are next to the same in standard deviations."""
    found = pool_model_averaged([0.2, 0.5, -0.1, 0.4, 0.0], [1e-11, 0.05, 0.1, 0.08, 1e10])
    assert np.isfinite(found.log_evidence).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("prior", "density", "rel"),
    [
        (InverseGamma(1, 0.15), inverse_gamma(1, 0.15), 2e-6),
        (InverseGamma(0.5, 0.15), inverse_gamma(0.5, 0.15), 2e-6),
        (InverseGamma(0.1, 0.15), inverse_gamma(0.1, 0.15), 2e-6),
        (LogNormal(0, 10), log_normal(10), 5e-5),
        (LogNormal(0, 20), log_normal(20), 1e-3),
    ],
)
def test_the_mean_of_tau_heeds_what_is_hardly_likely_but_large(prior, density, rel):
    effect, variance = 0.5, 0.04

    def likelihood(total):
        return np.exp(-(effect**2) / (2 * total)) / np.sqrt(2 * np.pi * total)

    # With an average of 0 and with one that is standard normal.
    same = sum(likelihood(variance + more) for more in (0, 1))

    def mass(x):
        return density(x) * sum(likelihood(variance + np.exp(2 * x) + more) for more in (0, 1))

    low = -6 * 5 if isinstance(prior, LogNormal) else -10
    expected = over_log_tau(lambda x: mass(x) * np.exp(x), low=low) / (same + over_log_tau(mass, low=4 * low))
    assert pool_model_averaged([effect], [variance], prior=prior, bias=()).tau == pytest.approx(expected, rel=rel)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shape", [0.1, 0.5, 1.0])
def test_the_mean_of_tau_heeds_it_with_selection_too(shape):
    y, v, cut, density = 1.0, 0.04, stats.norm.isf(0.05), inverse_gamma(shape, 0.15)

    def mass(x):
        total = np.sqrt(v + np.exp(2 * x))
        below = special.ndtr(cut * np.sqrt(v) / total)
        return -np.log1p(-below) / below * density(x) * np.exp(-((y / total) ** 2) / 2) / total

    expected = over_log_tau(lambda x: mass(x) * np.exp(x), low=-5) / over_log_tau(mass, low=-5)
    data = Data(np.array([y]), np.array([v]), 0.0, 1.0, InverseGamma(shape, 0.15))
    found = evidences(data, WeightSteps((0.05,)), effect=False)[True]
    assert found.tau.mean == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_sign_and_unit_do_not_matter_if_priors_follow(unit):
    y, v = np.array(BEM["effects"]), np.array(BEM["variances"])
    found = pool_model_averaged(y, v, effect_mean=0.1, bias=WAYS)
    turned = pool_model_averaged(
        -unit * y,
        unit**2 * v,
        effect_mean=-0.1 * unit,
        effect_sd=unit,
        prior=InverseGamma(1, 0.15 * unit),
        bias=WAYS,
        alternative="less",
    )
    assert turned.log_evidence == pytest.approx(found.log_evidence - y.size * np.log(unit), abs=1e-6)
    assert turned.estimate == pytest.approx(-unit * found.estimate, rel=1e-6)
    assert (turned.ci_low, turned.ci_high) == pytest.approx((-unit * found.ci_high, -unit * found.ci_low), rel=1e-5)
    assert turned.tau_high == pytest.approx(unit * found.tau_high, rel=1e-5)


def test_one_trial_and_a_hundred_end_in_probabilities():
    rng = np.random.default_rng(8)
    for k in (1, 2, 60):
        found = pool_model_averaged(rng.normal(0.4, 0.4, k), rng.uniform(0.02, 0.2, k), bias=WAYS)
        assert np.isfinite(found.log_evidence).all()
        assert found.ci_low <= found.median <= found.ci_high
        assert 0 < found.effect_probability < 1 or k == 60


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pool_model_averaged([0.1], [0.1], effect_sd=0), "effect_sd must be positive and finite, got 0"),
        (lambda: pool_model_averaged([0.1], [0.1], alternative="auto"), "alternative must be one of greater, less"),
        (lambda: pool_model_averaged([], []), "at least 1 effect size, got 0"),
        (lambda: WeightSteps((0.5, 0.1)), "one to three increasing p-values between 0 and 1"),
        (lambda: WeightSteps((0.1, 0.2, 0.3, 0.4)), "one to three increasing p-values"),
        (lambda: SlopeOnError(3, 1.0), r"power must be 1 \(standard error\) or 2 \(variance\), got 3"),
        (lambda: SlopeOnError(1, -1.0), "scale must be positive and finite, got -1.0"),
        (lambda: InverseGamma(0, 1), "shape must be positive and finite, got 0"),
    ],
)
def test_refuses_choices_that_cannot_be(call, message):
    with pytest.raises(SynthesisError, match=message):
        call()
