"""Covariances within a trial: against the likelihood in R, shared arms, several outcomes, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.effects import contrast_covariance, mean_difference, smd_covariance
from ipt_evidence.errors import EffectSizeError

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_effects.json").read_text("utf-8"))["covariance"]
SHARED = json.loads((Path(__file__).parents[2] / "oracle" / "golden_rest.json").read_text("utf-8"))["shared_arms"]
THREE_ARMS = mean_difference([20, 18], [6, 7], [30, 28], [15, 15], [5, 5], [32, 32])


def test_mean_differences_share_the_variance_of_their_common_arm():
    matrix = contrast_covariance(
        THREE_ARMS.variances, ["ipt", "cbt"], ["wait", "wait"], THREE_ARMS.variances1, THREE_ARMS.variances2
    )
    np.testing.assert_allclose(np.diag(matrix), THREE_ARMS.variances)
    assert matrix[0, 1] == matrix[1, 0] == pytest.approx(25 / 32)


def test_contrast_variances_reproduce_the_third_contrast():
    matrix = contrast_covariance(
        THREE_ARMS.variances, ["ipt", "cbt"], ["wait", "wait"], THREE_ARMS.variances1, THREE_ARMS.variances2
    )
    ipt_against_cbt = mean_difference(20, 6, 30, 18, 7, 28)
    direction = np.array([1, -1])
    assert direction @ matrix @ direction == pytest.approx(ipt_against_cbt.variances[0])


def test_an_arm_on_opposite_sides_makes_the_covariance_negative():
    matrix = contrast_covariance([3.0, 3.0], ["a", "b"], ["b", "c"], [1.0, 2.0], [2.0, 1.0])
    assert matrix[0, 1] == -2.0


def test_contrasts_without_a_common_arm_are_independent():
    assert contrast_covariance([3.0, 3.0], ["a", "b"], ["c", "d"], [1.0, 2.0], [2.0, 1.0])[0, 1] == 0.0


@pytest.mark.parametrize("golden", GOLDEN)
def test_standardised_differences_that_share_an_arm_covary_as_the_likelihood_has_it(golden):
    n1, n2, shared = golden["n"]
    matrix = smd_covariance(golden["g"], [0.5, 0.5], ["ipt", "cbt"], ["wait", "wait"], [n1, n2], [shared, shared])
    # R takes the Hessian by differences.
    assert matrix[0, 1] == pytest.approx(golden["covariance"], rel=1e-6)


@pytest.mark.parametrize("name", SHARED)
def test_contrasts_that_share_arms_covary_as_metafor_has_it(name):
    golden = dict(SHARED[name])
    expected = golden.pop("covariance")
    assert contrast_covariance(**golden) == pytest.approx(np.array(expected), abs=1e-12)


def test_two_outcomes_of_the_same_arms_are_compound_symmetric():
    matrix = smd_covariance([0.5, 0.3], [0.04, 0.09], ["a", "a"], ["b", "b"], 50, 50, outcomes=["x", "y"], rho=0.7)
    assert matrix[0, 1] == pytest.approx(0.7 * 0.2 * 0.3)
    turned = smd_covariance([0.5, -0.3], [0.04, 0.09], ["a", "b"], ["b", "a"], 50, 50, rho=0.7)
    assert turned[0, 1] == pytest.approx(-0.7 * 0.2 * 0.3)


def test_different_outcomes_on_a_shared_arm_covary_by_rho_less():
    same = smd_covariance([0.5, 0.3], [0.04, 0.05], ["a", "b"], ["c", "c"], 50, 50, rho=0.7)
    different = smd_covariance([0.5, 0.3], [0.04, 0.05], ["a", "b"], ["c", "c"], 50, 50, outcomes=["x", "y"], rho=0.7)
    assert different[0, 1] == pytest.approx(0.7 * same[0, 1])


def test_an_arm_counts_with_the_larger_of_two_numbers_analysed():
    matrix = contrast_covariance([3.0, 3.5], ["a", "b"], ["c", "c"], [1.0, 1.0], [2.0, 2.5])
    assert matrix[0, 1] == 2.0


@pytest.mark.parametrize(
    ("arms1", "arms2", "rho", "message"),
    [
        pytest.param(
            ["a", "b"], ["c", "b"], 0.6, r"two different arms; positions \[1\] compare an arm with itself$", id="self"
        ),
        pytest.param(
            ["a"],
            ["c", "c"],
            0.6,
            r"^arms1 must have one label per effect, shape \(2,\), got shape \(1,\)$",
            id="labels",
        ),
        pytest.param(["a", "b"], ["c", "c"], 1.5, r"^rho must lie between -1 and 1, got 1.5$", id="rho"),
    ],
)
def test_refuses_impossible_arms(arms1, arms2, rho, message):
    with pytest.raises(EffectSizeError, match=message):
        contrast_covariance([3.0, 3.0], arms1, arms2, [1.0, 1.0], [2.0, 2.0], rho=rho)
