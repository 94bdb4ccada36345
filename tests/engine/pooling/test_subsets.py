"""Leave-one-out, cumulative and arbitrary subsets."""

import json
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import cumulative, leave_one_out, pool, pool_subsets

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_pooling.json").read_text("utf-8"))["sets"]
WITH_DELETIONS = [name for name, golden in SETS.items() if "leave_one_out" in golden and name != "unequal_variances"]


def compare(found, golden):
    for field, expected in golden.items():
        # A single trial tells nothing of heterogeneity; metafor has no I2 for it, and 0 for tau2.
        known = (found.k > 1) | (field not in ("tau2", "i2"))
        assert np.isnan(getattr(found, field)[~known]).all()
        # One of metafor's fits does not converge.
        known &= np.array([value is not None for value in expected])
        assert known.sum() >= len(expected) - 2
        values, wanted = getattr(found, field)[known], np.array(expected)[known].astype(float)
        np.testing.assert_allclose(values, wanted, rtol=1e-6, atol=1e-8, err_msg=field)


@pytest.mark.parametrize("name", WITH_DELETIONS)
def test_leave_one_out_agrees_with_metafor(name):
    golden = SETS[name]
    found = leave_one_out(golden["effects"], golden["variances"], interval="HKSJ")
    compare(found, golden["leave_one_out"])


@pytest.mark.parametrize("name", WITH_DELETIONS)
def test_subsets_of_all_trials_but_one_agree_with_metafor(name):
    golden = SETS[name]
    subsets = ~np.eye(len(golden["effects"]), dtype=bool)
    compare(pool_subsets(golden["effects"], golden["variances"], subsets, interval="HKSJ"), golden["leave_one_out"])


@pytest.mark.parametrize("name", WITH_DELETIONS)
def test_cumulative_pooling_agrees_with_metafor(name):
    golden = SETS[name]
    found = cumulative(golden["effects"], golden["variances"], interval="HKSJ")
    compare(found, golden["cumulative"])


def test_the_last_cumulative_step_is_the_synthesis_of_all():
    y, v = SETS["bcg_rr"]["effects"], SETS["bcg_rr"]["variances"]
    found, whole = cumulative(y, v), pool(y, v)
    for field in ("estimate", "se", "ci_low", "ci_high", "pi_low", "pi_high", "tau2", "i2", "q", "p_value"):
        assert getattr(found, field)[-1] == pytest.approx(getattr(whole, field), rel=1e-12)


@pytest.mark.parametrize("method", ["REML", "ML", "DL", "PM", "SJ", "HE", "HS", "CE"])
def test_a_single_trial_left_speaks_for_itself(method):
    found = leave_one_out([0.1, 0.8], [0.04, 0.09], method=method)
    assert found.k.tolist() == [1, 1]
    np.testing.assert_allclose(found.estimate, [0.8, 0.1])
    np.testing.assert_allclose(found.se, [0.3, 0.2])
    np.testing.assert_allclose(found.ci_high - found.ci_low, 2 * 1.959963984540054 * found.se)
    assert np.array_equal(found.tau2, [0, 0] if method == "CE" else [np.nan, np.nan], equal_nan=True)
    assert np.isnan([found.i2, found.pi_low, found.pi_high]).all()


@pytest.mark.parametrize("interval", ["adhoc", "HKSJ", "normal"])
def test_p_values_go_by_the_degrees_of_freedom_of_the_interval(interval):
    y, v = np.array(SETS["bcg_rr"]["effects"]), np.array(SETS["bcg_rr"]["variances"])
    subsets = np.random.default_rng(5).random((20, y.size)) < 0.6
    found = pool_subsets(y, v, subsets, interval=interval)
    wholes = [pool(y[row], v[row], interval=interval) for row in subsets]
    np.testing.assert_allclose(found.p_value, [whole.p_value for whole in wholes], rtol=1e-9)
    # The interval ends where an estimate that far from 0 would just be significant.
    margin = (found.ci_high - found.ci_low) / 2 / found.se
    by_t = 2 * stats.t.sf(margin, np.where(found.df > 0, found.df, np.inf))
    np.testing.assert_allclose(by_t, 0.05, rtol=1e-9)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("method", ["REML", "ML", "PM"])
def test_a_root_that_is_met_exactly_stays_there(method):
    # Equal variances and effects in halves: many a row has its root on a point of the grid or where a step leads.
    for seed in range(60):
        rng = np.random.default_rng(seed)
        k = int(rng.integers(3, 12))
        y, v = rng.integers(-4, 5, k) / 2, np.where(rng.random(k) < 0.9, 0.25, 0.5)
        subsets = rng.random((200, k)) < 0.6
        subsets[:, :2] = True
        found = pool_subsets(y, v, subsets, method=method)
        again = pool(y[subsets[-1]], v[subsets[-1]], method=method)
        assert found.tau2[-1] == pytest.approx(again.tau2, rel=1e-9, abs=1e-12)


def test_more_subsets_than_fit_into_one_batch_come_back_in_order():
    y, v = np.array(SETS["curtis1998"]["effects"]), np.array(SETS["curtis1998"]["variances"])
    subsets = np.random.default_rng(3).random((3000, y.size)) < 0.5
    found = pool_subsets(y, v, subsets)
    for place in (0, 817, 818, 819, 2999):
        assert found.estimate[place] == pytest.approx(pool(y[subsets[place]], v[subsets[place]]).estimate, rel=1e-10)


@pytest.mark.parametrize(
    ("subsets", "message"),
    [
        pytest.param(
            [[True, False, False]], r"^every subset must have at least two trials; rows \[0\] do not$", id="one"
        ),
        pytest.param([[1, 1, 0]], r"^subsets must be bool of shape \(b, 3\) with b >= 1, got int64", id="integers"),
        pytest.param([[True, True]], r"shape \(b, 3\) .* got bool of \(1, 2\)$", id="width"),
        pytest.param(np.zeros((0, 3), dtype=bool), r"with b >= 1", id="empty"),
    ],
)
def test_refuses_impossible_subsets(subsets, message):
    with pytest.raises(SynthesisError, match=message):
        pool_subsets([0.1, 0.2, 0.3], [0.1, 0.1, 0.1], subsets)


@pytest.mark.parametrize(("far", "orders"), [(0, 0.5), (0, 10), (1e6, 0.5), (1e6, 10)])
def test_sums_that_rows_share_are_those_of_each_row(far, orders):
    rng = np.random.default_rng(11)
    y, v = far * (np.arange(9) == 8) + rng.normal(size=9), 10 ** rng.uniform(-orders, 0, 9)
    y[:3] = 0.25  # Rows of equal effects have nothing left when their mean is taken away.
    chosen = np.vstack([rng.random((60, 9)) < 0.5, np.arange(9) < 3])
    trials = MeanOfTrials.of(y, v, chosen[chosen.any(axis=1)])
    grid = np.array([0.0, v.min(), 0.1, 30.0])
    shared = trials.on_grid(grid)
    for place, t in enumerate(grid):
        alone = trials.at(np.full_like(trials.df, t))
        for name in shared._fields:
            np.testing.assert_allclose(
                getattr(shared, name)[place], getattr(alone, name), rtol=1e-11, atol=1e-300, err_msg=name
            )


def test_subsets_take_the_memory_of_their_answers_and_of_one_block():
    rng = np.random.default_rng(31)
    subsets = rng.random((40_000, 20)) < 0.8
    taken = []
    for times in (1, 4):
        asked = np.tile(subsets, (times, 1))
        tracemalloc.start()
        found = pool_subsets(rng.normal(size=20), np.full(20, 0.1), asked)
        taken.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    answers = 3 * len(subsets) * len(found.__slots__) * 8
    assert taken[1] - taken[0] < 3 * answers
