"""Means from quantiles and response from means: against the published formulas, laws, refusals."""

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

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_effects.json").read_text("utf-8"))["recovery"]


@pytest.mark.parametrize("method", ["wan", "luo", "mcgrath"])
@pytest.mark.parametrize("row", range(len(GOLDEN)))
def test_agrees_with_the_formulas_in_r(method, row):
    low, q1, middle, q3, high, n = GOLDEN[row]["numbers"]
    found = {
        "range": mean_sd_from_range(low, middle, high, n, method=method),
        "quartiles": mean_sd_from_quartiles(q1, middle, q3, n, method=method),
        "five": mean_sd_from_five_numbers(low, q1, middle, q3, high, n, method=method),
    }
    # R's derivative-free search for the closest distribution ends a little earlier.
    rel = 1e-4 if method == "mcgrath" else 1e-10
    for scenario, moments in found.items():
        assert [moments.means[0], moments.sds[0]] == pytest.approx(GOLDEN[row][method][scenario], rel=rel), scenario


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


def test_response_is_counted_on_the_right_side_of_the_cut_off():
    assert response_rate_from_scores(10, 5, 15, lower_is_better=True)[0] == pytest.approx(special.ndtr(1.0))
    # Scores far above the cut-off: everyone responds if more is better, no one if less is.
    assert response_rate_from_scores(80, 5, 30, lower_is_better=False)[0] > 0.999
    assert response_rate_from_scores(80, 5, 30, lower_is_better=True)[0] < 0.001


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
