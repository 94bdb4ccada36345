"""Newton's steps: up a likelihood from many points at once, and to the last digits of a maximum."""

from collections.abc import Callable
from copy import copy
from typing import NamedTuple, Protocol, Self

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats

_CLIMBS = 200
"""Steps of a climb; twenty are usual, a hundred need those that follow a ridge."""
_RISE = 1e-16
"""Share of the likelihood: a climb ends where a step promises less."""
_BEHIND, _LOST = 0.5, 0.02
"""A climb that is further behind the highest must promise to make up for this share of the rest by one step."""
_MET = 0.01
"""Distance from a higher point at which a climb ends: they would come to the same maximum."""
_UPWARD = 1e-10
"""Share of the greatest curvature below which a direction is taken to be as curved."""

_ROUNDS = 30
_LEVEL = 1e-12
"""Share of the height below which a rise or fall is rounding."""
_FLAT = 1e-7
"""Share of the greatest curvature below which a direction is level: no step along it."""
_SHIFT = 1e-4


class Heights(NamedTuple):
    """A log-likelihood at m points: heights (m,), slopes (m, p), and minus the second derivatives (m, p, p)."""

    height: Floats
    slope: Floats
    information: Floats


class Climbed(Protocol):
    """A likelihood whose maxima can be climbed to from many points (m, p) at once."""

    def at(self, points: Floats) -> Heights:
        """Return heights, slopes and information."""

    def step(self, points: Floats, now: Heights) -> Floats:
        """Return Newton's steps (m, p)."""

    def moved(self, points: Floats, step: Floats) -> Floats:
        """Return where steps lead to."""

    def apart(self, points: Floats) -> Floats:
        """Return distances (m, m), of the order of 1 where it matters."""


def climb(likelihood: Climbed, points: Floats) -> tuple[Floats, Floats]:
    """Climb from all points (m, p) at once by Newton's steps; return where they end, and how high.

    A climb ends where a step would rise by rounding alone, near one that is higher, or with little hope to reach the
    highest.
    """
    points = points.copy()
    here, shorter, going = likelihood.at(points), np.ones(len(points)), np.arange(len(points))
    for _ in range(_CLIMBS):
        now = Heights(*(part[going] for part in here))
        step, size = likelihood.step(points[going], now), 1 + np.abs(now.height)
        behind = np.maximum(here.height.max() - now.height - _BEHIND, 0.0)
        climbing = np.vecdot(step, now.slope) > np.maximum(_RISE * size, _LOST * behind)
        climbing &= ~_met(likelihood.apart(points), here.height)[going]
        going, step, size = going[climbing], step[climbing], size[climbing]
        if not going.size:
            break
        reached = likelihood.moved(points[going], shorter[going, None] * step)
        there = likelihood.at(reached)
        # Beside the maximum a step rises by less than the rounding of the sum, which must not stop it.
        better = there.height >= here.height[going] - 10 * np.finfo(float).eps * size
        shorter[going] = np.where(better, np.minimum(4 * shorter[going], 1.0), shorter[going] / 4)
        points[going[better]] = reached[better]
        for part, new in zip(here, there, strict=True):
            part[going[better]] = new[better]
    return points, here.height


def _met(apart: Floats, heights: Floats) -> Bools:
    """Return which points are near one that is higher, or as high and before them."""
    later = (heights[:, None] == heights) & np.tri(heights.size, k=-1, dtype=bool)
    return np.asarray(((apart < _MET) & ((heights[:, None] < heights) | later)).any(axis=1))


def steps_uphill(scale: Floats, now: Heights) -> Floats:
    """Return Newton's steps (m, p), uphill whatever the curvature, in which what has no scale has no part."""
    roots, vectors = np.linalg.eigh(scale[:, :, None] * now.information * scale[:, None])
    roots = np.abs(roots)
    roots = np.maximum(roots, _UPWARD * roots.max(axis=1, keepdims=True) + np.finfo(float).tiny)
    along = np.vecdot(vectors.swapaxes(1, 2), (scale * now.slope)[:, None]) / roots
    return np.asarray(scale * np.vecdot(vectors, along[:, None]))


class Bounds(NamedTuple):
    """How far each coordinate (p,) may go down and up, and how many of the first stay where they are."""

    low: Floats
    high: Floats
    hold: int = 0

    def held(self, points: Floats, slope: Floats) -> Bools:
        """Return what a likelihood falls from its bound of, or is held anyway, (m, p)."""
        held = ((points <= self.low) & (slope <= 0)) | ((points >= self.high) & (slope >= 0))
        held[:, : self.hold] = True
        return held

    def steps(self, points: Floats, now: Heights, scale: Floats) -> Floats:
        """Return Newton's steps (m, p) of what is not held and would not leave its bound."""
        held = self.held(points, now.slope)
        for _ in range(points.shape[1]):
            step = steps_uphill(np.where(held, 0.0, scale), now)
            outward = ((points <= self.low) & (step < 0)) | ((points >= self.high) & (step > 0))
            if not outward.any():
                break
            held |= outward
        return step


class Bounded:
    """A likelihood to climb whose points (m, p) stay within bounds."""

    _bounds: Bounds

    def scale(self, points: Floats) -> Floats:
        """Return the order of a change that matters at points (m, p)."""
        return np.ones_like(points)

    def step(self, points: Floats, now: Heights) -> Floats:
        """Return Newton's steps (m, p); what the likelihood falls from its bound of is held there."""
        return self._bounds.steps(points, now, self.scale(points))

    def moved(self, points: Floats, step: Floats) -> Floats:
        """Return where steps lead to (m, p), nothing beyond its bounds."""
        return np.clip(points + step, self._bounds.low, self._bounds.high)

    def apart(self, points: Floats) -> Floats:
        """Return distances (m, m) in units of what matters."""
        return np.asarray(np.abs((points[:, None] - points) / self.scale(points)).max(axis=2))

    def given_mean(self) -> Self:
        """Return the likelihood of which no step changes the first coordinate, the mean."""
        likelihood = copy(self)
        likelihood._bounds = self._bounds._replace(hold=1)
        return likelihood


Slope = Callable[[Floats], tuple[float, Floats]]
"""Height and slope of a likelihood at a point (p,) whose coordinates are of the order of 1."""


def curvature_of(at: Slope, x: Floats) -> Floats:
    """Return minus the second derivatives (p, p) at ``x`` by central differences of the slope."""
    shifts = _SHIFT * np.eye(x.size)
    rows = np.array([at(x - shift)[1] - at(x + shift)[1] for shift in shifts]) / (2 * _SHIFT)
    return np.asarray(0.5 * (rows + rows.T))


def polished(at: Slope, x: Floats, curvature: Callable[[Floats], Floats] | None = None) -> Floats:
    """Take Newton steps from near a maximum, as long as they gain height or, where it is level, shorten.

    Parameters
    ----------
    at : callable
        Height and slope at a point.
    x : ndarray, shape (p,)
        A point near the maximum.
    curvature : callable, optional
        Minus the second derivatives (p, p) at a point; by differences of the slope if not given.

    Returns
    -------
    ndarray, shape (p,)
        The maximum to about the precision of the slope, not to the square root of that of the height.
    """
    if not x.size:
        return x
    (height, slope), last = at(x), np.inf
    for _ in range(_ROUNDS):
        roots, vectors = np.linalg.eigh(curvature_of(at, x) if curvature is None else curvature(x))
        # Where variances are at a bound some directions are level.
        steep = roots > _FLAT * max(float(roots[-1]), 1e-300)
        step = vectors[:, steep] @ ((vectors[:, steep].T @ slope) / roots[steep])
        size = float(np.abs(step).max(initial=0.0))
        following = at(x + step)
        rise, noise = following[0] - height, _LEVEL * (1 + abs(height))
        if not rise >= -noise or (rise <= noise and not size < last / 2):
            return x
        x, (height, slope), last = x + step, following, size
    return x


class _Scored(Protocol):
    """A likelihood and its slope by variances."""

    @property
    def log_likelihood(self) -> float: ...

    @property
    def score(self) -> Floats: ...


def polished_variances(fit: Callable[[Floats], _Scored], variances: Floats) -> Floats:
    """Return variances (f,) near their maximum at it, by their logarithms; those at 0 stay there."""
    free = variances > 0

    def spread(logs: Floats) -> Floats:
        full = np.zeros_like(variances)
        full[free] = np.exp(logs)
        return full

    def at(logs: Floats) -> tuple[float, Floats]:
        full = spread(logs)
        found = fit(full)
        return found.log_likelihood, (full * found.score)[free]

    return spread(polished(at, np.log(variances[free])))
