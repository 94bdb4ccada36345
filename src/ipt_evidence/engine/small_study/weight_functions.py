"""How the chance of being published may depend on the p-value: what weight functions offer to a likelihood.

Both are written for one-sided p-values of positive effects; the other directions are mirrored by the caller.
"""

from typing import NamedTuple, Protocol

import numpy as np

from ipt_evidence.engine.checks import Floats

ROOT_2PI = np.sqrt(2 * np.pi)

FAR = float(np.log(1e5))
"""Weights, or exponents, beyond this logarithm from 1 are taken as running off."""


class Expected(NamedTuple):
    """The mean weight of trials like each at m points (mean, tau2, parameters...), p coordinates each.

    Its logarithm (m, k), the derivatives of that (m, p, k), and the second ones of the sum over trials (m, p, p).
    """

    logs: Floats
    slopes: Floats
    bend: Floats


class WeightFunction(Protocol):
    """A weight function, the logarithm of which is linear in ``size`` free parameters.

    For one mean and tau2 the log-likelihood is then concave in them.

    Attributes
    ----------
    size : int
        Number of free parameters.
    none : float
        What they all are where there is no selection.
    least, most : float
        Beyond these they are taken as running off, unless there is a likelihood at the least (``held``).
    held : bool
        Whether there is.
    runs_off : str
        What happens where one runs off.
    seen : ndarray, shape (k, size)
        Derivatives of the log weights of the trials.
    """

    size: int
    none: float
    least: float
    most: float
    held: bool
    runs_off: str
    seen: Floats

    def of_logs(self, logs: Floats) -> Floats:
        """Return parameters from logarithms, 0 if there is no selection, of what they are or stand for."""

    def delta(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return the weights, or exponents, that parameters stand for, and their slopes."""

    def scale(self, parameters: Floats) -> Floats:
        """Return the order of a change of parameters that matters."""

    def expected(self, points: Floats) -> Expected:
        """Return the mean weight of trials like each at points (m, 2 + size)."""


def expected_of(logs: Floats, ratios: Floats, by: Floats, pairs: Floats) -> Expected:
    """Put derivatives together from those of the mean weights themselves, all in shares of these.

    Parameters
    ----------
    logs : ndarray, shape (m, k)
        Logarithm of the mean weights.
    ratios : ndarray, shape (5, m, k)
        Their derivatives by the mean to the fourth order: one by tau2 is half of two by the mean, as a normal density
        spreads like heat.
    by : ndarray, shape (size, 3, m, k)
        Derivatives of the first three by the parameters.
    pairs : ndarray, shape (m, size, size)
        Second derivatives by the parameters, summed over trials.
    """
    (m, k), size = logs.shape, len(by)
    slopes, bend = np.empty((m, 2 + size, k)), np.empty((m, 2 + size, 2 + size))
    slopes[:, 0], slopes[:, 1], slopes[:, 2:] = ratios[1], 0.5 * ratios[2], by[:, 0].swapaxes(0, 1)
    straight, mixed = ratios[2:].sum(axis=2), by[:, 1:].sum(axis=3)
    bend[:, 0, 0], bend[:, 0, 1], bend[:, 1, 1] = straight[0], 0.5 * straight[1], 0.25 * straight[2]
    bend[:, 0, 2:], bend[:, 1, 2:] = mixed[:, 0].T, 0.5 * mixed[:, 1].T
    bend[:, 1, 0], bend[:, 2:, 0], bend[:, 2:, 1] = bend[:, 0, 1], bend[:, 0, 2:], bend[:, 1, 2:]
    bend[:, 2:, 2:] = pairs
    return Expected(logs, slopes, bend - slopes @ slopes.swapaxes(1, 2))


def hermite(t: Floats) -> Floats:
    """Return the first four polynomials of Hermite, which derivatives of normal densities go by, shape (4, ...)."""
    square = t**2
    return np.stack([t, square - 1, t * (square - 3), square * (square - 6) + 3])
