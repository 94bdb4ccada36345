"""What a rating is about: on which side of which threshold the true effect lies; all for one average or many."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Bools

BENEFIT, HARM, LITTLE = "benefit", "harm", "little_difference"


def target_of(estimate: ArrayLike, mid: float) -> NDArray[np.str_]:
    """Return the side of the threshold on which the average falls, which is what certainty is then rated for.

    Parameters
    ----------
    estimate : array_like
        Average effect, positive = favours the treatment named first.
    mid : float
        Minimal important difference; NaN where none is defined: then the threshold is no difference.

    Notes
    -----
    Core GRADE 2 (2025): beyond the MID the target is an important effect, short of it little or no difference.
    """
    return np.where(np.abs(estimate) < mid, LITTLE, np.where(np.greater(estimate, 0), BENEFIT, HARM))


def on_side(values: ArrayLike, target: ArrayLike, mid: float) -> Bools:
    """Return which effects lie on the side that a target names."""
    threshold = 0.0 if math.isnan(mid) else mid
    ahead, _ = towards(target, values, values)
    beyond = ahead >= threshold if threshold else ahead > 0
    return np.where(np.equal(target, LITTLE), np.abs(values) < threshold, beyond)


def towards(target: ArrayLike, low: ArrayLike, high: ArrayLike) -> tuple[NDArray, NDArray]:
    """Turn an interval so that the target lies at its upper end: unchanged for a benefit, mirrored for a harm."""
    harm = np.equal(target, HARM)
    return np.where(harm, np.negative(high), low), np.where(harm, np.negative(low), high)


WORDS = {BENEFIT: "an important benefit", HARM: "an important disadvantage", LITTLE: "little or no difference"}


def words_of(target: str, mid: float) -> str:
    """Return a target in words."""
    if math.isnan(mid):
        return {BENEFIT: "a benefit", HARM: "a disadvantage"}[target]
    return WORDS[target]
