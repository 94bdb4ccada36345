"""Bayesian random-effects synthesis by quadrature, for the one to four trials at which nothing else works."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Checks, Floats, read_number
from ipt_evidence.engine.pooling.inputs import read_effects, read_synthesis
from ipt_evidence.engine.pooling.mixtures import mixture_quantiles, tau_quantiles
from ipt_evidence.engine.pooling.priors import HalfNormal, HeterogeneityPrior, beyond_prior, check_prior
from ipt_evidence.errors import SynthesisError

_NODES = 4001
_ROUNDS = 30
"""Looks at an ever smaller part of the grid of log(tau); five are enough where effects and prior can be reconciled."""
_RESOLVED = 1e-14
"""Least distance of two points of the grid."""
_FARTHEST = 250.0
"""Largest size of log(tau) whose square can be exponentiated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BayesianPool:
    """Posterior of a normal-normal random-effects model.

    Attributes
    ----------
    k : int
        Number of effect sizes.
    estimate, se : float
        Posterior median and standard deviation of the average effect. ``se`` is infinite where the posterior has no
        variance, as the prior of tau falls too slowly for so few trials: :class:`LogStudentT` with fewer than 3,
        :class:`InverseGamma` whose shape and k add up to 3 or less; and where it is beyond all that can be computed.
    ci_low, ci_high : float
        Central credible interval of the average effect.
    pi_low, pi_high : float
        Central predictive interval of the true effect of a new trial.
    tau, tau_low, tau_high : float
        Posterior median and central credible interval of the between-trial standard deviation.
    threshold, probability : float
        Probability that the average effect lies above ``threshold``.
    prior : str
        Prior of tau; that of the average effect is flat.
    level : float
        Coverage of the intervals.
    """

    k: int
    estimate: float
    se: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    tau: float
    tau_low: float
    tau_high: float
    threshold: float
    probability: float
    prior: str
    level: float


def pool_bayes(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    prior: HeterogeneityPrior | None = None,
    threshold: float = 0.0,
    level: float = 0.95,
) -> BayesianPool:
    """Pool effect sizes by a Bayesian random-effects model, by quadrature and hence without chance.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial; one trial is enough, the prior then says how far
        its effect speaks for others.
    prior : HalfNormal, LogNormal, LogStudentT or InverseGamma, optional
        Prior of the between-trial standard deviation; ``HalfNormal(0.5)`` if not given.
    threshold : float
        Effect whose exceedance gets a probability, e.g. 0 or a minimal important difference.
    level : float
        Coverage of the intervals, between 0 and 1.

    Returns
    -------
    BayesianPool
        Posterior summaries of average effect, new effect and heterogeneity.

    Raises
    ------
    SynthesisError
        If an effect is not finite, a variance is not positive and finite, ``level`` or ``threshold`` is
        impossible, or effects and prior are so far apart that rounding hides the posterior.

    Notes
    -----
    The average given tau is normal, so the posterior is a mixture of normals over a grid of log(tau); the
    trapezoid rule on it has errors below those of printing. Roever (2020). Far out the likelihood of tau falls as
    tau^(1 - k) and the variance of the average rises as tau^2, so that it has a mean if tau^(3 - k) has one by its
    prior.
    """
    y, v, level = read_synthesis(effects, variances, at_least=1, level=level)
    with Checks(SynthesisError) as checks:
        threshold = read_number(checks, "threshold", threshold)
        check_prior(checks, prior)
    used: HeterogeneityPrior = HalfNormal() if prior is None else prior
    log_tau, mass, mean, variance = _posterior(y, v, used)
    tails = np.array([(1 - level) / 2, 0.5, (1 + level) / 2])
    spread = np.sqrt([variance, variance + np.exp(2 * log_tau)])
    (low, middle, high), (new_low, _, new_high) = mixture_quantiles(tails, mass, mean, spread).tolist()
    tau_low, tau, tau_high = tau_quantiles(tails, log_tau, mass).tolist()
    return BayesianPool(
        k=y.size,
        estimate=middle,
        se=_se(used, y.size, mass, mean, variance),
        ci_low=low,
        ci_high=high,
        pi_low=new_low,
        pi_high=new_high,
        tau=tau,
        tau_low=tau_low,
        tau_high=tau_high,
        threshold=threshold,
        probability=_above(threshold, mass, mean, variance),
        prior=used.name,
        level=level,
    )


def probability_above(
    threshold: float, effects: ArrayLike, variances: ArrayLike, *, prior: HeterogeneityPrior
) -> float:
    """Return the probability that the average effect lies above a finite threshold (see :func:`pool_bayes`)."""
    _, *mixture = _posterior(*read_effects(effects, variances, at_least=1), prior)
    return _above(threshold, *mixture)


def _above(threshold: float, mass: Floats, mean: Floats, variance: Floats) -> float:
    return float(mass @ special.ndtr((mean - threshold) / np.sqrt(variance)))


def _se(prior: HeterogeneityPrior, k: int, mass: Floats, mean: Floats, variance: Floats) -> float:
    """Return the standard deviation of the average, infinite if there is none."""
    if not _has_variance(prior, k):
        return float("inf")
    parts = mass * (variance + (mean - mass @ mean) ** 2)
    # Where the grid ends before the prior has, at the largest numbers, the rest falls as its last two points do.
    rest = parts[-1] ** 2 / (parts[-2] - parts[-1]) if parts[-2] > parts[-1] else 0.0
    return float(np.sqrt(parts.sum() + rest))


def _has_variance(prior: HeterogeneityPrior, k: int) -> bool:
    """Return whether far out the variance of the average, weighted by the mass of tau, falls."""
    low, high = (min(limit, _FARTHEST) for limit in prior.limits(3 - k))
    ends = np.array([high - (high - low) * 1e-6, high])
    before, last = prior.log_density(ends) + (3 - k) * ends
    return bool(last < before)


def _posterior(y: Floats, v: Floats, prior: HeterogeneityPrior) -> tuple[Floats, Floats, Floats, Floats]:
    """Return a grid of log(tau), its posterior mass, and mean and variance of the average given tau."""
    spread = _has_variance(prior, y.size)

    def at(grid: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
        weights = 1 / (v + np.exp(2 * grid)[:, None])
        total = weights.sum(axis=1)
        mean = weights @ (y - y[0]) / total
        q = np.sum(weights * (y - y[0] - mean[:, None]) ** 2, axis=1)
        log_mass = prior.log_density(grid) + 0.5 * (np.log(weights).sum(axis=1) - np.log(total) - q)
        # The grid must reach as far as the variance matters.
        return np.array([log_mass, log_mass - spread * np.log(total)]), (mean + y[0], 1 / total)

    grid, mass, found = posterior_of_tau(prior, at, power=max(3 - y.size, 0) if spread else 0)
    return grid, mass[0], *found


def posterior_of_tau(
    prior: HeterogeneityPrior, at: Callable[[Floats], tuple[Floats, Any]], nodes: int = _NODES, *, power: float = 0.0
) -> tuple[Floats, Floats, Any]:
    """Return the part of a grid of log(tau) (g,) that matters, its posterior mass, and what else comes with it.

    ``at`` takes a grid to the log of its mass, up to a constant, and to what else is wanted. Several posteriors,
    (s, g), share the part that matters to any of them. ``power`` is that of tau that weights one of them.
    SynthesisError if rounding hides the mass, because effects and prior have nothing in common.
    """
    low, high = (min(max(limit, -_FARTHEST), _FARTHEST) for limit in prior.limits(power))
    grid = np.linspace(low, high, nodes)
    for _ in range(_ROUNDS):
        log_mass, found = at(grid)
        log_mass = log_mass - log_mass.max(axis=-1, keepdims=True)
        if log_mass[..., -1].max() == 0 or grid[-1] - grid[0] < _RESOLVED * nodes:
            # What the prior allows ends before the effects are reached, or is met in one point.
            break
        kept = np.flatnonzero((log_mass > -40).reshape(-1, nodes).any(axis=0))
        if kept.size > nodes * 3 // 4:
            mass = np.exp(log_mass)
            return grid, mass / mass.sum(axis=-1, keepdims=True), found
        # Look closer at the part that matters.
        grid = np.linspace(grid[max(kept[0] - 1, 0)], grid[min(kept[-1] + 1, nodes - 1)], nodes)
    raise SynthesisError(beyond_prior(prior.name))
