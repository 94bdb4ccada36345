"""Limit meta-analysis: the average that remains when the small-study effect is taken out of the model."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import chi2_p, infer
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.small_study.weighted_line import weighted_line


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LimitMetaAnalysis(FrozenArrays):
    """Result of a limit meta-analysis.

    Attributes
    ----------
    k : int
        Number of trials.
    estimate, se : float
        Adjusted average: the expectation of the effect where sampling error vanishes; its standard error.
    statistic, p_value, ci_low, ci_high : float
        Its test and interval (normal).
    intercept, slope : float
        Line through the generalised radial plot: the small-study effect and the average without it.
    tau2 : float
        Between-trial variance of the model without small-study effect.
    limit_effects : ndarray, shape (k,)
        Trial effects as they would be with infinite precision, small-study effect included.
    q, q_small_study, q_residual : float
        Cochran's Q and its parts explained and not explained by the small-study effect.
    q_small_study_p_value, q_residual_p_value : float
        Chi-squared with 1 and k-2 degrees of freedom.
    g2 : float
        Share of the variance of the limit effects that the small-study effect does not explain, percent. NaN
        if tau2 is 0: the limit effects are then equal.
    method : str
        Estimator of tau2.
    level : float
        Coverage of the interval.
    """

    k: int
    estimate: float
    se: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    intercept: float
    slope: float
    tau2: float
    limit_effects: Floats
    q: float
    q_small_study: float
    q_residual: float
    q_small_study_p_value: float
    q_residual_p_value: float
    g2: float
    method: str
    level: float


def limit_meta_analysis(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", level: float = 0.95
) -> LimitMetaAnalysis:
    """Adjust the average for a small-study effect by extrapolating to infinite precision.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials of different precision.
    method : str
        Estimator of the between-trial variance.
    level : float
        Coverage of the interval.

    Returns
    -------
    LimitMetaAnalysis
        The adjusted average ("beta0") with the quantities behind it.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3, all variances are equal or a choice is unknown.

    Notes
    -----
    Ruecker et al. (2011): effect_i = beta + sqrt(v_i + tau2) (alpha + error_i), fitted by least squares as
    effect/sqrt(v + tau2) on 1/sqrt(v + tau2); the limit of its expectation for v -> 0 is beta + tau alpha. The
    standard error is that of this sum in the model, error variance 1 and the covariance of the two coefficients
    included: with x = 1/sqrt(v + tau2) its square is mean((1 - tau x)^2) / sum (x - mean x)^2, never below tau2/k.
    It takes tau2 as known. Agrees with metafor's prediction from the same regression: ``tests/oracle``.
    """
    y, v, level = read_synthesis(effects, variances, at_least=3, method=method, level=level)
    pooled = pool(y, v, method=method, interval="normal")
    total = np.sqrt(v + pooled.tau2)
    beta, alpha = weighted_line(y, total, 1 / total**2, level, called="standard errors")
    tau = np.sqrt(pooled.tau2)
    limit_effects = beta.estimate + tau / total * (y - beta.estimate)
    estimate = np.array(beta.estimate + tau * alpha.estimate)
    precision = 1 / total
    se = np.array(np.sqrt(np.mean((1 - tau * precision) ** 2)) / np.linalg.norm(precision - precision.mean()))
    test = infer(estimate, se, np.array(0.0), level, "normal")
    q_residual = _radial_residual(y, v)
    q_small_study = max(pooled.q - q_residual, 0.0)
    return LimitMetaAnalysis(
        k=y.size,
        estimate=float(estimate),
        se=float(se),
        **test.single(),
        intercept=alpha.estimate,
        slope=beta.estimate,
        tau2=pooled.tau2,
        limit_effects=limit_effects,
        q=pooled.q,
        q_small_study=q_small_study,
        q_residual=q_residual,
        q_small_study_p_value=chi2_p(q_small_study, 1),
        q_residual_p_value=chi2_p(q_residual, y.size - 2),
        g2=_unexplained_percent(limit_effects, v) if tau > 0 else np.nan,
        method=method,
        level=level,
    )


def _radial_residual(y: Floats, v: Floats) -> float:
    """Return the residual sum of squares of y/se on 1/se, with intercept."""
    x = 1 / np.sqrt(v)
    columns = np.column_stack([np.ones_like(x), x])
    basis, _ = np.linalg.qr(columns)
    target = y * x
    residuals = target - basis @ (basis.T @ target)
    return float(residuals @ residuals)


def _unexplained_percent(limit_effects: Floats, v: Floats) -> float:
    """Return 100 (1 - R2) of the radial plot of the limit effects."""
    target = limit_effects / np.sqrt(v)
    spread = target - target.mean()
    return float(100 * _radial_residual(limit_effects, v) / (spread @ spread))
