"""Quadrature over a few parameters: where along each a density matters, and Gauss-Legendre nodes there."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats

DROP = 14.0
"""A point whose log density is lower than the highest by more has no part in an integral."""
_LOOKS = 40


class Axis(NamedTuple):
    """Where a parameter is looked for.

    Attributes
    ----------
    first : ndarray
        Increasing points to begin with.
    least, most : float
        How far it may go.
    curvature : float
        Most that the slope of the log density falls by unit; 0 if that is not known.
    """

    first: Floats
    least: float
    most: float
    curvature: float = 0.0


def tensor(grids: list[Floats]) -> Floats:
    """Return every combination of grid points, one row each; one empty row without grids."""
    if not grids:
        return np.zeros((1, 0))
    return np.stack([each.ravel() for each in np.meshgrid(*grids, indexing="ij")], axis=1)


@cache
def gauss(size: int) -> tuple[Floats, Floats]:
    """Return the nodes and weights of Gauss and Legendre between -1 and 1."""
    return np.polynomial.legendre.leggauss(size)


def gauss_of(values: Floats, size: int) -> tuple[Floats, Floats]:
    """Return nodes and weights whose sums are those over all values: of polynomials up to degree 2 * size - 1.

    By Lanczos' recurrence and the eigenvalues of its coefficients (Golub & Welsch, 1969).
    """
    distinct, times = np.unique(values, return_counts=True)
    if distinct.size <= size:
        return distinct, times.astype(np.float64)
    middle, half = (distinct[0] + distinct[-1]) / 2, (distinct[-1] - distinct[0]) / 2
    x, basis = (distinct - middle) / half, np.zeros((size + 1, distinct.size))
    basis[0] = np.sqrt(times / values.size)
    matrix = np.zeros((size + 1, size + 1))
    for row in range(size):
        rest = x * basis[row]
        matrix[row, row] = basis[row] @ rest
        for _ in range(2):  # twice: rounding leaves vectors that are not orthogonal
            rest -= basis[: row + 1].T @ (basis[: row + 1] @ rest)
        matrix[row, row + 1] = matrix[row + 1, row] = np.linalg.norm(rest)
        basis[row + 1] = rest / matrix[row, row + 1]
    nodes, vectors = np.linalg.eigh(matrix[:size, :size])
    return middle + half * nodes, values.size * vectors[0] ** 2


def rules_on(boxes: list[tuple[float, float]], sizes: list[int]) -> tuple[list[Floats], list[Floats]]:
    """Return Gauss-Legendre nodes and weights of each box."""
    nodes, rules = [], []
    for (low, high), size in zip(boxes, sizes, strict=True):
        x, w = gauss(size)
        nodes.append((low + high) / 2 + (high - low) / 2 * x)
        rules.append((high - low) / 2 * w)
    return nodes, rules


def masses(log: Floats, rules: list[Floats]) -> tuple[Floats, float]:
    """Return the posterior mass of each node, which add up to 1, and the log of the integral."""
    for axis, rule in enumerate(rules):
        shape = [1] * log.ndim
        shape[axis] = rule.size
        log = log + np.log(rule).reshape(shape)
    total = float(special.logsumexp(log))
    return np.exp(log - total), total


def boxes_of(
    axes: list[Axis], log_density: Callable[[list[Floats]], Floats], sizes: list[int]
) -> list[tuple[float, float]]:
    """Return where along each axis the density matters: widened while it does at an end, then drawn in."""
    boxes = [(float(axis.first[0]), float(axis.first[-1])) for axis in axes]
    nodes = [axis.first for axis in axes]
    for _ in range(_LOOKS):
        log = log_density(nodes)
        top, changed = float(log.max()), False
        for place, axis in enumerate(axes):
            profile = log.max(axis=tuple(other for other in range(log.ndim) if other != place)) - top
            (low, high), box = boxes[place], _next_box(axis, boxes[place], nodes[place], profile)
            changed = changed or abs(box[0] - low) + abs(box[1] - high) > 0.15 * (high - low)
            boxes[place] = box
        if not changed:
            break
        nodes, _ = rules_on(boxes, sizes)
    return boxes


def _next_box(axis: Axis, box: tuple[float, float], nodes: Floats, profile: Floats) -> tuple[float, float]:
    (low, high), width = box, box[1] - box[0]
    # Widened only where an end clearly counts, or it would swing; the other end waits, or it would follow.
    wider = (profile[[0, -1]] > -0.7 * DROP) & [low > axis.least, high < axis.most]
    if wider.any():
        return (
            max(axis.least, low - 0.6 * width) if wider[0] else low,
            min(axis.most, high + 0.6 * width) if wider[1] else high,
        )
    # Drawn in to the node beyond the last that counts; between two nodes the density may be higher than at both.
    higher = axis.curvature * float(np.diff(nodes).max()) ** 2 / 8
    kept = np.flatnonzero(profile > -DROP - higher)
    return (
        float(nodes[kept[0] - 1]) if kept[0] > 0 else low,
        float(nodes[kept[-1] + 1]) if kept[-1] < profile.size - 1 else high,
    )
