"""Integrals over the weights of a step function: closed forms where there are some, dense grids elsewhere."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from ipt_evidence.engine.small_study.boxes import Axis, boxes_of, gauss_of
from ipt_evidence.engine.small_study.step_weights import StepWeights
from ipt_evidence.engine.small_study.weight_integral import summit

NODES = {1: 24, 2: 16, 3: 12}


def log_integral(log_shares, counts):
    """Integrate for one average and tau: log shares (s + 1, k)."""
    peak = summit(np.array(log_shares)[None], np.ones(np.shape(log_shares)[1]), np.array(counts))
    return float(peak.log_integral(NODES[len(counts) - 1])[0])


@pytest.mark.parametrize("counts", [(2, 38), (20, 20), (40, 3), (3, 0)])
@pytest.mark.parametrize("mean", [-30.0, -4.0, 0.0, 2.0, 5.0])
def test_one_weight_of_trials_alike_is_an_incomplete_beta_function(counts, mean):
    k, cut = sum(counts), stats.norm.isf(0.05)
    log_shares = special.log_ndtr([mean - cut, cut - mean])
    a, b = counts[1] + 1, counts[0] - 1
    expected = special.betaln(a, b) + np.log(special.betainc(a, b, np.exp(log_shares[1])))
    expected -= a * log_shares[1] + (k - a) * log_shares[0]
    assert log_integral(np.tile(log_shares[:, None], k), counts) == pytest.approx(expected, abs=2e-4)


@settings(max_examples=20, deadline=None)
@given(counts=st.lists(st.integers(0, 40), min_size=2, max_size=4))
def test_weights_that_no_trial_would_have_are_those_of_the_prior(counts):
    log_shares = np.full((len(counts), max(sum(counts), 1)), -100.0)
    log_shares[0] = 0.0
    size = len(counts) - 1
    powers = [sum(counts[place:]) + size - place + 1 for place in range(1, size + 1)]
    expected = special.gammaln(size + 1) - np.log(powers).sum()
    assert log_integral(log_shares, counts) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("steps", [(0.025, 0.05), (0.05, 0.5), (0.025, 0.05, 0.5)])
@pytest.mark.parametrize(
    ("shift", "mean", "tau"), [(0.0, 0.3, 0.2), (0.0, -1.0, 0.5), (1.5, 0.0, 0.1), (-0.5, 0.5, 0.0)]
)
def test_weights_of_trials_unlike_each_other_are_those_of_a_dense_grid(steps, shift, mean, tau):
    rng = np.random.default_rng(5)
    error = 10 ** rng.uniform(-1.2, 0.2, 12)
    y = shift + 0.3 + error * rng.normal(0.5, 1.0, 12)
    weights = StepWeights(y, error**2, np.array(steps), two_sided=False)
    found = log_integral(weights.log_shares(np.array([mean]), np.array([tau**2]))[0], weights.counts)

    x, rule = np.polynomial.legendre.leggauss(40)
    root, rule = (x + 1) / 2, rule / 2
    grids = np.meshgrid(*[root**3] * len(steps), indexing="ij")
    # Weights from the largest down; the volume of ordered ones is 1 / s!.
    weight = np.cumprod([np.ones(grids[0].size), *[each.ravel() for each in grids]], axis=0)
    volume = np.prod(np.meshgrid(*[3 * root**2 * rule] * len(steps), indexing="ij"), axis=0).ravel()
    volume = volume * np.prod(weight[1:-1], axis=0) * special.factorial(len(steps))
    cuts = np.array([np.inf, *stats.norm.isf(steps), -np.inf])
    likelihood = volume.copy()
    for effect, se in zip(y, error, strict=True):
        chances = -np.diff(stats.norm.cdf((cuts * se - mean) / np.hypot(se, tau)))
        likelihood *= weight[np.sum(effect / se < cuts) - 1] / (chances @ weight)
    assert found == pytest.approx(np.log(likelihood.sum()), abs=5e-4)


def test_a_few_values_stand_for_all():
    values = np.random.default_rng(3).exponential(size=200)
    nodes, weights = gauss_of(values, 6)
    for power in range(12):
        assert weights @ nodes**power == pytest.approx((values**power).sum(), rel=1e-9)
    assert (weights > 0).all()
    nodes, weights = gauss_of(np.array([2.0, 1.0, 2.0]), 6)
    assert (nodes.tolist(), weights.tolist()) == ([1, 2], [1, 2])


@pytest.mark.parametrize("centre", [-900.0, 0.5, 700.0])
@pytest.mark.parametrize("size", [8, 36])
def test_a_box_goes_where_the_density_is(centre, size):
    (low, high), *_ = boxes_of(
        [Axis(np.linspace(-1.0, 1.0, 5), -1e4, 1e4)], lambda grids: -0.5 * (grids[0] - centre) ** 2, [size]
    )
    assert low < centre - 4
    assert centre + 4 < high
    assert high - low < 30
