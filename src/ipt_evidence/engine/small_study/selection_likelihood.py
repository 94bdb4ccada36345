"""The log-likelihood of a selection model, and the climb to its maxima from many points at once."""

from copy import copy

import numpy as np

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.newton import Bounds, Heights
from ipt_evidence.engine.small_study.weight_functions import FAR, WeightFunction

_STRIDE = 8.0
"""Most that a step changes the logarithm of a weight, or an exponent."""
_SETTLED = 1e-12
"""Share of the likelihood that a step from a maximum may promise, for the rounding of its slope."""


class SelectionLikelihood:
    """The log-likelihood at points (m, p), each a mean, tau2, and the parameters of the weights."""

    def __init__(self, y: Floats, v: Floats, weights: WeightFunction) -> None:
        self._y, self._v, self._weights = y, v, weights
        self._smallest = float(v.min())
        self._seen = weights.seen.sum(axis=0)
        self.lowest = np.array([-np.inf, 0.0, *[weights.least] * weights.size])
        self._bounds = Bounds(self.lowest, np.array([np.inf, np.inf, *[weights.most] * weights.size]))

    def at(self, points: Floats) -> Heights:
        """Return heights, slopes and information."""
        total = self._v + points[:, 1:2]
        deviation = (self._y - points[:, :1]) / total
        squares = (self._y - points[:, :1]) * deviation
        expected = self._weights.expected(points)
        height = -(expected.logs + 0.5 * (np.log(2 * np.pi * total) + squares)).sum(axis=1)
        height += (points[:, 2:] - self._weights.none) @ self._seen
        slope = -expected.slopes.sum(axis=2)
        slope[:, 0] += deviation.sum(axis=1)
        slope[:, 1] += 0.5 * ((squares - 1) / total).sum(axis=1)
        slope[:, 2:] += self._seen
        information = expected.bend
        information[:, 0, 0] += (1 / total).sum(axis=1)
        mixed = (deviation / total).sum(axis=1)
        information[:, 0, 1] += mixed
        information[:, 1, 0] += mixed
        information[:, 1, 1] += ((squares - 0.5) / total**2).sum(axis=1)
        return Heights(height, slope, information)

    def height(self, point: Floats) -> float:
        """Return the log-likelihood at one point."""
        return float(self.at(point[None]).height[0])

    def step(self, points: Floats, now: Heights) -> Floats:
        """Return Newton's steps (m, p); what the likelihood falls from its bound of is held there."""
        return self._bounds.steps(points, now, self.scale(points))

    def moved(self, points: Floats, step: Floats) -> Floats:
        """Return where steps lead to (m, p), no weight further than a stride, nothing beyond its bounds."""
        stride = _STRIDE * self._weights.scale(points[:, 2:])
        moved = points + step
        moved[:, 2:] = np.clip(moved[:, 2:], points[:, 2:] - stride, points[:, 2:] + stride)
        return np.clip(moved, self._bounds.low, self._bounds.high)

    def apart(self, points: Floats) -> Floats:
        """Return distances (m, m) in units of what matters."""
        return np.asarray(np.abs((points[:, None] - points) / self.scale(points)).max(axis=2))

    def given_mean(self) -> "SelectionLikelihood":
        """Return the likelihood of which no step changes the mean."""
        likelihood = copy(self)
        likelihood._bounds = self._bounds._replace(hold=1)
        return likelihood

    def settled(self, point: Floats) -> bool:
        """Return whether a point is a maximum, or at the end of a rise that has none."""
        now = self.at(point[None])
        promised = np.vecdot(self.step(point[None], now), now.slope)
        return bool(promised < _SETTLED * (1 + np.abs(now.height)))

    def scale(self, points: Floats) -> Floats:
        """Return the order of a change that matters at points (m, p)."""
        spread = self._smallest + points[:, 1:2]
        return np.concatenate([np.sqrt(spread), spread, self._weights.scale(points[:, 2:])], axis=1)

    def distance(self, mean: float, tau2: float) -> float:
        """Return the standard deviations from the mean to the nearest effect, or half of those to the middle one."""
        away = np.abs(self._y - mean) / np.sqrt(self._v + tau2)
        return float(max(away.min(), np.median(away) / 2))

    def excess(self, mean: float) -> float:
        """Return by how much effects vary about a mean beyond their sampling variances."""
        return max(float(((self._y - mean) ** 2 - self._v).mean()), 0.0)

    def points(self, *places: tuple[float, float, Floats | float]) -> Floats:
        """Return points (m, p) of means, tau2, and logarithms of weights or exponents."""
        size = self._weights.size
        return np.array([[m, t, *self._weights.of_logs(np.broadcast_to(logs, size))] for m, t, logs in places])

    def starts(self, mean: float, tau2: float) -> Floats:
        """Return points (m, p) to search from for the estimate, tau2 that without selection."""
        size, more = self._weights.size, 2 * tau2 + self._smallest
        # Small studies may have one maximum with tau2 and one without, and the last six starts lie on either side where
        # hardly anything is published, or a weight has run off: a likelihood may be higher there than near the effects.
        return self.points(
            (mean, tau2, 0.0),
            (mean / 2, tau2, -1.0),
            (mean / 2, more, 1.0),
            (mean, 10 * more, 0.0),
            (mean + 2, tau2, 0.0),
            (mean, 0.0, -1.0),
            (mean / 2, 0.0, np.linspace(-1, 2, size)),
            (mean - 10, more + 3, np.linspace(-1, 2, size)),
            (mean - 100, more + 40, np.linspace(-1, 4, size)),
            (mean - 4, 0.0, np.linspace(-FAR, 3, size)),
            (mean + 10, more + 3, np.linspace(2, -1, size)),
            (mean + 100, more + 40, np.linspace(4, -1, size)),
            (mean + 4, 0.0, np.linspace(3, -FAR, size)),
        )

    def starts_at(self, mean: float) -> Floats:
        """Return points (m, p) to search from with one mean."""
        size, tau2 = self._weights.size, self.excess(mean)
        return self.points(
            (mean, tau2, 0.0),
            (mean, tau2, np.linspace(-1, 2, size)),
            (mean, 0.0, -1.0),
            (mean, 0.0, np.linspace(-1, 2, size)),
            (mean, 0.0, np.linspace(-FAR, 3, size)),
            (mean, 0.0, np.linspace(3, -FAR, size)),
        )
