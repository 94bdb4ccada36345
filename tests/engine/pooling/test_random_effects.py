"""Pooling: against metafor over data sets and extremes, laws of averages, and what is refused."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.engine.pooling.inputs import INTERVALS, METHODS
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.random_effects import shares
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import pool, pool_subsets, weight_percent

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_pooling.json").read_text("utf-8"))["sets"]
INTERVAL_OF = {"knha": "HKSJ", "adhoc": "adhoc", "z": "normal"}
FITS = [(name, fit) for name, golden in SETS.items() for fit in golden["fits"]]
# metafor takes tau2 as a difference of sums that cancel where variances span ten orders; its own digits end there.
LOOSE = {"unequal_variances": 1e-5}


@pytest.mark.parametrize(("name", "fit"), FITS)
def test_agrees_with_metafor(name, fit):
    golden, (method, test) = SETS[name], fit.split("_")
    pooled = pool(
        golden["effects"],
        golden["variances"],
        method="CE" if method == "FE" else method,
        interval=INTERVAL_OF[test],
    )
    found = asdict(pooled) | {"q_p_value": pooled.q_p_value}
    expected = golden["fits"][fit]
    scale = np.abs(expected["estimate"]) + expected["se"]
    for field, value in expected.items():
        rel = LOOSE.get(name, 1e-6)
        assert found[field] == pytest.approx(value, rel=rel, abs=1e-9 * scale), field


def test_the_grid_of_golden_fits_has_every_estimator_and_interval():
    assert len(SETS) >= 12
    fits = {fit for golden in SETS.values() for fit in golden["fits"]}
    methods = {"FE" if method == "CE" else method for method in METHODS} - {"EB"}
    assert fits == {f"{method}_{test}" for method in methods for test in INTERVAL_OF} | {"EB_knha"}


@pytest.mark.parametrize("name", SETS)
def test_q_profile_intervals_agree_with_metafor(name):
    golden = SETS[name]
    pooled = pool(golden["effects"], golden["variances"])
    # metafor gives an empty set as "0 to 0" with a message that it is the null set.
    empty = golden["tau2_interval"] == [0, 0]
    tau2, i2 = (([np.nan] * 2,) * 2) if empty else (golden["tau2_interval"], golden["i2_interval"])
    assert [pooled.tau2_low, pooled.tau2_high] == pytest.approx(tau2, rel=1e-5, abs=1e-12, nan_ok=True)
    assert [pooled.i2_low, pooled.i2_high] == pytest.approx(i2, rel=1e-5, abs=1e-9, nan_ok=True)


def sets_of_trials(min_size=2, max_size=12, low=1e-4, high=10.0):
    trial = st.tuples(
        st.floats(-3, 3, allow_subnormal=False),
        st.floats(np.log(low), np.log(high)).map(lambda x: float(np.exp(x))),
    )
    return st.lists(trial, min_size=min_size, max_size=max_size).map(
        lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
    )


methods = st.sampled_from(METHODS)
intervals = st.sampled_from(INTERVALS)
NUMBERS = ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "tau2_low", "tau2_high", "q")


def numbers(pooled, names=NUMBERS):
    return np.array([getattr(pooled, name) for name in names])


@given(sets_of_trials(), methods, intervals, st.floats(-50, 50))
def test_shifting_every_effect_shifts_only_the_average(data, method, interval, shift):
    y, v = data
    before, after = (pool(y + by, v, method=method, interval=interval) for by in (0.0, shift))
    tolerance = 1e-7 * (1 + abs(shift))
    assert after.estimate == pytest.approx(before.estimate + shift, abs=tolerance)
    for field in ("se", "tau2", "tau2_high", "i2", "q"):
        wanted = pytest.approx(getattr(before, field), rel=1e-6, abs=tolerance, nan_ok=True)
        assert getattr(after, field) == wanted, field


@given(sets_of_trials(), methods, intervals, st.floats(-6, 6).map(np.exp))
def test_another_unit_changes_nothing_but_the_unit(data, method, interval, factor):
    y, v = data
    before = pool(y, v, method=method, interval=interval)
    after = pool(factor * y, factor**2 * v, method=method, interval=interval)
    linear = ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high")
    squared = ("tau2", "tau2_low", "tau2_high")
    size = np.abs(y).max() + np.sqrt(v.max())
    np.testing.assert_allclose(
        numbers(after, linear), factor * numbers(before, linear), rtol=1e-6, atol=1e-8 * factor * size
    )
    np.testing.assert_allclose(
        numbers(after, squared), factor**2 * numbers(before, squared), rtol=1e-6, atol=1e-8 * (factor * size) ** 2
    )
    assert after.i2 == pytest.approx(before.i2, abs=1e-5)


def test_q_meets_its_quantiles_at_the_limits_of_tau2():
    rng = np.random.default_rng(3)
    for _ in range(400):
        # Many lie closer together than the largest standard error, where the limit is near the largest variance.
        v = np.exp(rng.normal(-2, 2, rng.integers(3, 9)))
        y = rng.normal(0, 0.5, v.size)
        pooled = pool(y, v)
        for limit, tail in ((pooled.tau2_low, 0.975), (pooled.tau2_high, 0.025)):
            if limit > 0:
                w = 1 / (v + limit)
                q = np.sum(w * (y - np.sum(w * y) / w.sum()) ** 2)
                assert stats.chi2.cdf(q, y.size - 1) == pytest.approx(tail, rel=1e-9)


@given(sets_of_trials(), methods, intervals, st.randoms(use_true_random=False))
def test_the_order_of_trials_does_not_matter(data, method, interval, random):
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    before, after = (
        pool(y, v, method=method, interval=interval),
        pool(y[order], v[order], method=method, interval=interval),
    )
    np.testing.assert_allclose(numbers(after), numbers(before), rtol=1e-6, atol=1e-9)


@given(sets_of_trials(), methods, intervals)
def test_turning_the_sign_turns_every_result(data, method, interval):
    y, v = data
    before, after = pool(y, v, method=method, interval=interval), pool(-y, v, method=method, interval=interval)
    same, turned = ("se", "tau2", "tau2_low", "tau2_high", "q"), ("estimate", "ci_low", "pi_low")
    np.testing.assert_allclose(numbers(after, same), numbers(before, same), rtol=1e-7, atol=1e-12)
    mirrored = numbers(before, ("estimate", "ci_high", "pi_high"))
    np.testing.assert_allclose(numbers(after, turned), -mirrored, rtol=1e-7, atol=1e-12)
    assert after.p_value == pytest.approx(before.p_value, rel=1e-7, abs=1e-15)


@given(sets_of_trials(), st.sampled_from(["ML", "CE"]))
def test_every_trial_twice_leaves_the_likelihood_where_it_was(data, method):
    y, v = data
    once, twice = (
        pool(y, v, method=method, interval="normal"),
        pool(np.tile(y, 2), np.tile(v, 2), method=method, interval="normal"),
    )
    assert twice.estimate == pytest.approx(once.estimate, abs=1e-7)
    assert twice.tau2 == pytest.approx(once.tau2, rel=1e-6, abs=1e-9)
    assert twice.se == pytest.approx(once.se / np.sqrt(2), rel=1e-6)


@given(sets_of_trials(low=1e-8, high=1e8), methods, intervals)
def test_any_possible_variances_give_a_finite_result_without_warning(data, method, interval):
    y, v = data
    pooled = pool(y, v, method=method, interval=interval)
    named = asdict(pooled)
    missing = {name for name, value in named.items() if isinstance(value, float) and not np.isfinite(value)}
    allowed = {"pi_low", "pi_high"} if pooled.k < 3 or method == "CE" else set()
    if np.isnan(pooled.tau2_low):
        allowed = allowed | {"tau2_low", "tau2_high", "i2_low", "i2_high"}
    if pooled.se == 0:
        allowed = allowed | {"statistic"}
    assert missing <= allowed
    assert y.min() - 1e-9 <= pooled.estimate <= y.max() + 1e-9
    assert pooled.tau2 >= 0
    assert 0 <= pooled.i2 <= 100
    assert not pooled.tau2_low > pooled.tau2_high
    assert 0 <= pooled.p_value <= 1


@given(sets_of_trials(min_size=2, max_size=8, low=1e-6, high=1e4), st.sampled_from(["REML", "ML"]))
def test_no_other_tau2_is_likelier(data, method):
    y, v = data
    best = pool(y, v, method=method).tau2

    def log_likelihood(t):
        w = 1 / (v + t)
        mean = np.sum(w * y) / w.sum()
        return 0.5 * (np.log(w).sum() - np.sum(w * (y - mean) ** 2) - (method == "REML") * np.log(w.sum()))

    others = np.concatenate([[0.0], np.geomspace(1e-8, 1e5, 300)])
    assert log_likelihood(best) >= max(log_likelihood(t) for t in others) - 1e-7


def test_finds_the_higher_of_two_maxima():
    # Two exact trials that nearly agree and two vague ones far off: the likelihood has a maximum for each view.
    y, v = np.array([0.0, 0.4, 30.0, -30.0]), np.array([1e-3, 1e-3, 25.0, 25.0])
    grid = np.concatenate([[0.0], np.geomspace(1e-4, 1e4, 20001)])
    weights = 1 / (v + grid[:, None])
    mean = (weights @ y) / weights.sum(axis=1)
    height = 0.5 * (
        np.log(weights).sum(axis=1) - np.log(weights.sum(axis=1)) - np.sum(weights * (y - mean[:, None]) ** 2, axis=1)
    )
    peaks = np.flatnonzero((height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])) + 1
    assert len(peaks) == 2
    assert pool(y, v).tau2 == pytest.approx(grid[height.argmax()], rel=1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_equal_effects_give_a_defined_result(method):
    floored = pool([0.3, 0.3, 0.3], [0.02, 0.05, 0.1], method=method)
    assert floored.se == pytest.approx(1 / np.sqrt(50 + 20 + 10))
    pooled = pool([0.3, 0.3, 0.3], [0.02, 0.05, 0.1], method=method, interval="HKSJ")
    assert (pooled.estimate, pooled.se, pooled.tau2, pooled.q, pooled.i2) == (0.3, 0.0, 0.0, 0.0, 0.0)
    assert (pooled.ci_low, pooled.ci_high, pooled.p_value) == (0.3, 0.3, 0.0)
    assert pooled.statistic == np.inf


def test_equal_effects_of_zero_are_no_evidence_of_an_effect():
    pooled = pool([0.0, 0.0], [0.02, 0.05], interval="HKSJ")
    assert (pooled.statistic, pooled.p_value) == (0.0, 1.0)


def test_where_no_tau2_fits_there_is_no_interval_of_tau2():
    pooled = pool([0.30, 0.31], [0.4, 0.9])
    assert np.isnan([pooled.tau2_low, pooled.tau2_high, pooled.i2_low, pooled.i2_high]).all()


def test_the_adhoc_interval_is_never_narrower_than_the_normal_standard_error_allows():
    y, v = SETS["tau2_zero"]["effects"], SETS["tau2_zero"]["variances"]
    assert pool(y, v, interval="HKSJ").se < pool(y, v, interval="normal").se
    assert pool(y, v, interval="adhoc").se == pool(y, v, interval="normal").se


@settings(max_examples=30)
@given(sets_of_trials(min_size=3, max_size=9), methods, intervals, st.randoms(use_true_random=False))
def test_many_subsets_at_once_give_what_each_gives_alone(data, method, interval, random):
    y, v = data
    rows = []
    while len(rows) < 7:
        row = [random.random() < 0.6 for _ in y]
        if sum(row) >= 2:
            rows.append(row)
    subsets = np.array(rows)
    together = pool_subsets(y, v, subsets, method=method, interval=interval)
    for place, row in enumerate(subsets):
        alone = pool(y[row], v[row], method=method, interval=interval)
        assert together.k[place] == alone.k
        for field in ("estimate", "se", "ci_low", "ci_high", "pi_low", "tau2", "i2", "q", "p_value"):
            assert getattr(together, field)[place] == pytest.approx(
                getattr(alone, field), rel=1e-9, abs=1e-11, nan_ok=True
            ), field


def test_weights_add_up_to_the_average():
    y, v = np.array(SETS["bcg_rr"]["effects"]), np.array(SETS["bcg_rr"]["variances"])
    pooled = pool(y, v)
    weights = weight_percent(v, pooled.tau2)
    assert weights.sum() == pytest.approx(100)
    assert weights @ y / 100 == pytest.approx(pooled.estimate)


def test_weights_of_many_sets_are_those_of_each_and_a_single_trial_has_all():
    v = np.array(SETS["bcg_rr"]["variances"])
    chosen = np.array([[True] * v.size, [True] + [False] * (v.size - 1), [False] * v.size])
    found = shares(np.tile(v, (3, 1)), np.array([[0.3], [np.nan], [np.nan]]), chosen)
    assert found[0].tolist() == weight_percent(v, 0.3).tolist()
    assert found[1].tolist() == [100.0] + [0.0] * (v.size - 1)
    assert not found[2].any()


@pytest.mark.parametrize(
    ("effects", "variances", "message"),
    [
        pytest.param(
            [0.1, 0.2, 0.3],
            [0.1, 0.0, np.nan],
            r"^variances must be positive and finite; positions \[1, 2\] are 0.0, nan$",
            id="variances",
        ),
        pytest.param([0.1, np.inf], [0.1, 0.1], r"^effects must be finite; positions \[1\] are inf$", id="inf"),
        pytest.param(
            [np.nan, 0.1],
            [-1.0, 0.1],
            r"effects must be finite; positions \[0\] are nan; variances must be .* \[0\] are -1.0$",
            id="both",
        ),
        pytest.param([0.1, 0.2], [0.1], r"equally long, got shapes \(2,\) and \(1,\)$", id="lengths"),
        pytest.param([[0.1, 0.2]], [[0.1, 0.1]], r"one-dimensional", id="matrix"),
        pytest.param(
            [0.1],
            [0.1],
            r"^this synthesis needs at least 2 effect sizes, got 1; report the trial on its own$",
            id="one trial",
        ),
        pytest.param([], [], r"at least 2 effect sizes, got 0", id="none"),
        pytest.param(["a", "b"], [0.1, 0.1], r"^effects must be numbers", id="text"),
        pytest.param([0.1, 1e60], [0.1, 0.1], r"^effects must be between -1e\+50 and 1e\+50", id="overflow"),
    ],
)
def test_refuses_data_that_cannot_be_pooled(effects, variances, message):
    with pytest.raises(SynthesisError, match=message):
        pool(effects, variances)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        pytest.param({"method": "reml"}, r"^method must be one of REML, ML, .*; got 'reml'$", id="method"),
        pytest.param({"interval": "t"}, r"^interval must be one of HKSJ, adhoc, normal; got 't'$", id="interval"),
        pytest.param({"level": 95}, r"^level must lie between 0 and 1, got 95$", id="level"),
    ],
)
def test_refuses_unknown_choices(choice, message):
    with pytest.raises(SynthesisError, match=message):
        pool([0.1, 0.2], [0.1, 0.1], **choice)


@pytest.mark.parametrize("tau2", [-0.1, np.nan, np.inf])
def test_refuses_weights_for_an_impossible_tau2(tau2):
    with pytest.raises(SynthesisError, match=r"^tau2 must be zero or positive and finite, got"):
        weight_percent([0.1, 0.2], tau2)


def test_the_scan_for_maxima_misses_none_among_many_odd_sets_of_trials():
    rng = np.random.default_rng(42)
    several = 0
    for _ in range(4000):
        k, decades = rng.integers(2, 9), rng.uniform(0.3, 8)
        v = 10 ** rng.uniform(-decades / 2, decades / 2, k)
        spread = v * 10 ** rng.uniform(-3, 1) + (rng.random(k) < 0.5) * 10 ** rng.uniform(-decades / 2 - 1, decades / 2)
        trials = MeanOfTrials.alone(rng.normal(0, np.sqrt(spread)), v)
        high = 4 * max(v.max(), 2 * trials.unweighted().rss[0] / (k - 1))
        grid = np.concatenate([[0.0], np.geomspace(v.min() * 1e-4, high, 400)])
        moments = trials.at(grid)
        if np.sum(np.diff(moments.ypp > moments.tr_p)) > 1:
            several += 1
            best = trials.log_likelihood(estimate_tau2(trials, "REML"), restricted=True)[0]
            assert best >= trials.log_likelihood(grid, restricted=True).max() - 1e-9
    assert several > 20
