import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.engine.networks.trials import trial_contrasts
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import aggregate_covariance

ORDER = ["a", "b", "c", "d"]
SIZES = st.lists(st.integers(10, 200), min_size=4, max_size=4)
MEANS = st.lists(st.floats(-2, 2), min_size=4, max_size=4)


def against_the_last(means, sizes, *, rho=1.0):
    """Return effects of every arm against the last, with their covariance and names."""
    y = np.array(means[:-1]) - means[-1]
    matrix = rho * np.full((3, 3), 1 / sizes[-1]) + np.diag([1 / n + (1 - rho) / sizes[-1] for n in sizes[:-1]])
    return y, matrix, ["a", "b", "c"], ["d"] * 3


@given(MEANS, SIZES)
def test_effects_against_one_arm_give_every_pair_of_arms(means, sizes):
    found = trial_contrasts(*against_the_last(means, sizes), ORDER)
    arms = dict(zip(ORDER, zip(means, sizes, strict=True), strict=True))
    pairs = list(zip(found.treatments1, found.treatments2, strict=True))
    assert pairs == [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    for (first, second), effect, variance in zip(pairs, found.effects, found.variances, strict=True):
        assert effect == pytest.approx(arms[first][0] - arms[second][0], abs=1e-9)
        assert variance == pytest.approx(1 / arms[first][1] + 1 / arms[second][1])


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=5), st.floats(0, 0.9))
def test_two_treatments_give_the_one_effect_of_a_trial(effects, rho):
    n = len(effects)
    matrix = 0.1 * (rho * np.ones((n, n)) + (1 - rho) * np.eye(n))
    found = trial_contrasts(effects, matrix, ["b"] * n, ["a"] * n, ORDER)
    expected = aggregate_covariance(effects, matrix, ["t"] * n)
    assert (found.treatments1, found.treatments2) == (("a",), ("b",))
    assert -found.effects == pytest.approx(expected.values, abs=1e-9)
    assert found.variances == pytest.approx(expected.variances)


def test_parts_of_a_trial_that_share_nobody_stand_for_themselves():
    found = trial_contrasts([0.5, 0.2], np.diag([0.1, 0.2]), ["c", "a"], ["d", "b"], ORDER)
    assert list(zip(found.treatments1, found.treatments2, found.part, strict=True)) == [("a", "b", 0), ("c", "d", 1)]
    assert found.effects.tolist() == pytest.approx([0.2, 0.5])


@pytest.mark.parametrize(
    ("effects", "matrix", "first", "second", "message"),
    [
        pytest.param([0.1], [[0.1]], ["a"], ["a"], "these do not: a - a", id="itself"),
        pytest.param([0.1], [[0.1]], ["a"], ["z"], "these do not: a - z", id="unknown"),
        pytest.param([0.1, 0.2], np.ones((2, 2)), ["a", "a"], ["b", "b"], "not positive definite", id="copies"),
    ],
)
def test_refuses_what_cannot_be_combined(effects, matrix, first, second, message):
    with pytest.raises(SynthesisError, match=message):
        trial_contrasts(effects, matrix, first, second, ORDER)
