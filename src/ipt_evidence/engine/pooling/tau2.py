"""Estimators of the between-trial variance tau2 and its Q-profile interval, solved to machine precision."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.moments import Moments, Scores, Trials
from ipt_evidence.errors import SynthesisError

Ints = NDArray[np.int64]

_STEPS = 100
_BISECT_AFTER = 40
_NOTHING = 1e-200
_PRECISION = 1e-9
"""Relative step at which an iteration ends; the error left is at most about its power 1.6, 1e-14."""


def estimate_tau2(trials: Trials, method: str) -> Floats:
    """Estimate the between-trial variance of every row.

    Parameters
    ----------
    trials : Trials
        Rows of trials, with or without moderators. A row without degrees of freedom gets 0.
    method : {"REML", "ML", "DL", "PM", "SJ", "EB", "HE", "HS", "CE"}
        Restricted and full maximum likelihood (the global maximum over tau2 >= 0), DerSimonian-Laird,
        Paule-Mandel, Sidik-Jonkman, empirical Bayes (the same equation as Paule-Mandel, hence the same
        number), Hedges, Hunter-Schmidt, common effect (0). Negative estimates become 0.

    Returns
    -------
    ndarray, shape (b,)
        tau2 in squared units of the effects.

    Raises
    ------
    SynthesisError
        If the iteration of a likelihood or Paule-Mandel estimate does not converge.

    Notes
    -----
    Viechtbauer (2005) for REML, ML, HE, HS, DL and SJ; Paule & Mandel (1982); Morris (1983) for EB.
    """
    return np.where(trials.df > 0, np.maximum(_ESTIMATORS[method](trials), 0.0), 0.0)


def typical_variance(df: Floats, at_zero: Moments) -> Floats:
    """Return the typical sampling variance of every row, (k - p)/tr(P) at tau2 = 0; NaN without df.

    It is what tau2 is compared with in I2 = tau2/(tau2 + typical) and H2 = tau2/typical + 1.
    """
    return np.divide(df, at_zero.tr_p, out=np.full_like(df, np.nan), where=df > 0)


def q_profile(trials: Trials, level: float) -> tuple[float, float]:
    """Return the Q-profile interval of tau2 for a single row with at least one degree of freedom.

    The set of all tau2 that the generalised Q statistic does not reject. Both limits are NaN where it rejects
    every one, because the effects are more alike than chance would leave them even with tau2 = 0: an empty set
    is no certainty that tau2 is 0.

    Notes
    -----
    Viechtbauer (2007). Unlike metafor, the upper limit is not cut off at 100.
    """
    tail = (1 - level) / 2
    targets = np.array([special.chdtri(trials.df[0], tail), special.chdtri(trials.df[0], 1 - tail)])
    # Newton steps from the last point of a grid at which Q is still above the target are fewer than from 0.
    grid = _grid(trials)
    above = np.count_nonzero(trials.at(grid).q > targets[:, None], axis=1)
    low, high = _solve_q(trials, targets, grid[np.maximum(above - 1, 0)])
    return (float(low), float(high)) if high > 0 else (np.nan, np.nan)


def _zero(trials: Trials) -> Floats:
    return np.zeros_like(trials.df)


def _dersimonian_laird(trials: Trials) -> Floats:
    moments = trials.at_zero()
    return np.divide(moments.q - trials.df, moments.tr_p, out=_zero(trials), where=trials.df > 0)


def _hunter_schmidt(trials: Trials) -> Floats:
    moments = trials.at_zero()
    return (moments.q - trials.k) / moments.w


def _hedges(trials: Trials) -> Floats:
    sums = trials.unweighted()
    return np.divide(sums.rss - sums.noise, trials.df, out=_zero(trials), where=trials.df > 0)


def _sidik_jonkman(trials: Trials) -> Floats:
    start = trials.unweighted().spread
    return np.divide(start * trials.at(start).q, trials.df, out=_zero(trials), where=trials.df > 0)


def _paule_mandel(trials: Trials) -> Floats:
    return _solve_q(trials, trials.df, _zero(trials))


def _solve_q(trials: Trials, target: Floats, t: Floats) -> Floats:
    """Return the value from ``t`` on, not above it, at which Q falls to ``target``, or ``t`` where Q is not above it.

    1/Q is increasing and concave in t, so Newton steps on it from below rise to the root and never pass it.
    """
    target = np.maximum(target, _NOTHING)
    for _ in range(_STEPS):
        moments = trials.at(t)
        step = np.maximum(moments.q / target - 1, 0.0) * moments.q / np.maximum(moments.ypp, _NOTHING)
        t = t + step
        if np.all(step <= _PRECISION * t):
            return t
    raise SynthesisError(f"tau2 by the Q statistic did not converge in {_STEPS} steps; check the variances")


def _maximise(trials: Trials, *, restricted: bool) -> Floats:
    """Return the global maximum of the (restricted) likelihood of every row over tau2 >= 0."""
    grid = _grid(trials)
    values = _excess(trials.on_grid(grid), restricted=restricted).T
    # A local maximum lies at 0 if the score starts negative, else where it turns from positive to negative.
    rising = values > 0
    starts = np.column_stack([~rising[:, 0], rising[:, :-1] & ~rising[:, 1:]])
    best = _climb(trials, grid, values, starts.argmax(axis=1), restricted=restricted)
    several = starts.sum(axis=1) > 1
    while several.any():
        # Rare: compare the highest point so far with the next maximum of the same row.
        starts[np.arange(starts.shape[0]), starts.argmax(axis=1)] = False
        rows = trials.rows(several)
        rival = _climb(rows, grid, values[several], starts[several].argmax(axis=1), restricted=restricted)
        gain = rows.log_likelihood(rival, restricted=restricted) - rows.log_likelihood(
            best[several], restricted=restricted
        )
        best[several] = np.where(gain > 0, rival, best[several])
        several = several & (starts.sum(axis=1) > 1)
    return best


def _excess(moments: Moments | Scores, *, restricted: bool) -> Floats:
    """Return 1 - expected/observed weighted squares: the sign of the score, straight if variances agree."""
    expected = moments.tr_p if restricted else moments.w
    return 1 - expected / np.maximum(moments.ypp, _NOTHING)


def _grid(trials: Trials) -> Floats:
    """Return 0 and values between which the score changes its sign only once.

    The score consists of terms that vary over factors of v + t: nothing happens much below the smallest
    variance, and steps of three are fine enough. From ``largest - 2 smallest`` on (largest + t)^2 times the
    score falls steadily, so one step leads to the end, above which the score is negative.
    """
    low, high = trials.smallest / 2, 1.01 * max(trials.largest, trials.span**2)
    steps = np.ceil(np.log(max(trials.largest / low - 4, 1.0)) / np.log(3)) + 1
    return np.concatenate([[0.0], low * 3.0 ** np.arange(steps), [high]])


def _climb(trials: Trials, grid: Floats, values: Floats, place: Ints, *, restricted: bool) -> Floats:
    """Return the root of ``_excess`` between ``grid[place - 1]`` and ``grid[place]``; 0 where place is 0.

    The method of Anderson & Bjoerck: secants that keep the root between two points.
    """
    row = np.arange(place.size)
    before = np.maximum(place - 1, 0)
    far, far_value = grid[before], values[row, before]
    t, value = grid[place], values[row, place]
    done = (place == 0) | (value == 0)
    far_value[done], value[done] = 0.0, -1.0
    for step in range(_STEPS):
        share = value / (value - far_value) if step < _BISECT_AFTER else 0.5
        move = np.where(done, 0.0, (far - t) * share)
        t, last = t + move, t
        done |= np.abs(move) <= _PRECISION * t
        if done.all():
            return t
        found = _excess(trials.at(t), restricted=restricted)
        done |= found == 0
        ratio = found / value
        crossed = ratio < 0
        far_value = np.where(crossed, value, far_value * np.where(ratio < 1, 1 - ratio, 0.5))
        far = np.where(crossed, last, far)
        value = found
        far_value[done], value[done] = 0.0, -1.0
    raise SynthesisError(f"the likelihood of tau2 did not converge in {_STEPS} steps; check the variances")


_ESTIMATORS: dict[str, Callable[[Trials], Floats]] = {
    "REML": lambda trials: _maximise(trials, restricted=True),
    "ML": lambda trials: _maximise(trials, restricted=False),
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "EB": _paule_mandel,
    "SJ": _sidik_jonkman,
    "HE": _hedges,
    "HS": _hunter_schmidt,
    "CE": _zero,
}
