"""The maximum of the likelihood of a selection model, and the averages that it does not reject."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.newton import climb
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.engine.small_study.selection_likelihood import SelectionLikelihood
from ipt_evidence.engine.small_study.weight_functions import WeightFunction
from ipt_evidence.errors import SynthesisError

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
