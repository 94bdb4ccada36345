"""p-uniform* and z-curve: against likelihoods in R, laws, warnings, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import p_uniform_star, selection_model, z_curve

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_history.json").read_text())


@pytest.mark.parametrize("name", GOLDEN["p_uniform"])
def test_p_uniform_star_matches_the_likelihood_in_r(name):
    golden = GOLDEN["p_uniform"][name]
    found = p_uniform_star(golden["effects"], golden["variances"])
    assert found.log_likelihood >= golden["log_likelihood"] - 1e-9
    assert found.log_likelihood == pytest.approx(golden["log_likelihood"], abs=1e-7)
    assert found.estimate == pytest.approx(golden["estimate"], abs=1e-5)
    assert found.tau2 == pytest.approx(golden["tau2"], abs=1e-5)
    assert found.at_bound == (("tau2",) if golden["tau2"] == 0 else ())
    for field in ("ci_low", "ci_high", "tau2_low", "tau2_high", "lr_statistic", "bias_statistic"):
        assert getattr(found, field) == pytest.approx(golden[field], abs=1e-6, rel=1e-6), field


def test_p_uniform_star_is_the_selection_model_where_all_variances_are_equal():
    golden = GOLDEN["p_uniform"]["one"]
    variances = np.full(len(golden["effects"]), 0.03)
    found = p_uniform_star(golden["effects"], variances)
    step = selection_model(golden["effects"], variances, alternative="greater")
    assert found.estimate == pytest.approx(step.estimate, rel=1e-7)
    assert found.tau2 == pytest.approx(step.tau2, rel=1e-6)


PRECISE = (
    # Two whose highest maximum lies beside the precise trial, and one with two stretches of tau that are not rejected.
    (
        [1.8779, 2.4825, 2.4808, 0.1317, -4.2189, 5.3929, -1.2285, 1.6987],
        [0.0001, 0.59362, 1.68307, 0.81713, 7.6587, 2.32163, 1.71393, 0.41566],
    ),
    (
        [0.6893, 1.5065, 4.4386, 0.9186, 1.2535, -1.1318, 2.2868],
        [0.00014, 0.153, 3.92482, 0.08981, 0.4095, 1.53579, 0.33954],
    ),
    ([0.4074, -0.8322, -0.9748, 1.2093, 2.3858], [0.00876, 3.42982, 0.39815, 0.10809, 1.32954]),
)


@pytest.mark.parametrize(("effects", "variances"), PRECISE)
def test_one_precise_trial_hides_no_maximum_of_p_uniform_star_and_no_stretch_of_values(effects, variances):
    y, sd = np.array(effects), np.sqrt(variances)
    cut, reach = stats.norm.isf(0.025) * sd, np.ptp(y) + sd.max()
    beside = (y + np.linspace(-5, 5, 41)[:, None] * sd).ravel()
    means = np.unique(np.append(np.linspace(y.min() - 8 * reach, y.max() + 4 * reach, 500), beside))
    taus = np.append(0, np.geomspace(1e-3 * sd.min(), 8 * reach, 200))

    def height(mean, tau):
        total = np.hypot(sd, tau[..., None])
        side = np.where(y >= cut, 1.0, -1.0) * (mean[..., None] - cut) / total
        return (stats.norm.logpdf(y, mean[..., None], total) - special.log_ndtr(side)).sum(axis=-1)

    found = p_uniform_star(effects, variances)
    heights = np.stack([height(means, tau) for tau in taus])
    assert heights.max() == pytest.approx(found.log_likelihood, abs=0.03)
    assert heights.max() <= found.log_likelihood + 1e-9
    inside = heights >= found.log_likelihood - stats.chi2.isf(0.05, 1) / 2
    likely_taus, likely_means = taus[inside.any(axis=1)], means[inside.any(axis=0)]
    tau_low, tau_high = np.sqrt([found.tau2_low, found.tau2_high])
    step = np.log(taus[2] / taus[1])
    for limit, ends in ((tau_low, likely_taus.min()), (tau_high, likely_taus.max())):
        assert limit == pytest.approx(ends, rel=1.1 * step)
    assert tau_low <= likely_taus.min()
    assert tau_high >= likely_taus.max()
    assert found.ci_low <= likely_means.min() <= found.ci_low + 20 * reach / 500
    assert found.ci_high - 20 * reach / 500 <= likely_means.max() <= found.ci_high


def test_where_the_average_may_be_anything_so_may_tau():
    effects, variances = [1.0528, 3.0872, 0.9828, 1.5974], [0.00272, 0.13163, 0.25, 0.14785]
    y, sd = np.array(effects), np.sqrt(variances)
    cut = stats.norm.isf(0.025) * sd

    def height(mean, tau):
        total = np.hypot(sd, np.asarray(tau)[..., None])
        mean = np.asarray(mean)[..., None]
        return (stats.norm.logpdf(y, mean, total) - special.log_ndtr((mean - cut) / total)).sum(axis=-1)

    found = p_uniform_star(effects, variances)
    assert (y >= cut).all()
    top = found.log_likelihood
    means, taus = np.linspace(-20, 5, 501), np.append(0, np.geomspace(0.01, 20, 400))
    heights = height(means, taus[:, None])
    assert heights.max() == pytest.approx(top, abs=2e-3)
    assert heights.max() <= top
    assert (found.ci_low, found.tau2_high) == (-np.inf, np.inf)
    # However far below all effects, and with whatever tau, there is something that is not rejected.
    for far in (1e2, 1e4, 1e6, 1e8):
        along = np.geomspace(1e-2, 1e2, 4001) * far
        assert 2 * (top - height(-far, np.sqrt(along)).max()) < 0.4
        assert 2 * (top - height(-along, np.sqrt(far)).max()) < 0.4
    drop = stats.chi2.isf(0.05, 1)
    assert 2 * (top - height(found.ci_high, taus).max()) == pytest.approx(drop, abs=2e-3)
    near = np.linspace(0.5, 2, 4_001)
    assert 2 * (top - height(near, np.sqrt(found.tau2_low)).max()) == pytest.approx(drop, abs=1e-5)


def test_a_limit_of_p_uniform_star_may_lie_thousands_of_standard_errors_away():
    y, v = np.array([0.0669, 0.0956, 2.7365]), np.array([0.00129, 0.00574, 5.62])
    cut = stats.norm.isf(0.15) * np.sqrt(v)
    found = p_uniform_star(y, v, alpha=0.3)
    assert (y >= cut).all()

    def highest(mean, taus):
        total = np.hypot(np.sqrt(v), taus[:, None])
        return (stats.norm.logpdf(y, mean, total) - special.log_ndtr((mean - cut) / total)).sum(axis=-1).max()

    drop = stats.chi2.isf(0.05, 1)
    assert -1000 < found.ci_low < -200
    near, far = np.geomspace(1, 20, 20_001), np.geomspace(1e3, 1e5, 20_001)
    assert 2 * (found.log_likelihood - highest(found.ci_low, near)) == pytest.approx(drop, abs=1e-5)
    assert 2 * (found.log_likelihood - highest(-1e8, far)) > drop
    assert np.isfinite(found.tau2_high)


def test_what_is_not_rejected_may_begin_again_far_below_all_effects():
    y, v = np.array([0.064, 0.02947, 0.03419]), np.array([0.00142, 0.000202, 0.0000621])
    found = p_uniform_star(y, v, alpha=0.1, level=0.5)

    def drop(mean):
        total = np.hypot(np.sqrt(v), np.geomspace(1e-3, 1e3, 20_001)[:, None])
        away = special.log_ndtr((mean - stats.norm.isf(0.05) * np.sqrt(v)) / total)
        return 2 * (found.log_likelihood - (stats.norm.logpdf(y, mean, total) - away).sum(axis=-1).max())

    assert drop(-1) > stats.chi2.isf(0.5, 1) > drop(-10) > drop(-1000)
    assert (found.ci_low, found.tau2_high) == (-np.inf, np.inf)


def test_the_least_level_gives_an_interval_of_the_estimate_alone():
    found = p_uniform_star(*PRECISE[-1], level=1e-300)
    assert (found.ci_low, found.ci_high) == pytest.approx((found.estimate, found.estimate), abs=1e-8)
    assert (found.tau2_low, found.tau2_high) == pytest.approx((found.tau2, found.tau2), abs=1e-8)


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_sign_and_unit_do_not_matter(unit):
    golden = GOLDEN["p_uniform"]["one"]
    y, v = np.array(golden["effects"]), np.array(golden["variances"])
    found, turned = p_uniform_star(y, v), p_uniform_star(-unit * y, unit**2 * v, alternative="less")
    assert turned.estimate == pytest.approx(-unit * found.estimate, rel=1e-7)
    assert (turned.ci_low, turned.ci_high) == pytest.approx((-unit * found.ci_high, -unit * found.ci_low), rel=1e-6)
    assert turned.tau2_high == pytest.approx(unit**2 * found.tau2_high, rel=1e-6)
    one, other = z_curve(y, v), z_curve(-unit * y, unit**2 * v)
    assert other.replication_rate == pytest.approx(one.replication_rate, rel=1e-9)
    assert other.discovery_low == pytest.approx(one.discovery_low, rel=1e-6)


@pytest.mark.parametrize("name", GOLDEN["z_curve"])
def test_z_curves_match_long_searches_in_r(name):
    golden = GOLDEN["z_curve"][name]
    found = z_curve(golden["effects"], golden["variances"])
    assert found.k_significant == golden["k_significant"]
    assert found.log_likelihood >= golden["log_likelihood"] - 1e-10
    assert found.log_likelihood == pytest.approx(golden["log_likelihood"], abs=1e-6)
    assert found.weights == pytest.approx(golden["weights"], abs=1e-3)
    assert found.replication_rate == pytest.approx(golden["replication_rate"], abs=1e-5)
    assert found.expected_discovery_rate == pytest.approx(golden["expected_discovery_rate"], abs=1e-4)
    assert found.replication_low < found.replication_rate < found.replication_high
    assert found.discovery_low < found.expected_discovery_rate < found.discovery_high
    assert found.weights.sum() == pytest.approx(1)


def test_z_curve_of_trials_without_an_effect_and_without_selection_sees_neither():
    rng = np.random.default_rng(3)
    found = z_curve(rng.normal(size=4000), np.ones(4000), draws=100)
    assert found.discovery_low == pytest.approx(0.05)
    assert found.replication_rate == pytest.approx(0.05, abs=0.05)
    assert found.discovery_rate == pytest.approx(0.05, abs=0.015)


def test_a_repetition_in_the_other_direction_is_no_replication():
    """The rate of trials that lie as those of a mean of 0 or 1 do is that of simulated repetitions."""
    rng = np.random.default_rng(5)
    for mean in (0, 1):
        first = rng.normal(mean, 1, 4000)
        found = z_curve(first, np.ones(4000), draws=100)
        true = rng.choice(
            7, 2_000_000, p=found.weights
        )  # of significant trials: drawn by their weights, kept as they are
        power = special.ndtr(true - 1.96) + special.ndtr(-1.96 - true)
        upward = rng.random(true.size) < special.ndtr(true - 1.96) / power
        again = rng.normal(true, 1)
        same = np.where(upward, again > 1.96, again < -1.96)
        assert np.abs(first).max() < 6
        assert found.replication_rate == pytest.approx(same.mean(), abs=0.002)
    assert z_curve(np.full(40, 2.0), np.ones(40), draws=100).replication_rate < 0.03


def test_the_order_of_rows_does_not_matter_to_a_z_curve():
    y, v = np.linspace(0.45, 1.1, 20), np.full(20, 0.04)
    one = z_curve(y, v, draws=200)
    for order in (np.arange(20)[::-1], np.random.default_rng(1).permutation(20)):
        other = z_curve(y[order], v[order], draws=200)
        for name in ("replication_low", "replication_high", "discovery_low", "discovery_high", "log_likelihood"):
            assert getattr(other, name) == getattr(one, name), name


def test_results_say_what_speaks_against_them():
    golden = GOLDEN["p_uniform"]["one"]
    y, v = np.array(golden["effects"]), np.array(golden["variances"])
    assert "to compare with earlier reviews" in p_uniform_star(y, v).warnings[0]
    z = y / np.sqrt(v)
    few = np.argsort(-z)[:8]
    said = " ".join(p_uniform_star(y[few], 2 * v[few]).warnings)
    assert "of 8 trials are significant" in said
    assert "8 trials are too few" in said
    assert "nobody saw" in z_curve(y, v).warnings[1]
    assert "are few" in z_curve(y, v).warnings[-1]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: p_uniform_star([0.1, 0.2], [0.1, 0.1]),
            "at least 3 trials significant in the direction 'greater', got 0",
        ),
        (
            lambda: p_uniform_star([1, 2], [0.1, 0.1], alternative="auto"),
            "alternative must be one of greater, less; got 'auto'",
        ),
        (lambda: p_uniform_star([1, 2], [0.1, 0.1], alpha=1), "alpha must lie between 0 and 1, got 1"),
        (lambda: p_uniform_star([0.4, 0.395, 0.394, 0.393, 0.41], [0.04] * 5), "has no maximum near the effects"),
        (lambda: z_curve([1] * 12, [1] * 12), "at least 10 significant trials with z below 6, got 0"),
        (lambda: z_curve([1] * 12, [1] * 12, draws=99), "draws must be at least 100, got 99"),
        (lambda: z_curve([3] * 12, [1] * 12, alpha=1e-12), "puts significance beyond z = 6"),
    ],
)
def test_refuses_what_they_cannot_say(call, message):
    with pytest.raises(SynthesisError, match=message):
        call()
