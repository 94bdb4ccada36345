"""Maxima: climbs by Newton's steps from many points at once, the last digits of one, and peaks among given values."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from copy import copy
from typing import NamedTuple, Self

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.errors import SynthesisError

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

_ASCENT = 500
_ARRIVED = 1e-11
_RIDGE = 1e-10
_HIDDEN = 1e-15
"""Share of the likelihood below which a rise of it is rounding."""
_STRIDE = 1e3
"""How many times what is there a step may add to a variance."""


class Heights(NamedTuple):
    """A log-likelihood at m points: heights (m,), slopes (m, p), and minus the second derivatives (m, p, p)."""

    height: Floats
    slope: Floats
    information: Floats


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


class Climbed(ABC):
    """A likelihood whose maxima can be climbed to from many points (m, p) at once, which stay within bounds."""

    _bounds: Bounds

    @abstractmethod
    def at(self, points: Floats) -> Heights:
        """Return heights, slopes and information."""

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


Slope = Callable[[Floats], tuple[float, Floats]]
"""Height and slope of a likelihood at a point (p,) whose coordinates are of the order of 1."""


def curvature_of(at: Slope, x: Floats) -> Floats:
    """Return minus the second derivatives (p, p) at ``x`` by central differences of the slope."""
    shifts = _SHIFT * np.eye(x.size)
    rows = np.array([at(x - shift)[1] - at(x + shift)[1] for shift in shifts]) / (2 * _SHIFT)
    return np.asarray(0.5 * (rows + rows.T))


def polished(at: Slope, x: Floats, curvature: Callable[[Floats], Floats] | None = None) -> Floats:
    """Take Newton steps from a point (p,) near a maximum, as long as they gain height or, where it is level, shorten.

    They lead to the maximum to about the precision of the slope, not to the square root of that of the height.
    ``curvature`` returns minus the second derivatives (p, p); by differences of the slope if not given.
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


Restricted = Callable[[Floats], tuple[float, Floats, Floats]]
"""Restricted likelihood at variances (f,): log-likelihood, slope (f,) and average information (f, f)."""


def climb_variances(at: Restricted, variances: Floats, size: int, scale: float, free: Bools | bool = True) -> Floats:
    """Return the variances (f,) of the maximum uphill of a start, nearly, by steps of average information.

    They stay at 0 or above, and where they are not ``free``. The likelihood is that of ``size`` effects with a typical
    sampling variance of ``scale``. SynthesisError if the climb does not end.
    """
    found = at(variances)
    for _ in range(_ASCENT):
        height, slope, information = found
        # A variance at 0 stays there while the likelihood falls away from 0.
        active = free & ((variances > 0) | (slope > 0))
        step, whole = np.zeros_like(variances), float(variances.sum()) + scale
        # Effects without any residual have no average information: what is added there alone makes a long step.
        ridge = _RIDGE * size / whole**2 * np.eye(int(active.sum()))
        step[active] = np.linalg.lstsq(information[np.ix_(active, active)] + ridge, slope[active], rcond=None)[0]
        # Where the likelihood is all but level a step may lead further than numbers carry.
        step *= min(1.0, _STRIDE * whole / max(float(np.abs(step).max()), 1e-300))
        moved, rise = 0.0, float(slope @ step)
        # A rise that rounding hides is none: what is left is for the polish.
        while rise > _HIDDEN * (1 + abs(height)):
            following = np.maximum(variances + step, 0.0)
            there = at(following)
            if there[0] >= height:
                moved = float(np.abs(following - variances).max())
                variances, found = following, there
                break
            step, rise = step / 2, rise / 2
        if moved <= _ARRIVED * (variances.sum() + scale * 1e-4):
            return variances
    raise SynthesisError(
        f"the variances of true effects did not converge in {_ASCENT} steps; look at their profile or, of several "
        "factors, use fewer"
    )


def polished_variances(at: Restricted, variances: Floats) -> Floats:
    """Return variances (f,) near their maximum at it, by their logarithms; those at 0 stay there."""
    free = variances > 0

    def spread(logs: Floats) -> Floats:
        full = np.zeros_like(variances)
        full[free] = np.exp(logs)
        return full

    def by_logs(logs: Floats) -> tuple[float, Floats]:
        full = spread(logs)
        height, slope, _ = at(full)
        return height, (full * slope)[free]

    return spread(polished(by_logs, np.log(variances[free])))


def peaks(of: Callable[[Floats], Floats], points: Floats) -> list[tuple[float, float]]:
    """Return places and values of the maxima of a smooth function near those of its values at ``points`` (m,)."""
    from scipy import optimize  # here: half of the time to import the package

    values = of(points)
    beside = np.maximum(np.append(-np.inf, values[:-1]), np.append(values[1:], -np.inf))
    found = list[tuple[float, float]]()
    for place in np.flatnonzero(values >= beside).tolist():
        low, high = points[max(place - 1, 0)], points[min(place + 1, points.size - 1)]
        near = optimize.minimize_scalar(
            lambda at: -float(of(np.array([at]))[0]),
            bounds=(low, high),
            method="bounded",
            options={"xatol": 1e-10 * max(abs(low), abs(high))},
        )
        best = (float(near.x), -float(near.fun))
        found.append(max(best, (float(points[place]), float(values[place])), key=lambda pair: pair[1]))
    return found


def peaks_of_grid(heights: Floats) -> Bools:
    """Return which of the values on a grid (m, n) are no lower than their neighbours, corner to corner, too."""
    ringed = np.pad(heights, 1, constant_values=-np.inf)
    return np.asarray(heights >= np.lib.stride_tricks.sliding_window_view(ringed, (3, 3)).max(axis=(2, 3)))
