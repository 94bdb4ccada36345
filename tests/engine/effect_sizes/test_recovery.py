"""Means from quantiles and response from means: against metafor, simulation and integration in R, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from ipt_evidence.effects import (
    mean_sd_from_five_numbers,
    mean_sd_from_quartiles,
    mean_sd_from_range,
    response_rate_from_scores,
)
from ipt_evidence.errors import EffectSizeError

EFFECTS = json.loads((Path(__file__).parents[2] / "oracle" / "golden_effects.json").read_text("utf-8"))
GOLDEN = EFFECTS["recovery"]


def recover(numbers, method):
    low, q1, middle, q3, high, n = numbers
    found = {
        "range": mean_sd_from_range(low, middle, high, n, method=method),
        "quartiles": mean_sd_from_quartiles(q1, middle, q3, n, method=method),
        "five": mean_sd_from_five_numbers(low, q1, middle, q3, high, n, method=method),
    }
    return {scenario: (moments.means[0], moments.sds[0]) for scenario, moments in found.items()}


@pytest.mark.parametrize("row", GOLDEN["recorded"])
def test_agrees_with_metafor(row):
    numbers = [row[name] for name in ("min", "q1", "median", "q3", "max", "n")]
    luo, wan = recover(numbers, "luo"), recover(numbers, "wan")
    for scenario in ("range", "quartiles", "five"):
        assert luo[scenario][0] == pytest.approx(row[f"{scenario}_mean"], rel=1e-12), scenario
    for scenario in ("range", "quartiles"):
        assert luo[scenario][1] == wan[scenario][1] == pytest.approx(row[f"{scenario}_sd"], rel=1e-12), scenario
    assert wan["five"][1] == pytest.approx(row["five_sd_wan"], rel=1e-12)


@pytest.mark.parametrize("row", GOLDEN["rows"])
def test_means_of_wan_lie_half_way_between_their_bounds(row):
    for scenario, (mean, _) in recover(row["numbers"], "wan").items():
        assert mean == pytest.approx(row["wan"][scenario], rel=1e-12), scenario


@pytest.mark.parametrize("row", GOLDEN["rows"])
def test_the_closest_distribution_agrees_with_least_squares_in_r(row):
    for scenario, found in recover(row["numbers"], "mcgrath").items():
        # R's derivative-free search for the closest distribution ends a little earlier.
        assert found == pytest.approx(row["mcgrath"][scenario], rel=1e-4), scenario


@pytest.mark.parametrize("golden", GOLDEN["simulated"], ids=lambda golden: f"n = {golden['n']}")
def test_weights_are_those_that_vary_least_in_simulated_samples(golden):
    # Numbers chosen so that the mean is the weight itself, and the standard deviation one over the expected width.
    n = golden["n"]
    outer, both = (mean_sd_from_five_numbers(0, 0, 0, q3, 2, n).means[0] for q3 in (0, 2))
    narrow = mean_sd_from_five_numbers(-1, 0, 0, 0, 1, n).sds[0] / mean_sd_from_range(-1, 0, 1, n).sds[0]
    found = {
        "range": [mean_sd_from_range(0, 0, 2, n).means[0]],
        "quartiles": [mean_sd_from_quartiles(0, 0, 2, n).means[0]],
        "five": [outer, both - outer],
        "sd": [narrow],
    }
    for part, weights in found.items():
        for weight, (simulated, error) in zip(weights, np.reshape(golden[part], (-1, 2)), strict=True):
            # The published weights are curves through the best ones, good to 0.01.
            assert weight == pytest.approx(simulated, abs=0.01 + 4 * error), part
    for part, sd in (
        ("range_width", mean_sd_from_range(0, 1, 1, n).sds[0]),
        ("quartile_width", mean_sd_from_quartiles(0, 1, 1, n).sds[0]),
    ):
        # Blom's approximation is good to half a percent.
        width, error = golden[part]
        assert 1 / sd == pytest.approx(width, rel=0.005, abs=4 * error), part


@given(st.floats(-100, 100), st.floats(0.5, 30), st.integers(20, 100_000), st.sampled_from(["wan", "luo", "mcgrath"]))
def test_quartiles_of_a_normal_scale_lead_back_to_it(mean, sd, n, method):
    quartile = special.ndtri(0.75) * sd
    found = mean_sd_from_quartiles(mean - quartile, mean, mean + quartile, n, method=method)
    # Gamma and Weibull shapes can come as close as the normal one where scores are far above zero.
    assert found.means[0] == pytest.approx(mean, abs=0.15 * sd)
    assert found.sds[0] == pytest.approx(sd, rel=0.15)


def test_skewed_quantiles_lead_back_to_the_log_normal_they_come_from():
    quartiles = np.exp(2 + 0.9 * special.ndtri([0.25, 0.5, 0.75]))
    found = mean_sd_from_quartiles(*quartiles, 100, method="mcgrath")
    mean = np.exp(2 + 0.81 / 2)
    assert found.means[0] == pytest.approx(mean, rel=1e-6)
    assert found.sds[0] == pytest.approx(mean * np.sqrt(np.expm1(0.81)), rel=1e-6)


@pytest.mark.parametrize("golden", EFFECTS["response"])
def test_response_is_the_part_of_the_distribution_on_the_right_side_of_the_cut_off(golden):
    scores = golden["mean"], golden["sd"], golden["cutoff"]
    assert response_rate_from_scores(*scores, lower_is_better=True)[0] == pytest.approx(golden["below"], rel=1e-9)
    assert response_rate_from_scores(*scores, lower_is_better=False)[0] == pytest.approx(1 - golden["below"], rel=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(
            lambda: mean_sd_from_quartiles([10, 5], [9, 6], [12, 7], [40, 3]),
            r"^n must be at least 5; positions \[1\] are 3.0; q1 must be at most median; positions \[0\] are 10.0$",
            id="order and n",
        ),
        pytest.param(lambda: mean_sd_from_range(3, 3, 3, 40), r"^minimum must be below maximum", id="no spread"),
        pytest.param(
            lambda: mean_sd_from_quartiles(1, 2, 3, 40, method="hozo"),
            r"^method must be one of luo, wan, mcgrath; got 'hozo'$",
            id="method",
        ),
        pytest.param(
            lambda: response_rate_from_scores(10, 0, 5, lower_is_better=True), r"^sd must be positive", id="sd"
        ),
    ],
)
def test_refuses_impossible_numbers(call, message):
    with pytest.raises(EffectSizeError, match=message):
        call()
