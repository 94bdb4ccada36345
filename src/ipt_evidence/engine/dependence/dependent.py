"""Effects that depend on each other, several from one trial, pooled or regressed as they are."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.dependence.clustered import ClusteredEffects
from ipt_evidence.engine.dependence.robust import Robust, cr2, joint_test
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.regression import read_design
from ipt_evidence.engine.pooling.aggregation import cluster_numbers, constant_correlation, read_blocks
from ipt_evidence.engine.pooling.inference import chi2_p, critical_value, infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledDependent:
    """An average of effects nested in trials.

    Attributes
    ----------
    k, n_effects : int
        Trials (clusters) and effect sizes.
    estimate, se : float
        Average effect and its standard error under the model.
    robust_se, robust_df : float
        CR2 standard error and Satterthwaite degrees of freedom; below 4 the p-value is not to be trusted. NaN, with
        everything that rests on them, where one trial is so much more precise that it decides the average alone. 0 but
        for rounding where all effects are equal.
    decided_by : hashable or None
        Label of that trial.
    sampling_se : float
        Standard error that sampling error alone gives the average, were all true effects equal.
    held_at_sampling : bool
        Whether the robust standard error is below it, which only chance or wrong sampling variances or correlations can
        bring about. Test and intervals then rest on ``sampling_se``.
    statistic, p_value, ci_low, ci_high : float
        Robust t-test and confidence interval, from the larger of the two standard errors and t with ``robust_df``.
    pi_low, pi_high : float
        Prediction interval for an effect of a new trial, from the same; NaN for fewer than 3 trials.
    sigma2_between, sigma2_within : float
        Variance of true effects between trials, and between the effects of one trial. Where no trial has two
        effects, all is counted as between.
    i2_between, i2_within : float
        Their shares of the total variance, in percent.
    q, q_df, q_p_value : float
        Test of heterogeneity, with the sampling covariances.
    log_likelihood : float
        Restricted log-likelihood.
    level : float
        Coverage of the intervals.
    """

    k: int
    n_effects: int
    estimate: float
    se: float
    robust_se: float
    robust_df: float
    decided_by: Hashable | None
    sampling_se: float
    held_at_sampling: bool
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    sigma2_between: float
    sigma2_within: float
    i2_between: float
    i2_within: float
    q: float
    q_df: int
    q_p_value: float
    log_likelihood: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DependentRegression(FrozenArrays):
    """A meta-regression of effects nested in trials.

    Attributes
    ----------
    k, n_effects : int
        Trials (clusters) and effect sizes.
    coefficients, se : ndarray, shape (p + 1,)
        Intercept first; standard errors under the model.
    robust_se, robust_df, statistics, p_values, ci_low, ci_high : ndarray, shape (p + 1,)
        CR2 standard errors, Satterthwaite degrees of freedom and the robust t-tests and intervals; NaN for a
        coefficient that a single trial decides (a subgroup of one trial, or one of boundless precision), whose residual
        tells nothing of its error.
    decided_by : tuple of hashable or None, length p + 1
        Label of the trial that decides each coefficient alone; None where none does.
    sampling_se, held_at_sampling : ndarray, shape (p + 1,)
        As in :class:`PooledDependent`, of each coefficient.
    covariance : ndarray, shape (p + 1, p + 1)
        CR2 covariance of the coefficients.
    sigma2_between, sigma2_within : float
        Residual variances, as in :class:`PooledDependent`.
    qm, qm_df, qm_df2, qm_p_value : float
        Robust F-test of all moderators: numerator df p, denominator df ``qm_df2`` (approximate Hotelling);
        F = 0, df = 0 and p = 1 where there are too few trials for any test; NaN where a single trial decides one of
        the moderators.
    qm_held_at_sampling : bool
        Whether this test takes some combination of the moderators by sampling error alone, because the robust variance
        of it is smaller.
    log_likelihood : float
        Restricted log-likelihood.
    level : float
        Coverage of the intervals.
    """

    k: int
    n_effects: int
    coefficients: Floats
    se: Floats
    robust_se: Floats
    robust_df: Floats
    decided_by: tuple[Hashable | None, ...]
    sampling_se: Floats
    held_at_sampling: Bools
    statistics: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    covariance: Floats
    sigma2_between: float
    sigma2_within: float
    qm: float
    qm_df: int
    qm_df2: float
    qm_p_value: float
    qm_held_at_sampling: bool
    log_likelihood: float
    level: float


def _read(
    effects: ArrayLike,
    variances: ArrayLike,
    clusters: ArrayLike,
    rho: float,
    covariance: ArrayLike | None,
    at_least: int,
) -> tuple[Floats, Floats, np.ndarray, np.ndarray]:
    """Return effects, their covariance, the number of each one's cluster and the labels of clusters."""
    y, v = read_effects(effects, variances)
    labels, number = cluster_numbers(clusters, y.size)
    if labels.size < at_least:
        raise SynthesisError(f"robust inference needs at least {at_least} clusters, got {labels.size}")
    if covariance is None:
        return y, constant_correlation(v, clusters, rho=rho), number, labels
    return y, read_blocks(y, v, number, covariance), number, labels


def _decided_by(robust: Robust, labels: np.ndarray) -> tuple[Hashable | None, ...]:
    return tuple(None if cluster < 0 else labels[cluster] for cluster in robust.decided_by)


def pool_dependent(
    effects: ArrayLike,
    variances: ArrayLike,
    clusters: ArrayLike,
    *,
    rho: float = 0.6,
    covariance: ArrayLike | None = None,
    level: float = 0.95,
) -> PooledDependent:
    """Pool dependent effects by the correlated-and-hierarchical-effects model with robust inference.

    Parameters
    ----------
    effects, variances : array_like, shape (n,)
        Effect sizes and sampling variances, any number per trial.
    clusters : array_like, shape (n,)
        Label of the trial of each effect; at least two different ones.
    rho : float
        Correlation of sampling errors within a trial, above -1 and below 1; 0 gives the three-level model.
    covariance : array_like, shape (n, n), optional
        Sampling covariances to use instead of ``rho``, 0 between trials.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    PooledDependent
        Estimate, model and robust standard error, both variances.

    Raises
    ------
    SynthesisError
        If an effect is not finite, a variance is not positive and finite, there are fewer than two trials,
        the sampling covariance is not positive definite, or the variances do not converge.

    Notes
    -----
    Pustejovsky & Tipton (2022) for the model, restricted maximum likelihood for the variances (the highest of the
    maxima uphill of every peak of a grid over both); robust inference as in
    :func:`ipt_evidence.engine.dependence.robust.cr2`. Agrees with metafor 3.8-1
    ``rma.mv(random = ~ 1 | trial/effect)`` and clubSandwich 0.5.8: ``tests/oracle``. Neither holds the robust standard
    error at what sampling error gives; that is ours, after the ad hoc correction of Knapp & Hartung (2003) and
    Roever, Knapp & Friede (2015).
    """
    level = check_choices(level=level)
    y, matrix, number, labels = _read(effects, variances, clusters, rho, covariance, 2)
    clustered = ClusteredEffects(y, matrix, number, np.ones((y.size, 1)))
    sigma2 = clustered.maximise()
    fit = clustered.fit(*sigma2)
    robust = cr2(clustered, sigma2, fit)
    estimate = float(fit.coefficients[0])
    se = np.maximum(robust.se, robust.sampling_se)
    test = infer(fit.coefficients, se, robust.df, level, "t")
    k = len(clustered.members)
    critical = float(critical_value(robust.df, level, "t")[0])
    margin = critical * np.sqrt(se[0] ** 2 + sigma2.sum()) if k >= 3 else np.nan
    sampling_only = clustered.fit(0.0, 0.0)
    total = sigma2.sum() + (y.size - 1) / clustered.unexplained()
    return PooledDependent(
        k=k,
        n_effects=y.size,
        estimate=estimate,
        se=float(np.sqrt(fit.covariance[0, 0])),
        robust_se=float(robust.se[0]),
        robust_df=float(robust.df[0]),
        decided_by=_decided_by(robust, labels)[0],
        sampling_se=float(robust.sampling_se[0]),
        held_at_sampling=bool(robust.held[0]),
        **test.single(),
        pi_low=float(estimate - margin),
        pi_high=float(estimate + margin),
        sigma2_between=float(sigma2[0]),
        sigma2_within=float(sigma2[1]),
        i2_between=float(100 * sigma2[0] / total),
        i2_within=float(100 * sigma2[1] / total),
        q=sampling_only.q,
        q_df=y.size - 1,
        q_p_value=chi2_p(sampling_only.q, y.size - 1),
        log_likelihood=fit.log_likelihood,
        level=level,
    )


def regress_dependent(
    effects: ArrayLike,
    variances: ArrayLike,
    clusters: ArrayLike,
    moderators: ArrayLike,
    *,
    rho: float = 0.6,
    covariance: ArrayLike | None = None,
    level: float = 0.95,
) -> DependentRegression:
    """Explain dependent effects by moderators, correlated-and-hierarchical, with robust inference.

    Parameters
    ----------
    effects, variances, clusters, rho, covariance, level
        As in :func:`pool_dependent`; more trials than coefficients.
    moderators : array_like, shape (n,) or (n, p)
        Numbers, per effect; an intercept is added. Subgroups as 0/1 columns for all but the reference.

    Returns
    -------
    DependentRegression
        Coefficients with robust tests, the joint test of all moderators, both variances.

    Raises
    ------
    SynthesisError
        As :func:`pool_dependent` and :func:`ipt_evidence.synthesis.regress`, or if there are not more trials
        than coefficients.

    Notes
    -----
    As :func:`pool_dependent`; joint test by Tipton & Pustejovsky (2015).
    """
    level = check_choices(level=level)
    design = read_design(moderators, read_effects(effects, variances)[0].size)
    y, matrix, number, labels = _read(effects, variances, clusters, rho, covariance, design.shape[1] + 1)
    clustered = ClusteredEffects(y, matrix, number, design)
    sigma2 = clustered.maximise()
    fit = clustered.fit(*sigma2)
    robust = cr2(clustered, sigma2, fit)
    se = np.maximum(robust.se, robust.sampling_se)
    test = infer(fit.coefficients, se, robust.df, level, "t")
    joint = joint_test(robust, fit.solution)
    return DependentRegression(
        k=len(clustered.members),
        n_effects=y.size,
        coefficients=fit.coefficients,
        se=np.sqrt(np.diag(fit.covariance)),
        robust_se=robust.se,
        robust_df=robust.df,
        decided_by=_decided_by(robust, labels),
        sampling_se=robust.sampling_se,
        held_at_sampling=robust.held,
        **test.plural(),
        covariance=robust.covariance,
        sigma2_between=float(sigma2[0]),
        sigma2_within=float(sigma2[1]),
        qm=joint.f,
        qm_df=design.shape[1] - 1,
        qm_df2=joint.df,
        qm_p_value=joint.p_value,
        qm_held_at_sampling=joint.held,
        log_likelihood=fit.log_likelihood,
        level=level,
    )
