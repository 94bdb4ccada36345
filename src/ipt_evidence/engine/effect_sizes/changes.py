"""Effect sizes of change within groups, and their difference between groups."""

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats, check_people, check_positive, columns, one_of, short
from ipt_evidence.engine.effect_sizes.means import small_sample_correction
from ipt_evidence.engine.effect_sizes.results import ArmContrasts, EffectSizes, read_values
from ipt_evidence.engine.frozen import frozen

CHANGE_FORMULAS = ("raw", "change")
"""Standard deviation that a change is expressed in; see :func:`standardised_mean_change`."""


def sd_of_change(sd_before: ArrayLike, sd_after: ArrayLike, correlation: ArrayLike) -> Floats:
    """Return the standard deviation of individual changes.

    Parameters
    ----------
    sd_before, sd_after : array_like, scalar or shape (k,)
        Standard deviations of the scores, zero or positive.
    correlation : array_like, scalar or shape (k,)
        Correlation of the scores before and after, from -1 to 1.

    Returns
    -------
    ndarray, shape (k,)
        sqrt(sd_before^2 + sd_after^2 - 2 r sd_before sd_after).

    Raises
    ------
    EffectSizeError
        If a value is not finite or impossible, or lengths differ.
    """
    with Checks() as checks:
        before, after, r = columns(checks, sd_before=sd_before, sd_after=sd_after, correlation=correlation)
        for name, sd in (("sd_before", before), ("sd_after", after)):
            checks.require(name, sd, sd >= 0, "zero or positive")
        checks.require("correlation", r, np.abs(r) <= 1, "from -1 to 1")
    # By a power of two, which costs no digit: the squares of small numbers would be lost.
    _, scale = np.frexp(np.maximum(before, after))
    one, other = np.ldexp(before, -scale), np.ldexp(after, -scale)
    # The square of a difference plus a product: never negative, whatever the rounding.
    return frozen(np.ldexp(np.sqrt((one - other) ** 2 + 2 * (1 - r) * one * other), scale))


def standardised_mean_change(
    mean_after: ArrayLike,
    mean_before: ArrayLike,
    sd_before: ArrayLike,
    sd_after: ArrayLike,
    correlation: ArrayLike,
    n: ArrayLike,
    *,
    formula: str = "raw",
) -> EffectSizes:
    """Compute the standardised mean change of one group.

    Parameters
    ----------
    mean_after, mean_before, sd_before, sd_after : array_like, scalar or shape (k,)
        Means and standard deviations of the scores.
    correlation : array_like, scalar or shape (k,)
        Correlation of the scores before and after, above -1 and below 1.
    n : array_like, scalar or shape (k,)
        Participants, at least 3.
    formula : {"raw", "change"}
        "raw" divides by the standard deviation before (metafor SMCR, m1 after, sd1 before): comparable with
        differences of scores between groups; "change" by that of the changes (metafor SMCC): not comparable,
        the larger the correlation the larger the effect.

    Returns
    -------
    EffectSizes
        Positive where the mean rises.

    Raises
    ------
    EffectSizeError
        If a value is not finite or impossible, lengths differ, or the formula is unknown.

    Notes
    -----
    Becker (1988); Gibbons, Hedeker & Davis (1993); Morris & DeShon (2002). Change effects are never to be
    pooled with others unmarked.
    """
    with Checks() as checks:
        one_of(checks, "formula", formula, CHANGE_FORMULAS)
        after, before, s1, s2, r, k = columns(
            checks,
            mean_after=mean_after,
            mean_before=mean_before,
            sd_before=sd_before,
            sd_after=sd_after,
            correlation=correlation,
            n=n,
        )
        for name, sd in (("sd_before", s1), ("sd_after", s2)):
            check_positive(checks, name, sd)
        checks.require("correlation", r, np.abs(r) < 1, "above -1 and below 1")
        check_people(checks, "n", k, 3)
    unit, noise = (s1, 2 * (1 - r)) if formula == "raw" else (sd_of_change(s1, s2, r), np.ones_like(r))
    values = small_sample_correction(k - 1) * (after - before) / unit
    return EffectSizes(values=values, variances=noise / k + values**2 / (2 * k))


def difference_of_effects(first: EffectSizes, second: EffectSizes) -> ArmContrasts:
    """Subtract the effects of independent groups, e.g. the change under control from that under treatment.

    Parameters
    ----------
    first, second : EffectSizes
        Effects of group 1 and group 2, of one length.

    Returns
    -------
    ArmContrasts
        ``first - second``; variances add up.

    Raises
    ------
    EffectSizeError
        If one is no ``EffectSizes``, has entries that pooling cannot square, or lengths differ.

    Notes
    -----
    Of :func:`standardised_mean_change`: the pretest-posttest-control effect of Becker (1988).
    """
    with Checks() as checks:
        for name, given in (("first", first), ("second", second)):
            if not isinstance(given, EffectSizes):
                checks.note(f"{name} must be EffectSizes, got {short(given)}")
        checks.finish()
        if np.shape(first.values) != np.shape(second.values):
            checks.note(f"effects must be equally many, got {np.size(first.values)} and {np.size(second.values)}")
            checks.finish()
        value1, variance1 = read_values(checks, first.values, first.variances)
        value2, variance2 = read_values(checks, second.values, second.variances)
    return ArmContrasts(
        values=value1 - value2, variances=variance1 + variance2, variances1=variance1, variances2=variance2
    )
