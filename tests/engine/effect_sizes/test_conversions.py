"""Conversions: round trips through what trials report, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from ipt_evidence.effects import (
    hedges_g,
    log_odds_ratio_from_smd,
    mean_difference,
    se_from_ci,
    smd_from_f,
    smd_from_log_odds_ratio,
    smd_from_mean_difference,
    smd_from_mean_difference_ci,
    smd_from_mean_difference_se,
    smd_from_p,
    smd_from_t,
)
from ipt_evidence.errors import EffectSizeError

sizes = st.integers(2, 400)
groups = st.tuples(st.floats(-30, 30), st.floats(0.5, 20), sizes, st.floats(-30, 30), st.floats(0.5, 20), sizes)


def same(found, expected, size=1.0):
    np.testing.assert_allclose(found.values, size * expected.values, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.variances, expected.variances, rtol=1e-9)


def student(six):
    """Return difference, pooled standard deviation, standard error and t of two groups."""
    m1, s1, n1, m2, s2, n2 = six
    pooled = np.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2))
    error = pooled * np.sqrt(1 / n1 + 1 / n2)
    return m1 - m2, pooled, error, (m1 - m2) / error


@given(groups)
def test_a_t_test_leads_back_to_the_g_of_its_means(six):
    *_, t = student(six)
    same(smd_from_t(t, six[2], six[5]), hedges_g(*six))


@given(groups)
def test_an_f_test_leads_back_to_the_size_of_g(six):
    *_, t = student(six)
    same(smd_from_f(t**2, six[2], six[5]), hedges_g(*six), np.sign(t))


@given(st.floats(0, 6), sizes, sizes)
def test_a_p_value_leads_back_to_the_size_of_g(t, n1, n2):
    p = 2 * special.stdtr(n1 + n2 - 2, -t)
    found, expected = smd_from_p(p, n1, n2), smd_from_t(t, n1, n2)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-6, atol=1e-7)


@given(groups)
def test_a_mean_difference_with_sd_se_or_interval_leads_back_to_g(six):
    difference, pooled, error, _ = student(six)
    n1, n2 = six[2], six[5]
    expected = hedges_g(*six)
    same(smd_from_mean_difference(difference, pooled, n1, n2), expected)
    same(smd_from_mean_difference_se(difference, error, n1, n2), expected)
    half = special.stdtrit(n1 + n2 - 2, 0.95) * error
    found = smd_from_mean_difference_ci(difference - half, difference + half, n1, n2, level=0.9)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-7, atol=1e-9)


@given(st.floats(-5, 5), st.floats(0.01, 4), st.sampled_from(["logistic", "normal"]))
def test_odds_ratio_and_smd_convert_there_and_back(value, variance, distribution):
    there = smd_from_log_odds_ratio(value, variance, distribution=distribution)
    back = log_odds_ratio_from_smd(there.values, there.variances, distribution=distribution)
    np.testing.assert_allclose([back.values[0], back.variances[0]], [value, variance], rtol=1e-12, atol=1e-14)


def test_an_interval_gives_back_the_standard_error_it_was_made_of():
    md = mean_difference(10, 4, 30, 7, 5, 32)
    error = np.sqrt(md.variances)
    low, high = md.values - 1.959963984540054 * error, md.values + 1.959963984540054 * error
    np.testing.assert_allclose(se_from_ci(low, high), error, rtol=1e-12)
    wider = special.stdtrit(12, 0.975) / special.ndtri(0.975)
    np.testing.assert_allclose(se_from_ci(low, high, df=12), error / wider, rtol=1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: smd_from_f([1, -2], 20, 20), r"^f must be zero or positive; positions \[1\]", id="f"),
        pytest.param(lambda: smd_from_p([0, 1.2], 20, 20), r"^p must be above 0 and at most 1; .* \[0, 1\]", id="p"),
        pytest.param(lambda: smd_from_t(2, 1, 20), r"^n1 must be at least 2; positions \[0\] are 1.0$", id="n"),
        pytest.param(lambda: smd_from_mean_difference(1, 0, 9, 9), r"^sd must be positive", id="sd"),
        pytest.param(lambda: smd_from_mean_difference_se(1, -1, 9, 9), r"^se must be positive", id="se"),
        pytest.param(lambda: smd_from_mean_difference_ci(2, 1, 9, 9), r"^low must be below high", id="order"),
        pytest.param(lambda: se_from_ci(1, 2, level=95), r"^level must lie between 0 and 1, got 95$", id="level"),
        pytest.param(lambda: se_from_ci(1, 2, df=0), r"^df must be positive; positions \[0\] are 0.0$", id="df"),
        pytest.param(
            lambda: smd_from_log_odds_ratio(1, 0), r"^variances must be positive; positions \[0\] are 0.0$", id="v"
        ),
        pytest.param(
            lambda: smd_from_log_odds_ratio(1, 1, distribution="probit"),
            r"^distribution must be one of logistic, normal; got 'probit'$",
            id="distribution",
        ),
    ],
)
def test_refuses_impossible_reports(call, message):
    with pytest.raises(EffectSizeError, match=message):
        call()
