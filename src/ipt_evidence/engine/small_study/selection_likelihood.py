"""The log-likelihood of a selection model: its maximum, and the averages that it does not reject."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.maxima import Bounds, Climbed, Heights, climb
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.small_study.weight_functions import FAR, WeightFunction
from ipt_evidence.errors import SynthesisError

_STRIDE = 8.0
"""Most that a step changes the logarithm of a weight, or an exponent."""
_SETTLED = 1e-12
"""Share of the likelihood that a step from a maximum may promise, for the rounding of its slope."""
_ROUNDS = 50
_APART = 0.1
"""Distance, in typical standard errors and logarithms of weights, from which maxima are two."""
_TRIED = 4
"""Points from which other maxima are looked for at a limit."""
_LEVEL = 1e-7
"""Height above the floor of a limit that is rounding."""
_BEYOND = 5.0
"""Standard deviations between a mean and the nearest effect beyond which it is no average of the effects."""
_FARTHEST = 1e3
"""Typical standard errors beyond which no limit of the average is looked for."""


class SelectionLikelihood(Climbed):
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

    def moved(self, points: Floats, step: Floats) -> Floats:
        """Return where steps lead to (m, p), no weight further than a stride, nothing beyond its bounds."""
        stride = _STRIDE * self._weights.scale(points[:, 2:])
        step = step.copy()
        step[:, 2:] = np.clip(step[:, 2:], -stride, stride)
        return super().moved(points, step)

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Solution(FrozenArrays):
    """The maximum of the likelihood.

    Attributes
    ----------
    mean, tau2, se : float
        Average, between-trial variance, standard error of the average.
    delta, delta_se : ndarray
        Free parameters of the weight function with standard errors, NaN for those at a bound.
    log_likelihood, unselected : float
        Log-likelihood at the maximum, and the largest without selection.
    limits : callable
        Returns the averages, low and high, at which twice the drop of the likelihood, everything else free, reaches
        what was asked for. Finding them takes as long as finding the maximum, so they are found when asked for.
    at_bound : tuple of str
        "tau2", "delta1", "delta2"... if the likelihood falls from where it is 0: held there, it has no part in the
        standard errors.
    """

    mean: float
    tau2: float
    se: float
    delta: Floats
    delta_se: Floats
    log_likelihood: float
    unselected: float
    limits: Callable[[], tuple[float, float]]
    at_bound: tuple[str, ...]


def maximise(y: Floats, v: Floats, build: Callable[[Floats, Floats], WeightFunction], drop: float) -> Solution:
    """Find the maximum over mean, tau2 >= 0 and parameters of the weight function.

    Parameters
    ----------
    y, v : ndarray, shape (k,)
        Effects and variances.
    build : callable
        Makes the weight function of effects and variances.
    drop : float
        How far twice the likelihood falls within the profile interval of the average.

    Raises
    ------
    SynthesisError
        If a parameter runs off to infinity, or to 0 where it cannot be 0, or no maximum is found.
    """
    # In units of a typical standard error the search does not depend on the scale of the effects.
    unit = float(np.sqrt(np.median(v)))
    y, v = y / unit, v / unit**2
    weights = build(y, v)
    likelihood = SelectionLikelihood(y, v, weights)
    plain = pool(y, v, method="ML", interval="normal")
    found, *others = _search(likelihood, plain.estimate, plain.tau2)
    _check(likelihood, weights, found)
    free = found > likelihood.lowest
    covariance = _covariance(likelihood, found, free)
    se = float(np.sqrt(covariance[0, 0]))
    names = ("tau2", *(f"delta{place + 1}" for place in range(weights.size)))
    delta, slope = weights.delta(found[2:])

    @cache
    def limits() -> tuple[float, float]:
        floor = likelihood.height(found) - drop / 2
        tops = [found, *(other for other in others if likelihood.height(other) > floor)]
        return unit * _limit(likelihood, tops, floor, -se), unit * _limit(likelihood, tops, floor, se)

    unselected = likelihood.points((plain.estimate, plain.tau2, 0.0))[0]
    return Solution(
        mean=unit * found[0],
        tau2=unit**2 * found[1],
        se=unit * se,
        delta=delta,
        delta_se=slope * np.sqrt(np.where(free, np.diag(covariance), np.nan)[2:]),
        log_likelihood=likelihood.height(found) - y.size * np.log(unit),
        unselected=likelihood.height(unselected) - y.size * np.log(unit),
        limits=limits,
        at_bound=tuple(name for name, at in zip(names, ~free[1:], strict=True) if at),
    )


def _search(likelihood: SelectionLikelihood, mean: float, tau2: float) -> list[Floats]:
    """Return the maxima to which starts lead, the highest first; the likelihood may have more than one."""
    points, heights = climb(likelihood, likelihood.starts(mean, tau2))
    found: list[Floats] = []
    for point in points[np.argsort(-heights, kind="stable")]:
        scale = likelihood.scale(point[None])[0, 2:]
        if all(np.abs((point - other) / [1.0, 1.0, *scale]).max() > _APART for other in found):
            found.append(point)
    return found


def _limit(likelihood: SelectionLikelihood, tops: list[Floats], floor: float, step: float) -> float:
    """Return the outermost average at which the likelihood, all else free, has fallen to a floor.

    What is free need not move smoothly with the average: where one maximum over it has fallen to the floor, another may
    still be above. So from the estimate on one is followed, and where that ends it is looked for others.
    """
    outer = _followed(likelihood, tops[0], floor, step)
    for _ in range(_ROUNDS):
        if not np.isfinite(outer):
            break
        higher = [top for top in tops if (top[0] - outer) / step > 0]
        if not higher:
            starts = np.array([[outer, *top[1:]] for top in tops[1:]] + [*likelihood.starts_at(outer)])
            best = np.argsort(-likelihood.at(starts).height, kind="stable")[:_TRIED]
            points, heights = climb(likelihood.given_mean(), starts[best])
            higher = [*points[heights > floor + _LEVEL]]
        if not higher:
            break
        outer = _followed(likelihood, higher[0], floor, step)
    return outer


def _followed(likelihood: SelectionLikelihood, top: Floats, floor: float, step: float) -> float:
    """Return the average at which the likelihood, from a point on, has fallen to a floor; infinite if it never does."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    # Each search starts where the one before ended and, as that may be below the floor where another maximum over all
    # else is not, where the last one above it did.
    at, inside, given = top, top, likelihood.given_mean()

    @cache
    def excess(mean: float) -> float:
        nonlocal at, inside
        if mean == top[0]:
            return floor - likelihood.height(top)
        points, heights = climb(given, np.array([[mean, *start[1:]] for start in (at, inside)]))
        at, height = points[np.argmax(heights)], float(heights.max())
        inside = at if height > floor else inside
        return floor - height

    inner = float(top[0])
    for _ in range(_ROUNDS):
        outer = inner + step
        if excess(outer) > 0:
            return float(optimize.brentq(excess, inner, outer, xtol=1e-8, rtol=1e-8))
        inner, step = outer, 1.5 * step
        if abs(step) > _FARTHEST:
            break
    return float(np.copysign(np.inf, step))


def _check(likelihood: SelectionLikelihood, weights: WeightFunction, found: Floats) -> None:
    """Refuse what is no maximum, or one that tells no average."""
    delta, near = found[2:], 1e-6 * weights.scale(found[2:])
    if np.any(delta >= weights.most - near) or (not weights.held and np.any(delta <= weights.least + near)):
        raise SynthesisError(
            f"the likelihood of the selection model has no maximum: {weights.runs_off}; "
            "use fewer parameters or more trials"
        )
    if likelihood.distance(found[0], found[1]) > _BEYOND:
        raise SynthesisError(
            "the likelihood of the selection model is highest far from most effects, where hardly any trial would be "
            "published: it tells no average; use another weight function or more trials"
        )
    if not likelihood.settled(found):
        raise SynthesisError("the likelihood of the selection model did not converge; use fewer steps or more trials")


def _covariance(likelihood: SelectionLikelihood, parameters: Floats, free: Bools) -> Floats:
    """Return the inverse information of what is free, zero for what is at its bound.

    Where the likelihood still falls at the bound, its curvature there is not that of a maximum: inverted with the rest,
    it would make standard errors of any size.
    """
    chosen = np.ix_(free, free)
    information = likelihood.at(parameters[None]).information[0][chosen]
    if np.linalg.eigvalsh(information).min() <= 0:
        raise SynthesisError(
            "the selection model is not identified, its information matrix is not positive definite; use fewer steps"
        )
    covariance = np.zeros((parameters.size, parameters.size))
    covariance[chosen] = np.linalg.inv(information)
    return covariance
