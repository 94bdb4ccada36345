"""Maximum likelihood of an average, its heterogeneity and the weights of a selection model."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.small_study.weight_functions import WeightFunction
from ipt_evidence.errors import SynthesisError

_FAR = float(np.log(1e5))
"""Parameters beyond this factor of 1 are taken as running off to infinity, or to 0 where none can be 0."""

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


class _Likelihood:
    """The log-likelihood of (mean, tau2, delta...) with its derivatives."""

    def __init__(self, y: Floats, v: Floats, weights: WeightFunction) -> None:
        self._y, self._v, self._weights = y, v, weights
        self.smallest = float(v.min())
        self.zero = weights.zero
        self.lowest = np.array([-np.inf, 0.0, *[0.0 if self.zero else np.exp(-_FAR)] * weights.size])
        self.ends = [(-1.0 if self.zero else -_FAR, _FAR)] * weights.size

    def value(self, parameters: Floats) -> tuple[float, Floats]:
        """Return the log-likelihood and its gradient."""
        mean, tau2, delta = parameters[0], parameters[1], parameters[2:]
        total = self._v + tau2
        deviation = self._y - mean
        chosen, chosen_slope = self._weights.observed(delta)
        expected, expected_slope = self._weights.expected(mean, tau2, delta)
        terms = chosen - expected - 0.5 * (np.log(2 * np.pi * total) + deviation**2 / total)
        gradient = -expected_slope.sum(axis=0)
        gradient[0] += (deviation / total).sum()
        gradient[1] += 0.5 * (deviation**2 / total**2 - 1 / total).sum()
        gradient[2:] += chosen_slope.sum(axis=0)
        return float(terms.sum()), gradient

    def scaled(self, delta: Floats) -> Floats:
        """Return the parameters of the weights on the scale of a search.

        It is their logarithm, below 1 straight on to -1 where they may be 0, so that 0 is a bound as that of tau2.
        """
        logs = np.log(np.maximum(delta, 1.0 if self.zero else 0.0))
        return np.where(delta < 1, delta - 1, logs) if self.zero else logs

    def unscaled(self, x: Floats) -> tuple[Floats, Floats]:
        """Return the parameters of the weights from that scale, and their slopes along it."""
        delta = np.exp(x)
        if self.zero:
            delta = np.where(x < 0, 1 + x, delta)
        return delta, self._slope(delta)

    def _slope(self, delta: Floats) -> Floats:
        return np.maximum(delta, 1.0) if self.zero else delta

    def distance(self, mean: float, tau2: float) -> float:
        """Return the standard deviations from the mean to the nearest effect, or half of those to the middle one."""
        away = np.abs(self._y - mean) / np.sqrt(self._v + tau2)
        return float(max(away.min(), np.median(away) / 2))

    def excess(self, mean: float) -> float:
        """Return by how much effects vary about a mean beyond their sampling variances."""
        return max(float(((self._y - mean) ** 2 - self._v).mean()), 0.0)

    def starts(self, mean: float, tau2: float) -> list[Floats]:
        """Return points (mean, tau2, delta...) to search from."""
        size = self._weights.size
        logs = [
            (tau2, np.zeros(size)),
            (tau2, np.linspace(-1, 2, size)),
            (0.0, np.full(size, -1.0)),
            (0.0, np.linspace(-1, 2, size)),
            (0.0, np.linspace(-_FAR, 3, size)),
        ]
        return [np.concatenate([[mean, variance], np.exp(log)]) for variance, log in logs]

    def given(self, mean: float, start: Floats) -> tuple[Floats, float]:
        """Return the maximum over all but the mean that is uphill from a point, and its height."""
        from scipy import optimize  # here: half of the time to import the package, needed by this alone

        size = self.smallest + float(start[1])

        def loss(x: Floats) -> tuple[float, Floats]:
            delta, slope = self.unscaled(x[1:])
            value, gradient = self.value(np.concatenate([[mean], size * x[:1], delta]))
            return -value, -gradient[1:] * np.append(size, slope)

        ascent = optimize.minimize(
            loss,
            np.concatenate([start[1:2] / size, self.scaled(start[2:])]),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, None), *self.ends],
            options={"ftol": 1e-13, "gtol": 1e-7},
        )
        return np.concatenate([[mean], size * ascent.x[:1], self.unscaled(ascent.x[1:])[0]]), -float(ascent.fun)

    def information(self, parameters: Floats) -> Floats:
        """Return minus the matrix of second derivatives, from differences of the gradient to fourth order."""
        spread = self.smallest + parameters[1]
        steps = 1e-3 * np.concatenate([[np.sqrt(spread), spread], self._slope(parameters[2:])])
        rows = []
        for place, step in enumerate(steps):
            shift = np.zeros_like(steps)
            shift[place] = step
            near = self.value(parameters + shift)[1] - self.value(parameters - shift)[1]
            far = self.value(parameters + 2 * shift)[1] - self.value(parameters - 2 * shift)[1]
            rows.append((8 * near - far) / (12 * step))
        matrix = np.array(rows)
        return -(matrix + matrix.T) / 2


def maximise(y: Floats, v: Floats, build: Callable[[Floats, Floats], WeightFunction], drop: float) -> Solution:
    """Find the maximum over mean, tau2 >= 0 and parameters of the weight function, which are not negative.

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
    likelihood = _Likelihood(y, v, weights)
    start = pool(y, v, method="ML", interval="normal")
    unselected, _ = likelihood.value(np.array([start.estimate, start.tau2, *np.ones(weights.size)]))
    best, others = _search(likelihood, start.estimate, start.tau2, weights.size)
    found = _polish(likelihood, best)
    _check_ends(likelihood, found[2:])
    free = found > likelihood.lowest
    covariance = _covariance(likelihood, found, free)
    se = float(np.sqrt(covariance[0, 0]))
    names = ("tau2", *(f"delta{place + 1}" for place in range(weights.size)))

    @cache
    def limits() -> tuple[float, float]:
        floor = likelihood.value(found)[0] - drop / 2
        tops = [found, *(other for other in others if likelihood.value(other)[0] > floor)]
        return unit * _limit(likelihood, tops, floor, -se), unit * _limit(likelihood, tops, floor, se)

    return Solution(
        mean=unit * found[0],
        tau2=unit**2 * found[1],
        se=unit * se,
        delta=found[2:],
        delta_se=np.sqrt(np.where(free, np.diag(covariance), np.nan)[2:]),
        log_likelihood=likelihood.value(found)[0] - y.size * np.log(unit),
        unselected=unselected - y.size * np.log(unit),
        limits=limits,
        at_bound=tuple(name for name, at in zip(names, ~free[1:], strict=True) if at),
    )


def _limit(likelihood: _Likelihood, tops: list[Floats], floor: float, step: float) -> float:
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
            starts = [np.append(outer, top[1:]) for top in tops[1:]]
            starts += likelihood.starts(outer, likelihood.excess(outer))
            starts.sort(key=lambda start: -likelihood.value(start)[0])
            ascents = [likelihood.given(outer, start) for start in starts[:_TRIED]]
            higher = [top for top, height in ascents if height > floor + _LEVEL]
        if not higher:
            break
        outer = _followed(likelihood, higher[0], floor, step)
    return outer


def _followed(likelihood: _Likelihood, top: Floats, floor: float, step: float) -> float:
    """Return the average at which the likelihood, from a point on, has fallen to a floor; infinite if it never does."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    # Each search starts where the one before ended.
    at = top

    @cache
    def excess(mean: float) -> float:
        nonlocal at
        if mean == top[0]:
            return floor - likelihood.value(top)[0]
        at, height = likelihood.given(mean, at)
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


def _search(likelihood: _Likelihood, mean: float, tau2: float, size: int) -> tuple[Floats, list[Floats]]:
    """Return the best of several ascents, and where the others ended; the likelihood may have more than one maximum."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    def loss(x: Floats) -> tuple[float, Floats]:
        delta, slope = likelihood.unscaled(x[2:])
        value, gradient = likelihood.value(np.concatenate([x[:2], delta]))
        gradient[2:] *= slope
        return -value, -gradient

    bounds = [(None, None), (0.0, None), *likelihood.ends]
    more = 2 * tau2 + likelihood.smallest
    # Small studies may have one maximum with tau2 and one without, and the last three starts lie where hardly anything
    # is published, or a weight has run off: a likelihood may be higher there than near the effects.
    starts = [
        (mean, tau2, np.zeros(size)),
        (mean / 2, tau2, np.full(size, -1.0)),
        (mean / 2, more, np.ones(size)),
        (mean, 0.0, np.full(size, -1.0)),
        (mean / 2, 0.0, np.linspace(-1, 2, size)),
        (mean - 10, more + 3, np.linspace(-1, 2, size)),
        (mean - 100, more + 40, np.linspace(-1, 4, size)),
        (mean - 4, 0.0, np.linspace(-_FAR, 3, size)),
    ]
    ascents = [
        optimize.minimize(
            loss,
            np.array([m, t, *likelihood.scaled(np.exp(d))]),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500},
        )
        for m, t, d in starts
    ]
    ascents.sort(key=lambda ascent: float(ascent.fun))
    best = ascents[0].x
    _check_ends(likelihood, likelihood.unscaled(best[2:])[0])
    if likelihood.distance(best[0], best[1]) > _BEYOND:
        raise SynthesisError(
            "the likelihood of the selection model is highest far from most effects, where hardly any trial would be "
            "published: it tells no average; use another weight function or more trials"
        )
    others: list[Floats] = []
    for ascent in ascents:
        if all(np.abs(ascent.x - other).max() > _APART for other in [best, *others]):
            others.append(ascent.x)
    best, *others = (np.concatenate([x[:2], likelihood.unscaled(x[2:])[0]]) for x in [best, *others])
    return best, others


def _check_ends(likelihood: _Likelihood, delta: Floats) -> None:
    """Refuse parameters of the weights that a search has followed as far as it goes."""
    if delta.max() >= np.exp(_FAR - 1e-6) or (not likelihood.zero and delta.min() <= np.exp(1e-6 - _FAR)):
        raise SynthesisError(
            "the likelihood of the selection model has no maximum: a weight runs off to 0 or infinity; "
            "use fewer parameters or more trials"
        )


def _polish(likelihood: _Likelihood, parameters: Floats) -> Floats:
    """Take Newton steps until they no longer matter; what the likelihood falls from its bound of stays there."""
    for _ in range(_ROUNDS):
        value, gradient = likelihood.value(parameters)
        free = (parameters > likelihood.lowest) | (gradient > 0)
        information = likelihood.information(parameters)[np.ix_(free, free)]
        step = np.zeros_like(parameters)
        step[free] = np.linalg.lstsq(information, gradient[free], rcond=None)[0]
        if step @ gradient < 0:
            break
        if step @ gradient < 1e-16 * (1 + abs(value)):
            return parameters
        # Beside the maximum a step rises by less than the rounding of the sum, which must not stop it.
        level = value - 10 * np.finfo(float).eps * (1 + abs(value))
        for _ in range(_ROUNDS):
            trial = np.maximum(parameters + step, likelihood.lowest)
            if likelihood.value(trial)[0] >= level:
                break
            step = step / 2
        else:
            return parameters
        parameters = trial
    raise SynthesisError("the likelihood of the selection model did not converge; use fewer steps or more trials")


def _covariance(likelihood: _Likelihood, parameters: Floats, free: Bools) -> Floats:
    """Return the inverse information of what is free, zero for what is at its bound.

    Where the likelihood still falls at the bound, its curvature there is not that of a maximum: inverted with the rest,
    it would make standard errors of any size.
    """
    chosen = np.ix_(free, free)
    information = likelihood.information(parameters)[chosen]
    if np.linalg.eigvalsh(information).min() <= 0:
        raise SynthesisError(
            "the selection model is not identified, its information matrix is not positive definite; use fewer steps"
        )
    covariance = np.zeros((parameters.size, parameters.size))
    covariance[chosen] = np.linalg.inv(information)
    return covariance
