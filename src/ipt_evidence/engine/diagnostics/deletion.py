"""Deletion diagnostics: what changes when a trial is left out, and which trials lie apart."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import overlapping, own_intervals
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects, read_synthesis
from ipt_evidence.engine.pooling.random_effects import PooledEffect, pool, weight_percent
from ipt_evidence.engine.pooling.subsets import PooledSubsets, leave_one_out

_LEAST = 3
"""Without one trial a random-effects model needs two others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Influence(FrozenArrays):
    """Influence of every trial on the average; arrays of shape (k,).

    Attributes
    ----------
    rstudent : ndarray
        Studentised deleted residual: distance of a trial from the average of the others, in its standard
        errors.
    dffits : ndarray
        Change of the average when the trial is left out, in standard deviations of its fitted value.
    cooks_distance : ndarray
        Squared change of the average in units of its variance.
    covariance_ratio : ndarray
        Variance of the average without the trial over that with it.
    tau2_deleted, q_deleted : ndarray
        Between-trial variance and Cochran's Q without the trial.
    hat : ndarray
        Share of the weight, summing to 1.
    dfbetas : ndarray
        Change of the average in standard errors that use the tau2 of the other trials.
    is_influential : ndarray of bool
        |dffits| > 3 sqrt(1/(k-1)), or the lower tail of chi-squared (1 df) at Cook's distance > 0.5, or
        hat > 3/k, or |dfbetas| > 1.
    """

    rstudent: Floats
    dffits: Floats
    cooks_distance: Floats
    covariance_ratio: Floats
    tau2_deleted: Floats
    q_deleted: Floats
    hat: Floats
    dfbetas: Floats
    is_influential: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BaujatPlot(FrozenArrays):
    """Coordinates of the Baujat plot; arrays of shape (k,).

    Attributes
    ----------
    heterogeneity : ndarray
        Squared Pearson residual: what the trial adds to the Q of the model (horizontal axis).
    influence : ndarray
        Squared change of the average without the trial, over its variance then (vertical axis).
    """

    heterogeneity: Floats
    influence: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outliers(FrozenArrays):
    """Trials that do not agree with the average.

    Attributes
    ----------
    is_outlier : ndarray of bool, shape (k,)
        True where the interval of the trial and that of the average do not overlap.
    ci_low, ci_high : ndarray, shape (k,)
        Intervals of the trials (normal).
    pooled_ci_low, pooled_ci_high : float
        Interval of the average of all trials.
    """

    is_outlier: Bools
    ci_low: Floats
    ci_high: Floats
    pooled_ci_low: float
    pooled_ci_high: float


class Deletion:
    """An average and those without each trial (``others``): what influence and Baujat's plot are both made from.

    Parameters and errors are those of :func:`influence`.
    """

    def __init__(self, effects: ArrayLike, variances: ArrayLike, *, method: str, interval: str) -> None:
        self._y, self._v = y, v = read_effects(effects, variances, at_least=_LEAST)
        check_choices(method=method, interval=interval)
        self._pooled: PooledEffect = pool(y, v, method=method, interval=interval)
        self.others: PooledSubsets = leave_one_out(y, v, method=method, interval=interval)

    def influence(self) -> Influence:
        """See :func:`influence`."""
        y, v, pooled, others = self._y, self._v, self._pooled, self.others
        hat = weight_percent(v, pooled.tau2) / 100
        change = pooled.estimate - others.estimate
        weights = 1 / (v + others.tau2[:, None])
        # What Hartung-Knapp multiplies the model variance of the others by; 1 for normal intervals.
        factor = others.se**2 * (weights * ~np.eye(y.size, dtype=bool)).sum(axis=1)
        own = factor * (v + others.tau2)
        cook = _ratio(change**2, np.full_like(change, pooled.se**2))
        dffits = _ratio(change, np.sqrt(hat * own))
        dfbetas = _ratio(change, np.sqrt(factor / weights.sum(axis=1)))
        marked = (np.abs(dffits) > 3 * np.sqrt(1 / (y.size - 1))) | (special.chdtr(1, cook) > 0.5)
        return Influence(
            rstudent=_ratio(y - others.estimate, np.sqrt(own + others.se**2)),
            dffits=dffits,
            cooks_distance=cook,
            covariance_ratio=_ratio(others.se**2, np.full_like(change, pooled.se**2)),
            tau2_deleted=others.tau2,
            q_deleted=others.q,
            hat=hat,
            dfbetas=dfbetas,
            is_influential=marked | (hat > 3 / y.size) | (np.abs(dfbetas) > 1),
        )

    def baujat(self) -> BaujatPlot:
        """See :func:`baujat`."""
        pooled, others = self._pooled, self.others
        return BaujatPlot(
            heterogeneity=(self._y - pooled.estimate) ** 2 / (self._v + pooled.tau2),
            influence=_ratio((pooled.estimate - others.estimate) ** 2, others.se**2),
        )


def influence(effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "adhoc") -> Influence:
    """Compute deletion diagnostics of a pooled average.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials.
    method, interval
        As in :func:`ipt_evidence.synthesis.pool`. With Hartung-Knapp intervals all variances carry their
        factor.

    Returns
    -------
    Influence
        One entry per trial.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3 or a choice is unknown.

    Notes
    -----
    Viechtbauer & Cheung (2010); metafor ``influence`` on ``rma.uni``. Where effects are so alike that a
    Hartung-Knapp variance is 0, changes relative to it are infinite, or 0 where there is no change.
    """
    return Deletion(effects, variances, method=method, interval=interval).influence()


def baujat(effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "adhoc") -> BaujatPlot:
    """Return for each trial its part in the heterogeneity and its pull on the average.

    Parameters
    ----------
    effects, variances, method, interval
        As in :func:`influence`.

    Returns
    -------
    BaujatPlot
        One point per trial.

    Raises
    ------
    SynthesisError
        As :func:`influence`.

    Notes
    -----
    Baujat et al. (2002), for a common effect (``method="CE"``, ``interval="normal"``); metafor ``baujat``.
    """
    return Deletion(effects, variances, method=method, interval=interval).baujat()


def outliers(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "adhoc", level: float = 0.95
) -> Outliers:
    """Find the trials whose confidence interval does not overlap with that of the average.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    Outliers
        In one pass: the average is that of all trials, outliers included.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3 or a choice is unknown.
    """
    y, v, level = read_synthesis(effects, variances, at_least=_LEAST, level=level)
    pooled = pool(y, v, method=method, interval=interval, level=level)
    low, high = own_intervals(y, v, level)
    return Outliers(
        is_outlier=~overlapping(y, v, np.array(pooled.ci_low), np.array(pooled.ci_high), level),
        ci_low=low,
        ci_high=high,
        pooled_ci_low=pooled.ci_low,
        pooled_ci_high=pooled.ci_high,
    )


def _ratio(change: Floats, scale: Floats) -> Floats:
    """Divide, taking a change over a scale of 0 as infinite and no change as 0."""
    result = np.where(change == 0, 0.0, np.copysign(np.inf, change))
    return np.divide(change, scale, out=result, where=scale > 0)
