"""The likelihood of location-scale models, and where it is highest: starts, and climbs from the best of them."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.maxima import polished
from ipt_evidence.engine.pooling.designs import orthogonal
from ipt_evidence.errors import SynthesisError

NOTHING = 1e-5
"""Share of the sampling variance below which no data tell a tau2 from 0."""

_STEPS = 300
_SLOPES = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""Of log(tau2) at the starts along a scale moderator, by its standard deviations."""
_LEVELS, _PLACES, _CLIMBS = 5, 30, 30
"""Of the grid of starts: levels, places along a moderator, and how many of all starts are climbed from."""
_PAIRS = 8
"""Trials most in need of a tau2, every two of which may be all that differ."""
_FLOORS = (1e-2, 1e-4)
"""Shares of the sampling variance below which the tau2 of other trials starts."""
_FITS, _RIDGE = 10, 1e-3
_APART = 0.1
"""Root mean square difference of shares of tau2 below which two starts are the same."""


class Point(NamedTuple):
    """The profile likelihood at one vector of scale coefficients, with its derivatives by them."""

    value: float
    gradient: Floats
    hessian: Floats


class Likelihood:
    """The likelihood of the coefficients of log(tau2), those of the average profiled or integrated out."""

    def __init__(self, y: Floats, v: Floats, x: Floats, z: Floats, *, restricted: bool) -> None:
        self._y, self.v, self._x, self.z, self._restricted = y, v, x, z, restricted
        self._span = 0.5 * np.linalg.slogdet(x.T @ x)[1] if restricted else 0.0

    def tau2(self, alpha: Floats) -> Floats:
        """Return tau2 of every trial, of each row if ``alpha`` has rows."""
        return np.asarray(np.exp(np.clip(alpha @ self.z.T, -700, 700)))

    def _turned(self, weights: Floats) -> tuple[Floats, Floats]:
        """Return orthogonal columns (m, k, p) of the weighted design and what they are made by, for weights (m, k)."""
        order, sorted_rows, back = orthogonal(weights, self._x)
        turned = np.empty_like(sorted_rows)
        np.put_along_axis(turned, order[:, :, None], sorted_rows, axis=1)
        return turned, back

    def location(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the average (m, p), and the root of their covariance, for tau2 (m, k)."""
        weights = 1 / (self.v + tau2)
        turned, back = self._turned(weights)
        target = np.einsum("mkp,mk->mp", turned, np.sqrt(weights) * self._y)
        return np.einsum("mij,mj->mi", back, target), back

    def values(self, tau2: Floats) -> Floats:
        """Return the log-likelihood, of each row of tau2 (m, k)."""
        weights = 1 / (self.v + tau2)
        coefficients, back = self.location(tau2)
        residuals = self._y - coefficients @ self._x.T
        df = self._y.size - self._x.shape[1] * self._restricted
        roots = np.log(np.abs(np.diagonal(back, axis1=1, axis2=2))).sum(axis=1)
        correction = roots + self._span if self._restricted else 0.0
        fitted = np.sum(np.log(weights) - weights * residuals**2, axis=-1)
        return np.asarray(-0.5 * df * np.log(2 * np.pi) + 0.5 * fitted + correction)

    def value(self, tau2: Floats) -> float:
        """Return the log-likelihood."""
        return float(self.values(tau2[None])[0])

    def at_bound(self, alpha: Floats) -> Bools:
        """Return of which trials tau2 is at its bound: of none if the other trials alone tell the coefficients."""
        nothing: Bools = self.tau2(alpha) < NOTHING * self.v
        told = np.linalg.matrix_rank(self.z[~nothing], tol=1e-9) == alpha.size
        return nothing & ~told

    def largest(self) -> float:
        """Return the largest squared deviation of an effect from the line through all, not below 10 (of typical v)."""
        line = np.linalg.lstsq(self._x, self._y, rcond=None)[0]
        return max(float(np.max((self._y - self._x @ line) ** 2)), 10.0)

    def squared_residuals(self, tau2: float) -> Floats:
        """Return the squared residuals of all trials where they have the same tau2."""
        coefficients, _ = self.location(np.full((1, self._y.size), tau2))
        return np.asarray((self._y - self._x @ coefficients[0]) ** 2)

    def at(self, alpha: Floats) -> Point:
        """Return value, gradient and Hessian; P takes effects to weighted residuals."""
        tau2 = self.tau2(alpha)
        weights = 1 / (self.v + tau2)
        turned, root = self._turned(weights[None])[0][0], np.sqrt(weights)
        # No sums of products: a trial of great weight would cost the others their digits.
        p = root[:, None] * (np.eye(root.size) - turned @ turned.T) * root
        target = root * self._y
        py = root * (target - turned @ (turned.T @ target))
        by_tau2 = 0.5 * (py**2 - (np.diag(p) if self._restricted else weights))
        twice = 0.5 * p**2 if self._restricted else np.diag(0.5 * weights**2)
        curvature = tau2[:, None] * (twice - py[:, None] * p * py) * tau2 + np.diag(tau2 * by_tau2)
        return Point(self.value(tau2), self.z.T @ (tau2 * by_tau2), self.z.T @ curvature @ self.z)


def highest(likelihood: Likelihood, same: float, ones: Floats) -> Floats:
    """Return the highest of the maxima uphill of the best starts.

    ``ones`` are the coefficients that give all trials 1.
    """
    climbs = [_climb(likelihood, alpha) for alpha in _starts(likelihood, same, ones)]
    best, arrived = max(climbs, key=lambda climb: likelihood.value(likelihood.tau2(climb[0])))
    if not arrived:
        raise SynthesisError(f"the location-scale model did not converge in {_STEPS} steps; use fewer scale moderators")
    if likelihood.at_bound(best).any():
        return best
    return polished(lambda alpha: likelihood.at(alpha)[:2], best, lambda alpha: -likelihood.at(alpha).hessian)


def _starts(likelihood: Likelihood, same: float, ones: Floats) -> Floats:
    """Return the most likely starts, no two of which give nearly the same shares of tau2 in the variances."""
    top = np.log(likelihood.largest())
    levels = np.append(np.linspace(np.log(0.1), top, _LEVELS), np.log(max(same, 0.01)))
    alone = [_along(likelihood.z, axis, levels, ones) for axis in np.eye(ones.size)[1:]]
    starts = np.concatenate([levels[:, None] * ones, *alone, *_differing(likelihood, same)])
    # None has a tau2 far beyond the largest squared deviation.
    starts = starts[(starts @ likelihood.z.T).max(axis=1) < top + np.log(100)]
    tau2 = likelihood.tau2(starts)
    values, shares = likelihood.values(tau2), tau2 / (likelihood.v + tau2)
    chosen: list[int] = []
    while len(chosen) < _CLIMBS and np.any(values > -np.inf):
        chosen.append(int(np.argmax(values)))
        values[np.mean((shares - shares[chosen[-1]]) ** 2, axis=1) < _APART**2] = -np.inf
    return starts[chosen]


def _along(z: Floats, axis: Floats, levels: Floats, ones: Floats) -> Floats:
    """Return starts with log(tau2) of a level at a place, rising or falling along one scale moderator."""
    places = np.unique(z @ axis)
    places = places[np.unique(np.linspace(0, places.size - 1, _PLACES).round().astype(int))]
    slopes, level, place = (part.ravel() for part in np.meshgrid([*_SLOPES, *np.negative(_SLOPES)], levels, places))
    return np.outer(level - slopes * place, ones) + np.outer(slopes, axis)


def _differing(likelihood: Likelihood, same: float) -> list[Floats]:
    """Return starts at which a few trials have the tau2 that they need, and all others next to none.

    What the likelihood gains if a trial has a tau2 of its own orders the trials, from a common tau2 as from 0. A
    likelihood that rises for ever as tau2 of most trials goes to 0 leaves a set of those that need one most, or two.
    """
    found = []
    for tau2 in (0.0, same):
        squares = likelihood.squared_residuals(tau2)
        ratio = np.maximum(squares / likelihood.v, np.finfo(float).tiny)
        order = np.argsort(-np.sign(ratio - 1) * (ratio - 1 - np.log(ratio)), kind="stable")
        need = np.log(np.maximum(squares - likelihood.v, 0.1 * likelihood.v))
        place = np.argsort(order)
        first = [place < size for size in range(1, place.size)]
        two = [(place == one) | (place == other) for one, other in combinations(range(min(_PAIRS, place.size)), 2)]
        found += [_fit(likelihood.z, np.array(first + two), need, np.log(floor * likelihood.v)) for floor in _FLOORS]
    return found


def _fit(z: Floats, differing: Bools, need: Floats, floor: Floats) -> Floats:
    """Return coefficients (m, q) that give some trials, (m, k), the log(tau2) they need, and others at most a floor.

    Least squares, in which those below their floor do not count.
    """
    q = z.shape[1]
    products = (z[:, :, None] * z[:, None, :]).reshape(len(z), -1)
    wanted, counts = np.where(differing, need, floor), np.ones(differing.shape)
    for _ in range(_FITS):
        gram = (counts @ products).reshape(-1, q, q) + _RIDGE * np.eye(q)
        coefficients = np.linalg.solve(gram, ((counts * wanted) @ z)[:, :, None])[:, :, 0]
        counts = np.where(differing | (coefficients @ z.T > floor), 1.0, 0.0)
    return np.asarray(coefficients)


def _climb(likelihood: Likelihood, alpha: Floats) -> tuple[Floats, bool]:
    """Return the maximum uphill of a start, or a point so far down that tau2 is at its bound; False if neither."""
    point = likelihood.at(alpha)
    for _ in range(_STEPS):
        value, vectors = np.linalg.eigh(-point.hessian)
        # Uphill whatever the curvature, by no more than a few units of the log(tau2) that matter.
        damped = np.maximum(np.abs(value), 1e-13 * max(np.abs(value).max(), 1e-10))
        step = vectors @ ((vectors.T @ point.gradient) / damped)
        gain = float(step @ point.gradient)
        if gain < 1e-15 * (1 + abs(point.value)):
            return alpha, True
        matters = likelihood.tau2(alpha) > NOTHING * likelihood.v
        step *= min(1.0, 3.0 / float(np.max(np.abs(likelihood.z @ step), where=matters, initial=1e-300)))
        for _ in range(60):
            following = likelihood.at(alpha + step)
            if following.value >= point.value:
                break
            step = step / 2
        else:
            return alpha, True
        alpha, point = alpha + step, following
        if gain < 1e-9 and likelihood.at_bound(alpha).any():
            return alpha, True
    return alpha, False
