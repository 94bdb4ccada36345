"""Inconsistency: whether trials differ at all; then on which side of the threshold they and a next trial fall."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.appraisal.certainty.body import Bodies, Body, Pooled, PooledBodies
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, on_side, target_of, towards
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.checks import Bools
from ipt_evidence.engine.pooling.inference import overlapping
from ipt_evidence.words import numbers

LIKELY = 0.10
"""Chance of an important effect from which a next trial could well show it."""

SIGNS_NEEDED = 2


def inconsistency(body: Body, pooled: Pooled, thresholds: Thresholds, level: float) -> Judgement:
    """Judge inconsistency, by intervals of a level of coverage; it cannot be judged in a single trial.

    Only trials that differ by more than chance leaves them (p of Cochran's Q, or I2) can be inconsistent. Then there
    are three signs: trials on both sides of the threshold (by weight), intervals that leave out the average (by
    weight), and a prediction interval that reaches the other side. Two of them take one level, and a second level goes
    if trials fall on both sides, important effects either way are likely enough in a next trial, and I2 is
    considerable.

    Notes
    -----
    Core GRADE 3 (2025): where point estimates fall counts as far as their intervals hardly overlap. I2 from 75 percent
    is "considerable" in the Cochrane Handbook (10.10.2), from 40 it may matter; p below 0.10 is its level for Q. The
    shares are ours.
    """
    found = differing(body, pooled, thresholds, level)
    return Judgement(
        domain="inconsistency",
        downgrade=int(found.downgrade),
        rule=_rule(body.k, found),
        say=lambda: _reason(body.k, pooled, found),
        show=lambda: {
            "k": body.k, "other_side_percent": found.other_side, "apart_percent": found.apart, "pi_low": pooled.pi_low,
            "pi_high": pooled.pi_high, "mid": body.mid, "i2": pooled.i2, "q_p_value": pooled.q_p_value,
        },
    )  # fmt: skip


class Differing(NamedTuple):
    """What trials show of inconsistency; each for one body or many.

    Attributes
    ----------
    other_side, apart : float or ndarray
        Percent of the weight on the other side of the threshold, and of intervals that leave out the average.
    differ, reaches, spans : ndarray of bool
        Whether trials differ at all; whether the prediction interval reaches the other side, and whether it holds
        important effects both ways.
    signs, downgrade : ndarray of int
        Signs of inconsistency, and the levels they take away.
    """

    other_side: Any
    apart: Any
    differ: Bools
    reaches: Bools
    spans: Bools
    signs: NDArray[np.int64]
    downgrade: NDArray[np.int64]


def differing(body: Body | Bodies, pooled: Pooled | PooledBodies, thresholds: Thresholds, level: float) -> Differing:
    """Apply the rule of :func:`inconsistency` to one body or many."""
    target = target_of(pooled.estimate, body.mid)
    other_side = pooled.share(~on_side(body.effects, target[..., None], body.mid))
    average = np.expand_dims(pooled.estimate, -1)
    apart = pooled.share(~overlapping(body.effects, body.variances, average, average, level))
    differ = np.less(pooled.q_p_value, thresholds.heterogeneity_p) | (pooled.i2 >= thresholds.heterogeneity_i2)
    both_sides = np.greater_equal(other_side, thresholds.other_side_percent)
    reaches, spans = _predicted(pooled, target, body.mid, level)
    signs = np.sum([both_sides, np.greater_equal(apart, thresholds.apart_percent), reaches], axis=0) * differ
    both_ways = both_sides & spans & (pooled.i2 >= thresholds.considerable_i2)
    downgrade = -np.where(signs < SIGNS_NEEDED, 0, 1 + both_ways)
    return Differing(other_side, apart, differ, reaches, spans, signs, downgrade)


def _rule(k: int, found: Differing) -> str:
    if k == 1:
        return "single_trial"
    if not found.differ:
        return "no_more_than_chance"
    return f"signs_{int(found.signs)}" + ("_both_ways" if found.downgrade == -2 else "")


def _predicted(
    pooled: Pooled | PooledBodies, target: NDArray[np.str_], mid: float, level: float
) -> tuple[Bools, Bools]:
    """Say whether the prediction interval reaches the other side, and whether it holds important effects both ways.

    An interval that is not known does neither, nor does one of trials between which nothing varies.
    """
    varies = np.greater(pooled.tau2, 0)
    beyond = np.greater_equal(pooled.pi_high, mid) | np.less_equal(pooled.pi_low, -mid)
    low, _ = towards(target, pooled.pi_low, pooled.pi_high)
    return varies & np.where(target == LITTLE, beyond, low <= 0), varies & _both_ways(pooled, mid, level)


def _both_ways(pooled: Pooled | PooledBodies, mid: float, level: float) -> Bools:
    """Say whether important effects either way are likely in a next trial, the prediction interval read as normal."""
    spread = np.subtract(pooled.pi_high, pooled.pi_low) / (2 * special.ndtri((1 + level) / 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        harm, benefit = special.ndtr((-mid - pooled.estimate) / spread), special.ndtr((pooled.estimate - mid) / spread)
    return np.asarray(np.minimum(harm, benefit) >= LIKELY)


def _reason(k: int, pooled: Pooled, found: Differing) -> str:
    if k == 1:
        return "A single trial: whether others would agree cannot be seen."
    figures = f"Q: {numbers.p_value(pooled.q_p_value)}; I² {pooled.i2:.0f}%"
    if not found.differ:
        return f"The trials differ no more than chance leaves them ({figures})."
    next_trial = (
        "a next trial could well show an important effect either way"
        if found.spans
        else "a next trial could well fall on the other side"
        if found.reaches
        else "a next trial is expected on the same side"
        if np.isfinite(pooled.pi_low)
        else "too few trials to predict a next one"
    )
    return (
        f"Trials with {found.other_side:.0f}% of the weight lie on the other side of the threshold; intervals with "
        f"{found.apart:.0f}% leave out the average; {next_trial} ({figures})."
    )
