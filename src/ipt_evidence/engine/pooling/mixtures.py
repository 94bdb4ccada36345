"""Mixtures of normals over a grid of log(tau): what a posterior of effects is, and its quantiles."""

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats

_ROUNDS = 200
"""Steps; three are enough, the rest is for mixtures with tails over many decades."""
_NEAR = 1e-5
"""Of the least standard deviation of a part: a step as short as this is the last, the next would be its cube."""
_LEVEL = 1e-8
"""Of the step of a grid: one as short as this is the last, the next would be its square."""
_AT_ONCE = 2**16
"""Figures of a block, so that one fits into the memory of the processor."""


def mixture_quantiles(p: Floats, mass: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return quantiles (m, q) of mixtures of normals, below which probabilities (q,) lie.

    Masses, means and standard deviations of the parts of each mixture have shape (m, g).
    """
    mass, mean, sd = np.broadcast_arrays(np.atleast_2d(mass), mean, sd)
    mixtures, tails = (place.ravel() for place in np.indices((len(mean), p.size)))
    blocks = np.array_split(np.arange(mixtures.size), max(1, mixtures.size * mean.shape[1] // _AT_ONCE))
    found = [_quantile(p[tails[block]], *(part[mixtures[block]] for part in (mass, mean, sd))) for block in blocks]
    return np.concatenate(found).reshape(len(mean), p.size)


def _quantile(p: Floats, mass: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return a quantile of each mixture, (r, g), on the scale on which that of a normal is a line."""
    # The upper half is turned over, so that small probabilities keep their digits.
    sign = np.where(p > 0.5, -1.0, 1.0)
    tail = np.minimum(p, 1 - p)
    goal = special.ndtri(tail)
    mean = mean * sign[:, None]
    ends = mean + goal[:, None] * sd
    # Below the lowest quantile of the parts lies less than is asked for, above the highest more.
    low, high = ends.min(axis=1), ends.max(axis=1)
    middle = np.argmax(np.cumsum(mass, axis=1) >= 0.5, axis=1)
    x, width = ends[np.arange(p.size), middle], sd.min(axis=1)
    open_ = np.arange(p.size)
    for _ in range(_ROUNDS):
        step = _step(x[open_], goal[open_], mass[open_], mean[open_], sd[open_])
        low[open_] = np.where(step >= 0, np.maximum(low[open_], x[open_]), low[open_])
        high[open_] = np.where(step <= 0, np.minimum(high[open_], x[open_]), high[open_])
        following = x[open_] + step
        inside = (following >= low[open_]) & (following <= high[open_])
        x[open_] = np.where(inside, following, (low[open_] + high[open_]) / 2)
        shortest = np.maximum(_NEAR * width[open_], 4 * np.finfo(float).eps * np.abs(x[open_]))
        done = (inside & (np.abs(step) <= shortest)) | (high[open_] == low[open_])
        open_ = open_[~done]
        if not open_.size:
            break
    return sign * x


def _step(x: Floats, goal: Floats, mass: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return Halley's step to where the normal deviate of the probability is ``goal``; infinite where x is far off."""
    deviates = (x[:, None] - mean) / sd
    density = mass * np.exp(-0.5 * deviates**2) / sd
    level = special.ndtri(np.einsum("rg,rg->r", mass, special.ndtr(deviates)))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        slope = density.sum(axis=1) * np.exp(0.5 * level**2)
        bend = level * slope - np.einsum("rg,rg,rg->r", density, deviates, 1 / sd) / density.sum(axis=1)
        newton = (goal - level) / slope
        step = newton / np.clip(1 + newton * bend / 2, 0.5, 2.0)
    return np.where(np.isfinite(step), step, np.where(level < goal, np.inf, -np.inf))


def tau_quantiles(p: Floats, log_tau: Floats, mass: Floats) -> Floats:
    """Return quantiles of tau, (q,), from its masses at a grid of log(tau), (g,).

    A density that is smooth and gone at both ends is the sum of its values at the grid, each times a sinc function, to
    about the precision that the sum of its masses has (Stenger 1993); that sum is integrated.
    """
    step = log_tau[1] - log_tau[0]
    x = np.interp(p, np.cumsum(mass) - mass / 2, log_tau)
    low, high = np.full_like(x, log_tau[0] - step), np.full_like(x, log_tau[-1] + step)
    last = high - low
    while (open_ := last > _LEVEL * step).any():
        away = (x[:, None] - log_tau) / step
        above = (0.5 + special.sici(np.pi * away)[0] / np.pi) @ mass - p
        low, high = np.where(above <= 0, x, low), np.where(above >= 0, x, high)
        density = np.sinc(away) @ mass / step
        move = np.divide(-above, density, out=np.full_like(x, np.inf), where=density > 0)
        # Newton's step where it stays between the ends and is at most half of the last, else to their middle: so many
        # halvings end, however little lies between the parts of a density.
        newton = (np.abs(move) <= last / 2) & (x + move >= low) & (x + move <= high)
        move = np.where(open_, np.where(newton, move, (low + high) / 2 - x), 0.0)
        x, last = x + move, np.where(open_, np.abs(move), last)
    return np.asarray(np.exp(x))
