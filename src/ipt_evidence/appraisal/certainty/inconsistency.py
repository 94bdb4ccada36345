"""Inconsistency: whether trials differ at all; then on which side of the threshold they and a next trial fall."""

import math

import numpy as np
from scipy import special

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, on_side, target_of, towards
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.words import numbers

LIKELY = 0.10
"""Chance of an important effect from which a next trial could well show it."""

SIGNS_NEEDED = 2

_NORMAL = float(special.ndtri(0.975))


def inconsistency(body: Body, pooled: Pooled, thresholds: Thresholds) -> Judgement:
    """Judge inconsistency; it cannot be judged in a single trial.

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
    target = target_of(pooled.estimate, body.mid)
    other_side = pooled.share(~on_side(body.effects, target, body.mid))
    half = _NORMAL * np.sqrt(body.variances)
    apart = pooled.share(np.abs(body.effects - pooled.estimate) > half)
    differ = bool(pooled.q_p_value < thresholds.heterogeneity_p or pooled.i2 >= thresholds.heterogeneity_i2)
    both_sides = other_side >= thresholds.other_side_percent
    reaches, spans = _predicted(pooled, target, body.mid) if pooled.tau2 > 0 else (False, False)
    signs = sum((both_sides, apart >= thresholds.apart_percent, reaches)) if differ else 0
    both_ways = both_sides and spans and pooled.i2 >= thresholds.considerable_i2
    downgrade = 0 if signs < SIGNS_NEEDED else -2 if both_ways else -1
    return Judgement(
        domain="inconsistency",
        downgrade=downgrade,
        rule=_rule(body.k, signs, differ=differ, both_ways=downgrade == -2),
        say=lambda: _reason(body.k, pooled, other_side, apart, differ=differ, reaches=reaches, spans=spans),
        show=lambda: {
            "k": body.k, "other_side_percent": other_side, "apart_percent": apart, "pi_low": pooled.pi_low,
            "pi_high": pooled.pi_high, "mid": body.mid, "i2": pooled.i2, "q_p_value": pooled.q_p_value,
        },
    )  # fmt: skip


def _rule(k: int, signs: int, *, differ: bool, both_ways: bool) -> str:
    if k == 1:
        return "single_trial"
    if not differ:
        return "no_more_than_chance"
    return f"signs_{signs}" + ("_both_ways" if both_ways else "")


def _predicted(pooled: Pooled, target: str, mid: float) -> tuple[bool, bool]:
    """Say whether the prediction interval reaches the other side, and whether it holds important effects both ways."""
    if math.isnan(pooled.pi_low):
        return False, False
    spans = _both_ways(pooled, mid)
    if target == LITTLE:
        return bool(pooled.pi_high >= mid or pooled.pi_low <= -mid), spans
    low, _ = towards(target, pooled.pi_low, pooled.pi_high)
    return bool(low <= 0), spans


def _both_ways(pooled: Pooled, mid: float) -> bool:
    """Say whether important effects either way are likely in a next trial, the prediction interval read as normal."""
    spread = (pooled.pi_high - pooled.pi_low) / (2 * _NORMAL)
    harm, benefit = special.ndtr((-mid - pooled.estimate) / spread), special.ndtr((pooled.estimate - mid) / spread)
    return bool(min(harm, benefit) >= LIKELY)


def _reason(
    k: int, pooled: Pooled, other_side: float, apart: float, *, differ: bool, reaches: bool, spans: bool
) -> str:
    if k == 1:
        return "A single trial: whether others would agree cannot be seen."
    figures = f"Q: {numbers.p_value(pooled.q_p_value)}; I² {pooled.i2:.0f}%"
    if not differ:
        return f"The trials differ no more than chance leaves them ({figures})."
    next_trial = (
        "a next trial could well show an important effect either way"
        if spans
        else "a next trial could well fall on the other side"
        if reaches
        else "a next trial is expected on the same side"
        if np.isfinite(pooled.pi_low)
        else "too few trials to predict a next one"
    )
    return (
        f"Trials with {other_side:.0f}% of the weight lie on the other side of the threshold; intervals with "
        f"{apart:.0f}% leave out the average; {next_trial} ({figures})."
    )
