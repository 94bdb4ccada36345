"""Estimators of the between-trial variance tau2 and its Q-profile interval, solved to machine precision."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.moments import Moments, Trials
from ipt_evidence.errors import SynthesisError

Ints = NDArray[np.int64]

_STEPS = 100
_BISECT_AFTER = 40
_NOTHING = 1e-200
_PRECISION = 1e-9
"""Relative step at which an iteration ends; the error left is at most about its power 1.6, 1e-14."""

Excess = Callable[[Trials, Moments], Floats]
"""A function of tau2 whose sign turns from positive to negative at a root, straight where variances agree."""


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
    targets = np.maximum(special.chdtri(trials.df[0], [tail, 1 - tail]), _NOTHING)
    grid, q = trials.grid, trials.surveyed.q[:, 0]
    if q[0] <= targets[1]:
        return np.nan, np.nan
    if q[-1] > targets[1]:
        # Q is at most the sum of squares about the plain mean over tau2.
        far = float(trials.k[0] * trials.span**2 / targets[1])
        grid, q = np.append(grid, far), np.append(q, trials.single(far).q)
    low, high = (_limit(trials, grid, q, target) for target in targets.tolist())
    return low, high


def _limit(trials: Trials, grid: Floats, q: Floats, target: float) -> float:
    """Return where Q, known on a grid (g,), falls to its target; 0 where it is below it."""

    def excess(_: Trials, moments: Moments) -> Floats:
        return _above(moments.q, target)

    return _single_root(trials, grid, _above(q, target), int(np.count_nonzero(q > target)), excess)


def _zero(trials: Trials) -> Floats:
    return np.zeros_like(trials.df)


def _dersimonian_laird(trials: Trials) -> Floats:
    moments = trials.at_zero
    return np.divide(moments.q - trials.df, moments.tr_p, out=_zero(trials), where=trials.df > 0)


def _hunter_schmidt(trials: Trials) -> Floats:
    moments = trials.at_zero
    return (moments.q - trials.k) / moments.w


def _hedges(trials: Trials) -> Floats:
    sums = trials.unweighted()
    return np.divide(sums.rss - sums.noise, trials.df, out=_zero(trials), where=trials.df > 0)


def _sidik_jonkman(trials: Trials) -> Floats:
    start = trials.unweighted().spread
    return np.divide(start * trials.at(start).q, trials.df, out=_zero(trials), where=trials.df > 0)


def _paule_mandel(trials: Trials) -> Floats:
    values = _above_df(trials, trials.surveyed)
    return _root(trials, trials.grid, values, np.count_nonzero(values > 0, axis=0), _above_df)


def _above_df(trials: Trials, moments: Moments) -> Floats:
    return _above(moments.q, np.maximum(trials.df, 1.0))


def _above(q: Floats, target: Floats | float) -> Floats:
    """Return 1 - target/Q: positive while Q, which falls with tau2, is above its target."""
    return np.asarray(1 - target / np.maximum(q, _NOTHING))


def _maximise(trials: Trials, excess: Excess, *, restricted: bool) -> Floats:
    """Return the global maximum of the (restricted) likelihood of every row over tau2 >= 0."""
    values = excess(trials, trials.surveyed)
    # A local maximum lies at 0 if the score starts negative, else where it turns from positive to negative.
    rising = values > 0
    starts = np.concatenate([~rising[:1], rising[:-1] & ~rising[1:]])
    best = _root(trials, trials.grid, values, starts.argmax(axis=0), excess)
    several = starts.sum(axis=0) > 1
    while several.any():
        # Rare: compare the highest point so far with the next maximum of the same row.
        starts[starts.argmax(axis=0), np.arange(several.size)] = False
        rows = trials.rows(several)
        rival = _root(rows, trials.grid, values[:, several], starts[:, several].argmax(axis=0), excess)
        gain = rows.log_likelihood(rival, restricted=restricted) - rows.log_likelihood(
            best[several], restricted=restricted
        )
        best[several] = np.where(gain > 0, rival, best[several])
        several = several & (starts.sum(axis=0) > 1)
    return best


def _restricted(_: Trials, moments: Moments) -> Floats:
    """Return 1 - expected/observed weighted squares, which has the sign of the score of the restricted likelihood."""
    return 1 - moments.tr_p / np.maximum(moments.ypp, _NOTHING)


def _full(_: Trials, moments: Moments) -> Floats:
    """Return the same for the full likelihood."""
    return 1 - moments.w / np.maximum(moments.ypp, _NOTHING)


def _root(trials: Trials, grid: Floats, values: Floats, place: Ints, excess: Excess) -> Floats:
    """Return the root of ``excess`` between ``grid[place - 1]`` and ``grid[place]`` of every row; 0 where place is 0.

    ``values`` (g, b) are the excess at the points of the grid (g,), ``place`` (b,) the first point beyond each root.
    SynthesisError if one has not been found after 100 steps.
    """
    if trials.df.size == 1:
        return np.array([_single_root(trials, grid, values[:, 0], int(place[0]), excess)])
    row, before = np.arange(place.size), np.maximum(place - 1, 0)
    value = values[place, row]
    value[place == 0] = 0.0
    return _between(trials, excess, grid[before], values[before, row], grid[place], value)


def _between(trials: Trials, excess: Excess, far: Floats, far_value: Floats, t: Floats, value: Floats) -> Floats:
    """Return the root between ``far`` and ``t`` of every row, given the excess there; ``t`` where it is 0.

    Anderson & Bjoerck (1973): secants that keep the root between two points.
    """
    done = value == 0
    far_value[done], value[done] = 1.0, -1.0
    for step in range(_STEPS):
        share = value / (value - far_value) if step < _BISECT_AFTER else 0.5
        move = (far - t) * share
        move[done] = 0.0
        last, t = t, t + move
        done |= np.abs(move) <= _PRECISION * t
        arrived = np.count_nonzero(done)
        if arrived == done.size:
            return t
        if 2 * arrived > done.size:
            # Rows that have arrived are summed no longer once they are the greater part.
            going = ~done
            now = [entry[going] for entry in (far, far_value, last, value)]
            t[going] = _between(trials.rows(going), excess, *now)
            return t
        found = excess(trials, trials.at(t))
        ratio = np.divide(found, value, out=np.zeros_like(value), where=value != 0)
        crossed = ratio < 0
        far_value *= np.where(ratio < 1, 1 - ratio, 0.5)
        np.copyto(far_value, value, where=crossed)
        np.copyto(far, last, where=crossed)
        value = found
    raise SynthesisError(f"tau2 did not converge in {_STEPS} steps; check the variances")


def _single_root(trials: Trials, grid: Floats, values: Floats, place: int, excess: Excess) -> float:
    """Return what :func:`_root` does, for one row, in plain numbers: arrays of one entry would be slow."""
    if place == 0:
        return 0.0
    (far, t), (far_value, value) = grid[place - 1 : place + 1].tolist(), values[place - 1 : place + 1].tolist()
    for step in range(_STEPS):
        if value == 0:
            return t
        share = value / (value - far_value) if step < _BISECT_AFTER else 0.5
        move = (far - t) * share
        last, t = t, t + move
        if abs(move) <= _PRECISION * t:
            return t
        found = excess(trials, trials.single(t)).item()
        if found * value < 0:
            far, far_value = last, value
        else:
            far_value *= 1 - found / value if found / value < 1 else 0.5
        value = found
    raise SynthesisError(f"tau2 did not converge in {_STEPS} steps; check the variances")


_ESTIMATORS: dict[str, Callable[[Trials], Floats]] = {
    "REML": lambda trials: _maximise(trials, _restricted, restricted=True),
    "ML": lambda trials: _maximise(trials, _full, restricted=False),
    "DL": _dersimonian_laird,
    "PM": _paule_mandel,
    "EB": _paule_mandel,
    "SJ": _sidik_jonkman,
    "HE": _hedges,
    "HS": _hunter_schmidt,
    "CE": _zero,
}
