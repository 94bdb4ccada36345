"""Bootstrap intervals: against boot in R on the same draws and by simulation, laws of draws, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.engine.pooling.bootstrap import Redrawn, averages, bca_limits, quantiles
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import bootstrap, leave_one_out, pool

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_bootstrap.json").read_text("utf-8"))
TAILS = np.array([0.025, 0.975])


@pytest.mark.parametrize("name", GOLDEN["nonparametric"])
def test_the_same_draws_give_the_intervals_of_boot(name):
    golden = GOLDEN["nonparametric"][name]
    y, v, chosen = (np.array(golden[field]) for field in ("effects", "variances", "chosen"))
    estimates, tau2s = averages(Redrawn.chosen(y, v, chosen), "REML")
    # REML of metafor may stop at a lower maximum; of these draws it does not.
    np.testing.assert_allclose(estimates, golden["estimates"], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(tau2s, golden["tau2s"], rtol=1e-6, atol=1e-8)
    without = leave_one_out(y, v)
    for drawn, whole, left, limits in (
        (estimates, golden["estimate"], without.estimate, golden["mean"]),
        (tau2s, golden["tau2"], without.tau2, golden["heterogeneity"]),
    ):
        np.testing.assert_allclose(quantiles(drawn, TAILS), limits["percentile"], rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(bca_limits(drawn, whole, left, TAILS), limits["bca"], rtol=1e-5, atol=1e-9)


def test_parametric_percentiles_are_those_of_draws_in_r():
    golden = GOLDEN["parametric"]["bcg"]
    found = bootstrap(golden["effects"], golden["variances"])
    for ours, theirs, error in (
        ((found.ci_low, found.ci_high), golden["percentile"], golden["error"]),
        ((found.tau2_low, found.tau2_high), golden["tau2"], golden["tau2_error"]),
    ):
        assert (np.abs(np.subtract(ours, theirs)) < 4 * np.sqrt(1.4) * np.array(error)).all()
    assert found.se == pytest.approx(golden["se"], rel=4 / np.sqrt(golden["draws"]))


trials = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=3, max_size=8).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)
kinds = st.sampled_from(["parametric", "nonparametric"])


@settings(max_examples=25)
@given(trials, kinds, st.floats(-3, 3))
def test_other_units_origin_and_sign_move_the_draws_along(data, kind, origin):
    y, v = data
    before = bootstrap(y, v, kind=kind, draws=60)
    after = bootstrap(origin + 2 * y, 4 * v, kind=kind, draws=60)
    np.testing.assert_allclose(after.estimates, origin + 2 * before.estimates, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(after.tau2s, 4 * before.tau2s, rtol=1e-5, atol=1e-6)


@settings(max_examples=25)
@given(trials, kinds)
def test_intervals_lie_within_the_draws_and_the_seed_repeats_them(data, kind):
    found = bootstrap(*data, kind=kind, draws=99)
    again = bootstrap(*data, kind=kind, draws=99)
    assert np.array_equal(found.estimates, again.estimates)
    assert found.estimates.min() <= found.ci_low <= found.ci_high <= found.estimates.max()
    assert 0 <= found.tau2_low <= found.tau2_high <= found.tau2s.max()
    assert np.isnan([found.bca_low, found.tau2_bca_high]).all() if kind == "parametric" else True
    whole = pool(*data)
    assert (found.estimate, found.tau2) == pytest.approx((whole.estimate, whole.tau2), rel=1e-7, abs=1e-9)


def test_a_tau2_of_zero_has_no_correction():
    found = bootstrap([0.3, 0.31, 0.29, 0.3], [0.04, 0.09, 0.05, 0.06], kind="nonparametric", draws=199)
    assert found.tau2 == found.tau2_low == 0
    assert np.isnan([found.tau2_bca_low, found.tau2_bca_high]).all()
    assert found.ci_low < found.bca_high


def test_blocks_hold_any_number_of_draws():
    y = np.linspace(0, 1, 200)
    found = bootstrap(y, np.full(200, 0.1), method="DL", draws=700)
    assert found.estimates.shape == found.tau2s.shape == (700,)
    assert np.unique(found.estimates).size == 700


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"effects": [0.1, 0.2], "variances": [0.1, 0.1]}, r"at least 3 effect sizes, got 2$", id="two"),
        pytest.param({"kind": "wild"}, r"^kind must be one of parametric, nonparametric; got 'wild'$", id="kind"),
        pytest.param({"draws": 38}, r"^draws must be at least 39 for a level of 0.95, got 38$", id="draws"),
        pytest.param({"level": 0.99, "draws": 198}, r"^draws must be at least 199 for a level of 0.99", id="level"),
        pytest.param({"method": "best"}, r"^method must be one of REML, ML", id="method"),
    ],
)
def test_refuses(changes, message):
    given = {"effects": [0.1, 0.2, 0.5], "variances": [0.1, 0.1, 0.2]} | changes
    with pytest.raises(SynthesisError, match=message):
        bootstrap(**given)


@pytest.mark.parametrize("kind", ["parametric", "nonparametric"])
def test_draws_of_variances_over_ten_decades_are_pooled_as_each_alone(kind):
    rng = np.random.default_rng(3)
    v = 10 ** rng.uniform(-5, 5, 12)
    y = rng.normal(0.2, np.sqrt(v + 0.05))
    found, draws = bootstrap(y, v, kind=kind, draws=60), np.random.default_rng(1)
    whole = pool(y, v)
    for place in range(60):
        if kind == "parametric":
            drawn = (draws.normal(whole.estimate, np.sqrt(v + whole.tau2)), v)
        else:
            chosen = draws.integers(0, 12, 12)
            drawn = (y[chosen], v[chosen])
        alone = pool(*drawn)
        assert found.tau2s[place] == pytest.approx(alone.tau2, rel=1e-7, abs=1e-10)
        assert found.estimates[place] == pytest.approx(alone.estimate, rel=1e-7, abs=1e-9)


def test_trials_that_agree_by_chance_are_not_surer_than_sampling_error_without_a_word():
    effects, variances = [0.50, 0.51, 0.50, 0.49, 0.505], [0.2, 0.3, 0.25, 0.1, 0.4]
    redrawn, simulated = (bootstrap(effects, variances, kind=kind) for kind in ("nonparametric", "parametric"))
    common = pool(effects, variances, method="CE", interval="normal")
    assert redrawn.sampling_se == simulated.sampling_se == pytest.approx(common.se)
    assert (redrawn.surer_than_sampling, simulated.surer_than_sampling) == (True, False)
    assert redrawn.se < 0.02 * simulated.se
    assert not bootstrap([0.1, 0.9, -0.3, 0.5], [0.04] * 4, kind="nonparametric").surer_than_sampling
