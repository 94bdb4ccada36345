"""The chance that all trials are published, integrated over the weights of a step function.

For one average and one tau the log density of the logs of weights is concave: it has one summit, and it is integrated
round it by Gauss and Legendre, at the same number of points wherever that lies and however narrow it is. Weights are
kept as logarithms of shares of the one before (``logs``, all at most 0), and everything is worked out for many pairs of
average and tau at once (m of them; k trials, s weights besides that of the smallest p-values, which is 1).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.small_study.boxes import gauss

_DROP = 13.0
"""How far the log density falls to where points end."""
_GAIN = 1e-3
"""The climb ends with a step that gains, or loses, less."""
_CLIMBS, _DOUBLINGS, _HALVINGS = 60, 60, 3
"""Steps of the climb, and of the search for where points end, at most."""
_POWER = 3
"""Points lie in this root of a probability."""
_LARGEST = 600.0
"""Log of the largest number that is multiplied."""
_AT_ONCE = 300_000
"""Chances that are worked out at once: few enough for the cache."""


class Summit(NamedTuple):
    """Where the density of the logs of weights is highest, and how it falls from there.

    Attributes
    ----------
    log_prior : float
        Log density of the ordered weights themselves, the same everywhere.
    powers : ndarray, shape (s,)
        How often each share is a factor of data and prior.
    logs : ndarray, shape (m, s)
        Where it is.
    height : ndarray, shape (m,)
        The log density there.
    log_shares : ndarray, shape (m, s + 1, k)
        Log probability of each interval for trials like each.
    shares : ndarray, shape (m, s + 1, k)
        Of each interval in the chance of each trial there.
    factor : ndarray, shape (m, s, s)
        Cholesky factor of the covariance of a normal density that falls like it.
    """

    log_prior: float
    powers: Floats
    logs: Floats
    height: Floats
    log_shares: Floats
    shares: Floats
    factor: Floats

    def at(self, chosen: NDArray[np.intp] | Bools | slice) -> "Summit":
        """Return the chosen ones of the m."""
        return Summit(*self[:2], *(part[chosen] for part in self[2:]))

    def log_normal(self) -> Floats:
        """Return the log integral of the normal density that falls like it, shape (m,)."""
        widths = np.log(np.diagonal(self.factor, axis1=1, axis2=2)).sum(axis=1)
        return self.log_prior + self.height + widths + 0.5 * self.powers.size * np.log(2 * np.pi)

    def log_integral(self, size: int) -> Floats:
        """Return the log of the integral over all weights, at so many points along each, shape (m,)."""
        down, up = _reaches(self)
        result = np.empty(len(self.logs))
        block = max(1, _AT_ONCE // (self.shares.shape[2] * size**self.powers.size))
        for start in range(0, len(result), block):
            part = slice(start, start + block)
            here = self.at(part)
            moves, log_rule = _points(here, down[part], up[part], gauss(size))
            log = here.rise(moves) + log_rule
            top = log.max(axis=1)
            result[part] = top + np.log(np.exp(log - top[:, None]).sum(axis=1))
        return self.log_prior + self.height + result

    def rise(self, moves: Floats) -> Floats:
        """Return the log density above that of the summit, at moves from there (m, s, n): shape (m, n)."""
        weights = np.concatenate([np.zeros_like(moves[:, :1]), np.cumsum(moves, axis=1)], axis=1)
        result, far = self.powers @ moves, np.abs(weights).max(axis=(1, 2)) > _LARGEST
        if not far.any():
            return np.asarray(result - self._growth(weights))
        result[far] -= self.at(far)._far_growth(weights[far])
        if not far.all():
            result[~far] -= self.at(~far)._growth(weights[~far])
        return np.asarray(result)

    def _growth(self, weights: Floats) -> Floats:
        """Return the log of how many times the chance of all trials grows with log weights (m, s + 1, n): (m, n)."""
        ratio = self.shares.swapaxes(1, 2) @ np.exp(weights)
        # As many are multiplied as a number holds before a logarithm is taken.
        group = int(_LARGEST / float(np.abs(weights).max(initial=1.0)))
        products = [np.prod(ratio[:, start : start + group], axis=1) for start in range(0, ratio.shape[1], group)]
        return np.asarray(sum(np.log(product) for product in products))

    def _far_growth(self, weights: Floats) -> Floats:
        """Return the same where log weights move further than numbers hold."""
        heavy = weights + np.pad(np.cumsum(self.logs, axis=1), ((0, 0), (1, 0)))[:, :, None]
        trials = np.moveaxis(self.log_shares, 2, 0)[:, :, :, None]
        chance = sum(np.logaddexp.reduce(trial + heavy, axis=1) for trial in trials)
        return np.asarray(chance - (self.logs @ self.powers - self.height)[:, None])


def summit(log_shares: Floats, times: Floats, counts: NDArray[np.int64], start: Floats | None = None) -> Summit:
    """Climb to the summit: Newton's steps, shortened where they do not rise.

    Parameters
    ----------
    log_shares : ndarray, shape (m, s + 1, k)
        Log probability of each interval of p-values for trials like each.
    times : ndarray, shape (k,)
        How many trials each stands for; all 1 if the density is to be integrated.
    counts : ndarray, shape (s + 1,)
        Number of trials in each interval.
    start : ndarray, shape (m, s), optional
        Logs to begin at.
    """
    size = counts.size - 1
    powers = np.array([counts[place + 1 :].sum() + size - place for place in range(size)], dtype=np.float64)
    if start is None:
        typical = log_shares @ times / times.sum()
        start = np.minimum(typical[:, :-1] - typical[:, 1:], 0.0)
    logs = start.copy()
    chance, shares = _chances(log_shares, times, logs)
    height = logs @ powers - chance
    damping, climbing = np.full(len(logs), 1e-2), np.arange(len(logs))
    for _ in range(_CLIMBS):
        step = _step(powers, logs[climbing], shares[climbing], times, damping[climbing])
        moved = np.minimum(logs[climbing] + step, 0.0)
        chance, moved_shares = _chances(log_shares[climbing], times, moved)
        gain = moved @ powers - chance - height[climbing]
        rises = gain >= 0
        better = climbing[rises]
        logs[better], shares[better] = moved[rises], moved_shares[rises]
        height[better] += gain[rises]
        damping[climbing] *= np.where(rises, 0.1, 10.0)
        climbing = climbing[np.abs(gain) >= _GAIN]
        if not climbing.size:
            break
    factor = _factor(powers, logs, shares, times)
    return Summit(float(special.gammaln(size + 1)), powers, logs, height, log_shares, shares, factor)


def _chances(log_shares: Floats, times: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """Return the log chance that all are published (m,), and shares of intervals in each chance (m, s + 1, k)."""
    heavy = log_shares.copy()
    heavy[:, 1:] += np.cumsum(logs, axis=1)[:, :, None]
    top = heavy.max(axis=1)
    shares = np.exp(heavy - top[:, None])
    total = shares.sum(axis=1)
    return (top + np.log(total)) @ times, shares / total[:, None]


def _step(powers: Floats, logs: Floats, shares: Floats, times: Floats, damping: Floats) -> Floats:
    """Return a step of Newton's (m, s), damped; a weight that is that of the one before and would rise is held."""
    slope, fall = _slope_and_fall(powers, shares, times)
    held = (logs == 0) & (slope > 0)
    fall[held[:, :, None] | held[:, None, :]] = 0.0
    fall += np.eye(powers.size) * (held + damping[:, None])[:, None, :]
    return np.linalg.solve(fall, np.where(held, 0.0, slope)[:, :, None])[:, :, 0]


def _slope_and_fall(powers: Floats, shares: Floats, times: Floats) -> tuple[Floats, Floats]:
    """Return first derivatives (m, s) of the log density by the logs, and second ones, turned round (m, s, s)."""
    later = shares[:, 1:].copy()
    for place in range(powers.size - 1, 0, -1):
        later[:, place - 1] += later[:, place]
    sums, last = later @ times, np.maximum.outer(np.arange(powers.size), np.arange(powers.size))
    return powers - sums, sums[:, last] - (later * times) @ later.swapaxes(1, 2)


def _factor(powers: Floats, logs: Floats, shares: Floats, times: Floats) -> Floats:
    slope, fall = _slope_and_fall(powers, shares, times)
    # Where a weight ends at the one before, the density may fall from there like an exponential.
    steep = np.where(logs == 0, np.maximum(slope, 0.0), 0.0)
    fall += np.eye(powers.size) * (steep**2 + 1e-10)[:, None, :]
    return np.linalg.cholesky(np.linalg.inv(fall))


def _reaches(peak: Summit) -> tuple[Floats, Floats]:
    """Return how far down and up along each column of the factor points are needed, (m, s) both."""
    size = peak.powers.size
    ways = np.concatenate([-peak.factor, peak.factor], axis=2)
    rest = -peak.logs / np.diagonal(peak.factor, axis1=1, axis2=2)
    most = np.concatenate([np.full_like(rest, np.inf), rest], axis=1)

    def short(far: Floats) -> Bools:
        return np.asarray(peak.rise(np.minimum(ways * far[:, None, :], -peak.logs[:, :, None])) > -_DROP)

    least, far = np.zeros_like(most), np.full_like(most, np.sqrt(2 * _DROP))
    for _ in range(_DOUBLINGS):
        wider = short(far) & (far < most)
        if not wider.any():
            break
        least, far = np.where(wider, far, least), np.where(wider, 2 * far, far)
    for _ in range(_HALVINGS):
        middle = (least + far) / 2
        near = short(middle)
        least, far = np.where(near, middle, least), np.where(near, far, middle)
    return far[:, :size], far[:, size:]


def _points(peak: Summit, down: Floats, up: Floats, rules: tuple[Floats, Floats]) -> tuple[Floats, Floats]:
    """Return moves from the summit (m, s, n), and the log of the rule's weight of each (m, n)."""
    m, size = peak.logs.shape
    moves, log_rule = np.zeros((m, size, 1)), np.zeros((m, 1))
    later = np.cumsum(peak.shares[:, :0:-1].mean(axis=2), axis=1)[:, ::-1]
    odds = special.logit(np.clip(later, 0.02, 0.98))
    for place in range(size):
        column = peak.factor[:, :, place] / peak.factor[:, place, place, None]
        below, above = (peak.factor[:, place, place, None] * far[:, place, None] for far in (down, up))
        # A weight is at most the one before; how far that is depends on those before.
        limit = -peak.logs[:, place, None] - moves[:, place]
        move, log_weight = _along(below, above, limit, odds[:, place, None], rules)
        log_rule = (log_rule[:, :, None] + log_weight).reshape(m, -1)
        moves = (moves[:, :, :, None] + column[:, :, None, None] * move[:, None]).reshape(m, size, -1)
    return moves, log_rule


def _along(
    below: Floats, above: Floats, limit: Floats, odds: Floats, rules: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """Return points of Gauss and Legendre along one column, and the logs of their weights, (m, n, nodes).

    They lie in a root of p = 1 / (1 + exp(-move / width - odds)). Where trials are alike densities are those of beta
    distributions of p; a root, because the limits of later weights can cut them close to p = 0.
    """
    width, (x, rule) = np.maximum((below + above) / (2 * _DROP), 1.0), rules
    low, high = np.minimum(limit, 0.0) - below, np.minimum(limit, above)
    # An end that is cut off lies well within p < 1: there the density need not vanish with 1 - p.
    odds = np.where(limit < above, np.minimum(odds, np.maximum(-limit, 0.0)), odds)
    first, last = (special.expit(end / width + odds) ** (1 / _POWER) for end in (low, high))
    root = ((first + last) / 2)[:, :, None] + ((last - first) / 2)[:, :, None] * x
    log_root, log_rest = np.log(root), np.log1p(-(root**_POWER))
    move = width[:, :, None] * (_POWER * log_root - log_rest - odds[:, :, None])
    log_weight = np.log(_POWER * width * (last - first) / 2)[:, :, None] + np.log(rule) - log_root - log_rest
    return move, log_weight
