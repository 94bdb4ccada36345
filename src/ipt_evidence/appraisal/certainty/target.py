"""What a rating is about: on which side of which threshold the true effect lies."""

import numpy as np

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
    if np.isnan(mid):
        return BENEFIT if estimate > 0 else HARM
    if abs(estimate) < mid:
        return LITTLE
    return BENEFIT if estimate > 0 else HARM


def on_side(values: Floats, target: str, mid: float) -> Bools:
    """Return which effects lie on the side that a target names."""
    threshold = 0.0 if np.isnan(mid) else mid
    if target == LITTLE:
        return np.abs(values) < threshold
    towards = values if target == BENEFIT else -values
    return towards >= threshold if threshold else towards > 0


def towards(target: str, low: float, high: float) -> tuple[float, float]:
    """Turn an interval so that the target lies at its upper end: unchanged for a benefit, mirrored for a harm."""
    return (-high, -low) if target == HARM else (low, high)


WORDS = {BENEFIT: "an important benefit", HARM: "an important disadvantage", LITTLE: "little or no difference"}


def words_of(target: str, mid: float) -> str:
    """Return a target in words."""
    if np.isnan(mid):
        return {BENEFIT: "a benefit", HARM: "a disadvantage"}[target]
    return WORDS[target]
