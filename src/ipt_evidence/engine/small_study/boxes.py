"""Quadrature over a few parameters: where along each a density matters, and Gauss-Legendre nodes there."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats

DROP = 14.0
"""A point whose log density is lower than the highest by more has no part in an integral."""


class Axis(NamedTuple):
    """Where a parameter is looked for: from and to, and how far it may go."""

    low: float
    high: float
    least: float
    most: float


def tensor(grids: list[Floats]) -> Floats:
    """Return every combination of grid points, one row each; one empty row without grids."""
    if not grids:
        return np.zeros((1, 0))
    return np.stack([each.ravel() for each in np.meshgrid(*grids, indexing="ij")], axis=1)


@cache
def gauss(size: int) -> tuple[Floats, Floats]:
    """Return the nodes and weights of Gauss and Legendre between -1 and 1."""
    return np.polynomial.legendre.leggauss(size)


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
    boxes = [(axis.low, axis.high) for axis in axes]
    for _ in range(40):
        nodes, _ = rules_on(boxes, sizes)
        log = log_density(nodes)
        top, changed = float(log.max()), False
        for place, axis in enumerate(axes):
            profile = log.max(axis=tuple(other for other in range(log.ndim) if other != place))
            low, high = boxes[place]
            kept = np.flatnonzero(profile > top - DROP)
            width = high - low
            # Drawn in to the node beyond the last that counts; widened only where an end clearly counts, or it would
            # swing.
            new_low = float(nodes[place][kept[0] - 1]) if kept[0] > 0 else low
            new_high = float(nodes[place][kept[-1] + 1]) if kept[-1] < profile.size - 1 else high
            if profile[0] > top - 0.7 * DROP:
                new_low = max(axis.least, low - 0.4 * width)
            if profile[-1] > top - 0.7 * DROP:
                new_high = min(axis.most, high + 0.4 * width)
            changed = changed or abs(new_low - low) + abs(new_high - high) > 0.15 * width
            boxes[place] = (new_low, new_high)
        if not changed:
            break
    return boxes
