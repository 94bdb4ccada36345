"""Units, origins and the order of rows change no answer, and neither do variances that range over twelve decades."""

from dataclasses import fields
from fractions import Fraction

import numpy as np
import pytest
from scipy import special

from ipt_evidence.synthesis import (
    location_scale,
    network,
    network_regression,
    p_uniform_star,
    pool_dependent,
    pool_multilevel,
    pool_multivariate,
    regress,
    regress_dependent,
    selection_model,
    worst_case_bias,
    z_curve,
)

POWER = dict.fromkeys(("estimate", "se", "robust_se", "coefficients", "ci_low", "ci_high"), 1)
POWER |= dict.fromkeys(("tau2", "sigma2", "sigma2_between", "sigma2_within", "between"), 2)


def _data(seed, k=12):
    rng = np.random.default_rng(seed)
    v = np.exp(rng.normal(-3, 1.5, k))
    trials = rng.integers(0, 5, k)
    y = 0.3 + rng.normal(0, 0.3, 5)[trials] + rng.normal(0, np.sqrt(v))
    return y, v, trials, rng.normal(size=k), rng.integers(0, 3, k), rng.permutation(k)


MODELS = {
    "pool_dependent": lambda y, v, trials, x, other: pool_dependent(y, v, trials),
    "regress_dependent": lambda y, v, trials, x, other: regress_dependent(y, v, trials, x),
    "pool_multilevel": lambda y, v, trials, x, other: pool_multilevel(y, v, {"trial": trials, "other": other}),
    "location_scale": lambda y, v, trials, x, other: location_scale(y, v, x),
    "pool_multivariate": lambda y, v, trials, x, other: pool_multivariate(
        np.column_stack([y, y + x * np.sqrt(v)]), np.column_stack([v, 2 * v])
    ),
}


def _same(one, other, factor, tolerance, leave=()):
    for field in fields(one):
        if field.name in POWER and field.name not in leave:
            expected = np.asarray(getattr(one, field.name)) * factor ** POWER[field.name]
            scale = np.abs(expected[np.isfinite(expected)]).max(initial=0)
            np.testing.assert_allclose(
                getattr(other, field.name), expected, rtol=0, atol=tolerance * scale, err_msg=field.name
            )


@pytest.mark.parametrize("seed", [1, 4, 6])
@pytest.mark.parametrize("model", MODELS)
def test_likelihood_models_depend_neither_on_units_nor_on_order(model, seed):
    """To 1e-8 and 1e-9: the likelihood alone tells the place of its maximum to 1e-7 only, and often less."""
    fit, (y, v, *labels, order) = MODELS[model], _data(seed)
    found = fit(y, v, *labels)
    for factor in (1e-6, 1e6):
        _same(found, fit(factor * y, factor**2 * v, *labels), factor, 1e-8)
    moved = fit(y[order], v[order], *(label[order] for label in labels))
    _same(found, moved, 1, 1e-9, leave=("tau2",) if model == "location_scale" else ())


@pytest.mark.parametrize("origin", [0.0, 2e3, 1e7])
@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e9])
def test_robust_tests_depend_neither_on_the_unit_nor_on_the_origin_of_a_moderator(unit, origin):
    y, v, trials, x, *_ = _data(2)
    expected, found = (
        regress_dependent(y, v, trials, np.column_stack([one, x**2])) for one in (x, unit * (x + origin))
    )
    assert found.statistics[1:] == pytest.approx(expected.statistics[1:], rel=1e-6)
    assert found.robust_df[1:] == pytest.approx(expected.robust_df[1:], rel=1e-6)
    assert [found.qm, found.qm_df2] == pytest.approx([expected.qm, expected.qm_df2], rel=1e-6)


@pytest.mark.parametrize("unit", [1e-9, 1.0, 1e12])
def test_a_slope_that_trials_do_not_tell_is_unknown_in_any_unit(unit):
    found = network_regression(
        [0.3, 0.4, 0.6, 0.7, 0.2, 0.5],
        [0.1, 0.2, 0.1, 0.2, 0.3, 0.1],
        list("aabbdd"),
        ["c"] * 6,
        list("123456"),
        unit * np.array([0, 1, 0.5, 0.7, 0.4, 0.4]),
        reference="c",
        interaction="separate",
    )
    assert unit * found.slope == pytest.approx([0, 0.1, 0.5, np.nan], nan_ok=True)
    assert (found.qm_df, found.qm) == (2, pytest.approx(1 / 15))
    assert np.isnan(found.estimate[3, :3]).all()


def test_moderators_that_nearly_follow_from_one_another_are_tested_like_what_they_differ_by():
    y, v, trials, x, *_ = _data(3)
    other = np.cos(7 * x)
    for fit in (lambda m: regress(y, v, m), lambda m: regress_dependent(y, v, trials, m)):
        expected, found = fit(np.column_stack([x, other])), fit(np.column_stack([x, 2 * x + 1e-8 * other]))
        assert found.qm == pytest.approx(expected.qm, rel=1e-5)
        assert found.qm_p_value == pytest.approx(expected.qm_p_value, rel=1e-5)


def _solved(matrix, right):
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        best = max(range(i, len(rows)), key=lambda r: abs(rows[r][i]))
        rows[i], rows[best] = rows[best], rows[i]
        rows[i] = [entry / rows[i][i] for entry in rows[i]]
        for r in range(len(rows)):
            if r != i:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def _exact(y, v, design):
    """Weighted least squares in fractions: coefficients, their variances, Q and DerSimonian and Laird's tau2."""
    y, w = [Fraction(float(one)) for one in y], [1 / Fraction(float(one)) for one in v]
    x, p = [[Fraction(float(one)) for one in row] for row in design], design.shape[1]
    gram, squared = (
        [[sum(a**power * r[i] * r[j] for a, r in zip(w, x, strict=True)) for j in range(p)] for i in range(p)]
        for power in (1, 2)
    )
    b = _solved(gram, [sum(a * r[i] * one for a, r, one in zip(w, x, y, strict=True)) for i in range(p)])
    inverse = [_solved(gram, [Fraction(int(i == j)) for i in range(p)]) for j in range(p)]
    errors = [one - sum(c * d for c, d in zip(r, b, strict=True)) for r, one in zip(x, y, strict=True)]
    q = sum(a * e**2 for a, e in zip(w, errors, strict=True))
    left = sum(w) - sum(inverse[i][j] * squared[j][i] for i in range(p) for j in range(p))
    tau2 = max((q - (len(y) - p)) / left, Fraction(0))
    return [float(one) for one in b], [float(inverse[i][i]) for i in range(p)], float(q), float(tau2)


@pytest.mark.parametrize("seed", range(12))
def test_variances_over_twelve_decades_cost_no_digits(seed):
    rng = np.random.default_rng(seed)
    k = int(rng.integers(5, 9))
    v, x = 10 ** rng.uniform(-8, 4, k), rng.normal(size=k)
    y = 0.3 + 0.2 * x + rng.normal(0, 3 * np.sqrt(v))
    b, variances, q, tau2 = _exact(y, v, np.column_stack([np.ones(k), x]))
    found = regress(y, v, x, method="CE", interval="normal")
    assert found.coefficients == pytest.approx(b, rel=1e-9)
    assert found.se**2 == pytest.approx(variances, rel=1e-9)
    assert found.qe == pytest.approx(q, rel=1e-9)
    assert regress(y, v, x, method="DL").tau2 == pytest.approx(tau2, rel=1e-8)
    arms = np.column_stack([np.arange(k) % 3, (np.arange(k) + 1) % 3])
    design = np.zeros((k, 3))
    design[np.arange(k), arms[:, 0]], design[np.arange(k), arms[:, 1]] = 1, -1
    b, _, q, tau2 = _exact(y, v, design[:, 1:])
    found = network(y, v, arms[:, 0], arms[:, 1], range(k), method="DL")
    assert (found.q, found.tau2) == pytest.approx((q, tau2), rel=1e-8)
    common = network(y, v, arms[:, 0], arms[:, 1], range(k), method="CE")
    assert common.estimate[1:, 0] == pytest.approx(b, rel=1e-8)


SIDES = {
    "selection_model": lambda y, v: selection_model(y, v, steps=(0.025,), alternative="greater").counts,
    "two-sided": lambda y, v: selection_model(y, v, steps=(0.05,), alternative="two-sided").counts,
    "worst_case_bias": lambda y, v: (worst_case_bias(y, v).k_affirmative,),
    "p_uniform_star": lambda y, v: (p_uniform_star(y, v).k_significant,),
    "z_curve": lambda y, v: (z_curve(y, v, draws=100).k_significant,),
}
AT_STEP = {
    "selection_model": (27, 13), "two-sided": (27, 13), "worst_case_bias": (12,), "p_uniform_star": (27,),
    "z_curve": (27,),
}  # fmt: skip


@pytest.mark.parametrize("model", SIDES)
def test_trials_at_a_step_of_the_p_value_are_on_one_side_of_it_in_any_unit(model):
    """Rounding put trials with p = 0.05 on either side, and a weight went from 0.01 to 0.38 with the unit."""
    rng = np.random.default_rng(1)
    v = rng.uniform(0.01, 0.2, 40)
    z = np.concatenate([rng.uniform(2.1, 4, 12), np.full(15, -special.ndtri(0.025)), rng.uniform(0.01, 1.8, 13)])
    y = z * np.sqrt(v)
    for unit in rng.uniform(0.1, 10, 12):
        found = SIDES[model](unit * y, unit**2 * v)
        assert found == AT_STEP[model]
