"""Inconsistency: on which side of the threshold the trials fall, how far they lie apart, what a next trial may show."""

import numpy as np
from scipy import special

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, on_side, target_of, towards
from ipt_evidence.appraisal.certainty.thresholds import Thresholds

LIKELY = 0.10
"""Chance of an important effect from which a next trial could well show it."""

SIGNS_NEEDED = 2


def inconsistency(body: Body, pooled: Pooled, thresholds: Thresholds) -> Judgement:
    """Judge inconsistency; it cannot be judged in a single trial.

    Three signs: trials on both sides of the threshold (by weight), intervals that leave out the average (by weight;
    only below the optimal information size), and a prediction interval that reaches the other side. Two of them
    take one level, and a second level goes if trials fall on both sides while important effects either way are likely
    enough in a next trial. I2 is shown and decides nothing.

    Notes
    -----
    Core GRADE 3 (2025): point estimates, overlap of intervals, side of the threshold. The shares are ours.
    """
    target = target_of(pooled.estimate, body.mid)
    other_side = pooled.share(~on_side(body.effects, target, body.mid))
    half = special.ndtri(0.975) * np.sqrt(body.variances)
    apart = pooled.share(np.abs(body.effects - pooled.estimate) > half)
    both_sides = other_side >= thresholds.other_side_percent
    # In large bodies intervals are so short that they part over trivial differences.
    short_intervals = body.n_participants >= thresholds.information_size
    parted = apart >= thresholds.apart_percent and not short_intervals
    reaches, spans = _predicted(pooled, target, body.mid)
    signs = sum((both_sides, parted, reaches))
    downgrade = 0 if body.k < 2 or signs < SIGNS_NEEDED else -2 if both_sides and spans else -1
    return Judgement(
        domain="inconsistency",
        downgrade=downgrade,
        rule="single_trial" if body.k < 2 else f"signs_{signs}" + ("_both_ways" if downgrade == -2 else ""),
        reason=_reason(body.k, pooled, other_side, apart, reaches=reaches, spans=spans, short=short_intervals),
        inputs={
            "k": body.k, "other_side_percent": other_side, "apart_percent": apart, "pi_low": pooled.pi_low,
            "pi_high": pooled.pi_high, "mid": body.mid, "n_participants": body.n_participants, "i2": pooled.i2,
        },
    )  # fmt: skip


def _predicted(pooled: Pooled, target: str, mid: float) -> tuple[bool, bool]:
    """Say whether the prediction interval reaches the other side, and whether it holds important effects both ways."""
    if np.isnan(pooled.pi_low):
        return False, False
    spans = _both_ways(pooled, mid)
    if target == LITTLE:
        return bool(pooled.pi_high >= mid or pooled.pi_low <= -mid), spans
    low, _ = towards(target, pooled.pi_low, pooled.pi_high)
    return bool(low <= 0), spans


def _both_ways(pooled: Pooled, mid: float) -> bool:
    """Say whether important effects either way are likely in a next trial, the prediction interval read as normal."""
    spread = (pooled.pi_high - pooled.pi_low) / (2 * special.ndtri(0.975))
    if spread == 0:  # Trials that agree to the last digit.
        return False
    harm, benefit = special.ndtr((-mid - pooled.estimate) / spread), special.ndtr((pooled.estimate - mid) / spread)
    return bool(min(harm, benefit) >= LIKELY)


def _reason(k: int, pooled: Pooled, other_side: float, apart: float, *, reaches: bool, spans: bool, short: bool) -> str:
    if k < 2:
        return "A single trial: whether others would agree cannot be seen."
    next_trial = (
        "a next trial could well show an important effect either way"
        if spans
        else "a next trial could well fall on the other side"
        if reaches
        else "a next trial is expected on the same side"
        if np.isfinite(pooled.pi_low)
        else "too few trials to predict a next one"
    )
    overlap = f"intervals with {apart:.0f}% leave out the average" + (
        ", which is not counted because the trials are large together" if short else ""
    )
    return (
        f"Trials with {other_side:.0f}% of the weight lie on the other side of the threshold; {overlap}; {next_trial} "
        f"(I² {pooled.i2:.0f}%, in support only)."
    )
