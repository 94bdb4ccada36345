"""Several outcomes pooled together, such as symptoms and functioning: what one tells of another is used."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Checks, Floats, read_numbers
from ipt_evidence.engine.dependence.multivariate_inputs import check_definite, read_outcomes, read_rho
from ipt_evidence.engine.dependence.multivariate_likelihood import Fit, Model, as_correlation, held, starts
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import chi2_p, critical_value, infer
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.errors import SynthesisError


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
    where a part of it reaches its bound. Degrees of freedom are those of each outcome pooled alone. The nearer
    ``rho`` is to 1 or -1, the more the least variance asks for weights below 0 where trials know outcomes unequally
    well: averages may then lie beyond all their effects, and standard errors fall towards 0. It is the assumption that
    is sure, not the average; a ``rho`` that nobody measured should not be beyond 0.9.
    """
    level = check_choices(level=level)
    y, v = read_outcomes(effects, variances, between, method)
    correlations = read_rho(rho, *y.shape)
    sd = np.sqrt(v)
    # Each outcome in units of a typical standard error: the search does not depend on scales.
    unit = np.sqrt(np.nanmedian(v, axis=0))
    sampling = np.nan_to_num(correlations * (sd / unit)[:, :, None] * (sd / unit)[:, None, :])
    check_definite(sampling, np.isfinite(y))
    model = Model(y / unit, sampling, restricted=method == "REML")
    free = np.tri(y.shape[1], dtype=bool) if between == "unstructured" else np.eye(y.shape[1], dtype=bool)
    found = model.best(starts(y / unit, v / unit**2, between, method), free)
    found, at_bound = held(model, found)
    fit, fixed = model.fit(found), model.fit(np.zeros_like(found))
    q_df = int(model.n_trials.sum()) - y.shape[1]
    return PooledMultivariate(
        k=len(y),
        n_trials=model.n_trials,
        **_inferred(fit, unit, found, model.n_trials - 1.0, level),
        between=found * np.outer(unit, unit),
        correlation=as_correlation(found),
        at_bound=at_bound,
        q=fixed.q,
        q_df=q_df,
        q_p_value=chi2_p(fixed.q, q_df),
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
    with Checks(SynthesisError) as checks:
        tried = read_numbers(checks, "rho", rho)
    if tried.ndim != 1 or tried.size == 0:
        raise SynthesisError(f"rho must be a sequence of correlations, got shape {tried.shape}")
    fits = [
        pool_multivariate(effects, variances, rho=each, between=between, method=method, level=level) for each in tried
    ]
    names = ("estimate", "se", "p_values", "ci_low", "ci_high", "between", "correlation", "log_likelihood")
    stacked = {name: np.array([getattr(fit, name) for fit in fits]) for name in names}
    return MultivariateSensitivity(
        rho=tried,
        **stacked,
        at_bound=tuple(fit.at_bound for fit in fits),
        widest_low=stacked["ci_low"].min(axis=0),
        widest_high=stacked["ci_high"].max(axis=0),
        level=level,
    )


def _inferred(fit: Fit, unit: Floats, between: Floats, df: Floats, level: float) -> dict[str, Floats]:
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
        **test.plural(),
        "covariance": covariance,
        "pi_low": estimate - margin,
        "pi_high": estimate + margin,
    }
