"""Estimators of the between-trial variance tau2 and its Q-profile interval, solved to machine precision."""

from collections.abc import Callable

import numpy as np
from scipy import special

from ipt_evidence.effects.checks import Floats
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis.moments import Moments, Trials

_STEPS = 200
_PRECISION = 1e-13


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


def typical_variance(trials: Trials) -> Floats:
    """Return the typical sampling variance of every row, (k - p)/tr(P) at tau2 = 0; NaN without df.

    It is what tau2 is compared with in I2 = tau2/(tau2 + typical) and H2 = tau2/typical + 1.
    """
    trace = trials.at(np.zeros_like(trials.df)).tr_p
    return np.divide(trials.df, trace, out=np.full_like(trace, np.nan), where=trials.df > 0)


def q_profile(trials: Trials, level: float) -> tuple[float, float]:
    """Return the Q-profile interval of tau2 for a single row with at least one degree of freedom.

    The set of all tau2 that the generalised Q statistic does not reject. Both limits are 0 where even
    tau2 = 0 leaves the effects more alike than chance would (an empty set).

    Notes
    -----
    Viechtbauer (2007). Unlike metafor, the upper limit is not cut off at 100.
    """
    tail = (1 - level) / 2
    targets = np.array([special.chdtri(trials.df[0], tail), special.chdtri(trials.df[0], 1 - tail)])
    low, high = _solve_q(trials, targets)
    return float(low), float(high)


def _zero(trials: Trials) -> Floats:
    return np.zeros_like(trials.df)


def _dersimonian_laird(trials: Trials) -> Floats:
    moments = trials.at(_zero(trials))
    return np.divide(moments.q - trials.df, moments.tr_p, out=_zero(trials), where=trials.df > 0)


def _hunter_schmidt(trials: Trials) -> Floats:
    moments = trials.at(_zero(trials))
    return (moments.q - trials.k) / moments.w


def _hedges(trials: Trials) -> Floats:
    sums = trials.unweighted()
    return np.divide(sums.rss - sums.noise, trials.df, out=_zero(trials), where=trials.df > 0)


def _sidik_jonkman(trials: Trials) -> Floats:
    start = trials.unweighted().spread
    return np.divide(start * trials.at(start).q, trials.df, out=_zero(trials), where=trials.df > 0)


def _paule_mandel(trials: Trials) -> Floats:
    return _solve_q(trials, trials.df)


def _solve_q(trials: Trials, target: Floats) -> Floats:
    """Return the t >= 0 at which Q(t) falls to ``target``, or 0 where Q(0) is not above it.

    1/Q is increasing and concave in t, so Newton steps on it from 0 rise to the root and never pass it.
    """
    t = np.zeros_like(target)
    for _ in range(_STEPS):
        moments = trials.at(t)
        excess = (moments.q > target) & (target > 0)
        ratio = np.divide(moments.q, target, out=np.ones_like(target), where=excess)
        step = np.divide((ratio - 1) * moments.q, moments.ypp, out=np.zeros_like(target), where=excess)
        t = t + step
        if np.all(step <= _PRECISION * (t + trials.smallest * 1e-3)):
            return t
    raise SynthesisError(f"tau2 by the Q statistic did not converge in {_STEPS} steps; check the variances")


def _maximise(trials: Trials, *, restricted: bool) -> Floats:
    """Return the global maximum of the (restricted) likelihood of every row over tau2 >= 0."""

    def score(moments: Moments) -> Floats:
        return moments.ypp - (moments.tr_p if restricted else moments.w)

    def slope(moments: Moments) -> Floats:
        return (moments.tr_pp if restricted else moments.w2) - 2 * moments.yppp

    grid = _grid(trials)
    if trials.df.size == 1:
        signs = (score(trials.at(grid)) > 0)[None, :]
    else:
        signs = np.array([score(trials.at(np.full_like(trials.df, t))) > 0 for t in grid]).T
    # A local maximum lies at 0 if the score starts negative, else where it turns from positive to negative.
    starts = np.column_stack([~signs[:, 0], signs[:, :-1] & ~signs[:, 1:]])
    best = _zero(trials)
    height = np.full_like(best, -np.inf)
    several = starts.sum(axis=1) > 1
    for place in np.flatnonzero(starts.any(axis=0)):
        chosen = starts[:, place]
        rows = trials.rows(chosen)
        low = np.full(int(chosen.sum()), grid[max(place - 1, 0)])
        high = np.full_like(low, grid[place])
        found = low if place == 0 else _climb(rows, low, high, score, slope)
        reached = np.zeros_like(found)
        if several.any():
            reached = rows.log_likelihood(found, restricted=restricted)
        better = reached > height[chosen]
        best[chosen] = np.where(better, found, best[chosen])
        height[chosen] = np.where(better, reached, height[chosen])
    return best


def _grid(trials: Trials) -> Floats:
    """Return 0 and values in steps of two between which the score can change its sign only once.

    The score is a sum of terms that vary over factors of v + t, so nothing happens much below the smallest
    variance; above both the largest variance and the squared span of the effects it is negative.
    """
    low = trials.smallest / 2
    high = max(trials.largest, trials.span**2) * 1.01
    return np.concatenate([[0.0], low * 2.0 ** np.arange(np.ceil(np.log2(high / low)) + 1)])


def _climb(
    trials: Trials,
    low: Floats,
    high: Floats,
    score: Callable[[Moments], Floats],
    slope: Callable[[Moments], Floats],
) -> Floats:
    """Return the root of the falling score between ``low`` and ``high``, by Newton steps kept inside them."""
    t = np.sqrt(np.maximum(low, trials.smallest * 0.1) * high)
    for _ in range(_STEPS):
        moments = trials.at(t)
        value, rate = score(moments), slope(moments)
        rising = value > 0
        low, high = np.where(rising, t, low), np.where(rising, high, t)
        newton = t - np.divide(value, rate, out=np.full_like(t, np.inf), where=rate < 0)
        inside = (newton > low) & (newton < high)
        following = np.where(inside, newton, (low + high) / 2)
        moved = np.abs(following - t)
        t = np.where(value == 0, t, following)
        if np.all((moved <= _PRECISION * (t + trials.smallest * 1e-3)) | (value == 0)):
            return t
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
