"""Accumulating evidence: against multivariate normal probabilities, published boundaries, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import cumulative, pool, sequential_analysis

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["sequential"]
MANY = [6.95837995, 4.36649533, 3.07890927, 2.51163452, 2.18515118]
TINY = [1e-4, 1e-6, 1e-8, 1e-10, 1e-12]


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


@settings(max_examples=20)
@given(st.lists(st.floats(0.05, 0.5), min_size=2, max_size=5), st.data(), st.floats(1e18, 1e40))
def test_a_look_without_information_changes_nothing(steps, data, variance):
    assume(np.all(np.abs(np.cumsum(steps) - 1) > 1e-6))
    found = looks(np.cumsum(steps))
    place = data.draw(st.integers(1, len(steps)))
    y, v = np.full(len(steps), 0.3), 1 / (found.required * np.array(steps))
    more = sequential_analysis(np.insert(y, place, 0.4), np.insert(v, place, variance), 0.5)
    assert np.delete(more.boundary, place) == pytest.approx(found.boundary, abs=1e-7, nan_ok=True)
    if more.fraction[place] < 1:
        assert more.boundary[place] == more.boundary[place - 1]


def test_a_look_of_next_to_no_information_has_nearly_the_boundary_before():
    gap = [looks([0.5, 0.5 + extra, 0.8, 1.0]).boundary[1] - looks([0.5, 0.8, 1.0]).boundary[0] for extra in TINY]
    assert np.all(np.diff(gap) < 0)
    assert 0 < gap[-1] < 1e-4
    found = sequential_analysis([0.5, 0.4, 0.6], [0.04, 1e12, 0.04], 0.2)
    assert found.boundary[1] == pytest.approx(found.boundary[0], abs=1e-5)


@pytest.mark.parametrize("second", [0.75, 0.51, 0.501, 0.5001])
def test_a_short_step_after_a_long_one_spends_what_it_may(second):
    """The chance of staying within three boundaries by scipy's integration of the trivariate normal density."""
    fractions = np.array([0.5, second, 0.9])
    bound = looks(fractions).boundary * np.sqrt(fractions)
    spent = 4 * stats.norm.cdf(-stats.norm.ppf(1 - 0.05 / 4) / np.sqrt(fractions))
    covariance = np.minimum.outer(fractions, fractions)
    for size in (2, 3):
        within = stats.multivariate_normal(cov=covariance[:size, :size], abseps=1e-9, releps=1e-9, maxpts=10**6)
        assert 1 - within.cdf(bound[:size], lower_limit=-bound[:size]) == pytest.approx(spent[size - 1], abs=2e-5)


def test_a_hundred_looks_keep_the_boundary_of_many_looks():
    # Made by the quadrature of 1,600 nodes for every look that this one replaced.
    assert looks(np.arange(1, 100) / 99).boundary[[9, 24, 49, 74, 98]] == pytest.approx(MANY, abs=1e-6)


def test_a_level_that_cannot_be_spent_below_nine_has_no_boundary():
    assert np.isinf(sequential_analysis([0.1, 0.2, 0.5], [0.04, 0.04, 0.01], 0.2, alpha=1e-18).boundary).all()
    reached = sequential_analysis([0.3, 0.3], [1e-3, 1e-3], 0.4, alpha=1e-18).boundary
    assert reached[0] == pytest.approx(-stats.norm.ppf(5e-19), abs=1e-6)


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
        ({"threshold": "0.2"}, "threshold must be a number, got '0.2'"),
        ({"threshold": None}, "threshold must be a number, got None"),
        ({"threshold": [0.2]}, "threshold must be a number, got [0.2]"),
        ({"threshold": 1e-60}, "threshold must be between 1e-50 and 1e+50 in size, got 1e-60"),
        ({"threshold": 0.3, "alpha": 5e-324}, "alpha must be large enough to be halved, got 5e-324"),
        ({"threshold": 0.3, "alpha": "a"}, "alpha must lie between 0 and 1, got 'a'"),
        (
            {"threshold": 0.3, "power": 0.025},
            "power must be above alpha/2, or the required size has no meaning, got power 0.025 and alpha 0.05; "
            "raise power or lower alpha",
        ),
        (
            {"threshold": 0.3, "alpha": 0.9, "power": 0.3},
            "power must be above alpha/2, or the required size has no meaning, got power 0.3 and alpha 0.9; "
            "raise power or lower alpha",
        ),
    ],
)
def test_refuses_sizes_that_cannot_be(choice, message):
    with pytest.raises(SynthesisError) as refusal:
        sequential_analysis([0.1, 0.2], [0.04, 0.05], **choice)
    assert str(refusal.value) == message
