"""Effect sizes of continuous outcomes: standardised and raw mean differences, ratios of means."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats, check_people, check_positive, columns, one_of
from ipt_evidence.engine.effect_sizes.results import ArmContrasts, EffectSizes
from ipt_evidence.engine.frozen import frozen

SMD_FORMULAS = ("metafor", "esc", "meta", "revman")
"""Published variants of Hedges' g, named after the software that computes them."""


def small_sample_correction(df: ArrayLike) -> Floats:
    """Return the exact factor that makes a standardised mean difference unbiased.

    It is Gamma(df/2) / (sqrt(df/2) Gamma((df-1)/2)), Hedges (1981), ``df`` of the standard deviation being at least 2.
    """
    half = np.asarray(df, dtype=np.float64) / 2
    # A ratio of gamma functions (Pochhammer symbol) keeps full precision where their logarithms would cancel.
    return np.asarray(scipy.special.poch(half - 0.5, 0.5) / np.sqrt(half))


def smd_variance(g: ArrayLike, n1: ArrayLike, n2: ArrayLike) -> Floats:
    """Return the sampling variance of standardised mean differences, 1/n1 + 1/n2 + g^2/(2N), Hedges & Olkin (1985)."""
    value, k1, k2 = (np.asarray(part, dtype=np.float64) for part in (g, n1, n2))
    return 1 / k1 + 1 / k2 + value**2 / (2 * (k1 + k2))


def smd_result(d: Floats, n1: Floats, n2: Floats, formula: str = "metafor") -> EffectSizes:
    """Turn Cohen's d (shape (k,)) of two independent groups into Hedges' g and its variance.

    ``formula`` is explained in :func:`hedges_g`.
    """
    total = n1 + n2
    df = total - 2
    factor = small_sample_correction(df) if formula in ("metafor", "meta") else 1 - 3 / (4 * total - 9)
    g = factor * d
    if formula in ("metafor", "esc"):
        return EffectSizes(values=g, variances=smd_variance(g if formula == "metafor" else d, n1, n2))
    slope = 1 - (df - 2) / (df * factor**2) if formula == "meta" else 1 / (2 * (total - 3.94))
    return EffectSizes(values=g, variances=1 / n1 + 1 / n2 + g**2 * slope)


def check_sizes(checks: Checks, n1: Floats, n2: Floats) -> None:
    """Require at least two participants per group: one has no standard deviation."""
    for name, n in (("n1", n1), ("n2", n2)):
        check_people(checks, name, n, 2)


def _two_groups(
    mean1: ArrayLike, sd1: ArrayLike, n1: ArrayLike, mean2: ArrayLike, sd2: ArrayLike, n2: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats]:
    with Checks() as checks:
        m1, s1, k1, m2, s2, k2 = columns(checks, mean1=mean1, sd1=sd1, n1=n1, mean2=mean2, sd2=sd2, n2=n2)
        for name, sd in (("sd1", s1), ("sd2", s2)):
            checks.require(name, sd, sd >= 0, "zero or positive")
        check_positive(checks, "the larger of sd1 and sd2", np.maximum(s1, s2))
        check_sizes(checks, k1, k2)
    return m1, s1, k1, m2, s2, k2


def _in_pooled_sds(m1: Floats, s1: Floats, k1: Floats, m2: Floats, s2: Floats, k2: Floats) -> Floats:
    return (m1 - m2) / np.sqrt(((k1 - 1) * s1**2 + (k2 - 1) * s2**2) / (k1 + k2 - 2))


def cohens_d(
    mean1: ArrayLike, sd1: ArrayLike, n1: ArrayLike, mean2: ArrayLike, sd2: ArrayLike, n2: ArrayLike
) -> Floats:
    """Return Cohen's d, the difference of two means over their pooled standard deviation, not corrected: shape (k,).

    Parameters and errors are those of :func:`hedges_g`.
    """
    return frozen(_in_pooled_sds(*_two_groups(mean1, sd1, n1, mean2, sd2, n2)))


def hedges_g(
    mean1: ArrayLike,
    sd1: ArrayLike,
    n1: ArrayLike,
    mean2: ArrayLike,
    sd2: ArrayLike,
    n2: ArrayLike,
    *,
    formula: str = "metafor",
) -> EffectSizes:
    """Compute Hedges' g, the standardised mean difference of two independent groups.

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : array_like, scalar or shape (k,)
        Means, standard deviations (not standard errors) and numbers of participants.
    formula : {"metafor", "esc", "meta", "revman"}
        With N = n1 + n2, m = N - 2 and d the difference over the pooled standard deviation:
        "metafor" (``escalc`` SMD, vtype LS): exact correction J(m), v = 1/n1 + 1/n2 + g^2/(2N);
        "esc" (also metapsyTools): J = 1 - 3/(4N-9), v = 1/n1 + 1/n2 + d^2/(2N);
        "meta" (``metacont`` with exact.smd): exact J(m), v = 1/n1 + 1/n2 + g^2 (1 - (m-2)/(m J^2));
        "revman" (RevMan 5, statsmodels): J = 1 - 3/(4N-9), v = 1/n1 + 1/n2 + g^2/(2(N-3.94)).

    Returns
    -------
    EffectSizes
        ``values`` g, positive where group 1 has the higher mean, and ``variances``; both shape (k,).

    Raises
    ------
    EffectSizeError
        If a value is not finite, a standard deviation is negative or zero in both groups, a group has fewer
        than 2 participants, or lengths differ.

    Notes
    -----
    Hedges (1981); Hedges & Olkin (1985). Agrees with metafor 3.8-1: ``tests/oracle``.

    Examples
    --------
    >>> hedges_g(10.6, 6.8, 48, 19.2, 8.7, 51).values.round(4)
    array([-1.0888])
    """
    with Checks() as checks:
        one_of(checks, "formula", formula, SMD_FORMULAS)
    groups = _two_groups(mean1, sd1, n1, mean2, sd2, n2)
    return smd_result(_in_pooled_sds(*groups), groups[2], groups[5], formula)


def smd_unequal_variances(
    mean1: ArrayLike, sd1: ArrayLike, n1: ArrayLike, mean2: ArrayLike, sd2: ArrayLike, n2: ArrayLike
) -> EffectSizes:
    """Compute the standardised mean difference without assuming equal variances (metafor SMDH).

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : array_like, scalar or shape (k,)
        As in :func:`hedges_g`.

    Returns
    -------
    EffectSizes
        The difference over the root mean of both variances, corrected for small samples.

    Raises
    ------
    EffectSizeError
        As :func:`hedges_g`.

    Notes
    -----
    Bonett (2008, 2009), as ``escalc(measure="SMDH")`` of metafor 3.8-1; from its version 4.6-0 the variance there is
    larger in small groups.
    """
    m1, s1, k1, m2, s2, k2 = _two_groups(mean1, sd1, n1, mean2, sd2, n2)
    average = (s1**2 + s2**2) / 2
    correction = small_sample_correction(k1 + k2 - 2)
    g = correction * (m1 - m2) / np.sqrt(average)
    variances = correction**2 * (
        g**2 * (s1**4 / (k1 - 1) + s2**4 / (k2 - 1)) / (8 * average**2)
        + s1**2 / (average * (k1 - 1))
        + s2**2 / (average * (k2 - 1))
    )
    return EffectSizes(values=g, variances=variances)


def glass_delta(mean1: ArrayLike, n1: ArrayLike, mean2: ArrayLike, sd2: ArrayLike, n2: ArrayLike) -> EffectSizes:
    """Compute Glass' delta: the mean difference in standard deviations of group 2 (metafor SMD1).

    Parameters
    ----------
    mean1, n1 : array_like, scalar or shape (k,)
        Mean and number of participants of group 1.
    mean2, sd2, n2 : array_like, scalar or shape (k,)
        Mean, standard deviation and number of participants of group 2, the control group.

    Returns
    -------
    EffectSizes
        Values corrected with J(n2 - 1), variances 1/n1 + 1/n2 + delta^2/(2 n2).

    Raises
    ------
    EffectSizeError
        As :func:`hedges_g`; ``n2`` must be at least 3 for the correction to exist.

    Notes
    -----
    Glass (1976); Hedges (1981).
    """
    with Checks() as checks:
        m1, k1, m2, s2, k2 = columns(checks, mean1=mean1, n1=n1, mean2=mean2, sd2=sd2, n2=n2)
        check_positive(checks, "sd2", s2)
        check_people(checks, "n1", k1, 2)
        check_people(checks, "n2", k2, 3)
    delta = small_sample_correction(k2 - 1) * (m1 - m2) / s2
    return EffectSizes(values=delta, variances=1 / k1 + 1 / k2 + delta**2 / (2 * k2))


def mean_difference(
    mean1: ArrayLike, sd1: ArrayLike, n1: ArrayLike, mean2: ArrayLike, sd2: ArrayLike, n2: ArrayLike
) -> ArmContrasts:
    """Compute the raw mean difference of two independent groups (metafor MD).

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : array_like, scalar or shape (k,)
        As in :func:`hedges_g`.

    Returns
    -------
    ArmContrasts
        ``mean1 - mean2`` in units of the scale; each arm contributes sd^2/n to the variance.

    Raises
    ------
    EffectSizeError
        As :func:`hedges_g`.
    """
    m1, s1, k1, m2, s2, k2 = _two_groups(mean1, sd1, n1, mean2, sd2, n2)
    v1, v2 = s1**2 / k1, s2**2 / k2
    return ArmContrasts(values=m1 - m2, variances=v1 + v2, variances1=v1, variances2=v2)


def log_ratio_of_means(
    mean1: ArrayLike, sd1: ArrayLike, n1: ArrayLike, mean2: ArrayLike, sd2: ArrayLike, n2: ArrayLike
) -> ArmContrasts:
    """Compute the log ratio of two means of a scale with a true zero (metafor 3.8 ROM).

    Parameters
    ----------
    mean1, sd1, n1, mean2, sd2, n2 : array_like, scalar or shape (k,)
        As in :func:`hedges_g`; means must be positive.

    Returns
    -------
    ArmContrasts
        log(mean1/mean2); each arm contributes sd^2/(n mean^2) to the variance (delta method).

    Raises
    ------
    EffectSizeError
        As :func:`hedges_g`, or if a mean is not positive.

    Notes
    -----
    Hedges, Gurevitch & Curtis (1999), without second-order bias correction.
    """
    m1, s1, k1, m2, s2, k2 = _two_groups(mean1, sd1, n1, mean2, sd2, n2)
    with Checks() as checks:
        for name, mean in (("mean1", m1), ("mean2", m2)):
            check_positive(checks, name, mean)
    v1, v2 = (s1 / m1) ** 2 / k1, (s2 / m2) ** 2 / k2
    return ArmContrasts(values=np.log(m1 / m2), variances=v1 + v2, variances1=v1, variances2=v2)
