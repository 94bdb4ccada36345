import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import beta_selection_model, pool, selection_model

ORACLE = Path(__file__).parents[2] / "oracle"
SETS = json.loads((ORACLE / "golden_small_study.json").read_text())["sets"]
BOUNDS = json.loads((ORACLE / "golden_bounds.json").read_text())
STOPS_BELOW = ("li2007", 0)
"""Where metafor stops at a maximum that is lower than another at tau2 = 0: of this step function and the beta one."""
STEPS = [(name, number) for name, golden in SETS.items() for number in range(len(golden["selection"]))]
STEPS.remove(STOPS_BELOW)
BETA = [name for name, golden in SETS.items() if golden["beta"] and name != STOPS_BELOW[0]]
SELECTED = ([0.61, 0.52, 0.75, 0.48, 0.9, 0.1, 0.35, 0.05], [0.04, 0.05, 0.09, 0.04, 0.15, 0.06, 0.02, 0.11])
laws = settings(max_examples=8, deadline=None)


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_step_functions_match_metafor(name, number):
    golden = SETS[name]["selection"][number]
    found = selection_model(
        SETS[name]["yi"],
        SETS[name]["vi"],
        steps=np.atleast_1d(golden["steps"]),
        alternative=golden["alternative"].replace(".", "-"),
    )
    for field in ("estimate", "tau2", "weights", "lr_statistic", "lr_p_value", "log_likelihood"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-5, abs=1e-6), field
    assert found.lr_df == golden["lr_df"]
    assert found.at_bound == (("tau2",) if golden["tau2"] < 1e-9 else ())
    if golden["se"] is not None:
        assert found.se == pytest.approx(golden["se"], rel=1e-5)
        assert found.weights_se[1:] == pytest.approx(np.atleast_1d(golden["weights_se"]), rel=1e-4)


def test_a_maximum_higher_than_that_of_metafor_is_found():
    name, number = STOPS_BELOW
    golden, y, v = SETS[name]["selection"][number], -np.array(SETS[name]["yi"]), np.array(SETS[name]["vi"])
    found = selection_model(-y, v, alternative=golden["alternative"])
    cut, sd = stats.norm.isf(0.025) * np.sqrt(v), np.sqrt(v + found.tau2)
    beyond, weight = stats.norm.sf(cut, -found.estimate, sd), found.weights[1]
    seen = np.where(y >= cut, 0.0, np.log(weight)) - np.log(beyond + weight * (1 - beyond))
    assert found.log_likelihood == pytest.approx(np.sum(stats.norm.logpdf(y, -found.estimate, sd) + seen), abs=1e-8)
    assert found.log_likelihood > golden["log_likelihood"] + 0.5


def test_a_maximum_of_the_beta_function_higher_than_that_of_metafor_is_found():
    golden = SETS[STOPS_BELOW[0]]
    found = beta_selection_model(golden["yi"], golden["vi"], alternative="greater")
    # That it is one is held by its likelihood written out anew, among those of all models.
    assert found.log_likelihood > golden["beta"]["log_likelihood"] + 0.2
    # The lower one is still among the averages that a test of the likelihood does not reject.
    assert found.profile_low < golden["beta"]["estimate"] < found.profile_high


@pytest.mark.parametrize("name", BETA)
def test_the_beta_function_matches_exact_integration_in_r_and_metafor_nearly(name):
    golden = SETS[name]["beta"]
    found = beta_selection_model(SETS[name]["yi"], SETS[name]["vi"], alternative="greater")
    assert found.estimate == pytest.approx(golden["estimate"], rel=1e-5, abs=1e-6)
    assert found.tau2 == pytest.approx(golden["tau2"], rel=1e-5)
    assert found.weights == pytest.approx(golden["delta"], rel=1e-5)
    assert found.log_likelihood == pytest.approx(golden["log_likelihood"], rel=1e-7)
    assert found.lr_statistic == pytest.approx(golden["lr_statistic"], rel=1e-5)
    # metafor integrates with a tolerance of 1e-4.
    assert found.estimate == pytest.approx(golden["metafor"]["estimate"], abs=2e-4)
    assert found.weights == pytest.approx(golden["metafor"]["delta"], rel=2e-4)


@pytest.mark.parametrize(("name", "model"), [("beta", beta_selection_model), ("step", selection_model)])
def test_a_tau2_at_its_bound_has_no_part_in_the_standard_errors(name, model):
    golden = BOUNDS[name]
    found = model(golden["yi"], golden["vi"], alternative=golden["alternative"])
    assert (found.tau2, found.at_bound) == (0, ("tau2",))
    assert found.estimate == pytest.approx(golden["estimate"], rel=1e-4)
    assert found.se == pytest.approx(golden["se"], rel=1e-4)
    free = found.weights_se[-np.size(golden["delta"]) :]
    assert free == pytest.approx(np.atleast_1d(golden["delta_se"]), rel=1e-4)


@pytest.mark.parametrize("golden", BOUNDS["beta_zero"])
def test_an_exponent_of_the_beta_function_at_0_has_no_part_in_the_standard_errors(golden):
    found = beta_selection_model(golden["yi"], golden["vi"], alternative="greater")
    named = zip(("tau2", "delta1", "delta2"), (golden["tau2"], *golden["delta"]), strict=True)
    assert found.at_bound == tuple(name for name, value in named if value == 0)
    for field in ("estimate", "tau2", "se", "log_likelihood"):
        assert getattr(found, field) == pytest.approx(golden[field], rel=1e-6), field
    assert found.weights == pytest.approx(golden["delta"], rel=1e-6)
    errors = [np.nan if value == "NA" else value for value in golden["delta_se"]]
    assert found.weights_se == pytest.approx(errors, rel=1e-5, nan_ok=True)
    assert found.profile_low < found.estimate < found.profile_high


REACHES_ITS_BOUND = 1.1416312583
"""How far the effects of SELECTED must be spread for tau2 to leave its bound, found by halving."""


@pytest.mark.parametrize("step", [1e-4, 1e-6])
def test_the_profile_interval_is_continuous_as_tau2_goes_to_0_where_the_standard_error_steps(step):
    y, v = (np.array(column) for column in SELECTED)
    below, above = (selection_model(0.5 + (REACHES_ITS_BOUND + by) * (y - 0.5), v) for by in (-step, step))
    assert (below.at_bound, above.at_bound) == (("tau2",), ())
    assert above.estimate == pytest.approx(below.estimate, abs=20 * step)
    assert above.profile_low == pytest.approx(below.profile_low, abs=20 * step)
    assert above.profile_high == pytest.approx(below.profile_high, abs=20 * step)
    # As metafor's does: of what is at its bound nothing is taken to be unknown.
    assert above.se > 1.05 * below.se


@pytest.mark.parametrize("effects", [SELECTED, (SETS["raudenbush1985"]["yi"], SETS["raudenbush1985"]["vi"])])
def test_limits_are_where_the_likelihood_has_fallen_by_that_of_the_test(effects):
    y, v = (np.array(column) for column in effects)
    found = selection_model(y, v, alternative="greater")
    cut = stats.norm.isf(0.025) * np.sqrt(v)

    def loss(x, mean):
        sd, weight = np.sqrt(v + x[0] ** 2), np.exp(x[1])
        beyond = stats.norm.sf(cut, mean, sd)
        seen = np.where(y >= cut, 0.0, x[1]) - np.log(beyond + weight * (1 - beyond))
        return -np.sum(stats.norm.logpdf(y, mean, sd) + seen)

    for limit in (found.profile_low, found.profile_high):
        options = {"xatol": 1e-9, "fatol": 1e-11, "maxiter": 2000}
        starts = ([tau, weight] for tau in (0.05, 0.6) for weight in (-1.0, 1.0))
        best = min(optimize.minimize(loss, x, (limit,), method="Nelder-Mead", options=options).fun for x in starts)
        assert 2 * (found.log_likelihood + best) == pytest.approx(stats.chi2.isf(0.05, 1), abs=1e-5)


@pytest.mark.parametrize("name", ["bcg_rr", "normand1999", "raudenbush1985"])
def test_the_direction_follows_the_average_by_default(name):
    y, v = np.array(SETS[name]["yi"]), np.array(SETS[name]["vi"])
    found, mirrored = selection_model(y, v), selection_model(-y, v)
    expected = "greater" if pool(y, v, method="ML").estimate > 0 else "less"
    assert found.alternative == expected
    assert mirrored.alternative != expected
    assert mirrored.estimate == pytest.approx(-found.estimate, rel=1e-6)
    assert mirrored.weights == pytest.approx(found.weights, rel=1e-6)


def test_selected_trials_have_a_smaller_average_after_adjustment():
    found = selection_model(*SELECTED)
    assert found.counts == (6, 2)
    assert found.steps == (0.025, 1.0)
    assert found.weights[0] == 1
    assert found.weights[1] < 1
    assert found.estimate < pool(*SELECTED, method="ML").estimate


@laws
@given(st.floats(-4, 4))
def test_the_unit_of_the_effects_does_not_matter(exponent):
    unit = 10.0**exponent
    y, v = (np.array(column) for column in SELECTED)
    before, after = selection_model(y, v), selection_model(unit * y, unit**2 * v)
    assert after.estimate == pytest.approx(unit * before.estimate, rel=1e-6)
    assert after.se == pytest.approx(unit * before.se, rel=1e-6)
    assert after.tau2 == pytest.approx(unit**2 * before.tau2, rel=1e-5, abs=1e-9 * unit**2)
    assert after.weights == pytest.approx(before.weights, rel=1e-5)
    assert after.lr_p_value == pytest.approx(before.lr_p_value, rel=1e-6)


def test_the_order_of_trials_does_not_matter():
    y, v = (np.array(column)[[3, 1, 7, 0, 2, 6, 5, 4]] for column in SELECTED)
    assert selection_model(y, v).estimate == pytest.approx(selection_model(*SELECTED).estimate, rel=1e-7)


@laws
@given(st.integers(1, 2**31))
def test_selection_is_never_less_likely_than_none(seed):
    draws = np.random.default_rng(seed)
    v = draws.uniform(0.02, 0.2, 12)
    z = np.concatenate([draws.uniform(2, 3, 6), draws.uniform(-1, 1.9, 6)])
    found = selection_model(np.sqrt(v) * z, v, alternative="greater")
    assert found.counts == (6, 6)
    assert found.lr_statistic >= 0
    assert 0 <= found.lr_p_value <= 1
    assert found.se > 0


def test_doubling_the_trials_halves_the_variance_and_doubles_the_evidence():
    y, v = (np.tile(column, 2) for column in SELECTED)
    once, twice = selection_model(*SELECTED), selection_model(y, v)
    assert twice.estimate == pytest.approx(once.estimate, rel=1e-6)
    assert twice.weights == pytest.approx(once.weights, rel=1e-6)
    assert twice.lr_statistic == pytest.approx(2 * once.lr_statistic, rel=1e-6)
    assert twice.se == pytest.approx(once.se / np.sqrt(2), rel=1e-6)


@pytest.mark.parametrize(
    ("data", "choice", "message"),
    [
        (([0.1, 0.9, 0.4], [0.1, 0.02, 0.1]), {}, r"1 weight parameter\(s\) needs at least 4 trials, got 3"),
        (
            ([0.1, 0.2, 0.1, 0.3], [0.1] * 4),
            {},
            r"no trial has a p-value in \(0, 0.025\], so the chance of publication",
        ),
        ((SELECTED[0], [0.001] * 8), {"steps": (0.025, 0.5)}, r"no trial has a p-value in \(0.5, 1\]"),
        (SELECTED, {"steps": (0.5, 0.025)}, r"steps must be increasing p-values between 0 and 1, got \[0.5, 0.025\]"),
        (SELECTED, {"steps": ()}, "steps must be increasing p-values"),
        (SELECTED, {"alternative": "both"}, "alternative must be one of auto, greater, less, two-sided; got 'both'"),
    ],
)
def test_refuses_what_cannot_be_estimated(data, choice, message):
    with pytest.raises(SynthesisError, match=message):
        selection_model(*data, **choice)


# fmt: off
FAR_OFF = (
    [0.82, 0.59, 0.44, 1.22, 0.67, 1.09, 1.29, 1.02, 0.54, 1.06, 0.65, 1.96, 1.61, 2.67],
    [0.016, 0.374, 0.043, 0.34, 0.104, 0.277, 0.191, 0.26, 0.052, 0.258, 0.086, 0.321, 0.377, 0.397],
)
"""The likelihood of the beta function is highest at an average of -7.6, of a local maximum it is 0.6."""
HIGHEST_OUTSIDE = (
    [0.9, 1.13, 1.03, 1.01, 0.97, 0.93, 1.04, 1.3, 1.03, 1.04, 0.93, 1.07, 0.81, 1.14, 0.96, 1.07, 1.03, 1.24, 1.1,
     1.11],
    [0.214, 0.081, 0.055, 0.125, 0.231, 0.226, 0.136, 0.201, 0.251, 0.039, 0.171, 0.232, 0.251, 0.081, 0.156, 0.123,
     0.094, 0.244, 0.177, 0.177],
)
"""It is highest far from all effects, and there is a maximum among them."""
# fmt: on


@pytest.mark.parametrize(
    ("effects", "bounds"),
    [
        ((SETS["raudenbush1985"]["yi"], SETS["raudenbush1985"]["vi"]), (("delta2",), ("delta1",))),
        (FAR_OFF, ((), ())),
    ],
)
def test_the_exponents_change_places_with_the_direction_also_where_one_is_0_and_far_from_the_effects(effects, bounds):
    less, greater = (beta_selection_model(*effects, alternative=side) for side in ("less", "greater"))
    assert (less.at_bound, greater.at_bound) == bounds
    for field in ("estimate", "se", "tau2", "log_likelihood", "profile_low", "profile_high"):
        assert getattr(less, field) == pytest.approx(getattr(greater, field), rel=1e-6), field
    assert less.weights == pytest.approx(greater.weights[::-1], rel=1e-6)


@pytest.mark.parametrize("alternative", ["less", "greater"])
def test_a_likelihood_that_is_highest_far_from_all_effects_is_refused_in_either_direction(alternative):
    with pytest.raises(SynthesisError, match="highest far from most effects"):
        beta_selection_model(*HIGHEST_OUTSIDE, alternative=alternative)


def test_a_likelihood_that_rises_without_end_is_refused():
    # Exponents without end let nothing be published but what is exactly 0.
    with pytest.raises(SynthesisError, match="has no maximum: an exponent runs off to infinity; use fewer"):
        beta_selection_model([0.0] * 6, [0.05, 0.1, 0.07, 0.02, 0.03, 0.09], alternative="greater")


def test_a_likelihood_that_is_highest_far_from_all_effects_is_refused():
    y, v = (
        [0.57, 1.006, 0.334, 0.578, 0.58, 0.583, 0.671, 0.699],
        [0.0265, 0.0266, 0.0265, 0.0357, 0.1624, 0.1214, 0.0265, 0.0265],
    )
    with pytest.raises(SynthesisError, match="highest far from most effects"):
        beta_selection_model(y, v, alternative="greater")


def test_a_likelihood_that_is_highest_at_one_effect_far_from_the_others_is_refused_as_metafor_finds_no_maximum():
    with pytest.raises(SynthesisError, match="highest far from most effects"):
        beta_selection_model([0.1, 0.2, 0.15, 0.3, 50.0], [0.1, 0.1, 0.2, 0.1, 0.1])


def test_the_beta_function_refuses_two_sided_p_values_and_few_trials():
    with pytest.raises(SynthesisError, match="the beta weight function takes one-sided p-values"):
        beta_selection_model(*SELECTED, alternative="two-sided")
    with pytest.raises(SynthesisError, match=r"2 weight parameter\(s\) needs at least 5 trials, got 4"):
        beta_selection_model(SELECTED[0][:4], SELECTED[1][:4])


@laws
@given(st.integers(1, 2**31))
def test_extreme_variances_end_in_an_estimate_or_a_stated_refusal(seed):
    draws = np.random.default_rng(seed)
    v = 10 ** draws.uniform(-8, 8, 12)
    z = np.concatenate([draws.uniform(2, 3, 6), draws.uniform(-1, 1.9, 6)])
    for model in (selection_model, beta_selection_model):
        try:
            found = model(np.sqrt(v) * z, v)
        except SynthesisError:
            continue
        assert np.isfinite([found.estimate, found.se, found.tau2, found.lr_p_value]).all()
