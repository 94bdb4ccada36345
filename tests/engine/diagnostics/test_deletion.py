import json
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import baujat, influence, outliers, pool, weight_percent

ORACLE = Path(__file__).parents[2] / "oracle"
SETS = json.loads((ORACLE / "golden_influence.json").read_text())["sets"]
OUTSIDE = json.loads((ORACLE / "golden_rest.json").read_text())["outliers"]
FITS = [(name, number) for name in SETS for number in range(5)]
COLUMNS = (
    "rstudent",
    "dffits",
    "cooks_distance",
    "covariance_ratio",
    "tau2_deleted",
    "q_deleted",
    "hat",
    "dfbetas",
)
laws = settings(max_examples=40, deadline=None)

trials = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=3, max_size=10).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)


def fit_of(name, number):
    fit = [*SETS[name]["fits"], SETS[name]["knha"]][number]
    choices = {
        "method": fit["method"].replace("FE", "CE"),
        "interval": "HKSJ" if fit["test"] == "knha" else "normal",
    }
    return fit, choices


@pytest.mark.parametrize(("name", "number"), FITS)
def test_influence_matches_metafor(name, number):
    golden, choices = fit_of(name, number)
    found = influence(SETS[name]["yi"], SETS[name]["vi"], **choices)
    for column in COLUMNS:
        assert getattr(found, column) == pytest.approx(golden[column], rel=1e-7, abs=1e-9), column
    assert found.is_influential.tolist() == golden["is_influential"]


@pytest.mark.parametrize(("name", "number"), FITS)
def test_baujat_coordinates_match_metafor(name, number):
    golden, choices = fit_of(name, number)
    found = baujat(SETS[name]["yi"], SETS[name]["vi"], **choices)
    assert found.heterogeneity == pytest.approx(golden["baujat_x"], rel=1e-7, abs=1e-9)
    assert found.influence == pytest.approx(golden["baujat_y"], rel=1e-7, abs=1e-9)


@pytest.mark.parametrize("name", OUTSIDE)
def test_outliers_match_metafor(name):
    golden = OUTSIDE[name]
    found = outliers(golden["yi"], golden["vi"])
    assert [found.pooled_ci_low, found.pooled_ci_high] == pytest.approx([golden["low"], golden["high"]], rel=1e-8)
    assert found.ci_low == pytest.approx(golden["own_low"], rel=1e-10)
    assert found.ci_high == pytest.approx(golden["own_high"], rel=1e-10)
    assert found.is_outlier.tolist() == golden["is_outlier"]
    assert any(golden["is_outlier"])


@pytest.mark.parametrize(("name", "number"), FITS)
def test_weights_match_metafor(name, number):
    golden, choices = fit_of(name, number)
    y, v = SETS[name]["yi"], SETS[name]["vi"]
    found = weight_percent(v, pool(y, v, **choices).tau2)
    assert found == pytest.approx(golden["weight_percent"], rel=1e-7)


@pytest.mark.parametrize("function", [influence, baujat, outliers])
def test_the_floored_interval_is_the_default_as_in_pool(function):
    data = SETS["bcg_rr"]["yi"], SETS["bcg_rr"]["vi"]
    found, floored = function(*data), function(*data, interval="adhoc")
    for field in fields(found):
        np.testing.assert_array_equal(getattr(found, field.name), getattr(floored, field.name))


def test_some_golden_trials_are_influential_and_some_are_not():
    marks = np.concatenate([fit["is_influential"] for golden in SETS.values() for fit in golden["fits"]])
    assert 0 < marks.sum() < marks.size


@laws
@given(trials, st.floats(-3, 3), st.floats(0.1, 10))
def test_influence_does_not_depend_on_origin_or_unit(data, shift, unit):
    y, v = data
    before = influence(y, v, method="DL", interval="normal")
    after = influence(unit * (y + shift), unit**2 * v, method="DL", interval="normal")
    for column in ("rstudent", "dffits", "cooks_distance", "covariance_ratio", "hat", "dfbetas"):
        assert getattr(after, column) == pytest.approx(getattr(before, column), rel=1e-4, abs=1e-5)


@laws
@given(trials)
def test_mirroring_the_effects_mirrors_signed_diagnostics_only(data):
    y, v = data
    before, after = influence(y, v), influence(-y, v)
    assert after.rstudent == pytest.approx(-before.rstudent)
    assert after.dffits == pytest.approx(-before.dffits)
    assert after.cooks_distance == pytest.approx(before.cooks_distance)


@laws
@given(trials, st.randoms(use_true_random=False))
def test_the_order_of_trials_is_kept(data, random):
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    before, after = influence(y, v, method="DL"), influence(y[order], v[order], method="DL")
    for column in COLUMNS:
        assert getattr(after, column) == pytest.approx(getattr(before, column)[order], rel=1e-6, abs=1e-8)


@laws
@given(trials)
def test_hat_values_sum_to_one_and_a_common_effect_recovers_q(data):
    y, v = data
    found = influence(y, v, method="CE", interval="normal")
    assert found.hat.sum() == pytest.approx(1)
    assert baujat(y, v, method="CE", interval="normal").heterogeneity.sum() == pytest.approx(pool(y, v).q, abs=1e-9)


@laws
@given(st.integers(3, 8), st.floats(-2, 2))
def test_equal_effects_have_no_influence(k, effect):
    y, v = np.full(k, effect), np.linspace(0.1, 0.5, k)
    for interval in ("HKSJ", "normal"):
        found = influence(y, v, interval=interval)
        assert np.abs(found.rstudent).max() < 1e-6
        assert not np.isnan(found.covariance_ratio).any()


def test_a_trial_far_from_the_others_is_an_outlier():
    found = outliers([0.2, 0.3, 0.25, 0.28, 3.0], [0.01, 0.02, 0.01, 0.02, 0.01], method="CE", interval="normal")
    pooled = pool([0.2, 0.3, 0.25, 0.28, 3.0], [0.01, 0.02, 0.01, 0.02, 0.01], method="CE", interval="normal")
    assert found.is_outlier[4]
    assert (found.pooled_ci_low, found.pooled_ci_high) == (pooled.ci_low, pooled.ci_high)
    assert found.ci_low[4] == pytest.approx(3 - 1.959964 * 0.1)


@laws
@given(trials)
def test_outliers_are_those_whose_intervals_do_not_touch_the_pooled_one(data):
    y, v = data
    found = outliers(y, v)
    apart = np.maximum(found.ci_low - found.pooled_ci_high, found.pooled_ci_low - found.ci_high) > 0
    assert np.array_equal(found.is_outlier, apart)


@pytest.mark.parametrize("function", [influence, baujat, outliers])
def test_refuses_two_trials_and_unknown_choices(function):
    with pytest.raises(SynthesisError, match="needs at least 3 effect sizes, got 2"):
        function([0.1, 0.2], [0.1, 0.2])
    with pytest.raises(SynthesisError, match="method must be one of"):
        function([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], method="none")
