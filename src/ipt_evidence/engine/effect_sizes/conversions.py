"""Effect sizes from what trials report instead of means: tests, p-values, intervals, odds ratios."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import RANGE, Checks, Floats, check_positive, columns, one_of, within
from ipt_evidence.engine.effect_sizes.means import check_sizes, smd_result
from ipt_evidence.engine.effect_sizes.results import EffectSizes, read_values
from ipt_evidence.engine.frozen import frozen

_LOG_ODDS_PER_SD = {"logistic": np.pi / np.sqrt(3), "normal": 1.65}


def _log_odds_per_sd(distribution: str) -> float:
    with Checks() as checks:
        one_of(checks, "distribution", distribution, tuple(_LOG_ODDS_PER_SD))
    return float(_LOG_ODDS_PER_SD[distribution])


def smd_from_log_odds_ratio(values: ArrayLike, variances: ArrayLike, *, distribution: str = "logistic") -> EffectSizes:
    """Convert log odds ratios to standardised mean differences.

    Parameters
    ----------
    values, variances : array_like, scalar or shape (k,)
        Log odds ratios and their sampling variances.
    distribution : {"logistic", "normal"}
        Shape assumed for the scale behind the event: "logistic" divides by pi/sqrt(3) (metafor OR2DL),
        "normal" by 1.65 (metafor OR2DN).

    Returns
    -------
    EffectSizes
        With the sign of the log odds ratio: where the event is a bad one, the caller turns it round.

    Raises
    ------
    EffectSizeError
        If a value is not finite, a variance is not positive, lengths differ or the name is unknown.

    Notes
    -----
    Hasselblad & Hedges (1995); Chinn (2000); Cox & Snell (1989) for 1.65.
    """
    scale = _log_odds_per_sd(distribution)
    with Checks() as checks:
        value, variance = read_values(checks, values, variances)
    return EffectSizes(values=value / scale, variances=variance / scale**2)


def log_odds_ratio_from_smd(values: ArrayLike, variances: ArrayLike, *, distribution: str = "logistic") -> EffectSizes:
    """Convert standardised mean differences to log odds ratios: :func:`smd_from_log_odds_ratio` reversed.

    Parameters
    ----------
    values, variances : array_like, scalar or shape (k,)
        Standardised mean differences and their sampling variances.
    distribution : {"logistic", "normal"}
        As in :func:`smd_from_log_odds_ratio`.

    Returns
    -------
    EffectSizes
        Log odds ratios of a score above any one cut-off.

    Raises
    ------
    EffectSizeError
        As :func:`smd_from_log_odds_ratio`.
    """
    scale = _log_odds_per_sd(distribution)
    with Checks() as checks:
        value, variance = read_values(checks, values, variances)
    return EffectSizes(values=value * scale, variances=variance * scale**2)


def smd_from_t(t: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> EffectSizes:
    """Compute Hedges' g from the t statistic of an unpaired test.

    Parameters
    ----------
    t : array_like, scalar or shape (k,)
        Student's t, positive where group 1 has the higher mean.
    n1, n2 : array_like, scalar or shape (k,)
        Numbers of participants, at least 2.

    Returns
    -------
    EffectSizes
        The same g and variance that the means would have given.

    Raises
    ------
    EffectSizeError
        If a value is not finite, a group is smaller than 2 or lengths differ.
    """
    with Checks() as checks:
        statistic, k1, k2 = columns(checks, t=t, n1=n1, n2=n2)
        check_sizes(checks, k1, k2)
    return _from_t(statistic, k1, k2)


def _from_t(t: Floats, n1: Floats, n2: Floats) -> EffectSizes:
    return smd_result(t * np.sqrt(1 / n1 + 1 / n2), n1, n2)


def smd_from_f(f: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> EffectSizes:
    """Compute the magnitude of Hedges' g from an F statistic with one numerator degree of freedom.

    Parameters
    ----------
    f : array_like, scalar or shape (k,)
        F(1, n1 + n2 - 2) of a comparison of two groups, without covariates; zero or positive.
    n1, n2 : array_like, scalar or shape (k,)
        Numbers of participants, at least 2.

    Returns
    -------
    EffectSizes
        Zero or positive: F does not know the direction.

    Raises
    ------
    EffectSizeError
        If a value is not finite, F is negative, a group is smaller than 2 or lengths differ.
    """
    with Checks() as checks:
        statistic, k1, k2 = columns(checks, f=f, n1=n1, n2=n2)
        checks.require("f", statistic, statistic >= 0, "zero or positive")
        check_sizes(checks, k1, k2)
    return _from_t(np.sqrt(statistic), k1, k2)


def smd_from_p(p: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> EffectSizes:
    """Compute the magnitude of Hedges' g from the exact two-sided p-value of an unpaired t-test.

    Parameters
    ----------
    p : array_like, scalar or shape (k,)
        Two-sided p-values, above 0 and at most 1. A bound such as p < .05 is not an exact p-value; used as
        one it understates the effect.
    n1, n2 : array_like, scalar or shape (k,)
        Numbers of participants, at least 2.

    Returns
    -------
    EffectSizes
        Zero or positive: a two-sided p-value does not know the direction.

    Raises
    ------
    EffectSizeError
        If a p-value is not in (0, 1], a value is not finite, a group is smaller than 2 or lengths differ.
    """
    with Checks() as checks:
        prob, k1, k2 = columns(checks, p=p, n1=n1, n2=n2)
        check_positive(checks, "p", prob)
        checks.require("p", prob, ~(prob > 1), "at most 1")
        check_sizes(checks, k1, k2)
    return _from_t(np.abs(scipy.special.stdtrit(k1 + k2 - 2, prob / 2)), k1, k2)


def smd_from_mean_difference(difference: ArrayLike, sd: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> EffectSizes:
    """Compute Hedges' g from a mean difference and the standard deviation within groups.

    Parameters
    ----------
    difference : array_like, scalar or shape (k,)
        Group 1 minus group 2, in units of the scale.
    sd : array_like, scalar or shape (k,)
        Pooled standard deviation of the scores (not a standard error), positive.
    n1, n2 : array_like, scalar or shape (k,)
        Numbers of participants, at least 2.

    Returns
    -------
    EffectSizes
        Values and variances, shape (k,).

    Raises
    ------
    EffectSizeError
        If a value is not finite, ``sd`` is not positive, a group is smaller than 2 or lengths differ.
    """
    with Checks() as checks:
        value, spread, k1, k2 = columns(checks, difference=difference, sd=sd, n1=n1, n2=n2)
        check_positive(checks, "sd", spread)
        check_sizes(checks, k1, k2)
    return smd_result(value / spread, k1, k2)


def smd_from_mean_difference_se(difference: ArrayLike, se: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> EffectSizes:
    """Compute Hedges' g from a mean difference and its standard error.

    Parameters
    ----------
    difference : array_like, scalar or shape (k,)
        Group 1 minus group 2, in units of the scale.
    se : array_like, scalar or shape (k,)
        Standard error of the difference, positive; from an interval by :func:`se_from_ci` with
        ``df = n1 + n2 - 2``. An error adjusted for covariates gives too large a g.
    n1, n2 : array_like, scalar or shape (k,)
        Numbers of participants, at least 2.

    Returns
    -------
    EffectSizes
        Values and variances, shape (k,).

    Raises
    ------
    EffectSizeError
        If a value is not finite, ``se`` is not positive, a group is smaller than 2 or lengths differ.
    """
    with Checks() as checks:
        value, error, k1, k2 = columns(checks, difference=difference, se=se, n1=n1, n2=n2)
        check_positive(checks, "se", error)
        check_sizes(checks, k1, k2)
    return _from_t(value / error, k1, k2)


def smd_from_mean_difference_ci(
    low: ArrayLike, high: ArrayLike, n1: ArrayLike, n2: ArrayLike, *, level: float = 0.95
) -> EffectSizes:
    """Compute Hedges' g from the t-based confidence interval of a mean difference.

    Parameters
    ----------
    low, high : array_like, scalar or shape (k,)
        Limits of the interval of group 1 minus group 2; its middle is the difference.
    n1, n2 : array_like, scalar or shape (k,)
        Numbers of participants, at least 2.
    level : float
        Coverage of the interval, between 0 and 1.

    Returns
    -------
    EffectSizes
        Values and variances, shape (k,).

    Raises
    ------
    EffectSizeError
        If a value is not finite, ``low`` is not below ``high``, a group is smaller than 2, lengths differ or
        ``level`` is not between 0 and 1.
    """
    with Checks() as checks:
        bottom, top, k1, k2 = columns(checks, low=low, high=high, n1=n1, n2=n2)
        check_sizes(checks, k1, k2)
    error = se_from_ci(bottom, top, level=level, df=k1 + k2 - 2)
    return _from_t((bottom + top) / 2 / error, k1, k2)


def se_from_ci(low: ArrayLike, high: ArrayLike, *, level: float = 0.95, df: ArrayLike | None = None) -> Floats:
    """Return the standard error behind a symmetric confidence interval.

    Parameters
    ----------
    low, high : array_like, scalar or shape (k,)
        Limits; of a ratio, the logarithms of the limits.
    level : float
        Coverage of the interval, between 0 and 1.
    df : array_like, optional
        Degrees of freedom of an interval based on t; without it the interval is taken as normal.

    Returns
    -------
    ndarray, shape (k,)
        Standard errors in the units of the limits.

    Raises
    ------
    EffectSizeError
        If a limit is not finite, ``low`` is not below ``high``, ``df`` is not positive, lengths differ,
        ``level`` is not between 0 and 1, or both lead to a quantile of 0 or beyond all numbers.

    Notes
    -----
    Higgins & Green (2011), Cochrane Handbook 5.1, 7.7.7.2 and, of ratios, 7.7.7.3:
    the width of the interval over twice the quantile.
    """
    with Checks() as checks:
        level = within(checks, "level", level, 0, 1)
        bottom, top, freedom = columns(checks, low=low, high=high, df=1.0 if df is None else df)
        checks.require("low", bottom, bottom < top, "below high")
        check_positive(checks, "df", freedom)
        checks.finish()
        tail = (1 + level) / 2
        critical = scipy.special.stdtrit(freedom, tail) if df is not None else scipy.special.ndtri(tail) + 0 * bottom
        holds = (critical > 1 / RANGE) & (critical < RANGE)
        checks.require("the quantile of level and df", critical, holds, "positive and finite")
    return frozen((top - bottom) / (2 * critical))


def se_from_p(value: ArrayLike, p: ArrayLike, *, df: ArrayLike | None = None) -> Floats:
    """Return the standard error behind the exact two-sided p-value of a test against 0.

    Parameters
    ----------
    value : array_like, scalar or shape (k,)
        What was tested: a difference, or the logarithm of a ratio; not 0, which has one p-value whatever its error.
    p : array_like, scalar or shape (k,)
        Two-sided p-values, above 0 and below 1.
    df : array_like, optional
        Degrees of freedom of a test by t; without it the test is taken as normal.

    Returns
    -------
    ndarray, shape (k,)
        Standard errors in the units of ``value``.

    Raises
    ------
    EffectSizeError
        If a value is 0 or not finite, a p-value is not between 0 and 1, ``df`` is not positive or lengths differ.

    Notes
    -----
    Higgins & Green (2011), Cochrane Handbook 5.1, 7.7.7.2 and, of ratios, 7.7.7.3:
    the value over the quantile that the p-value belongs to.
    """
    with Checks() as checks:
        tested, prob, freedom = columns(checks, value=value, p=p, df=1.0 if df is None else df)
        checks.require("value", tested, tested != 0, "other than 0")
        checks.require("p", prob, (prob > 0) & (prob < 1), "between 0 and 1")
        check_positive(checks, "df", freedom)
    critical = scipy.special.stdtrit(freedom, prob / 2) if df is not None else scipy.special.ndtri(prob / 2)
    return frozen(np.abs(tested / critical))
