"""Laws of intervals for two to four trials, where the number of trials decides more than the trials do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.synthesis import HalfNormal, pool, pool_bayes

SD = 0.5
TWO_SIDED = stats.norm.ppf(0.975)

errors = st.floats(np.log(0.02), np.log(5)).map(np.exp)
few = (
    st.integers(2, 4)
    .flatmap(
        lambda k: st.tuples(
            st.lists(st.floats(-4, 4), min_size=k, max_size=k), st.lists(errors, min_size=k, max_size=k)
        )
    )
    .map(lambda columns: (np.array(columns[0]), np.array(columns[1]) ** 2))
)


def width(found):
    return found.ci_high - found.ci_low


def common(data):
    return width(pool(*data, method="CE", interval="normal"))


@given(few)
def test_the_floored_interval_is_wider_than_that_of_the_common_effect_by_t_over_z(data):
    y, v = data
    # Random weights never lower the standard error, the floor keeps it, and t exceeds z: 12.71, 4.30, 3.18 over 1.96.
    t_over_z = stats.t.ppf(0.975, y.size - 1) / stats.norm.ppf(0.975)
    assert width(pool(y, v, interval="adhoc")) >= common(data) * t_over_z * (1 - 1e-9)
    assert width(pool(y, v, interval="adhoc")) >= width(pool(y, v, interval="HKSJ")) * (1 - 1e-9)


@settings(max_examples=60)
@given(few)
def test_the_bayesian_interval_is_never_narrower_than_that_of_the_common_effect(data):
    # The posterior is the common-effect normal plus independent noise, which spreads every pair of quantiles:
    # Droste & Wefelmeyer (1985), for log-concave densities.
    assert width(pool_bayes(*data)) >= common(data) * (1 - 1e-9)


@settings(max_examples=60)
@given(few)
def test_turning_the_signs_turns_the_intervals(data):
    y, v = data
    for there, back in (
        (pool(y, v, interval="adhoc"), pool(-y, v, interval="adhoc")),
        (pool_bayes(y, v), pool_bayes(-y, v)),
    ):
        found = (-back.estimate, -back.ci_high, -back.ci_low)
        assert found == pytest.approx((there.estimate, there.ci_low, there.ci_high), rel=1e-7, abs=1e-9)
    assert pool_bayes(-y, v).tau_high == pytest.approx(pool_bayes(y, v).tau_high, rel=1e-7)
    assert pool_bayes(-y, v).probability == pytest.approx(1 - pool_bayes(y, v).probability, abs=1e-9)


def ratio(wider, narrower, z, scale=SD):
    """Return the width of the Bayesian interval of two trials over that of the wider trial's own."""
    found = pool_bayes([0.0, z * np.hypot(wider, narrower)], [wider**2, narrower**2], prior=HalfNormal(scale))
    return width(found) / (2 * TWO_SIDED * wider)


@settings(max_examples=60)
@given(st.floats(0.22, 10), st.floats(0.01, 1), st.floats(0, TWO_SIDED), st.floats(0.05, 5))
def test_two_trials_that_agree_have_an_interval_within_three_of_the_wider_trial(error, share, z, scale):
    assert ratio(error * scale, share * error * scale, z, scale) < 3


@pytest.mark.parametrize(
    ("wider", "narrower", "z"),
    [
        pytest.param(0.10, 0.10, 1.96, id="trials more precise than a fifth of the prior scale"),
        pytest.param(0.12, 0.12, 3.0, id="trials that contradict each other"),
    ],
)
def test_without_those_conditions_the_interval_is_wider(wider, narrower, z):
    # The prior, not the trials, then says how far apart true effects may lie.
    assert ratio(wider, narrower, z) > 3
