"""Dependent effects where little is left of numbers of sixteen digits: against the same equations in eighty."""

from decimal import Decimal, localcontext

import numpy as np
import pytest

from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis import constant_correlation, pool_dependent, pool_multilevel, regress_dependent

EXACT = np.vectorize(Decimal, otypes=[object])


@pytest.fixture(autouse=True)
def _eighty_digits():
    with localcontext(prec=80):
        yield


def solved(matrix, columns):
    """Return a positive definite matrix (n, n) inverse times columns (n, q), and its determinant, by elimination."""
    rows, determinant = np.hstack([matrix, columns]), Decimal(1)
    for place in range(len(matrix)):
        determinant *= rows[place, place]
        rows[place] = rows[place] / rows[place, place]
        for other in {*range(len(matrix))} - {place}:
            rows[other] = rows[other] - rows[other, place] * rows[place]
    return rows[:, len(matrix) :], determinant


def inverse(matrix):
    return solved(matrix, EXACT(np.eye(len(matrix), dtype=int)))[0]


def root(matrix):
    """Return the symmetric root of a positive definite matrix of one or two rows."""
    if len(matrix) == 1:
        return np.array([[matrix[0, 0].sqrt()]])
    size = (matrix[0, 0] * matrix[1, 1] - matrix[0, 1] * matrix[1, 0]).sqrt()
    return (matrix + size * EXACT(np.eye(2, dtype=int))) / (matrix.trace() + 2 * size).sqrt()


def robust_in_decimals(y, v, clusters, design, rho, variances):
    """Return CR2 standard errors and Satterthwaite's degrees of freedom: trials of one or two effects."""
    y, v, x, rho = EXACT(y), EXACT(v), EXACT(design), Decimal(rho)
    between, within = EXACT(variances)
    trials = [np.flatnonzero(clusters == cluster) for cluster in np.unique(clusters)]
    totals = []
    for mine in trials:
        total = np.array(
            [[between + (v[i] + within if i == j else rho * (v[i] * v[j]).sqrt()) for j in mine] for i in mine]
        )
        totals.append(total)
    weighted = [inverse(total) @ x[mine] for total, mine in zip(totals, trials, strict=True)]
    model = inverse(sum(x[mine].T @ one for one, mine in zip(weighted, trials, strict=True)))
    fitted = x @ model @ sum(one.T @ y[mine] for one, mine in zip(weighted, trials, strict=True))
    loadings = []
    for total, one, mine in zip(totals, weighted, trials, strict=True):
        half = root(total)
        adjust = half @ inverse(root(half @ (total - x[mine] @ model @ x[mine].T) @ half)) @ half
        loadings.append(adjust @ one @ model)
    parts = np.array([loading.T @ (y - fitted)[mine] for loading, mine in zip(loadings, trials, strict=True)])
    patterns = np.array([x[mine].T @ loading for loading, mine in zip(loadings, trials, strict=True)])
    df = []
    for column in range(x.shape[1]):
        omega = -patterns[:, :, column] @ model @ patterns[:, :, column].T
        for place, (total, loading) in enumerate(zip(totals, loadings, strict=True)):
            omega[place, place] += loading[:, column] @ total @ loading[:, column]
        df.append(omega.trace() ** 2 / (omega**2).sum())
    return [float(sum(part**2).sqrt()) for part in parts.T], [float(one) for one in df]


def all_but_decided(seed):
    """Return effects of which one trial, of next to no variance, all but decides a moderator."""
    rng = np.random.default_rng(seed)
    clusters = np.repeat(np.arange(6), rng.integers(1, 3, 6))
    first, n = clusters == 0, clusters.size
    v = 10 ** rng.uniform(-2, 0, n)
    v[first] = 10 ** rng.uniform(-11, -8) * rng.uniform(1, 2, first.sum())
    x = np.where(first, 1.0, 0.0) + (10 ** rng.uniform(-4, -1) if seed % 2 else 1.0) * rng.normal(size=n)
    y = rng.normal(0, 0.3, n) + np.sqrt(v) * rng.normal(size=n)
    return y, v, clusters, x, float(rng.choice([0.0, 0.6, 0.9]))


@pytest.mark.parametrize("seed", range(40))
def test_robust_tests_of_what_one_trial_all_but_decides_keep_their_digits(seed):
    y, v, clusters, x, rho = all_but_decided(seed)
    found = regress_dependent(y, v, clusters, x, rho=rho)
    design = np.column_stack([np.ones(y.size), x])
    se, df = robust_in_decimals(y, v, clusters, design, rho, (found.sigma2_between, found.sigma2_within))
    known = np.array([trial is None for trial in found.decided_by])
    assert found.robust_se[known] == pytest.approx(np.array(se)[known], rel=1e-6)
    assert found.robust_df[known] == pytest.approx(np.array(df)[known], rel=1e-6)


def likelihood_in_decimals(y, covariance, numbers, variances):
    """Return the restricted log-likelihood, the average and its standard error."""
    total, n = EXACT(covariance), len(y)
    for number, variance in zip(numbers, variances, strict=True):
        total = total + Decimal(variance) * EXACT((number[:, None] == number).astype(int))
    ones, y = EXACT(np.ones(n, dtype=int)), EXACT(y)
    weighted, determinant = solved(total, ones[:, None])
    weight = weighted[:, 0].sum()
    average = weighted[:, 0] @ y / weight
    q = (y - average) @ solved(total, (y - average)[:, None])[0][:, 0]
    sizes = determinant.ln() + (weight / n).ln() + q
    return -0.5 * float(sizes) - 0.5 * (n - 1) * np.log(2 * np.pi), float(average), float(1 / weight.sqrt())


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-8])
@pytest.mark.parametrize("seed", range(4))
def test_effects_that_nearly_repeat_each_other_keep_their_digits(seed, gap):
    # They differ by far more than their errors allow, and the variances of factors are as large as that asks for.
    rng = np.random.default_rng(seed)
    trials, teams, n = np.repeat(np.arange(5), 3), np.repeat(np.arange(3), [6, 6, 3]), 15
    v, y, raters = 0.3 * rng.uniform(1, 1.001, n), rng.normal(0, 0.5, n), rng.integers(0, 4, n)
    covariance = constant_correlation(v, trials, rho=1 - gap)
    found = pool_multilevel(y, v, {"trial": trials, "team": teams, "rater": raters}, covariance=covariance)
    height, average, se = likelihood_in_decimals(y, covariance, [trials, teams, raters], found.sigma2)
    assert found.log_likelihood == pytest.approx(height, rel=1e-6)
    assert found.estimate == pytest.approx(average, abs=1e-6 * se)
    assert found.se == pytest.approx(se, rel=1e-6)


def test_effects_next_to_sums_of_each_other_are_refused_by_all_alike():
    y, v, trials = [0.1, 0.2, 0.4, 0.3], [0.1] * 4, [0, 0, 1, 1]
    covariance = np.where(np.equal.outer(trials, trials), 0.1 * (1 - 2e-11), 0.0)
    np.fill_diagonal(covariance, v)
    for call in (
        lambda: pool_dependent(y, v, trials, covariance=covariance),
        lambda: pool_multilevel(y, v, {"trial": trials}, covariance=covariance),
    ):
        with pytest.raises(SynthesisError, match="is not positive definite; lower rho or leave out"):
            call()
