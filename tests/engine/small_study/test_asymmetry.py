import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import egger_test, egger_test_mixed, pet_peese, rank_test

SETS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_small_study.json").read_text())["sets"]
PUBLIC = ["bcg_rr", "normand1999", "raudenbush1985"]
laws = settings(max_examples=50, deadline=None)

trials = st.lists(
    st.tuples(st.floats(-2, 2), st.floats(0.01, 2)), min_size=4, max_size=12, unique_by=lambda t: t[1]
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))


def check(found, golden, rel=1e-6, **names):
    for name, expected in golden.items():
        assert getattr(found, names.get(name, name)) == pytest.approx(expected, rel=rel, abs=1e-10), name


@pytest.mark.parametrize("name", SETS)
def test_egger_test_matches_metafor(name):
    golden = SETS[name]
    found = egger_test(golden["yi"], golden["vi"])
    check(found, golden["egger"], limit="limit_estimate")
    assert found.k == len(golden["yi"])


@pytest.mark.parametrize("name", SETS)
def test_mixed_egger_test_matches_metafor(name):
    golden = SETS[name]
    check(egger_test_mixed(golden["yi"], golden["vi"]), golden["egger_mixed"], limit="limit_estimate")


@pytest.mark.parametrize("name", SETS)
def test_rank_test_matches_metafor_with_and_without_ties(name):
    golden = SETS[name]
    check(rank_test(golden["yi"], golden["vi"]), golden["rank"])


def test_rank_test_says_whether_its_p_value_is_exact():
    assert rank_test(SETS["bcg_rr"]["yi"], SETS["bcg_rr"]["vi"]).exact
    assert not rank_test(SETS["raudenbush1985"]["yi"], SETS["raudenbush1985"]["vi"]).exact


@laws
@given(trials)
def test_the_intercept_is_that_of_eggers_radial_regression(data):
    y, v = data
    se = np.sqrt(v)
    radial = stats.linregress(1 / se, y / se)
    found = egger_test(y, v)
    assert found.intercept == pytest.approx(radial.intercept, rel=1e-6, abs=1e-8)
    assert found.limit_estimate == pytest.approx(radial.slope, rel=1e-6, abs=1e-8)
    assert found.se == pytest.approx(radial.intercept_stderr, rel=1e-6, abs=1e-8)


@laws
@given(trials)
def test_the_limit_estimate_is_pet(data):
    assert egger_test(*data).limit_estimate == pytest.approx(pet_peese(*data).pet.estimate, abs=1e-9)


@laws
@given(trials, st.floats(-3, 3), st.floats(0.1, 10))
def test_asymmetry_does_not_depend_on_the_average_or_the_unit(data, shift, unit):
    y, v = data
    for test in (egger_test, egger_test_mixed):
        before, after = test(y, v), test(unit * (y + shift), unit**2 * v)
        assert after.intercept == pytest.approx(before.intercept, rel=1e-4, abs=1e-5)
        assert after.p_value == pytest.approx(before.p_value, rel=1e-3, abs=1e-5)


@laws
@given(trials)
def test_mirroring_the_effects_mirrors_the_asymmetry(data):
    y, v = data
    assert egger_test(-y, v).intercept == pytest.approx(-egger_test(y, v).intercept)
    assert egger_test(-y, v).p_value == pytest.approx(egger_test(y, v).p_value)
    assert rank_test(-y, v).tau == pytest.approx(-rank_test(y, v).tau)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_rounding_does_not_decide_the_ranks(unit):
    y, v = np.array([0.3, 0.1, 0.5, 0.5, 0.2]), np.array([0.1, 0.2, 0.3, 0.3, 0.15])
    noise = np.array([0, 0, 1e-16, -1e-16, 0])
    tied, shaken = rank_test(unit * y, unit**2 * v), rank_test(unit * (y + noise), unit**2 * (v - noise))
    assert not tied.exact
    assert (shaken.tau, shaken.p_value, shaken.exact) == (tied.tau, tied.p_value, tied.exact)
    with pytest.raises(SynthesisError, match=r"^ranks need differences"):
        rank_test(unit * (0.3 + noise), unit**2 * v)


@laws
@given(trials, st.randoms(use_true_random=False))
def test_the_order_of_trials_does_not_matter(data, random):
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    assert egger_test(y[order], v[order]).p_value == pytest.approx(egger_test(y, v).p_value)
    assert rank_test(y[order], v[order]).tau == pytest.approx(rank_test(y, v).tau)


def test_effects_on_a_line_have_an_asymmetry_and_no_test_of_it():
    v = np.array([0.01, 0.04, 0.09, 0.25])
    found = egger_test(0.2 + 1.5 * np.sqrt(v), v)
    assert found.intercept == pytest.approx(1.5)
    assert found.limit_estimate == pytest.approx(0.2)
    assert np.isnan([found.se, found.p_value]).all()


@laws
@given(trials, st.floats(-8, 8))
def test_extreme_variances_are_handled(data, exponent):
    y, v = data
    for test in (egger_test, egger_test_mixed, rank_test):
        assert np.isfinite(test(y, v * 10.0**exponent).p_value)


@pytest.mark.parametrize("test", [egger_test, egger_test_mixed, rank_test])
@pytest.mark.parametrize(
    ("effects", "variances", "message"),
    [
        ([0.1, 0.2], [0.1, 0.2], "needs at least 3 effect sizes, got 2"),
        ([0.1, np.nan, 0.3], [0.1, 0.2, 0.3], r"effects must be finite; positions \[1\] are nan"),
        ([0.1, 0.2, 0.3], [0.1, 0.0, -1.0], r"variances must be positive and finite; positions \[1, 2\] are 0.0, -1.0"),
    ],
)
def test_refuses_unusable_data(test, effects, variances, message):
    with pytest.raises(SynthesisError, match=message):
        test(effects, variances)


@pytest.mark.parametrize("test", [egger_test, egger_test_mixed])
def test_a_regression_refuses_trials_of_one_size(test):
    with pytest.raises(SynthesisError, match=r"asymmetry needs trials of different size; all standard errors are 0.5"):
        test([0.1, 0.2, 0.3], [0.25, 0.25, 0.25])


def test_ranks_refuse_trials_of_one_size_or_equal_effects():
    message = "all variances or all standardised effects are equal"
    with pytest.raises(SynthesisError, match=message):
        rank_test([0.1, 0.2, 0.3], [0.25, 0.25, 0.25])
    with pytest.raises(SynthesisError, match=message):
        rank_test([0.5, 0.5, 0.5], [0.1, 0.2, 0.3])


def test_effects_nearer_their_line_than_sampling_error_lets_them_are_marked():
    effects, v = np.array([0.3, 0.32, 0.34, 0.361]), np.array([0.01, 0.04, 0.09, 0.16])
    found = egger_test(effects, v)
    # Standard errors are 0.1 to 0.4: the line is 0.28 + 0.2 se but for 0.0003.
    assert found.p_value < 1e-4
    assert found.dispersion < 1e-4
    held = egger_test_mixed(effects, v)
    assert held.se == pytest.approx(found.se / np.sqrt(found.dispersion))
    assert held.p_value > 0.8
    assert np.isnan(held.dispersion)
