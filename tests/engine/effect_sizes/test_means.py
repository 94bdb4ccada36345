"""Effect sizes of means: against metafor and statsmodels, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.meta_analysis import effectsize_smd

from ipt_evidence.effects import (
    glass_delta,
    hedges_g,
    log_ratio_of_means,
    mean_difference,
    smd_unequal_variances,
)
from ipt_evidence.engine.effect_sizes.means import SMD_FORMULAS, cohens_d, small_sample_correction
from ipt_evidence.errors import EffectSizeError

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_effects.json").read_text("utf-8"))["means"]
INPUTS = ("mean1", "sd1", "n1", "mean2", "sd2", "n2")
FUNCTIONS = {
    "SMD": hedges_g,
    "SMDH": smd_unequal_variances,
    "MD": mean_difference,
    "ROM": log_ratio_of_means,
    "meta": lambda *six: hedges_g(*six, formula="meta"),
}
CASES = [(name, measure) for name, golden in GOLDEN.items() for measure in FUNCTIONS if measure in golden]


@pytest.mark.parametrize(("name", "measure"), CASES)
def test_agrees_with_metafor(name, measure):
    golden = GOLDEN[name]
    found = FUNCTIONS[measure](*(golden[column] for column in INPUTS))
    np.testing.assert_allclose(found.values, golden[measure]["values"], rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(found.variances, golden[measure]["variances"], rtol=1e-11)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_definition_of_revman_agrees_with_statsmodels(name):
    six = [np.array(GOLDEN[name][column], dtype=float) for column in INPUTS]
    found, (values, variances) = hedges_g(*six, formula="revman"), effectsize_smd(*six)
    np.testing.assert_allclose(found.values, values, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(found.variances, variances, rtol=1e-11)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_definition_of_esc_has_the_value_of_statsmodels_and_the_variance_of_d_by_metafor(name):
    six = [np.array(GOLDEN[name][column], dtype=float) for column in INPUTS]
    found, (values, _) = hedges_g(*six, formula="esc"), effectsize_smd(*six)
    np.testing.assert_allclose(found.values, values, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(found.variances, GOLDEN[name]["d"]["variances"], rtol=1e-10)
    np.testing.assert_allclose(cohens_d(*six), GOLDEN[name]["d"]["values"], rtol=1e-10, atol=1e-13)


def test_every_definition_is_compared():
    assert {measure for _, measure in CASES} == set(FUNCTIONS)
    assert set(SMD_FORMULAS) == {"metafor", "meta", "revman", "esc"}


def test_glass_delta_agrees_with_metafor():
    golden = GOLDEN["normand1999"]
    found = glass_delta(*(golden[column] for column in ("mean1", "n1", "mean2", "sd2", "n2")))
    np.testing.assert_allclose(found.values, golden["SMD1"]["values"], rtol=1e-11)
    np.testing.assert_allclose(found.variances, golden["SMD1"]["variances"], rtol=1e-11)


means = st.floats(-100, 100)
sds = st.floats(0.1, 50)
sizes = st.integers(2, 500)
groups = st.tuples(means, sds, sizes, means, sds, sizes)


@given(groups, st.sampled_from(SMD_FORMULAS))
def test_exchanging_the_groups_turns_the_sign(six, formula):
    there, back = hedges_g(*six, formula=formula), hedges_g(*six[3:], *six[:3], formula=formula)
    np.testing.assert_allclose(back.values, -there.values, rtol=1e-12)
    np.testing.assert_allclose(back.variances, there.variances, rtol=1e-12)


@given(groups, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_another_scale_does_not_change_a_standardised_difference(six, factor, shift):
    m1, s1, n1, m2, s2, n2 = six
    before = hedges_g(*six)
    after = hedges_g(factor * m1 + shift, factor * s1, n1, factor * m2 + shift, factor * s2, n2)
    np.testing.assert_allclose(after.values, before.values, rtol=1e-6, atol=1e-7 / (factor * min(s1, s2)))


@given(st.floats(2, 1e7))
def test_the_correction_is_below_one_and_near_its_series(df):
    exact = float(small_sample_correction(df))
    assert 0.5 < exact < 1
    assert exact == pytest.approx(1 - 3 / (4 * df - 1), abs=0.02 / df)


@given(groups)
def test_g_is_cohens_d_corrected_for_small_samples(six):
    correction = small_sample_correction(six[2] + six[5] - 2)
    np.testing.assert_allclose(hedges_g(*six).values, correction * cohens_d(*six), rtol=1e-12)


def test_a_difference_has_the_sum_of_both_arms_as_variance():
    found = mean_difference([10, 3], [5, 1], [15, 8], [14, 1], [6, 2], [12, 9])
    np.testing.assert_allclose(found.variances, found.variances1 + found.variances2)
    np.testing.assert_allclose(found.variances1, [25 / 15, 1 / 8])


def test_scalars_serve_every_comparison():
    found = hedges_g([1.0, 2.0], 1.0, 20, 0.0, 1.0, 20)
    assert found.values.shape == (2,)
    assert found.values[1] == pytest.approx(2 * found.values[0])


@pytest.mark.parametrize(
    ("six", "message"),
    [
        pytest.param(
            ([1, np.nan], 1, [20, 1], 0, -1.0, 20),
            r"^mean1 must be finite; positions \[1\] are nan; sd2 must be zero or positive; "
            r"positions \[0, 1\] are -1.0, -1.0; n1 must be at least 2; positions \[1\] are 1.0$",
            id="all at once",
        ),
        pytest.param((1, 0, 20, 0, 0, 20), r"the larger of sd1 and sd2 must be positive", id="no spread"),
        pytest.param(([1, 2], [1, 1, 1], 20, 0, 1, 20), r"equally long, got shapes mean1 \(2,\), sd1", id="lengths"),
        pytest.param(("x", 1, 20, 0, 1, 20), r"^mean1 must be numbers in one dimension, got 'x'$", id="text"),
    ],
)
def test_refuses_impossible_groups(six, message):
    with pytest.raises(EffectSizeError, match=message):
        hedges_g(*six)


def test_refuses_an_unknown_formula():
    with pytest.raises(EffectSizeError, match=r"^formula must be one of metafor, esc, meta, revman; got 'cohen'$"):
        hedges_g(1, 1, 20, 0, 1, 20, formula="cohen")


def test_refuses_a_ratio_of_means_that_are_not_positive():
    with pytest.raises(EffectSizeError, match=r"^mean2 must be positive; positions \[1\] are -1.0$"):
        log_ratio_of_means([1, 2], 1, 20, [3, -1], 1, 20)


def test_refuses_glass_delta_without_degrees_of_freedom():
    with pytest.raises(EffectSizeError, match=r"^n2 must be at least 3"):
        glass_delta(1, 20, 0, 1, 2)
