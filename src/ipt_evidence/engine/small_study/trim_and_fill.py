"""Trim and fill: how many trials would have to be added to make the funnel symmetrical."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats, one_of
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.regression import regress
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.pooling.subsets import pool_rows
from ipt_evidence.engine.small_study.weighted_line import require_spread
from ipt_evidence.errors import SynthesisError

_ROUNDS = 100
_ROUNDING = 1e-13
"""Share of the effects below which a difference is taken for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrimAndFill(FrozenArrays):
    """The average after mirror images of the outlying trials have been added.

    Attributes
    ----------
    k : int
        Number of trials given.
    k_filled : int
        Number of trials added.
    side : str
        Side of the funnel on which trials are added: "left" (small effects) or "right".
    estimate, se, ci_low, ci_high, p_value : float
        Average of given and added trials.
    tau2, i2 : float
        Their heterogeneity.
    filled_effects, filled_variances : ndarray, shape (k_filled,)
        The added trials.
    """

    k: int
    k_filled: int
    side: str
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    p_value: float
    tau2: float
    i2: float
    filled_effects: Floats
    filled_variances: Floats


def trim_and_fill(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    estimator: str = "L0",
    side: str = "auto",
    method: str = "REML",
    interval: str = "normal",
    level: float = 0.95,
) -> TrimAndFill:
    """Estimate the number of missing trials and pool with their mirror images added.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials.
    estimator : {"L0", "R0"}
        Estimator of the number of missing trials.
    side : {"auto", "left", "right"}
        Where trials are missing. "auto": on the left if the meta-regression of effects on standard errors
        does not fall, else on the right.
    method : str
        Estimator of the between-trial variance, used in trimming and in the final pool.
    interval : {"normal", "HKSJ", "adhoc"}
        As in :func:`ipt_evidence.synthesis.pool`. Normal by default: the added trials are no new information,
        so Hartung-Knapp intervals, which learn from the spread of all trials, would promise too much.
    level : float
        Coverage of the interval.

    Returns
    -------
    TrimAndFill
        The filled average; with no trial added, the average itself.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3, a choice is unknown, all variances are equal with ``side="auto"``, or the
        number of missing trials does not settle.

    Notes
    -----
    Duval & Tweedie (2000a, b); metafor ``trimfill``. Of equal effects the least precise is trimmed first, and effects
    equally far from the average share a rank, where metafor goes by the order of rows. A sensitivity analysis:
    asymmetry has other causes than missing trials, and the method corrects poorly where effects are heterogeneous.
    """
    y, v, level = read_synthesis(effects, variances, at_least=3, method=method, interval=interval, level=level)
    with Checks(SynthesisError) as checks:
        one_of(checks, "estimator", estimator, ("L0", "R0"))
        one_of(checks, "side", side, ("auto", "left", "right"))
    if side == "auto":
        rows = np.lexsort((v, y))
        side = _missing_side(y[rows], v[rows], method)
    sign = 1.0 if side == "left" else -1.0
    # Of equal effects the least precise last: the order of rows must not decide which is trimmed.
    order = np.lexsort((v, sign * y))
    sorted_y, sorted_v = sign * y[order], v[order]
    k_filled, centre = _trim(sorted_y, sorted_v, estimator, method)
    extreme = slice(y.size - k_filled, y.size)
    filled_y = sign * (2 * centre - sorted_y[extreme])
    filled_v = sorted_v[extreme]
    pooled = pool(
        np.concatenate([y, filled_y]), np.concatenate([v, filled_v]), method=method, interval=interval, level=level
    )
    return TrimAndFill(
        k=y.size,
        k_filled=k_filled,
        side=side,
        estimate=pooled.estimate,
        se=pooled.se,
        ci_low=pooled.ci_low,
        ci_high=pooled.ci_high,
        p_value=pooled.p_value,
        tau2=pooled.tau2,
        i2=pooled.i2,
        filled_effects=filled_y,
        filled_variances=filled_v,
    )


def _missing_side(y: Floats, v: Floats, method: str) -> str:
    se = np.sqrt(v)
    require_spread(se, "standard errors")
    line = regress(y, v, se[:, None], method=method, interval="normal")
    return "right" if line.coefficients[1] < 0 else "left"


def _trim(y: Floats, v: Floats, estimator: str, method: str) -> tuple[int, float]:
    """Return how many of the largest effects to trim from sorted ones, and the average of the others."""
    missing = 0
    for _ in range(_ROUNDS):
        kept = np.arange(y.size) < y.size - missing
        centre = float(pool_rows(y, v, kept[None, :], method=method, interval="normal", level=0.95).estimate[0])
        found = _missing(y, centre, estimator)
        if found == missing:
            return missing, centre
        missing = found
    raise SynthesisError(
        f"the number of missing trials did not settle in {_ROUNDS} rounds; report the funnel plot instead"
    )


def _missing(y: Floats, centre: float, estimator: str) -> int:
    """Estimate the number of missing trials by the ranks of the distances of effects from their average."""
    k, centred = y.size, y - centre
    # Rounding must not decide between effects equally far from the average: they share their middle rank.
    size, apart = np.abs(centred), _ROUNDING * float(np.max(np.abs(y)))
    farther = size[:, None] > size + apart
    ranks = (k + 1 + farther.sum(axis=1) - farther.sum(axis=0)) / 2
    if estimator == "R0":
        largest_left = ranks[centred < -apart].max(initial=0.0)
        return max(0, int(k - largest_left - 1))
    rank_sum = ranks[centred > apart].sum()
    return max(0, round((4 * rank_sum - k * (k + 1)) / (2 * k - 1)))
