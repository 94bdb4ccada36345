import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.engine.small_study.weighted_line import weighted_line
from ipt_evidence.errors import SynthesisError

Y, X = np.array([0.3, 0.9, 0.1, 1.4, 0.8]), np.array([0.1, 0.5, 0.2, 0.9, 0.4])


def test_equal_weights_give_ordinary_least_squares():
    line = stats.linregress(X, Y)
    intercept, slope = weighted_line(Y, X, np.ones(5), 0.95, called="x")
    assert (slope.estimate, slope.se, slope.p_value) == pytest.approx((line.slope, line.stderr, line.pvalue))
    assert (intercept.estimate, intercept.se) == pytest.approx((line.intercept, line.intercept_stderr))
    assert slope.ci_high == pytest.approx(line.slope + stats.t.ppf(0.975, 3) * line.stderr)


@settings(deadline=None)
@given(st.floats(-8, 8))
def test_only_the_ratios_of_weights_matter(exponent):
    weights = np.array([1.0, 3.0, 2.0, 0.5, 9.0])
    before = weighted_line(Y, X, weights, 0.95, called="x")
    after = weighted_line(Y, X, weights * 10.0**exponent, 0.95, called="x")
    for one, other in zip(before, after, strict=True):
        assert (other.estimate, other.se, other.p_value) == pytest.approx((one.estimate, one.se, one.p_value))


def test_refuses_a_predictor_that_does_not_vary():
    with pytest.raises(SynthesisError, match=r"all standard errors are 0.2"):
        weighted_line(Y, np.full(5, 0.2), np.ones(5), 0.95, called="standard errors")
