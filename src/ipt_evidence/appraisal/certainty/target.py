"""What a rating is about: on which side of which threshold the true effect lies."""

import math
from typing import overload

from ipt_evidence.engine.checks import Bools, Floats

BENEFIT, HARM, LITTLE = "benefit", "harm", "little_difference"


def target_of(estimate: float, mid: float) -> str:
    """Return the side of the threshold on which the average falls, which is what certainty is then rated for.

    Parameters
    ----------
    estimate : float
        Average effect, positive = favours the treatment named first.
    mid : float
        Minimal important difference; NaN where none is defined: then the threshold is no difference.

    Notes
    -----
    Core GRADE 2 (2025): beyond the MID the target is an important effect, short of it little or no difference.
    """
    if math.isnan(mid):
        return BENEFIT if estimate > 0 else HARM
    if abs(estimate) < mid:
        return LITTLE
    return BENEFIT if estimate > 0 else HARM


@overload
def on_side(values: float, target: str, mid: float) -> bool: ...
@overload
def on_side(values: Floats, target: str, mid: float) -> Bools: ...
def on_side(values: float | Floats, target: str, mid: float) -> bool | Bools:
    """Return which effects lie on the side that a target names."""
    threshold = 0.0 if math.isnan(mid) else mid
    if target == LITTLE:
        return abs(values) < threshold
    towards = values if target == BENEFIT else -values
    return towards >= threshold if threshold else towards > 0


def towards(target: str, low: float, high: float) -> tuple[float, float]:
    """Turn an interval so that the target lies at its upper end: unchanged for a benefit, mirrored for a harm."""
    return (-high, -low) if target == HARM else (low, high)


WORDS = {BENEFIT: "an important benefit", HARM: "an important disadvantage", LITTLE: "little or no difference"}


def words_of(target: str, mid: float) -> str:
    """Return a target in words."""
    if math.isnan(mid):
        return {BENEFIT: "a benefit", HARM: "a disadvantage"}[target]
    return WORDS[target]
