"""What a model says of one parameter: a point, a mixture of normals, or a density known at nodes."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats

_COUNTS = 1e-13
"""Normals of less mass have no part in quantiles."""


class Marginal(Protocol):
    """The posterior of one parameter under one model."""

    @property
    def mean(self) -> float:
        """Return the mean."""

    @property
    def square(self) -> float:
        """Return the mean of squares."""

    def below(self, x: float) -> float:
        """Return the probability of a value of ``x`` or less."""


@dataclass(frozen=True, slots=True)
class Spike:
    """A parameter that is 0."""

    mean: float = 0.0
    square: float = 0.0

    def below(self, x: float) -> float:
        """See :class:`Marginal`."""
        return float(x >= 0)


class Mixture:
    """Marginals with masses that add up to 1."""

    def __init__(self, *parts: tuple[float, Marginal]) -> None:
        self._parts = parts
        self.mean, self.square = sum(m * part.mean for m, part in parts), sum(m * part.square for m, part in parts)

    def below(self, x: float) -> float:
        """See :class:`Marginal`."""
        return sum(mass * part.below(x) for mass, part in self._parts)


class OnGrid:
    """A density of log(x) known as masses (n,), which add up to 1, around the points of an even grid (n,)."""

    def __init__(self, grid: Floats, mass: Floats) -> None:
        half = (grid[1] - grid[0]) / 2
        self._ends, self._below = np.append(grid[0] - half, grid + half), np.append(0.0, np.cumsum(mass))
        self.mean, self.square = float(mass @ np.exp(grid)), float(mass @ np.exp(2 * grid))

    def below(self, x: float) -> float:
        """See :class:`Marginal`."""
        return float(np.interp(np.log(x), self._ends, self._below)) if x > 0 else 0.0


class NormalMixture:
    """A mixture of normals with masses that add up to 1; each stands for those whose means lie up to half a gap away.

    Without that probabilities would grow by steps where the normals are narrower than the gaps.
    """

    def __init__(self, mass: Floats, means: Floats, variances: Floats, gaps: Floats) -> None:
        counts = mass > _COUNTS
        self._mass, self._means = mass[counts], means[counts]
        self._sd = np.sqrt(variances[counts] + gaps[counts] ** 2 / 12)
        self.mean = float(mass @ means)
        self.square = float(mass @ (variances + means**2))

    def below(self, x: float) -> float:
        """See :class:`Marginal`."""
        return float(self._mass @ special.ndtr((x - self._means) / self._sd))


class OnNodes:
    """A density of log(x) known at Gauss-Legendre nodes, integrated as the polynomial through them.

    ``beyond`` is what values above the box add to the mean: they may be large though next to nothing speaks for them.
    """

    def __init__(self, nodes: Floats, mass: Floats, box: tuple[float, float], beyond: float) -> None:
        self._box, self._integral = box, _integral(nodes, mass, box)
        self.mean, self.square = float(mass @ np.exp(nodes)) + beyond, float(mass @ np.exp(2 * nodes))

    def below(self, x: float) -> float:
        """See :class:`Marginal`."""
        return _at(_scaled(np.log(x), self._box), self._integral) if x > 0 else 0.0


class OnMovedNodes:
    """A mixture of densities at moved and stretched nodes: centres and scales (t,), nodes (n,), masses (n, t)."""

    def __init__(self, nodes: Floats, mass: Floats, box: tuple[float, float], centres: Floats, scales: Floats) -> None:
        self._box, self._integral = box, _integral(nodes, mass, box)
        self._centres, self._scales = centres, scales
        value = centres + scales * nodes[:, None]
        self.mean, self.square = float((mass * value).sum()), float((mass * value**2).sum())

    def below(self, x: float) -> float:
        """See :class:`Marginal`."""
        return _at(_scaled((x - self._centres) / self._scales, self._box), self._integral)


def _scaled(x: Floats, box: tuple[float, float]) -> Floats:
    return np.asarray(np.clip((2 * x - box[0] - box[1]) / (box[1] - box[0]), -1, 1))


def _integral(nodes: Floats, mass: Floats, box: tuple[float, float]) -> Floats:
    """Return the Chebyshev coefficients of the integral from the low end, of masses (n,) or (n, t) at nodes (n,)."""
    legendre, chebyshev = np.polynomial.legendre, np.polynomial.chebyshev
    order = np.arange(nodes.size).reshape([-1] + [1] * (mass.ndim - 1))
    moments = legendre.legvander(_scaled(nodes, box), nodes.size - 1).T @ mass
    integral = legendre.legint(moments * (order + 0.5), lbnd=-1)
    points = chebyshev.chebpts1(nodes.size + 1)
    values = legendre.legvander(points, nodes.size) @ integral
    return np.asarray(np.linalg.solve(chebyshev.chebvander(points, nodes.size), values))


def _at(x: Floats, coefficients: Floats) -> float:
    """Return the sum of Chebyshev series (n,) at one point, or of (n, t) at one point each (t,)."""
    return float((coefficients * np.cos(np.multiply.outer(np.arange(len(coefficients)), np.arccos(x)))).sum())
