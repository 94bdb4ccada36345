"""Accumulating evidence: against multivariate normal probabilities, published boundaries, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import cumulative, pool, sequential_analysis

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["sequential"]


@pytest.mark.parametrize("name", GOLDEN)
def test_size_and_boundaries_match_multivariate_normal_probabilities(name):
    golden = GOLDEN[name]
    found = sequential_analysis(golden["effects"], golden["variances"], golden["difference"])
    assert found.required == pytest.approx(golden["required"], rel=1e-7)
    assert found.diversity == pytest.approx(golden["diversity"], rel=1e-6, abs=1e-9)
    size = len(golden["fraction"])
    assert np.minimum(found.fraction[:size], 1) == pytest.approx(golden["fraction"], rel=1e-7)
    assert found.boundary[:size] == pytest.approx(golden["boundary"], abs=2e-5)
    assert np.isnan(found.boundary[size:]).all()
    assert found.z[1:] == pytest.approx(golden["z"], rel=1e-6)


def looks(fractions, difference=0.5):
    """Return equal effects whose information reaches these shares of the required size."""
    required = ((1.959963985 + 0.841621234) / difference) ** 2
    v = 1 / (required * np.diff(fractions, prepend=0.0))
    return sequential_analysis(np.full(len(fractions), 0.3), v, difference)


def test_five_equal_looks_have_the_published_boundaries():
    # Lan & DeMets' spending of O'Brien and Fleming's kind, two-sided 5%: standard tables.
    assert looks([0.2, 0.4, 0.6, 0.8, 1.0]).boundary == pytest.approx(
        [4.8769, 3.3569, 2.6803, 2.2898, 2.0310], abs=2e-4
    )


def test_one_look_at_the_required_size_is_the_usual_test():
    assert looks([1.0, 1.2]).boundary[0] == pytest.approx(1.959963985, abs=1e-6)
    assert np.isnan(looks([1.0, 1.2]).boundary[1])


@settings(max_examples=10)
@given(st.lists(st.floats(0.05, 0.5), min_size=2, max_size=5))
def test_boundaries_never_fall_below_the_usual_one_and_end_there(steps):
    found = looks(np.cumsum(steps))
    used = found.boundary[np.isfinite(found.boundary)]
    assert np.all(used >= 1.9599)
    assert found.fraction == pytest.approx(np.cumsum(steps), rel=1e-6)


def test_looks_do_not_change_the_averages_and_the_first_crossing_is_named():
    y, v = np.array([0.5, 0.6, 0.4, 0.55, 0.5]), np.array([0.03, 0.04, 0.03, 0.05, 0.03])
    found, plain = sequential_analysis(y, v, 0.3), cumulative(y, v, interval="normal")
    assert found.estimate == pytest.approx(plain.estimate)
    assert found.z == pytest.approx(plain.estimate / plain.se)
    beyond = np.abs(found.z) >= found.boundary
    assert found.crossed == np.flatnonzero(beyond)[0] > 0
    assert sequential_analysis(0.1 * y, v, 0.3).crossed == -1
    turned = sequential_analysis(-y, v, -0.3)
    assert (turned.crossed, turned.required) == (found.crossed, pytest.approx(found.required))


def test_heterogeneity_enlarges_the_size():
    y, v = np.array([0.9, -0.3, 0.5, 0.1]), np.full(4, 0.02)
    found, plain = sequential_analysis(y, v, 0.3), sequential_analysis(np.full(4, 0.3), v, 0.3)
    assert plain.diversity == pytest.approx(0, abs=1e-9)
    assert found.required == pytest.approx(plain.required / (1 - found.diversity / 100))
    # With equal variances diversity is I2.
    assert found.diversity == pytest.approx(pool(y, v).i2)


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"threshold": 0}, "threshold must be finite and other than 0, got 0"),
        ({"threshold": np.nan}, "threshold must be finite and other than 0, got nan"),
        ({"threshold": 0.3, "alpha": 1}, "alpha must lie between 0 and 1, got 1"),
        ({"threshold": 0.3, "power": 0}, "power must lie between 0 and 1, got 0"),
    ],
)
def test_refuses_sizes_that_cannot_be(choice, message):
    with pytest.raises(SynthesisError, match=message):
        sequential_analysis([0.1, 0.2], [0.04, 0.05], **choice)
