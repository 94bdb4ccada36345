import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from ipt_evidence.engine.small_study.weight_functions import BetaWeights, StepWeights

EFFECTS, VARIANCES = np.array([0.1, 0.9, -0.3, 0.5]), np.array([0.04, 0.1, 0.3, 0.05])
MAKERS = {
    "one step": lambda y, v: StepWeights(y, v, np.array([0.025]), two_sided=False),
    "two steps": lambda y, v: StepWeights(y, v, np.array([0.025, 0.5]), two_sided=False),
    "two-sided": lambda y, v: StepWeights(y, v, np.array([0.05, 0.3]), two_sided=True),
    "beta": BetaWeights,
}
laws = settings(max_examples=25, deadline=None)
parameters = st.tuples(st.floats(-1, 1), st.floats(0, 0.5), st.floats(0.3, 3), st.floats(0.3, 3))


def weight(maker, z, delta):
    """The weight functions by the densities and distributions of SciPy."""
    p = 2 * stats.norm.sf(np.abs(z)) if maker == "two-sided" else stats.norm.sf(z)
    if maker == "beta":
        p = np.clip(p, 1e-5, 1 - 1e-5)
        return stats.beta.pdf(p, *delta) * special.beta(*delta)
    steps = {"one step": [0.025], "two steps": [0.025, 0.5], "two-sided": [0.05, 0.3]}[maker]
    return np.select([p <= step for step in steps], [1, *delta][: len(steps)], delta[len(steps) - 1])


@pytest.mark.parametrize("maker", MAKERS)
@laws
@given(parameters)
def test_mean_weights_are_the_integral_of_weight_and_density(maker, drawn):
    mean, tau2, *delta = drawn
    model = MAKERS[maker](EFFECTS, VARIANCES)
    delta = np.array(delta[: model.size])
    found, _ = model.expected(mean, tau2, delta)
    z = np.linspace(-30, 30, 60_001)
    for place, variance in enumerate(VARIANCES):
        total = (variance + tau2) / variance
        density = stats.norm.pdf(z, mean / np.sqrt(variance), np.sqrt(total))
        # The grid of 0.001 meets the jumps of the step functions to three digits.
        assert np.exp(found[place]) == pytest.approx((weight(maker, z, delta) * density).sum() * 0.001, rel=2e-3)
    assert model.observed(delta)[0] == pytest.approx(
        np.log(weight(maker, EFFECTS / np.sqrt(VARIANCES), delta)), abs=1e-12
    )


@pytest.mark.parametrize("maker", MAKERS)
@laws
@given(parameters)
def test_derivatives_are_those_of_the_functions(maker, drawn):
    mean, tau2, *delta = drawn
    model = MAKERS[maker](EFFECTS, VARIANCES)
    point = np.array([mean, tau2 + 0.01, *delta[: model.size]])
    _, slopes = model.expected(point[0], point[1], point[2:])
    _, observed = model.observed(point[2:])
    for place in range(point.size):
        step = np.zeros_like(point)
        step[place] = 1e-5
        up, down = point + step, point - step
        rise = model.expected(up[0], up[1], up[2:])[0] - model.expected(down[0], down[1], down[2:])[0]
        assert slopes[:, place] == pytest.approx(rise / 2e-5, rel=1e-5, abs=1e-6)
        if place >= 2:
            rise = model.observed(up[2:])[0] - model.observed(down[2:])[0]
            assert observed[:, place - 2] == pytest.approx(rise / 2e-5, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("maker", MAKERS)
def test_parameters_of_one_mean_no_selection(maker):
    model = MAKERS[maker](EFFECTS, VARIANCES)
    ones = np.ones(model.size)
    assert model.observed(ones)[0] == pytest.approx(np.zeros(4))
    assert model.expected(0.3, 0.1, ones)[0] == pytest.approx(np.zeros(4), abs=1e-12)


def test_a_p_value_on_a_step_belongs_to_the_smaller_interval():
    on_the_step = np.array([1.96])
    model = StepWeights(on_the_step, np.ones(1), special.ndtr(-on_the_step), two_sided=False)
    assert model.counts.tolist() == [1, 0]
