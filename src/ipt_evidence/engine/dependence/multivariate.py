"""Several outcomes pooled together, such as symptoms and functioning: what one tells of another is used."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import critical_value, infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

BETWEEN = ("unstructured", "diagonal")
_NOTHING = 1e-9
"""Largest loss of log-likelihood at which a variance or correlation is taken to lie at its bound."""
_ROUNDS = 30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledMultivariate(FrozenArrays):
    """Averages of several outcomes that vary and err together.

    Attributes
    ----------
    k : int
        Number of trials.
    n_trials : ndarray of int, shape (p,)
        Trials that report each outcome.
    estimate, se, df, statistics, p_values, ci_low, ci_high : ndarray, shape (p,)
        Average of each outcome, its standard error under the model, and t with ``df``: trials that report it, minus
        one.
    covariance : ndarray, shape (p, p)
        Of the averages: a difference ``a - b`` has variance ``c[a, a] + c[b, b] - 2 c[a, b]``.
    pi_low, pi_high : ndarray, shape (p,)
        Prediction intervals, by t with ``df``; NaN for ``df < 2``.
    between : ndarray, shape (p, p)
        Covariance of true effects between trials; its diagonal is tau2.
    correlation : ndarray, shape (p, p)
        That covariance as correlations; NaN with an outcome whose tau2 is 0.
    at_bound : tuple of str
        What is held at its bound: "tau2[0]" at 0, "correlation[0,1]" at 1 or -1, "between" where of three or more
        outcomes the covariance is singular for another reason. Few trials often leave a correlation at its bound: it
        then says that the data do not tell it, not that outcomes go together perfectly.
    q, q_df, q_p_value : float
        Test of heterogeneity over all outcomes, with the sampling covariances.
    log_likelihood : float
        At the maximum, with all constants; restricted for REML.
    rho : float
        Correlation of sampling errors within trials, if one number was given; else NaN.
    method, model : str
        Estimator; "unstructured" or "diagonal" between-trial covariance.
    level : float
        Coverage of the intervals.
    """

    k: int
    n_trials: NDArray[np.int64]
    estimate: Floats
    se: Floats
    df: Floats
    statistics: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    covariance: Floats
    pi_low: Floats
    pi_high: Floats
    between: Floats
    correlation: Floats
    at_bound: tuple[str, ...]
    q: float
    q_df: int
    q_p_value: float
    log_likelihood: float
    rho: float
    method: str
    model: str
    level: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MultivariateSensitivity(FrozenArrays):
    """The same averages under several correlations of sampling errors, for trials that do not report them.

    Attributes
    ----------
    rho : ndarray, shape (g,)
        Assumed correlations.
    estimate, se, p_values, ci_low, ci_high : ndarray, shape (g, p)
        Averages under each.
    between, correlation : ndarray, shape (g, p, p)
        Covariance of true effects between trials, and as correlations.
    at_bound : tuple of tuple of str
        Per correlation, as in :class:`PooledMultivariate`.
    log_likelihood : ndarray, shape (g,)
        Under each; a higher one is weak evidence, as few trials tell little of the correlation.
    widest_low, widest_high : ndarray, shape (p,)
        The lowest and the highest limit of the intervals over all correlations.
    level : float
        Coverage of each interval.
    """

    rho: Floats
    estimate: Floats
    se: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    between: Floats
    correlation: Floats
    at_bound: tuple[tuple[str, ...], ...]
    log_likelihood: Floats
    widest_low: Floats
    widest_high: Floats
    level: float


class _Fit(NamedTuple):
    """The likelihood at one between-trial covariance: averages, their covariance, slope by that covariance."""

    log_likelihood: float
    estimate: Floats
    covariance: Floats
    q: float
    slope: Floats


class _Model:
    """Trials with a row of outcomes each; what a trial does not report has no part in anything."""

    def __init__(self, y: Floats, sampling: Floats, *, restricted: bool) -> None:
        self.present: Bools = np.isfinite(y)
        self._both = self.present[:, :, None] & self.present[:, None, :]
        self._y, self._restricted = np.where(self.present, y, 0.0), restricted
        self._sampling = np.where(self._both, sampling, np.eye(y.shape[1]))
        self.n_trials = self.present.sum(axis=0)
        self._df = int(self.n_trials.sum()) - y.shape[1] * restricted
        self._span = 0.5 * np.log(self.n_trials).sum() if restricted else 0.0

    def fit(self, between: Floats) -> _Fit:
        """Return likelihood and slope at a between-trial covariance (p, p)."""
        total = self._sampling + between * self._both
        weights = np.linalg.inv(total) * self._both
        covariance = np.linalg.inv(weights.sum(axis=0))
        estimate = covariance @ (weights @ self._y[:, :, None])[:, :, 0].sum(axis=0)
        residuals = (self._y - estimate) * self.present
        pull = (weights @ residuals[:, :, None])[:, :, 0]
        q = float((pull * residuals).sum())
        slope = 0.5 * (pull.T @ pull - weights.sum(axis=0))
        determinant = np.linalg.slogdet(total)[1].sum()
        if self._restricted:
            slope += 0.5 * (weights @ covariance @ weights).sum(axis=0)
            determinant -= np.linalg.slogdet(covariance)[1]
        value = self._span - 0.5 * (self._df * np.log(2 * np.pi) + determinant + q)
        return _Fit(float(value), estimate, covariance, q, slope)

    def best(self, starts: list[Floats], free: Bools) -> Floats:
        """Return the between-trial covariance of the highest maximum uphill of the starts, each a triangular root."""
        from scipy import optimize  # here: half of the time to import the package, needed by this alone

        places = np.nonzero(free)

        def root(x: Floats) -> Floats:
            lower = np.zeros(free.shape)
            lower[places] = x
            return lower

        def loss(x: Floats) -> tuple[float, Floats]:
            lower = root(x)
            found = self.fit(lower @ lower.T)
            return -found.log_likelihood, -2 * (found.slope @ lower)[places]

        ascents = [
            optimize.minimize(loss, start[places], jac=True, method="BFGS", options={"gtol": 1e-4}) for start in starts
        ]
        lower = root(_polished(loss, min(ascents, key=lambda ascent: float(ascent.fun)).x))
        return np.asarray(lower @ lower.T)


def _polished(loss: Callable[[Floats], tuple[float, Floats]], x: Floats) -> Floats:
    """Take Newton steps, with curvature from differences of the slope, until they no longer matter."""
    value, slope = loss(x)
    for _ in range(_ROUNDS):
        shifts = 1e-4 * np.eye(x.size)
        curvature = np.array([loss(x + shift)[1] - loss(x - shift)[1] for shift in shifts]) / 2e-4
        roots, vectors = np.linalg.eigh(0.5 * (curvature + curvature.T))
        # Where variances are at a bound some directions are level: no step along those.
        steep = roots > 1e-7 * max(float(roots[-1]), 1e-300)
        step = -vectors[:, steep] @ ((vectors[:, steep].T @ slope) / roots[steep])
        following = loss(x + step)
        if not following[0] <= value or -(step @ slope) < 1e-16 * (1 + abs(value)):
            return x
        x, (value, slope) = x + step, following
    return x


def pool_multivariate(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    rho: ArrayLike = 0.6,
    between: str = "unstructured",
    method: str = "REML",
    level: float = 0.95,
) -> PooledMultivariate:
    """Pool several outcomes of the same trials together.

    Parameters
    ----------
    effects, variances : array_like, shape (k, p)
        One row a trial, one column an outcome; NaN in both where a trial does not report an outcome.
    rho : float or array_like, shape (p, p) or (k, p, p)
        Correlation of sampling errors within trials: of all pairs of outcomes, of each pair, or of each pair in each
        trial. Trials seldom report it: try others by :func:`multivariate_sensitivity`.
    between : {"unstructured", "diagonal"}
        Whether true effects may correlate between trials.
    method : {"REML", "ML"}
        Restricted or full maximum likelihood.
    level : float
        Coverage of the intervals.

    Returns
    -------
    PooledMultivariate
        Averages with their covariance, between-trial covariance, what lies at a bound.

    Raises
    ------
    SynthesisError
        If data are unusable, a trial reports no outcome, an outcome is reported by one trial only or together with
        another by none, a choice is unknown, or ``rho`` makes a sampling covariance that is not positive definite.

    Notes
    -----
    Jackson, Riley & White (2011). The covariance is searched by its triangular root, so that it cannot leave
    what is possible; the highest maximum uphill of several starts is taken. Standard errors take it as known, as
    metafor's ``rma.mv(struct = "UN")`` does, with which estimates agree (``tests/oracle``), and do not step
    where a part of it reaches its bound. Degrees of freedom are those of each outcome pooled alone.
    """
    y, v = _read(effects, variances, between, method, level)
    correlations = _read_rho(rho, *y.shape)
    sd = np.sqrt(v)
    # Each outcome in units of a typical standard error: the search does not depend on scales.
    unit = np.sqrt(np.nanmedian(v, axis=0))
    sampling = np.nan_to_num(correlations * (sd / unit)[:, :, None] * (sd / unit)[:, None, :])
    _check_definite(sampling, np.isfinite(y))
    model = _Model(y / unit, sampling, restricted=method == "REML")
    free = np.tri(y.shape[1], dtype=bool) if between == "unstructured" else np.eye(y.shape[1], dtype=bool)
    found = model.best(_starts(y / unit, v / unit**2, between, method), free)
    found, at_bound = _held(model, found)
    fit, fixed = model.fit(found), model.fit(np.zeros_like(found))
    q_df = int(model.n_trials.sum()) - y.shape[1]
    return PooledMultivariate(
        k=len(y),
        n_trials=model.n_trials,
        **_inferred(fit, unit, found, model.n_trials - 1.0, level),
        between=found * np.outer(unit, unit),
        correlation=_as_correlation(found),
        at_bound=at_bound,
        q=fixed.q,
        q_df=q_df,
        q_p_value=float(special.chdtrc(q_df, fixed.q)),
        log_likelihood=fit.log_likelihood - float((model.n_trials - (method == "REML")) @ np.log(unit)),
        rho=float(np.asarray(rho)) if np.ndim(rho) == 0 else np.nan,
        method=method,
        model=between,
        level=level,
    )


def multivariate_sensitivity(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    rho: Sequence[float] = (0.0, 0.2, 0.4, 0.6, 0.8),
    between: str = "unstructured",
    method: str = "REML",
    level: float = 0.95,
) -> MultivariateSensitivity:
    """Pool several outcomes under a range of correlations of sampling errors.

    Parameters
    ----------
    effects, variances, between, method, level
        As in :func:`pool_multivariate`.
    rho : sequence of float
        Correlations to try.

    Returns
    -------
    MultivariateSensitivity
        Averages, intervals and between-trial covariance under each.

    Raises
    ------
    SynthesisError
        As :func:`pool_multivariate`, for any of the correlations.
    """
    tried = np.asarray(rho, dtype=np.float64)
    if tried.ndim != 1 or tried.size == 0:
        raise SynthesisError(f"rho must be a sequence of correlations, got shape {tried.shape}")
    fits = [
        pool_multivariate(effects, variances, rho=each, between=between, method=method, level=level) for each in tried
    ]
    low, high = np.array([fit.ci_low for fit in fits]), np.array([fit.ci_high for fit in fits])
    return MultivariateSensitivity(
        rho=tried,
        estimate=np.array([fit.estimate for fit in fits]),
        se=np.array([fit.se for fit in fits]),
        p_values=np.array([fit.p_values for fit in fits]),
        ci_low=low,
        ci_high=high,
        between=np.array([fit.between for fit in fits]),
        correlation=np.array([fit.correlation for fit in fits]),
        at_bound=tuple(fit.at_bound for fit in fits),
        log_likelihood=np.array([fit.log_likelihood for fit in fits]),
        widest_low=low.min(axis=0),
        widest_high=high.max(axis=0),
        level=level,
    )


def _read(effects: ArrayLike, variances: ArrayLike, between: str, method: str, level: float) -> tuple[Floats, Floats]:
    """Return checked effects and variances, shape (k, p), NaN where an outcome is not reported."""
    check_choices(level=level)
    checks = Checks(SynthesisError)
    one_of(checks, "between", between, BETWEEN)
    one_of(checks, "method", method, ("REML", "ML"))
    if np.ma.is_masked(effects) or np.ma.is_masked(variances):
        checks.note("effects and variances must not hold masked values; put NaN in both where nothing is reported")
    checks.finish()
    try:
        y, v = np.array(effects, dtype=np.float64), np.array(variances, dtype=np.float64)
    except (TypeError, ValueError):
        raise SynthesisError(
            "effects and variances must be numbers, one row a trial and one column an outcome"
        ) from None
    if y.ndim != 2 or y.shape != v.shape or y.shape[1] < 2:
        raise SynthesisError(
            "effects and variances must both have one row a trial and one column an outcome, two or more; "
            f"got shapes {y.shape} and {v.shape}"
        )
    present: Bools = ~np.isnan(y)
    apart = np.argwhere(present != ~np.isnan(v))
    if len(apart):
        checks.note(
            f"effects and variances must be missing together; at [trial, outcome] {apart[:6].tolist()} they are not"
        )
    checks.finish()
    read_effects(y[present], v[present])
    _check_reported(checks, present, between)
    return y, v


def _check_reported(checks: Checks, present: Bools, between: str) -> None:
    empty = np.flatnonzero(~present.any(axis=1))
    if empty.size:
        checks.note(f"every trial must report an outcome; trials {empty[:6].tolist()} report none; leave them out")
    for outcome in np.flatnonzero(present.sum(axis=0) < 2):
        checks.note(
            f"outcome {outcome} is reported by {present[:, outcome].sum()} trial(s), two are needed; leave it out"
        )
    for one, other in combinations(range(present.shape[1]), 2):
        if between == "unstructured" and not (present[:, one] & present[:, other]).any():
            checks.note(
                f"no trial reports outcomes {one} and {other} together, so nothing tells how they correlate between "
                "trials; say between='diagonal'"
            )
    checks.finish()


def _read_rho(rho: ArrayLike, k: int, p: int) -> Floats:
    """Return correlations of sampling errors, shape (k, p, p)."""
    checks = Checks(SynthesisError)
    given = np.asarray(rho, dtype=np.float64)
    if given.ndim == 0:
        within(checks, "rho", float(given), -1, 1)
        checks.finish()
        return np.broadcast_to(np.where(np.eye(p, dtype=bool), 1.0, given), (k, p, p))
    if given.shape not in ((p, p), (k, p, p)):
        checks.note(f"rho must be a number or have shape ({p}, {p}) or ({k}, {p}, {p}), got shape {given.shape}")
        checks.finish()
    full = np.broadcast_to(given, (k, p, p))
    known = np.isfinite(full)
    if np.any(known & (np.abs(full) > 1)) or not known.all():
        checks.note("correlations in rho must be finite and lie between -1 and 1")
    elif not np.array_equal(full, np.swapaxes(full, 1, 2)) or np.any(np.diagonal(full, axis1=1, axis2=2) != 1):
        checks.note("rho must be symmetric with 1 on its diagonal")
    checks.finish()
    return full


def _check_definite(sampling: Floats, present: Bools) -> None:
    both = present[:, :, None] & present[:, None, :]
    full = np.where(both, sampling, np.eye(sampling.shape[1]))
    scale = np.sqrt(np.diagonal(full, axis1=1, axis2=2))
    smallest = np.linalg.eigvalsh(full / (scale[:, :, None] * scale[:, None, :]))[:, 0]
    bad = np.flatnonzero(smallest <= 1e-10)
    if bad.size:
        raise SynthesisError(
            f"rho makes a sampling covariance that is not positive definite in trials {bad[:6].tolist()}; "
            "no outcomes correlate like that"
        )


def _starts(y: Floats, v: Floats, between: str, method: str) -> list[Floats]:
    """Return triangular roots of covariances: tau2 of each outcome alone, less and more, under three correlations."""
    p = y.shape[1]
    alone = []
    for outcome in range(p):
        known = np.isfinite(y[:, outcome])
        trials = MeanOfTrials.of(y[known, outcome], v[known, outcome], np.ones((1, int(known.sum())), dtype=bool))
        alone.append(float(estimate_tau2(trials, method)[0]))
    tau = np.sqrt(np.maximum(alone, 0.01))
    highest = 0.9 if p == 2 else 0.9 / (p - 1)
    shared = (0.0,) if between == "diagonal" else (-highest, 0.0, 0.9)
    correlations = [np.where(np.eye(p, dtype=bool), 1.0, one) for one in shared]
    return [size * tau[:, None] * np.linalg.cholesky(one) for size in (0.3, 1.0, 3.0) for one in correlations]


def _held(model: _Model, between: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Put at its bound what costs the likelihood nothing there, and name it."""
    top, named, p = model.fit(between).log_likelihood, [], len(between)

    def costs_nothing(trial: Floats) -> bool:
        return model.fit(trial).log_likelihood >= top - _NOTHING * (1 + abs(top) * 1e-3)

    for outcome in range(p):
        trial = between.copy()
        trial[outcome] = trial[:, outcome] = 0.0
        if between[outcome, outcome] < 1e-4 and costs_nothing(trial):
            between = trial
            named.append(f"tau2[{outcome}]")
    for one, other in combinations(range(p), 2):
        most = float(np.sqrt(between[one, one] * between[other, other]))
        if most > 0 and abs(between[one, other]) > (1 - 1e-6) * most:
            named.append(f"correlation[{one},{other}]")
            if p == 2:
                between = between.copy()
                between[0, 1] = between[1, 0] = np.copysign(most, between[0, 1])
    kept = np.diag(between) > 0
    if p > 2 and not named and np.linalg.eigvalsh(_as_correlation(between)[np.ix_(kept, kept)])[0] < 1e-6:
        named.append("between")
    return between, tuple(named)


def _as_correlation(between: Floats) -> Floats:
    tau = np.sqrt(np.diag(between))
    scale = np.where(tau > 0, tau, np.nan)
    correlation = between / np.outer(scale, scale)
    correlation[np.diag_indices(len(tau))] = np.where(tau > 0, 1.0, np.nan)
    return np.asarray(np.clip(correlation, -1.0, 1.0))


def _inferred(fit: _Fit, unit: Floats, between: Floats, df: Floats, level: float) -> dict[str, Floats]:
    """Return averages, tests and intervals in the units given."""
    estimate, covariance = unit * fit.estimate, fit.covariance * np.outer(unit, unit)
    variance = np.diag(covariance)
    test = infer(estimate, np.sqrt(variance), df, level, "t")
    new = critical_value(df, level, "t") * np.sqrt(variance + unit**2 * np.diag(between))
    margin = np.where(df >= 2, new, np.nan)
    return {
        "estimate": estimate,
        "se": np.sqrt(variance),
        "df": df,
        "statistics": test.statistic,
        "p_values": test.p_value,
        "ci_low": test.ci_low,
        "ci_high": test.ci_high,
        "covariance": covariance,
        "pi_low": estimate - margin,
        "pi_high": estimate + margin,
    }
