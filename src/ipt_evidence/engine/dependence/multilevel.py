"""Effects with any number of sources of variation, nested or crossed: trials, their effects, instruments, teams."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Checks, Floats, short
from ipt_evidence.engine.dependence.clustered import check_spread
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import read_labels
from ipt_evidence.engine.maxima import climb_variances, polished_variances
from ipt_evidence.engine.pooling.aggregation import ALIKE, cluster_numbers, read_sampling
from ipt_evidence.engine.pooling.inference import chi2_p, critical_value, infer
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.errors import SynthesisError

_RANGE = 1e12
_ALIKE = 1e-7
_HIGHER = 1e-9
"""Share of the likelihood by which a maximum must be higher than another one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledMultilevel(FrozenArrays):
    """An average of effects that vary by several factors.

    Attributes
    ----------
    n_effects : int
        Number of effect sizes.
    factors : tuple of str
        Sources of variation, as named.
    n_levels : ndarray of int, shape (f,)
        Different labels of each.
    sigma2 : ndarray, shape (f,)
        Variance of true effects by each factor.
    at_bound : tuple of str
        Factors whose variance is held at 0, from where the likelihood falls.
    i2 : ndarray, shape (f,)
        Share of each in the total variance, percent.
    estimate, se, df, statistic, p_value, ci_low, ci_high : float
        Average, its standard error under the model, and t with ``df``: levels of the factor that has fewest, minus one.
    pi_low, pi_high : float
        Prediction interval for an effect with new labels of every factor, by t with ``df``; NaN for ``df < 2``.
    q, q_df, q_p_value : float
        Test of heterogeneity, with the sampling covariances.
    log_likelihood : float
        Restricted log-likelihood.
    level : float
        Coverage of the intervals.
    """

    n_effects: int
    factors: tuple[str, ...]
    n_levels: NDArray[np.int64]
    sigma2: Floats
    at_bound: tuple[str, ...]
    i2: Floats
    estimate: float
    se: float
    df: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    q: float
    q_df: int
    q_p_value: float
    log_likelihood: float
    level: float


class _Fit(NamedTuple):
    """The restricted likelihood at one vector of variances: its slope, average information, mean and what follows."""

    log_likelihood: float
    score: Floats
    information: Floats
    estimate: float
    variance: float
    q: float


class _Model:
    """Effects with a sampling covariance (n, n), and factors with l labels in all."""

    def __init__(self, effects: Floats, covariance: Floats, numbers: list[NDArray[np.int64]]) -> None:
        # From the most precise effect: effects far from 0 would cancel digits.
        self._origin = float(effects[np.argmin(np.diag(covariance))])
        labels = [np.eye(number.max() + 1)[number] for number in numbers]
        self._factor = np.repeat(np.arange(len(numbers)), [each.shape[1] for each in labels])
        self._scale = float(np.median(np.diag(covariance)))
        root = np.linalg.cholesky(covariance)
        self._determinant = 2 * float(np.log(np.diag(root)).sum())
        # In units of sampling errors: ones, effects, labels.
        columns = np.column_stack([np.ones(effects.size), effects - self._origin, *labels])
        self._columns: Floats = np.linalg.solve(root, columns)
        apart = _apart(np.linalg.inv(root), self._columns[:, 0])
        self.typical_variance = (effects.size - 1) / float(np.sum(apart**2))

    def fit(self, sigma2: Floats) -> _Fit:
        """Return likelihood and derivatives at variances of 0 or more, shape (f,)."""
        n, f = len(self._columns), sigma2.size
        spread = np.sqrt(sigma2[self._factor]) * self._columns[:, 2:]
        # From rows, not from their products: what sampling errors tell keeps its digits beside large variances.
        triangle = np.asarray(np.linalg.qr(np.vstack([np.eye(n), spread.T]), mode="r"))
        white = np.linalg.solve(triangle.T, self._columns)
        ones = white[:, 0]
        weight = float(ones @ ones)
        rest = _apart(white[:, 1:], ones)
        residuals, labels = rest[:, 0], rest[:, 1:]
        pulls = labels.T @ residuals
        of_factor = self._factor == np.arange(f)[:, None]
        turned = (of_factor * pulls) @ labels.T
        determinant = self._determinant + 2 * np.log(np.abs(np.diag(triangle))).sum() + np.log(weight / n)
        q = float(residuals @ residuals)
        return _Fit(
            log_likelihood=float(-0.5 * ((n - 1) * np.log(2 * np.pi) + determinant + q)),
            score=0.5 * (of_factor @ (pulls**2 - np.sum(labels**2, axis=0))),
            information=0.5 * turned @ turned.T,
            estimate=self._origin + float(ones @ white[:, 1]) / weight,
            variance=1 / weight,
            q=q,
        )

    def maximise(self, starts: list[Floats]) -> Floats:
        """Return the variances of the highest maximum uphill of the starts, and of points beside it."""
        best, height = self._highest(starts)
        while True:
            # Where two factors can stand for each other, the likelihood may be higher without one that has a share.
            spread = float(best.mean())
            other, above = self._highest(
                [np.where(row, 0.0 if best @ row else spread, best) for row in np.eye(best.size)]
            )
            if above <= height + _HIGHER * (1 + abs(height)):
                return polished_variances(self._restricted, best)
            best, height = other, above

    def _restricted(self, sigma2: Floats) -> tuple[float, Floats, Floats]:
        return self.fit(sigma2)[:3]

    def _highest(self, starts: list[Floats]) -> tuple[Floats, float]:
        peaks = [climb_variances(self._restricted, start, len(self._columns), self._scale) for start in starts]
        heights = [self.fit(peak).log_likelihood for peak in peaks]
        return peaks[int(np.argmax(heights))], max(heights)


def _apart(columns: Floats, ones: Floats) -> Floats:
    """Return what columns (n, q) have beside multiples of ``ones`` (n,)."""
    return columns - np.outer(ones, ones @ columns) / (ones @ ones)


def pool_multilevel(
    effects: ArrayLike,
    variances: ArrayLike,
    factors: Mapping[str, ArrayLike],
    *,
    covariance: ArrayLike | None = None,
    level: float = 0.95,
) -> PooledMultilevel:
    """Pool effects that vary by trial, effect, instrument or any other factors, nested or crossed.

    Parameters
    ----------
    effects, variances : array_like, shape (n,)
        Effect sizes and sampling variances.
    factors : mapping of str to array_like, shape (n,)
        Labels of each source of variation: ``{"trial": trials, "effect": range(n), "instrument": instruments}``. A
        factor is nested in another if its labels occur in one label of the other only, else crossed with it.
    covariance : array_like, shape (n, n), optional
        Sampling covariances (:func:`constant_correlation` makes them); without them sampling errors are independent.
    level : float
        Coverage of the intervals.

    Returns
    -------
    PooledMultilevel
        Average, variance by factor, their shares.

    Raises
    ------
    SynthesisError
        If data are unusable, a label is missing, a factor has one label only or groups effects as another does,
        variances of factors cannot be told apart, the sampling covariance is not positive definite, or the variances
        do not converge.

    Notes
    -----
    Restricted maximum likelihood by average information; Konstantopoulos (2011) for three levels,
    Fernandez-Castilla et al. (2019) for crossed factors. The degrees of freedom are metafor's ``dfs = "contain"``.
    There is no robust version: with crossed factors no clusters are independent. Agrees with metafor's rma.mv:
    ``tests/oracle``.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    numbers = _read_factors(factors, y.size)
    matrix = np.diag(v) if covariance is None else read_sampling(y, v, covariance)
    if np.linalg.eigvalsh(matrix / np.sqrt(np.outer(v, v)))[0] <= ALIKE:
        raise SynthesisError("the sampling covariance is not positive definite; lower rho or leave out sums of others")
    if v.max() > _RANGE * v.min():
        raise SynthesisError(
            f"variances range from {v.min():.3g} to {v.max():.3g}, too far for both ends to count; check whether "
            "standard errors or units are mixed up"
        )
    check_spread(y, float(v.min()))
    model = _Model(y, matrix, list(numbers.values()))
    sigma2 = model.maximise(_starts(y, v, len(numbers)))
    fit, sampling = model.fit(sigma2), model.fit(np.zeros(len(numbers)))
    n_levels = np.array([number.max() + 1 for number in numbers.values()])
    total = sigma2.sum() + model.typical_variance
    return PooledMultilevel(
        n_effects=y.size,
        factors=tuple(numbers),
        n_levels=n_levels,
        sigma2=sigma2,
        at_bound=tuple(name for name, value in zip(numbers, sigma2, strict=True) if value == 0),
        i2=100 * sigma2 / total,
        **_inferred(fit, float(n_levels.min() - 1), float(sigma2.sum()), level),
        q=sampling.q,
        q_df=y.size - 1,
        q_p_value=chi2_p(sampling.q, y.size - 1),
        log_likelihood=fit.log_likelihood,
        level=level,
    )


def _inferred(fit: _Fit, df: float, spread: float, level: float) -> dict[str, Any]:
    """Return estimate, test and intervals."""
    degrees, estimate, se = np.array([df]), np.array([fit.estimate]), np.array([np.sqrt(fit.variance)])
    test = infer(estimate, se, degrees, level, "t").single()
    margin = float(critical_value(degrees, level, "t")[0]) * np.sqrt(fit.variance + spread) if df >= 2 else np.nan
    interval = {"pi_low": float(fit.estimate - margin), "pi_high": float(fit.estimate + margin)}
    return {"estimate": fit.estimate, "se": float(se[0]), "df": df, **test, **interval}


def _read_factors(factors: Mapping[str, ArrayLike], n: int) -> dict[str, NDArray[np.int64]]:
    """Return the number of each effect's label, by factor."""
    if not isinstance(factors, Mapping):
        raise SynthesisError(f"factors must map each name to one label per effect, got {short(factors)}")
    if not factors:
        raise SynthesisError("factors must name at least one source of variation")
    with Checks(SynthesisError) as checks:
        for name, labels in factors.items():
            read_labels(checks, name, labels, n)
    with Checks(SynthesisError) as checks:
        numbers = {name: cluster_numbers(labels, n, called=name)[1] for name, labels in factors.items()}
        for name, number in numbers.items():
            if not number.any():
                checks.note(f"{name} has one label only, so effects cannot vary by it; leave it out")
        for one, other in combinations(numbers, 2):
            if np.array_equal(numbers[one], numbers[other]):
                checks.note(f"{one} and {other} group the effects in the same way; leave one out")
    with Checks(SynthesisError) as checks:
        for *most, last in _inseparable(numbers):
            checks.note(
                f"the variances by {', '.join(most)} and {last} cannot be told apart, as they can be split in many "
                "ways that are equally likely; leave one out"
            )
    return numbers


def _inseparable(numbers: dict[str, NDArray[np.int64]]) -> list[list[str]]:
    """Return factors whose variances the restricted likelihood cannot tell apart, a list for each that is too many.

    It knows the effects by their differences alone, and so not the variances of factors whose matrices of who shares a
    label with whom, without the means of rows and columns, are linearly dependent.
    """
    kept, found = dict[str, Floats](), list[list[str]]()
    for name, number in numbers.items():
        same = (number[:, None] == number).astype(np.float64)
        same = same - same.mean(axis=0) - same.mean(axis=1)[:, None] + same.mean()
        others = np.array([other.ravel() for other in kept.values()]).reshape(len(kept), number.size**2)
        shares = np.linalg.lstsq(others @ others.T, others @ same.ravel())[0]
        if np.linalg.norm(same.ravel() - shares @ others) > _ALIKE * np.linalg.norm(same):
            kept[name] = same
        else:
            found.append([*(other for other, share in zip(kept, shares, strict=True) if abs(share) > _ALIKE), name])
    return found


def _starts(y: Floats, v: Floats, size: int) -> list[Floats]:
    """Return starts with the spread of the effects shared by all factors, and given to each alone."""
    spread = max(float(np.var(y)), float(np.median(v)) / 10)
    few = np.full(size, spread / 100)
    return [np.full(size, spread / size), few, *(few + spread * row for row in np.eye(size))]
