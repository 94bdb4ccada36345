"""Meta-regression, permutation tests and subgroups: against metafor, laws, refusals."""

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import compare_subgroups, permutation_test, pool, regress

GOLDEN = json.loads((Path(__file__).parents[2] / "oracle" / "golden_models.json").read_text("utf-8"))
CASES = [(name, fit) for name, golden in GOLDEN["regression"].items() for fit in golden["fits"]]
BCG = GOLDEN["regression"]["bcg"]


@pytest.mark.parametrize(("name", "fit"), CASES)
def test_agrees_with_metafor(name, fit):
    golden, (method, test) = GOLDEN["regression"][name], fit.split("_")
    found = regress(
        golden["effects"],
        golden["variances"],
        golden["moderators"],
        method="CE" if method == "FE" else method,
        interval="HKSJ" if test == "knha" else "normal",
    )
    for field, expected in golden["fits"][fit].items():
        if expected is None:
            assert field == "r2"
            assert np.isnan(found.r2)
            continue
        np.testing.assert_allclose(getattr(found, field), expected, rtol=1e-6, atol=1e-9, err_msg=field)


@pytest.mark.parametrize("name", GOLDEN["permutation"])
def test_exact_permutation_agrees_with_metafor(name):
    golden = GOLDEN["permutation"][name]
    found = permutation_test(golden["effects"], golden["variances"], golden["moderators"], interval="HKSJ")
    assert found.exact
    assert found.permutations == 360  # two of the six trials are alike
    np.testing.assert_allclose(found.p_values, golden["p_values"], rtol=1e-12)
    assert found.qm_p_value == pytest.approx(golden["qm_p_value"], rel=1e-12)


def test_random_permutation_is_repeatable_and_close_to_the_exact_one():
    golden = GOLDEN["permutation"]["bcg"]
    data = golden["effects"], golden["variances"], golden["moderators"]
    one, two = (permutation_test(*data, iterations=300, seed=7) for _ in range(2))
    assert not one.exact
    assert one.p_values.tolist() == two.p_values.tolist()
    assert one.qm_p_value == pytest.approx(golden["qm_p_value"], abs=0.08)
    assert one.p_values.min() >= 1 / 300


@pytest.mark.parametrize(
    ("noise", "shift", "wide"), [(1.0, 0, 1), (1e-4, 0, 1), (1, 1e4, 1), (1e-4, 1e4, 1), (1, 0, 5)]
)
@pytest.mark.parametrize("design", [[0, 1, 2, 4, 9], [[0, 1], [1, 0], [2, 0], [4, 2], [9, 1]]])
def test_each_order_is_the_regression_of_trials_exchanged_by_hand(design, noise, shift, wide):
    # With little noise the observed order leaves next to nothing, and sums of squares all but cancel, as they do where
    # two trials outweigh the others.
    y = 0.2 * np.reshape(design, (5, -1))[:, 0] + noise * np.array([0.1, -0.3, 0.2, 0.25, -0.1])
    v = np.array([0.02, 0.3, 0.05, 0.01, 0.1]) ** wide
    found = permutation_test(y + shift, v, design)
    tests = [regress(y[list(order)], v[list(order)], design).qm for order in permutations(range(5))]
    assert (found.permutations, found.exact) == (120, True)
    assert found.qm_p_value == pytest.approx(np.mean(np.array(tests) >= tests[0] * (1 - 1e-8)), abs=1e-12)


def trials(min_size=4, max_size=10):
    row = st.tuples(st.floats(-3, 3), st.floats(0.001, 2), st.integers(-5, 5))
    return st.lists(row, min_size=min_size, max_size=max_size).map(
        lambda rows: tuple(np.array(column, dtype=float) for column in zip(*rows, strict=True))
    )


@settings(max_examples=60)
@given(trials(), st.floats(-20, 20), st.floats(0.1, 10))
def test_another_origin_and_unit_of_the_moderator_change_only_its_coefficient(data, origin, unit):
    y, v, x = data
    assume(np.ptp(x) > 0)
    before = regress(y, v, x, interval="normal")
    after = regress(y, v, origin + unit * x, interval="normal")
    assert after.coefficients[1] == pytest.approx(before.coefficients[1] / unit, rel=1e-6, abs=1e-8 / unit)
    assert after.tau2 == pytest.approx(before.tau2, rel=1e-6, abs=1e-8)
    assert after.qm == pytest.approx(before.qm, rel=1e-5, abs=1e-7)


@settings(max_examples=60)
@given(trials(), st.floats(-2, 2))
def test_effects_on_a_line_are_wholly_explained(data, slope):
    _, v, x = data
    assume(np.ptp(x) > 0)
    found = regress(0.3 + slope * x, v, x, interval="adhoc")
    np.testing.assert_allclose(found.coefficients, [0.3, slope], atol=1e-9)
    assert found.tau2 == 0
    assert found.qe == pytest.approx(0, abs=1e-9)


def test_a_subgroup_test_compares_subgroups_and_not_their_means_with_zero():
    # All subgroups share one clear effect: each differs from 0, none from another.
    effects = np.tile([0.48, 0.50, 0.52, 0.49, 0.51], 3)
    found = compare_subgroups(effects, np.full(15, 0.01), np.repeat(["a", "b", "c"], 5), interval="normal")
    assert (found.estimate - 1.96 * found.se > 0.3).all()
    assert found.qm_p_value == pytest.approx(1.0)
    assert found.difference_p_value.tolist() == pytest.approx([1, 1, 1])


def test_subgroups_are_the_cells_of_the_same_regression():
    golden = GOLDEN["regression"]["alloc"]
    members = np.array(golden["moderators"])
    labels = np.where(members[:, 0] == 1, "random", np.where(members[:, 1] == 1, "systematic", "alternate"))
    found = compare_subgroups(golden["effects"], golden["variances"], labels, interval="HKSJ")
    fit = golden["fits"]["REML_knha"]
    assert found.qm == pytest.approx(fit["qm"], rel=1e-6)
    assert found.qm_p_value == pytest.approx(fit["qm_p_value"], rel=1e-6)
    means = dict(zip(found.groups.tolist(), found.estimate, strict=True))
    assert means["random"] - means["alternate"] == pytest.approx(fit["coefficients"][1], rel=1e-6)
    assert found.k.sum() == len(golden["effects"])
    # The first label met is the reference, and its own interval is that of the intercept when it is 0/0.
    reference = found.groups[0]
    assert found.difference[0] == 0
    assert found.difference[1] == pytest.approx(means[found.groups[1]] - means[reference])


def test_without_heterogeneity_there_is_nothing_to_explain():
    found = regress([0.1, 0.11, 0.12, 0.1], [0.2, 0.3, 0.4, 0.2], [1, 2, 3, 5], interval="normal")
    assert found.tau2 == 0
    assert np.isnan(found.r2)


def test_a_useless_moderator_leaves_the_average_as_it_was():
    y, v = np.array(BCG["effects"]), np.array(BCG["variances"])
    alone = pool(y, v, method="CE", interval="normal")
    weights = 1 / v
    x = np.arange(y.size, dtype=float)
    x -= (weights @ x) / weights.sum()
    both = regress(y, v, x, method="CE", interval="normal")
    assert both.coefficients[0] == pytest.approx(alone.estimate, rel=1e-10)
    assert both.se[0] == pytest.approx(alone.se, rel=1e-10)


Y, V = [0.1, 0.2, 0.4, 0.3], [0.1, 0.1, 0.2, 0.1]


@pytest.mark.parametrize(
    ("moderators", "message"),
    [
        pytest.param([1, 2, 3], r"^moderators must have shape \(4, p\), one row per effect, got \(3, 1\)$", id="rows"),
        pytest.param([1, 1, 1, 1], r"linearly dependent columns; leave one out$", id="constant"),
        pytest.param([[1, 2], [2, 4], [3, 6], [5, 10]], r"linearly dependent columns", id="multiples"),
        pytest.param(
            [1, np.nan, 2, np.inf], r"^moderator 0 must be finite; positions \[1, 3\] are nan, inf$", id="nan"
        ),
        pytest.param(np.eye(4)[:, :3], r"3 moderators needs at least 5 effect sizes, got 4; use fewer", id="many"),
        pytest.param(["a", "b", "a", "b"], r"^moderators must be numbers; code categories as 0/1", id="text"),
    ],
)
def test_refuses_impossible_moderators(moderators, message):
    with pytest.raises(SynthesisError, match=message):
        regress(Y, V, moderators)


def test_refuses_to_test_against_nothing():
    with pytest.raises(SynthesisError, match=r"^all effects lie exactly on the regression; use interval='adhoc'"):
        regress([0.0, 0.0, 0.0, 0.0], V, [1, 2, 3, 5], interval="HKSJ")


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
@pytest.mark.parametrize("off", [0.0, 1e-16, 1e-13, 1e-11])
def test_refuses_to_test_against_rounding_in_any_unit(unit, off):
    y = unit * np.array([0.1, 0.1 + off, 0.2, 0.2])
    with pytest.raises(SynthesisError, match=r"^all effects lie exactly on the regression"):
        compare_subgroups(y, unit**2 * np.full(4, 0.1), list("aabb"), interval="HKSJ")
    assert compare_subgroups(y, unit**2 * np.full(4, 0.1), list("aabb")).difference_p_value[0] > 0.1
    apart = unit * np.array([0.1, 0.1001, 0.2, 0.2])
    assert np.isfinite(compare_subgroups(apart, unit**2 * np.full(4, 0.1), list("aabb"), interval="HKSJ").qm)


def test_refuses_trials_without_a_subgroup():
    with pytest.raises(SynthesisError, match=r"^groups must not be missing; positions \[3, 4\] are$"):
        compare_subgroups([0.1, 0.3, 0.2, 0.4, 0.2], [*V, 0.1], np.array(["a", "a", "b", None, np.nan], dtype=object))


def test_refuses_one_subgroup():
    with pytest.raises(SynthesisError, match=r"^a comparison needs at least two subgroups, got \['a'\]$"):
        compare_subgroups(Y, V, ["a"] * 4)
    message = "^a comparison of 4 subgroups needs at least 5 effect sizes, got 4; join subgroups$"
    with pytest.raises(SynthesisError, match=message):
        compare_subgroups(Y, V, list("abcd"))


def test_refuses_too_few_permutations():
    with pytest.raises(SynthesisError, match=r"^iterations must be at least 20 to reach p = .05, got 10$"):
        permutation_test(Y, V, [1, 2, 3, 5], iterations=10)


def restricted_deviance(effects, variances, design, tau2):
    """Return the REML deviance up to a constant, written out for one value of tau2."""
    weights = 1 / (variances + tau2)
    gram = design.T @ (design * weights[:, None])
    residuals = effects - design @ np.linalg.solve(gram, design.T @ (weights * effects))
    return -np.log(weights).sum() + np.linalg.slogdet(gram)[1] + (weights * residuals**2).sum()


@pytest.mark.parametrize("seed", range(40))
def test_with_one_degree_of_freedom_left_tau2_is_still_the_global_maximum(seed):
    random = np.random.default_rng(seed)
    effects, variances = 3 * random.normal(size=6), random.uniform(0.01, 0.3, 6)
    moderators = random.normal(size=(6, 4))
    design = np.column_stack([np.ones(6), moderators])
    grid = np.concatenate([[0.0], np.geomspace(1e-5, 1e4, 2000)])
    best = min(restricted_deviance(effects, variances, design, tau2) for tau2 in grid)
    found = restricted_deviance(effects, variances, design, regress(effects, variances, moderators).tau2)
    assert found <= best + 1e-9


@settings(max_examples=150)
@given(trials(min_size=4, max_size=5), st.integers(1, 3), st.integers(0, 10_000))
def test_no_other_tau2_is_likelier_even_with_one_degree_of_freedom(data, p, seed):
    y, v, _ = data
    p = min(p, y.size - 2)
    x = np.random.default_rng(seed).normal(size=(y.size, p))
    design = np.column_stack([np.ones(y.size), x])
    best = regress(y, v, x, interval="normal").tau2

    def log_likelihood(t):
        w = 1 / (v + t)
        gram = design.T @ (w[:, None] * design)
        residuals = y - design @ np.linalg.solve(gram, design.T @ (w * y))
        return 0.5 * (np.log(w).sum() - np.linalg.slogdet(gram)[1] - w @ residuals**2)

    others = np.concatenate([[0.0], np.geomspace(1e-6, 1e4, 200)])
    assert log_likelihood(best) >= max(log_likelihood(t) for t in others) - 1e-7
