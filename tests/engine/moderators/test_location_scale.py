"""Location-scale models: against metafor, laws, refusals."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import location_scale, pool

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_methods.json").read_text())["location_scale"]


def fitted(name):
    golden = GOLDEN[name]
    given = [np.array(golden[part]) for part in ("effects", "variances", "scale_moderators")]
    moderators = golden["moderators"] or None
    return location_scale(*given, moderators=moderators, method=golden["method"])


@pytest.mark.parametrize("name", GOLDEN)
def test_coefficients_of_average_and_spread_match_metafor(name):
    golden, found = GOLDEN[name], fitted(name)
    assert found.log_likelihood >= golden["log_likelihood"] - 1e-8
    for field in ("log_likelihood", "lr_statistic"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6, abs=1e-7), field
    for field in (
        "coefficients",
        "se",
        "p_values",
        "ci_low",
        "scale_coefficients",
        "scale_se",
        "scale_p_values",
        "scale_low",
        "tau2",
    ):
        assert getattr(found, field) == pytest.approx(np.atleast_1d(golden[field]), rel=2e-4, abs=1e-6), field
    assert found.at_bound == ()


BANGERT = tuple(np.array(GOLDEN["bangert"][part]) for part in ("effects", "variances", "scale_moderators"))


@settings(max_examples=3)
@given(st.floats(-3, 3), st.floats(-2, 2))
def test_the_unit_of_effects_and_where_moderators_start_do_not_matter(exponent, shift):
    y, v, z = BANGERT
    unit = 10.0**exponent
    before, after = location_scale(y, v, z), location_scale(unit * y, unit**2 * v, z + shift)
    assert after.coefficients == pytest.approx(unit * before.coefficients, rel=1e-6)
    assert after.se == pytest.approx(unit * before.se, rel=1e-6)
    assert after.scale_coefficients[1] == pytest.approx(before.scale_coefficients[1], rel=1e-5)
    assert after.tau2 == pytest.approx(unit**2 * before.tau2, rel=1e-5)
    assert after.lr_p_value == pytest.approx(before.lr_p_value, rel=1e-5)


def test_no_point_of_a_grid_is_more_likely_than_the_maximum():
    y, v, z = BANGERT
    found = location_scale(y, v, z, method="ML")
    design = np.column_stack([np.ones(y.size), z])
    best = -np.inf
    for level in np.linspace(-12, 2, 60):
        for slope in np.linspace(-4, 4, 60):
            total = v + np.exp(design @ [level, slope])
            mean = np.sum(y / total) / np.sum(1 / total)
            best = max(best, -0.5 * np.sum(np.log(2 * np.pi * total) + (y - mean) ** 2 / total))
    assert found.log_likelihood >= best - 1e-9
    assert found.log_likelihood == pytest.approx(best, abs=0.05)


def test_spread_that_is_zero_everywhere_is_held_there():
    y, v = [0.3, 0.31, 0.29, 0.3, 0.32, 0.28], [0.04, 0.05, 0.03, 0.06, 0.04, 0.05]
    found, plain = location_scale(y, v, [1, 2, 3, 4, 5, 6]), pool(y, v, method="CE", interval="normal")
    assert found.at_bound == ("tau2",)
    assert found.tau2.tolist() == [0] * 6
    assert np.isnan([*found.scale_coefficients, *found.scale_se, *found.scale_low]).all()
    assert (found.coefficients[0], found.se[0]) == (pytest.approx(plain.estimate), pytest.approx(plain.se))


def test_a_group_without_spread_is_held_at_its_bound_and_the_others_are_not():
    y = np.array([0.3, 0.31, 0.29, 0.3, -1.0, 2.0, 0.9, -0.4])
    found = location_scale(y, np.full(8, 0.05), [0, 0, 0, 0, 1, 1, 1, 1], method="ML")
    assert found.at_bound == ("tau2",)
    assert found.tau2[:4].tolist() == [0] * 4
    assert np.all(found.tau2[4:] > 0.5)
    assert found.se[0] == pytest.approx(1 / np.sqrt(4 / 0.05 + np.sum(1 / (0.05 + found.tau2[4:]))))


# fmt: off
ENDS = {
    "the trial at the end of one moderator": (1,
        [-0.57, 0.52, -0.16, 0.45, 0.49, -0.66, 0.02, 0, 0.1, 0.13, 0.04, -0.22, -0.12, 0.23],
        [0.081, 0.063, 0.051, 0.034, 0.055, 0.046, 0.091, 0.044, 0.052, 0.031, 0.071, 0.069, 0.039, 0.065],
        [0, -0.8, -1.2, 0.1, -0.9, 1.8, 1, 0.1, 0.5, 0.9, -2.5, -0.4, -1, -0.2],
    ),
    "two trials on an edge of two moderators": (2,
        [-0.27, 0.3, -0.17, -0.17, 1.45, 0.1, -0.07, -0.08, 0.28, 0.82, 0.51, -0.26, 0.44, -0.52],
        [0.129, 0.105, 0.119, 0.032, 0.108, 0.157, 0.079, 0.036, 0.154, 0.115, 0.048, 0.114, 0.159, 0.049],
        np.column_stack([
            [1.6, 2.2, -1, 0.6, -0.8, -0.1, 0.1, -0.8, 0.5, -1.2, 0.5, 0.4, 0.2, 0.2],
            [1, 1.2, 1.3, 0.2, 0, 0.9, 1.6, 0.5, -0.9, 1, -0.2, -0.7, -0.6, 1],
        ]),
    ),
}
# fmt: on


@pytest.mark.parametrize("name", ENDS)
def test_all_the_spread_can_be_that_of_trials_at_an_end_and_is_held_at_0_in_the_others(name):
    count, *given = ENDS[name]
    y, v, z = map(np.array, given)
    found = location_scale(y, v, z, method="ML")
    ends = found.tau2 > 0

    def depth(x):
        total = v.copy()
        total[ends] += np.exp(x[1:])
        return 0.5 * np.sum(np.log(2 * np.pi * total) + (y - x[0]) ** 2 / total)

    limit = optimize.minimize(depth, np.zeros(count + 1), method="BFGS", options={"gtol": 1e-7})
    assert ends.sum() == count
    assert found.log_likelihood == pytest.approx(-limit.fun, abs=1e-8)
    assert found.tau2[ends] == pytest.approx(np.exp(limit.x[1:]), rel=1e-4)
    assert found.at_bound == ("tau2",)
    assert np.isnan([*found.scale_coefficients, *found.scale_se]).all()


NOISE = np.random.default_rng(4).normal(size=12)


def spread_by(factor):
    v = np.linspace(0.03, 0.08, 12)
    return location_scale(0.3 + factor * NOISE * np.sqrt(v), v, np.tile([0.0, 1.0], 6), method="ML")


@pytest.fixture(scope="module")
def reaches_its_bound():
    """By how much deviations are to be stretched for the spread of one group to leave 0."""
    low, high = 0.5, 3.0
    while high - low > 1e-7:
        middle = (low + high) / 2
        low, high = (middle, high) if spread_by(middle).at_bound else (low, middle)
    return high


@settings(max_examples=4)
@given(st.floats(-6, -3))
def test_the_standard_error_of_the_average_is_continuous_as_tau2_goes_to_0(reaches_its_bound, exponent):
    step = 10.0**exponent
    below, above = spread_by(reaches_its_bound - step), spread_by(reaches_its_bound + step)
    assert (below.at_bound, above.at_bound) == (("tau2",), ())
    assert above.tau2.min() < 0.2 * step + 1e-6
    assert above.se[0] == pytest.approx(below.se[0], rel=5 * step + 1e-5)


@pytest.mark.parametrize(
    ("scale", "choice", "message"),
    [
        ([1, 1, 1, 1, 1], {}, "^scale_moderators must differ .* has linearly dependent columns"),
        ([1, 2, 3, 5, 4], {"moderators": [1] * 5}, "^moderators must differ .* has linearly dependent columns"),
        ([1, 2, 3, 5, np.nan], {}, r"^scale_moderator 0 must be finite; positions \[4\] are nan"),
        ([1, 2, 3, 5, 4], {"method": "DL"}, "method must be one of REML, ML; got 'DL'"),
        (
            [1, 2, 3, 5, 4],
            {"moderators": np.eye(5)[:, :2] + 0.0},
            "with 5 coefficients needs more trials, got 5",
        ),
    ],
)
def test_refuses_what_cannot_be_estimated(scale, choice, message):
    with pytest.raises(SynthesisError, match=message):
        location_scale([0.1, 0.4, 0.2, 0.9, -0.3], [0.04] * 5, scale, **choice)


HIGHEST = json.loads((Path(__file__).parents[2] / "oracle" / "golden_location_scale.json").read_text())["sets"]


@pytest.mark.parametrize("golden", HIGHEST, ids=lambda golden: f"{len(golden['data']['effects'])} trials")
def test_the_likelihood_is_the_highest_of_two_hundred_searches_where_many_moderators_tell_trials_apart(golden):
    assert location_scale(**golden["data"]).log_likelihood == pytest.approx(golden["log_likelihood"], abs=1e-6)


@pytest.mark.parametrize("seed", [2, 6, 9, 41])
def test_a_trial_of_great_precision_costs_the_others_no_digits(seed):
    """Sums of products lost the slope beside it: climbs did not end, or after seconds."""
    rng = np.random.default_rng(seed)
    v = np.append(1e-11, 10 ** rng.uniform(-2, -0.5, 6)[1:])
    y, z, x = rng.normal(0.3, 0.4, 6), rng.normal(size=(6, 2)), rng.normal(size=6)
    found, finer = (location_scale(y, np.append(first, v[1:]), z, moderators=x) for first in (1e-11, 1e-13))
    assert found.coefficients == pytest.approx(finer.coefficients, rel=1e-6)
    assert found.tau2[1:] == pytest.approx(finer.tau2[1:], rel=1e-5, abs=1e-9)
