"""The likelihood of Copas' model: its highest maximum, and how far an average lies from being rejected by it."""

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.maxima import Bounds, Climbed, Heights, climb, peaks_of_grid
from ipt_evidence.errors import SynthesisError

FULL = 0.9999
"""Largest correlation of effect and publication: at 1 the likelihood has no derivative."""

_CORRELATIONS = FULL * np.sin(np.pi / 2 * np.sin(np.linspace(-np.pi / 2, np.pi / 2, 17)))
"""Those of the grid: ever closer towards the bounds, near which there may be a maximum beside that at the bound."""
_RATIO = 1.5
"""Largest of one tau of the grid to that before."""
_PEAKS = 4
_ROUNDS = 60
_HALVINGS = 30
_NEWTON = 12
_NEARLY, _CLOSE, _NEAR = 1e-6, 1e-10, 0.02
_SETTLED = 1e-12
"""Share of the likelihood that a step from a maximum may promise, for the rounding of its slope."""
_STRIDE = 0.25
"""Most that a step moves that correlation."""


class Maximum(NamedTuple):
    """A maximum: parameters, log-likelihood, and the information of those that are not ``held`` at a bound."""

    parameters: Floats
    value: float
    information: Floats
    held: Bools


class CopasLikelihood(Climbed):
    """The likelihood of published trials; parameters are the coefficients of the average, tau2 and rho.

    Parameters
    ----------
    y, s : ndarray, shape (k,)
        Effects and standard errors, in units of a typical standard error.
    columns : ndarray, shape (k, c)
        What the average depends on: a column of ones, and others.
    threshold : ndarray, shape (k,)
        A trial is published where a standard normal variable, which correlates by rho with its error, is above minus
        this.
    """

    def __init__(self, y: Floats, s: Floats, columns: Floats, threshold: Floats) -> None:
        self._y, self._s, self._columns, self._u = y, s, columns, threshold
        hazard = np.exp(-0.5 * threshold**2 - special.log_ndtr(threshold)) / np.sqrt(2 * np.pi)
        # Publication takes this share of rho squared away from the variance of an estimate.
        self._shrunk = hazard * (threshold + hazard)
        self.size = columns.shape[1] + 2
        free = np.full(columns.shape[1], np.inf)
        self._bounds = Bounds(np.array([*-free, 0.0, -FULL]), np.array([*free, np.inf, FULL]))
        self._smallest, self._middle = float(s.min()), float(np.median(s))
        self._chance = special.log_ndtr(threshold).sum() + 0.5 * y.size * np.log(2 * np.pi)

    def values(self, points: Floats) -> Floats:
        """Return the log-likelihood at points (m, p)."""
        total, gain, lead = self._selection(points[:, -2:-1], points[:, -1:])
        deviation = self._y - points[:, :-2] @ self._columns.T
        fit = -0.5 * (np.log(total) + deviation**2 / total)
        return np.asarray((fit + special.log_ndtr(lead + gain * deviation)).sum(axis=1) - self._chance)

    def _sampling(self, rho: Floats) -> Floats:
        """Return the sampling variances before publication took a part of them away."""
        return np.asarray(self._s**2 / (1 - self._shrunk * rho**2))

    def _selection(self, tau2: Floats, rho: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the variances of effects, and slope and value at 0 of what decides on publication given an effect."""
        sampling = self._sampling(rho)
        total = sampling + tau2
        shared = rho * np.sqrt(sampling / total)
        left = np.sqrt(1 - shared**2)
        return total, shared / np.sqrt(total) / left, self._u / left

    def gradients(self, points: Floats) -> Floats:
        """Return the slopes of the log-likelihood at points (m, p)."""
        rho = points[:, -1:]
        total, gain, lead = self._selection(points[:, -2:-1], rho)
        deviation = self._y - points[:, :-2] @ self._columns.T
        pull = lead + gain * deviation
        hazard, share = _hazard(pull), self._sampling(rho) / total
        left2 = 1 - rho**2 * share
        by_mean = deviation / total - gain * hazard
        by_total = 0.5 * (deviation**2 / total - 1) / total
        # What follows is of the pull: by tau2, and by rho, with which the sampling variance grows by this share of all.
        grown = 2 * self._shrunk * rho * share**2 * total / self._s**2
        by_tau2 = -gain * deviation / total - 0.5 * rho**2 * share / total / left2 * pull
        own = np.sqrt(share / left2 / total) * (1 + 0.5 * rho * grown / share - rho * grown) * deviation
        by_rho = own + 0.5 * (2 * rho * share + rho**2 * grown * (1 - share)) / left2 * pull
        slopes = [by_total + hazard * by_tau2, by_total * grown * total + hazard * by_rho]
        return np.column_stack([by_mean @ self._columns, *(slope.sum(axis=1) for slope in slopes)])

    def _sizes(self, points: Floats) -> Floats:
        """Return the steps (m, p) of differences."""
        # Below -(1 - rho^2) s^2, a little under 0 where rho is large, no tau2 has a likelihood.
        room = points[:, -2] + (1 - points[:, -1] ** 2) * self._smallest**2
        sizes = np.empty(points.shape)
        sizes[:, :-2] = 1e-3 * np.sqrt(self._middle**2 + points[:, -2:-1])
        sizes[:, -2], sizes[:, -1] = np.minimum(1e-3 * (points[:, -2] + self._smallest**2), room / 4), 2e-5
        return sizes

    def at(self, points: Floats) -> Heights:
        """Return heights, slopes and information, that to about six digits, from differences of the slopes."""
        (m, p), sizes = points.shape, self._sizes(points)
        shifts = sizes[:, :, None] * np.eye(p)
        around = points[:, None] + np.concatenate([np.zeros((m, 1, p)), shifts, -shifts], axis=1)
        slopes = self.gradients(around.reshape(-1, p)).reshape(m, 2 * p + 1, p)
        fall = (slopes[:, p + 1 :] - slopes[:, 1 : p + 1]) / (2 * sizes[:, :, None])
        return Heights(self.values(points), slopes[:, 0], 0.5 * (fall + fall.swapaxes(1, 2)))

    def information(self, point: Floats) -> Floats:
        """Return minus the second derivatives (p, p) at one point, from differences to fourth order."""
        sizes = self._sizes(point[None])[0]
        shifts = np.diag(sizes)
        points = point + np.concatenate([shifts, -shifts, 2 * shifts, -2 * shifts])
        up, down, far_up, far_down = self.gradients(points).reshape(4, self.size, self.size)
        matrix = (8 * (up - down) - (far_up - far_down)) / (12 * sizes[:, None])
        return np.asarray(-(matrix + matrix.T) / 2)

    def moved(self, points: Floats, step: Floats) -> Floats:
        """Return where steps lead to (m, p), nothing beyond its bounds."""
        # One step does not lead from one end of the correlation to the other: bounds are for those who stay there.
        return super().moved(points, step / np.maximum(1.0, np.abs(step[:, -1:]) / _STRIDE))

    def _best_given(self, pairs: Floats) -> Floats:
        """Return the points (m, p) of greatest likelihood, nearly, for pairs (m, 2) of tau2 and rho.

        For one pair the likelihood is concave in the coefficients: Newton's steps find its only maximum.
        """
        columns, weights = self._columns, 1 / self._selection(pairs[:, :1], pairs[:, 1:])[0]
        normal = np.einsum("mk,ki,kj->mij", weights, columns, columns)
        plain = np.linalg.solve(normal, ((weights * self._y) @ columns)[..., None])[..., 0]
        points = np.column_stack([plain, pairs])
        moving = np.arange(len(points))
        for _ in range(_ROUNDS):
            slope, information = self._by_coefficients(points[moving])
            step = np.zeros((moving.size, self.size))
            step[:, :-2] = np.linalg.solve(information, slope[..., None])[..., 0]
            rising = np.einsum("mc,mc->m", slope, step[:, :-2]) > _NEARLY
            if not rising.any():
                break
            moving = moving[rising]
            points[moving] = self._risen(points[moving], step[rising])
        return points

    def _by_coefficients(self, points: Floats) -> tuple[Floats, Floats]:
        """Return the slopes (m, c) and the information (m, c, c) of the coefficients at points (m, p)."""
        total, gain, lead = self._selection(points[:, -2:-1], points[:, -1:])
        deviation = self._y - points[:, :-2] @ self._columns.T
        pull = lead + gain * deviation
        hazard = _hazard(pull)
        slope = (deviation / total - gain * hazard) @ self._columns
        curvature = 1 / total + gain**2 * np.maximum(hazard * (hazard + pull), 0.0)
        return slope, np.einsum("mk,ki,kj->mij", curvature, self._columns, self._columns)

    def _risen(self, points: Floats, step: Floats) -> Floats:
        """Return the points after their steps, halved where they would lead down."""
        before, reached = self.values(points), self.values(points + step)
        for _ in range(_HALVINGS):
            lower = reached < before
            if not lower.any():
                break
            step[lower] /= 2
            reached[lower] = self.values((points + step)[lower])
        return points + step

    @cached_property
    def _grid(self) -> tuple[Floats, Floats]:
        """The best points for a grid of tau2 and rho, its ends included, (t r, p), and their likelihoods (t, r)."""
        least, most = 0.1 * float(self._s.min()), 2 * float(np.ptp(self._y) + self._s.max())
        # However far standard errors range, between two of them there is no room for a maximum of its own.
        size = 2 + int(np.log(most / least) / np.log(_RATIO))
        taus = np.append(0.0, np.geomspace(least, most, size))
        pairs = np.stack(np.meshgrid(taus**2, _CORRELATIONS, indexing="ij"), axis=-1)
        points = self._best_given(pairs.reshape(-1, 2))
        return points, self.values(points).reshape(pairs.shape[:2])

    def highest(self) -> Maximum:
        """Return the highest maximum: that uphill from the peaks of the grid, and from the best for each rho."""
        points, heights = self._grid
        return self.ascend(points[np.union1d(_peaks(heights), _ridge(heights))])

    def limits(self, found: Maximum, drop: float) -> tuple[float, float]:
        """Return the least and the largest average at which twice the likelihood, all else free, fell by ``drop``."""
        points, heights = self._grid
        floor = found.value - drop / 2
        kept = np.flatnonzero(heights > floor)
        limits = []
        for side in (-1.0, 1.0):
            ends = np.full(heights.shape, -np.inf)
            ends.flat[kept] = side * self._ends(points[kept], floor, side)
            starts = [found.parameters, *points[[place for place in _peaks(ends) if np.isfinite(ends.flat[place])]]]
            outer = side * max(side * self._limit(start, floor, side) for start in starts)
            limits.append(self._outermost(outer, floor, side))
        return limits[0], limits[1]

    def _outermost(self, mean: float, floor: float, side: float) -> float:
        """Return the average beyond which, uphill from the best tau2 for each rho, nothing is above ``floor``."""
        points, heights = self._grid
        starts = points[np.argmax(heights, axis=0) * heights.shape[1] + np.arange(heights.shape[1])]
        for _ in range(_ROUNDS):
            starts[:, 0] = mean
            found = self.given_mean().ascend(starts)
            if found.value <= floor + _NEARLY:
                break
            mean = self._limit(found.parameters, floor, side)
        return mean

    def _limit(self, start: Floats, floor: float, side: float) -> float:
        """Return the average at which the likelihood, uphill from the tau2 and rho of a point, falls to ``floor``."""
        inside, outside, given = start, side * np.inf, self.given_mean()
        mean = float(self._ends(start[None], floor, side)[0])
        for _ in range(_ROUNDS):
            found = given.ascend(np.concatenate([[mean], inside[1:]])[None])
            if found.value >= floor:
                inside = found.parameters
            else:
                outside = mean
            # Where all else is at its best, the slope along the average is that of the profile.
            slope = float(self._by_coefficients(found.parameters[None])[0][0, 0])
            step = (floor - found.value) / slope if side * slope < 0 else side * np.inf
            if abs(step) < _CLOSE * (1 + abs(mean)):
                return mean
            reached = mean + step
            if not side * inside[0] < side * reached < side * outside:
                ahead = outside if np.isfinite(outside) else 2 * mean - start[0] + side * _CLOSE
                reached = (inside[0] + ahead) / 2
            mean = reached
        return mean

    def _ends(self, points: Floats, floor: float, side: float) -> Floats:
        """Return the averages (m,) at which the likelihood for the tau2 and rho of each point falls to ``floor``.

        The likelihood is concave in the average, so that Newton's steps come to it from without.
        """
        total, _, _ = self._selection(points[:, -2:-1], points[:, -1:])
        at = points.copy()
        at[:, 0] += side * np.sqrt(2 * (self.values(points) - floor) / (1 / total).sum(axis=1))
        for _ in range(_NEWTON):
            slope = self._by_coefficients(at)[0][:, 0]
            at[:, 0] -= (self.values(at) - floor) / np.where(side * slope < 0, slope, -side * np.inf)
        return at[:, 0]

    def ascend(self, starts: Floats) -> Maximum:
        """Return the highest maximum uphill from points (m, p)."""
        points, heights = climb(self, starts)
        best = points[[np.argmax(heights)]]
        now = self.at(best)
        if np.vecdot(self.step(best, now), now.slope) > _SETTLED * (1 + abs(now.height)):
            raise SynthesisError(
                "the likelihood of the model of selection has no maximum that can be told; use more trials"
            )
        held = self._bounds.held(best, now.slope)[0]
        return Maximum(best[0], float(now.height[0]), self.information(best[0])[np.ix_(~held, ~held)], held)


def _peaks(heights: Floats) -> NDArray[np.int64]:
    """Return the places, numbered through, of the highest few points that no neighbour on the grid is above."""
    places = np.flatnonzero(peaks_of_grid(heights))
    return places[np.argsort(heights.ravel()[places])[::-1][:_PEAKS]]


def _ridge(heights: Floats) -> NDArray[np.int64]:
    """Return the places of the best tau2 for each rho that is a peak once heights between two tau2 are allowed for."""
    best, columns = np.argmax(heights, axis=0), np.arange(heights.shape[1])
    tops = heights[best, columns]
    inner = np.flatnonzero((best > 0) & (best < len(heights) - 1))
    below, above = (heights[best[inner] + by, inner] for by in (-1, 1))
    bend = np.maximum(2 * tops[inner] - below - above, _NEAR)
    tops[inner] += (above - below) ** 2 / (8 * bend)
    around = np.pad(tops, 1, constant_values=-np.inf)
    peaks = tops > np.maximum(around[:-2], around[2:]) - _NEAR
    return np.asarray(best[peaks] * heights.shape[1] + columns[peaks])


def _hazard(z: NDArray) -> NDArray:
    """Return the slope of the logarithm of the normal distribution."""
    return np.asarray(np.sqrt(2 / np.pi) / special.erfcx(-z / np.sqrt(2)))
