import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from ipt_evidence.engine.small_study.beta_weights import BetaWeights
from ipt_evidence.engine.small_study.step_weights import StepWeights

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
    parameters = model.of_logs(np.log(delta))
    found = model.expected(np.array([[mean, tau2, *parameters]])).logs[0]
    z = np.linspace(-30, 30, 60_001)
    for place, variance in enumerate(VARIANCES):
        total = (variance + tau2) / variance
        density = stats.norm.pdf(z, mean / np.sqrt(variance), np.sqrt(total))
        # The grid of 0.001 meets the jumps of the step functions to three digits.
        assert np.exp(found[place]) == pytest.approx((weight(maker, z, delta) * density).sum() * 0.001, rel=2e-3)
    seen = np.log(weight(maker, EFFECTS / np.sqrt(VARIANCES), delta))
    assert model.seen @ (parameters - model.none) == pytest.approx(seen, abs=1e-12)
    assert model.delta(parameters)[0] == pytest.approx(delta)


@pytest.mark.parametrize("maker", MAKERS)
@laws
@given(parameters)
def test_derivatives_are_those_of_the_functions(maker, drawn):
    mean, tau2, *delta = drawn
    model = MAKERS[maker](EFFECTS, VARIANCES)
    point = np.array([mean, tau2 + 0.01, *model.of_logs(np.log(delta[: model.size]))])
    steps = 1e-6 * np.eye(point.size)
    found, up, down = (model.expected(points) for points in (point[None], point + steps, point - steps))
    assert found.slopes[0] == pytest.approx((up.logs - down.logs) / 2e-6, rel=1e-5, abs=1e-6)
    assert found.bend[0] == pytest.approx((up.slopes - down.slopes).sum(axis=2) / 2e-6, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("maker", MAKERS)
def test_parameters_of_one_mean_no_selection(maker):
    model = MAKERS[maker](EFFECTS, VARIANCES)
    nothing = model.of_logs(np.zeros(model.size))
    assert nothing == pytest.approx(np.full(model.size, model.none))
    assert model.expected(np.array([[0.3, 0.1, *nothing]])).logs == pytest.approx(np.zeros((1, 4)), abs=1e-12)


def test_a_p_value_on_a_step_belongs_to_the_smaller_interval():
    on_the_step = np.array([1.96])
    model = StepWeights(on_the_step, np.ones(1), special.ndtr(-on_the_step), two_sided=False)
    assert model.counts.tolist() == [1, 0]
