"""Pool many subsets of the same trials at once: leave-one-out, cumulative, and any subsets asked for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Bools, Floats, read_array
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import critical_value, scale_factor, standardised, two_sided_p
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2, typical_variance
from ipt_evidence.errors import SynthesisError

_CELLS = 192_000
"""Effects handled at a time: the working arrays then take few megabytes, and calls little beside the sums."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PooledSubsets(FrozenArrays):
    """Random-effects averages of many subsets of trials, one row each; arrays of shape (b,).

    Attributes
    ----------
    k : ndarray
        Trials in the subset.
    estimate, se : ndarray
        Average effect and its standard error. A subset of one trial gives that trial's effect and error.
    df : ndarray
        Degrees of freedom of interval and test; 0 where they are normal, as for a single trial.
    ci_low, ci_high : ndarray
        As in :func:`ipt_evidence.synthesis.pool`.
    pi_low, pi_high : ndarray
        Prediction interval by t, as in :func:`ipt_evidence.synthesis.pool`; NaN for fewer than 3 trials and for the
        common-effect model.
    tau2, i2 : ndarray
        Between-trial variance and its share of the total variance in percent; NaN for a single trial, which tells
        nothing of it (tau2 of the common-effect model is 0 by definition).
    q : ndarray
        Cochran's Q.
    """

    k: Floats
    estimate: Floats
    se: Floats
    df: Floats
    ci_low: Floats
    ci_high: Floats
    pi_low: Floats
    pi_high: Floats
    tau2: Floats
    i2: Floats
    q: Floats

    @property
    def p_value(self) -> Floats:
        """Two-sided p-values, shape (b,), as in :func:`ipt_evidence.synthesis.pool`.

        They are worked out when asked for: of many subsets they would take as long as a quarter of all else.
        """
        return two_sided_p(standardised(self.estimate, self.se), self.df)


def heterogeneity(tau2: Floats, typical: Floats, q: Floats, df: Floats, method: str) -> tuple[Floats, Floats]:
    """Return I2 in percent and H2, from tau2, or from Q for the common-effect model; NaN without df."""
    if method == "CE":
        h2 = np.divide(q, df, out=np.full_like(q, np.nan), where=df > 0)
        return 100 * (1 - 1 / np.maximum(h2, 1.0)), h2
    h2 = np.where(df > 0, 1 + np.divide(tau2, typical, out=np.zeros_like(tau2), where=typical > 0), np.nan)
    return 100 * (h2 - 1) / h2, h2


def prediction(
    estimate: Floats, se: Floats, tau2: Floats, k: Floats, *, method: str | NDArray[np.str_], level: float
) -> tuple[Floats, Floats]:
    """Return prediction intervals, NaN for fewer than 3 trials and for the common-effect model.

    By t whatever the confidence interval is: tau2 is estimated from the same k trials.
    """
    margin = critical_value(k - 1, level, "t") * np.sqrt(se**2 + tau2)
    margin = np.where((k < 3) | (method == "CE"), np.nan, margin)
    return estimate - margin, estimate + margin


class Solved(NamedTuple):
    """What does not depend on the interval, as in :class:`PooledSubsets`; arrays of shape (b,).

    ``total`` is the sum of the weights, ``q_weighted`` the generalised Q at tau2, from which HKSJ is made.
    """

    k: Floats
    estimate: Floats
    tau2: Floats
    i2: Floats
    q: Floats
    total: Floats
    q_weighted: Floats


def lay_rows(effects: Floats, variances: Floats, subsets: Bools) -> Iterator[MeanOfTrials]:
    """Lay out checked effects in the rows of ``subsets`` (b, k), as many at a time as fit, for any method to solve.

    Kept in a list, they can be solved by several methods; used up one by one, they need the memory of one.
    """
    step = max(1, _CELLS // effects.size)
    for start in range(0, len(subsets), step):
        yield MeanOfTrials.of(effects, variances, subsets[start : start + step])


def solve_rows(laid_out: Iterable[MeanOfTrials], method: str) -> Solved:
    """Estimate tau2 and the average of every row (b,) of what :func:`lay_rows` laid out."""
    parts = [_solve(trials, method) for trials in laid_out]
    return Solved(*(np.concatenate(pieces) for pieces in zip(*parts, strict=True)))


def _solve(trials: MeanOfTrials, method: str) -> Solved:
    tau2 = estimate_tau2(trials, method)
    at_tau2 = trials.average(tau2)
    at_zero = trials.at_zero
    i2, _ = heterogeneity(tau2, typical_variance(trials.df, at_zero), at_zero.q, trials.df, method)
    return Solved(trials.k, at_tau2.mean, tau2, i2, at_zero.q, at_tau2.w, at_tau2.q)


def summarise(solved: Solved, *, method: str | NDArray[np.str_], interval: str, level: float) -> PooledSubsets:
    """Add standard errors, intervals and tests; ``method`` is one for all rows or one per row."""
    df = solved.k - 1
    se = np.sqrt(scale_factor(solved.q_weighted, df, interval) / solved.total)
    margin = critical_value(df, level, interval) * se
    pi_low, pi_high = prediction(solved.estimate, se, solved.tau2, solved.k, method=method, level=level)
    return PooledSubsets(
        k=solved.k,
        estimate=solved.estimate,
        se=se,
        df=np.zeros_like(df) if interval == "normal" else df,
        ci_low=solved.estimate - margin,
        ci_high=solved.estimate + margin,
        pi_low=pi_low,
        pi_high=pi_high,
        tau2=np.where((df > 0) | (method == "CE"), solved.tau2, np.nan),
        i2=solved.i2,
        q=solved.q,
    )


def pool_rows(
    effects: Floats, variances: Floats, subsets: Bools, *, method: str, interval: str, level: float
) -> PooledSubsets:
    """Pool checked effects over the rows of ``subsets`` (b, k), each with at least one True."""
    solved = solve_rows(lay_rows(effects, variances, subsets), method)
    return summarise(solved, method=method, interval=interval, level=level)


def pool_subsets(
    effects: ArrayLike,
    variances: ArrayLike,
    subsets: ArrayLike,
    *,
    method: str = "REML",
    interval: str = "adhoc",
    level: float = 0.95,
) -> PooledSubsets:
    """Pool every subset of trials that is asked for, as :func:`pool` does but all at once.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances.
    subsets : array_like of bool, shape (b, k)
        True where a trial belongs to a subset; at least two in every row.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    PooledSubsets
        One entry per row of ``subsets``.

    Raises
    ------
    SynthesisError
        As :func:`pool`, or if ``subsets`` has another shape or type or a row with fewer than two True.

    Notes
    -----
    The subsets of all sizes of a set of trials are the GOSH plot of Olkin, Dahabreh & Trikalinos (2012).
    """
    y, v, level = read_synthesis(effects, variances, method=method, interval=interval, level=level)
    chosen = read_array(subsets)
    if chosen.dtype != np.bool_ or chosen.ndim != 2 or chosen.shape[1] != y.size or not len(chosen):
        raise SynthesisError(
            f"subsets must be bool of shape (b, {y.size}) with b >= 1, got {chosen.dtype} of {chosen.shape}"
        )
    laid_out = _of_two_or_more(lay_rows(y, v, chosen), chosen)
    return summarise(solve_rows(laid_out, method), method=method, interval=interval, level=level)


def _of_two_or_more(laid_out: Iterable[MeanOfTrials], chosen: Bools) -> Iterator[MeanOfTrials]:
    """Pass on what is laid out, which counts the trials of a row sooner than the rows themselves."""
    for trials in laid_out:
        if trials.k.min() < 2:
            small = np.flatnonzero(chosen.sum(axis=1) < 2)
            raise SynthesisError(f"every subset must have at least two trials; rows {small[:6].tolist()} do not")
        yield trials


def leave_one_out(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "adhoc", level: float = 0.95
) -> PooledSubsets:
    """Pool the trials once without each of them.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, at least two.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    PooledSubsets
        Entry i is the result without trial i.

    Raises
    ------
    SynthesisError
        As :func:`pool`.
    """
    y, v, level = read_synthesis(effects, variances, method=method, interval=interval, level=level)
    return pool_rows(y, v, ~np.eye(y.size, dtype=bool), method=method, interval=interval, level=level)


def cumulative(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", interval: str = "adhoc", level: float = 0.95
) -> PooledSubsets:
    """Pool the first trial, the first two, and so on, in the order given (usually by year).

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances in the order in which they accumulate, at least two.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    PooledSubsets
        Entry i is the result of the trials 0 to i; the last is that of all.

    Raises
    ------
    SynthesisError
        As :func:`pool`.
    """
    y, v, level = read_synthesis(effects, variances, method=method, interval=interval, level=level)
    first = np.tri(y.size, dtype=bool)
    return pool_rows(y, v, first, method=method, interval=interval, level=level)
