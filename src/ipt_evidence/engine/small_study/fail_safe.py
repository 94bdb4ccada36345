"""Fail-safe N: kept as history, because old reviews report it."""

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Checks, within
from ipt_evidence.engine.pooling.inputs import read_effects
from ipt_evidence.errors import SynthesisError


def fail_safe_n(effects: ArrayLike, variances: ArrayLike, *, alpha: float = 0.05) -> int:
    """Return Rosenthal's number of unpublished null results that would make the combined test insignificant.

    It assumes missing trials with an average effect of exactly 0, ignores
    the size of the effect and of the trials, and says nothing about bias; do not draw conclusions from it.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least two trials.
    alpha : float
        One-sided level of the combined test.

    Returns
    -------
    int
        0 if the combined test is not significant.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 2 or alpha is impossible.

    Notes
    -----
    Rosenthal (1979), by Stouffer's sum of z; metafor ``fsn``.
    """
    y, v = read_effects(effects, variances)
    with Checks(SynthesisError) as checks:
        alpha = within(checks, "alpha", alpha, 0, 0.5)
    total = (y / np.sqrt(v)).sum()
    return max(0, int(np.ceil((total / special.ndtri(1 - alpha)) ** 2 - y.size)))
