"""The last digits of a maximum: Newton steps where the likelihood is level to rounding, but its slope is not."""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from ipt_evidence.engine.checks import Floats

_ROUNDS = 30
_LEVEL = 1e-12
"""Share of the height below which a rise or fall is rounding."""
_FLAT = 1e-7
"""Share of the greatest curvature below which a direction is level: no step along it."""
_SHIFT = 1e-4

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
