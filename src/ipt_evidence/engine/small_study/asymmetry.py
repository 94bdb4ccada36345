"""Tests for funnel-plot asymmetry: Egger's regression in both forms and the rank correlation."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.moderators.regression import regress
from ipt_evidence.engine.pooling.inputs import read_effects, read_synthesis
from ipt_evidence.engine.small_study.rank_correlation import kendall
from ipt_evidence.engine.small_study.weighted_line import require_spread, weighted_line
from ipt_evidence.errors import SynthesisError

_LEAST = 3
"""A line needs a third point before its error can be estimated."""

_ROUNDING = 1e-13
"""Share of a number below which a difference is taken for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EggerTest:
    """A regression test for asymmetry.

    Attributes
    ----------
    k : int
        Number of trials.
    intercept, se : float
        The tested coefficient, by which the effect grows per unit of its standard error. Egger's own plot has
        the same number as its intercept: effect/se regressed on 1/se. 0 means a symmetrical funnel.
    ci_low, ci_high : float
        Confidence interval of ``intercept``.
    statistic, p_value : float
        Test of ``intercept`` against 0, two-sided.
    df : float
        Degrees of freedom of the t distribution used; infinite for the normal.
    limit_estimate : float
        Effect the line predicts for a trial without sampling error (where PET starts from).
    tau2 : float
        Residual heterogeneity of the mixed model; 0 where the error is multiplicative.
    dispersion : float
        Multiplicative error: residual variance in units of sampling variances. Below 1 the effects lie nearer the line
        than sampling error lets them on average, and ``se`` is smaller than it would be by sampling error alone, as in
        the published test: the p-value may then be far too small. NaN in the mixed model, and where all effects
        lie on the line.
    """

    k: int
    intercept: float
    se: float
    ci_low: float
    ci_high: float
    statistic: float
    p_value: float
    df: float
    limit_estimate: float
    tau2: float
    dispersion: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RankTest:
    """The rank correlation test.

    Attributes
    ----------
    k : int
        Number of trials.
    tau : float
        Kendall's tau-b of standardised effects and variances.
    p_value : float
        Two-sided; exact without ties, normal with them.
    exact : bool
        Which of the two it is.
    """

    k: int
    tau: float
    p_value: float
    exact: bool


def egger_test(effects: ArrayLike, variances: ArrayLike, *, level: float = 0.95) -> EggerTest:
    """Test for asymmetry by Egger's weighted regression with multiplicative error.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials of different precision.
    level : float
        Coverage of the interval.

    Returns
    -------
    EggerTest
        With t and k-2 degrees of freedom.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3 or all variances are equal.

    Notes
    -----
    Egger et al. (1997); metafor ``regtest(model="lm")``. Neither holds the multiplicative error at 1, as Thompson &
    Sharp (1999) do; ``dispersion`` tells where that matters, and by default
    :func:`ipt_evidence.synthesis.egger_test_mixed` is never surer than sampling error lets it be. Log odds ratios and
    standardised mean differences are correlated with their own standard errors, which makes this test reject too
    often: for binary data see :func:`ipt_evidence.synthesis.peters_test` and
    :func:`ipt_evidence.synthesis.harbord_test`.
    """
    y, v, level = read_synthesis(effects, variances, at_least=_LEAST, level=level)
    return egger_line(y, np.sqrt(v), 1 / v, level)


def egger_test_mixed(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "normal", level: float = 0.95
) -> EggerTest:
    """Test for asymmetry by mixed-effects meta-regression on the standard error (additive heterogeneity).

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials of different precision.
    method : str
        Estimator of the residual between-trial variance.
    interval : {"normal", "HKSJ", "adhoc"}
        As in :func:`ipt_evidence.synthesis.pool`; normal is the published form.
    level : float
        Coverage of the interval.

    Returns
    -------
    EggerTest
        With z, or t and k-2 degrees of freedom.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3, all variances are equal or a choice is unknown.

    Notes
    -----
    Sterne & Egger (2005); metafor ``regtest(model="rma")``.
    """
    y, v = read_effects(effects, variances, at_least=_LEAST)
    se = np.sqrt(v)
    require_spread(se, "standard errors")
    line = regress(y, v, se[:, None], method=method, interval=interval, level=level)
    return EggerTest(
        k=y.size,
        intercept=float(line.coefficients[1]),
        se=float(line.se[1]),
        ci_low=float(line.ci_low[1]),
        ci_high=float(line.ci_high[1]),
        statistic=float(line.statistics[1]),
        p_value=float(line.p_values[1]),
        df=np.inf if interval == "normal" else y.size - 2.0,
        limit_estimate=float(line.coefficients[0]),
        tau2=line.tau2,
        dispersion=np.nan,
    )


def rank_test(effects: ArrayLike, variances: ArrayLike) -> RankTest:
    """Test for asymmetry by the rank correlation of standardised effects with their variances.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials.

    Returns
    -------
    RankTest
        Kendall's tau and its p-value.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3, or all variances or all standardised effects are equal.

    Notes
    -----
    Begg & Mazumdar (1994); metafor ``ranktest``. Effects are centred on the common-effect average and divided
    by the standard error of that difference.
    """
    y, v = read_effects(effects, variances, at_least=_LEAST)
    weights = 1 / v
    total = weights.sum()
    centred = y - (weights * y).sum() / total
    # v - 1/total, without taking nearly equal numbers from each other
    standardised = centred / np.sqrt(v * np.array([np.delete(weights, i).sum() for i in range(y.size)]) / total)
    # Rounding must not decide an order; that of the average goes with the size of the effects, not of what differs.
    sizes = _ranks(np.log(v), apart=_ROUNDING)
    places = _ranks(standardised, apart=_ROUNDING * float(np.max(np.abs(y) / np.sqrt(v))))
    if sizes.max() == 0 or places.max() == 0:
        raise SynthesisError("ranks need differences: all variances or all standardised effects are equal")
    return RankTest(k=y.size, **kendall(places, sizes)._asdict())


def _ranks(values: Floats, *, apart: float) -> NDArray[np.int64]:
    """Rank values from 0, alike those that no step of more than ``apart`` divides."""
    order = np.argsort(values)
    ranks = np.zeros(values.size, dtype=np.int64)
    ranks[order[1:]] = np.cumsum(np.diff(values[order]) > apart)
    return ranks


def egger_line(effects: Floats, errors: Floats, weights: Floats, level: float) -> EggerTest:
    """Regress effects on their errors and report the slope as Egger's intercept."""
    limit, slope = weighted_line(effects, errors, weights, level, called="standard errors")
    return EggerTest(
        k=effects.size,
        intercept=slope.estimate,
        se=slope.se,
        ci_low=slope.ci_low,
        ci_high=slope.ci_high,
        statistic=slope.statistic,
        p_value=slope.p_value,
        df=effects.size - 2.0,
        limit_estimate=limit.estimate,
        tau2=0.0,
        dispersion=slope.dispersion,
    )
