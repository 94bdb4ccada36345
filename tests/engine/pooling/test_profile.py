"""Profile-likelihood intervals and shares beyond a threshold: against R, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool, profile_likelihood, share_beyond

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["profile"]
SHARES = [(name, place) for name, golden in GOLDEN.items() for place in range(len(golden["shares"]))]


def data(name):
    return tuple(np.array(GOLDEN[name][part]) for part in ("effects", "variances"))


@pytest.mark.parametrize("name", GOLDEN)
def test_intervals_match_metafor_and_the_likelihood_in_r(name):
    golden, found = GOLDEN[name], profile_likelihood(*data(name))
    for field in ("estimate", "ci_low", "ci_high", "tau2", "log_likelihood"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6), field
    assert found.lr_statistic == pytest.approx(golden["lr"], rel=1e-6)
    # metafor's limits of tau2 come from a search with a tolerance of its own.
    assert (found.tau2_low, found.tau2_high) == pytest.approx((golden["tau2_low"], golden["tau2_high"]), rel=1e-4)


@pytest.mark.parametrize(("name", "place"), SHARES)
def test_shares_match_the_likelihood_in_r(name, place):
    golden = GOLDEN[name]["shares"][place]
    found = share_beyond(*data(name), golden["threshold"])
    assert (found.share, found.share_low, found.share_high) == pytest.approx(
        (golden["share"], golden["low"], golden["high"]), rel=1e-5, abs=1e-9
    )


Y, V = np.array([0.1, 0.5, -0.2, 0.9, 0.4, 0.8]), np.array([0.05, 0.1, 0.08, 0.2, 0.03, 0.04])


@settings(max_examples=4)
@given(st.floats(-3, 3), st.floats(-5, 5))
def test_unit_and_origin_of_the_effects_do_not_matter(exponent, shift):
    unit = 10.0**exponent
    before, after = profile_likelihood(Y, V), profile_likelihood(unit * (Y + shift), unit**2 * V)
    assert after.ci_low / unit - shift == pytest.approx(before.ci_low, abs=1e-6)
    assert after.tau2_high / unit**2 == pytest.approx(before.tau2_high, rel=1e-6)
    share, moved = share_beyond(Y, V, 0.3), share_beyond(unit * (Y + shift), unit**2 * V, unit * (0.3 + shift))
    assert (moved.share_low, moved.share_high) == pytest.approx((share.share_low, share.share_high), abs=1e-6)


@settings(max_examples=15)
@given(st.floats(-2, 2))
def test_shares_above_and_below_a_threshold_are_one(threshold):
    above, below = share_beyond(Y, V, threshold), share_beyond(-Y, V, -threshold)
    assert above.share + below.share == pytest.approx(1)
    assert above.share_low == pytest.approx(1 - below.share_high, abs=1e-6)
    assert 0 <= above.share_low <= above.share + 1e-12 <= above.share_high + 2e-12 <= 1 + 3e-12
    assert above.share == pytest.approx(special.ndtr((above.estimate - threshold) / above.tau))


def test_the_interval_of_the_average_ends_where_the_test_does():
    found = profile_likelihood(Y, V)
    for limit in (found.ci_low, found.ci_high):
        assert profile_likelihood(Y - limit, V).p_value == pytest.approx(0.05, rel=1e-5)


def two_humps(seed):
    """Return one precise effect and a few imprecise ones, and at every point of a grid of mean and tau whether 1.92
    below the best is reached."""
    rng = np.random.default_rng(seed)
    v = np.exp(np.append(rng.uniform(-9, -5), rng.uniform(-1.5, 2.3, rng.integers(1, 5))))
    y = rng.normal(0, rng.choice([1, 3]), v.size)
    span = np.ptp(y) + np.sqrt(v.max())
    near = [y[0] + np.sqrt(v[0]) * np.linspace(-4, 4, 41), y]
    mean = np.concatenate([np.linspace(y.min() - 6 * span, y.max() + 6 * span, 201), *near])
    tau = np.concatenate([[0], np.geomspace(1e-3 * np.sqrt(v.min()), 100 * span, 400)])[:, None]
    height = sum(-0.5 * np.log(u + tau**2) - 0.5 * (x - mean) ** 2 / (u + tau**2) for x, u in zip(y, v, strict=True))
    return y, v, mean, tau, height


@pytest.mark.parametrize("seed", range(25))
def test_nothing_that_is_not_rejected_lies_outside(seed):
    y, v, mean, tau, height = two_humps(seed)
    found = profile_likelihood(y, v)
    top = found.log_likelihood + 0.5 * y.size * np.log(2 * np.pi)
    assert height.max() <= top + 1e-9
    kept = height >= top - 1.9207
    means, taus = mean[kept.any(axis=0)], tau[kept.any(axis=1)]
    assert found.ci_low <= means.min() <= means.max() <= found.ci_high
    assert found.tau2_low <= taus.min() ** 2 <= taus.max() ** 2 <= found.tau2_high
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = special.ndtr(((mean - 0.5) / tau)[kept])
    share = share_beyond(y, v, 0.5)
    assert share.share_low <= np.nanmin(shares) <= np.nanmax(shares) <= share.share_high
    for limit in (found.ci_low, found.ci_high):
        assert profile_likelihood(y - limit, v).p_value == pytest.approx(0.05, rel=1e-9)
    for null in means[:: max(means.size // 5, 1)]:
        assert profile_likelihood(y - null, v).p_value >= 0.05


def test_equal_effects_have_no_heterogeneity_and_the_interval_of_a_common_effect():
    y, v = [0.3, 0.31, 0.29, 0.3], [0.02] * 4
    found, plain = profile_likelihood(y, v), pool(y, v, method="CE", interval="normal")
    assert (found.tau2, found.tau2_low, found.at_bound) == (0, 0, ("tau2",))
    assert found.tau2_high > 0
    # At its bound tau2 rises as the average moves off: the interval is a little wider.
    assert plain.ci_low - 0.02 < found.ci_low <= plain.ci_low + 1e-9
    sure, near = share_beyond(y, v, -1), share_beyond(y, v, 0.2)
    assert (sure.share, sure.at_bound) == (1, ("tau2",))
    assert sure.share_low > 0.999
    assert (near.share, near.share_low, near.share_high) == (1, 0, 1)


def test_refuses_what_is_no_threshold():
    with pytest.raises(SynthesisError, match="threshold must be finite, got nan"):
        share_beyond(Y, V, np.nan)
    with pytest.raises(SynthesisError, match="level must lie between 0 and 1"):
        profile_likelihood(Y, V, level=1.0)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("unit", [1.0, 1 / 3, 1e9])
def test_true_effects_that_are_all_the_threshold_lie_on_neither_side_of_it(sign, unit):
    found = share_beyond([sign * 0.3 * unit] * 3, unit**2 * np.array([0.01, 0.02, 0.02]), sign * 0.3 * unit)
    assert np.isnan(found.share)
    assert (found.share_low, found.share_high, found.at_bound) == (0, 1, ("tau2",))
