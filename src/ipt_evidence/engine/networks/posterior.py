"""A Bayesian network meta-analysis by quadrature, for networks too small to say how far trials differ."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts, components, read_contrasts
from ipt_evidence.engine.networks.inconsistency import split_column
from ipt_evidence.engine.networks.model import determined, expand, treatment_columns
from ipt_evidence.engine.pooling.bayes import mixture_quantile, posterior_of_tau, tau_quantile
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.priors import HalfNormal, HeterogeneityPrior

_NODES = 4001
"""Points of the grid of log(tau), as for the average of trials: quantiles of tau need them."""
_NODES_OF_COMPARISONS = 801
"""Points for comparisons, whose mixtures are smooth in log(tau)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkPosterior(FrozenArrays):
    """Posterior of the comparisons of a network.

    Entry ``[i, j]`` of a matrix compares treatment i with treatment j (i minus j); NaN where no chain of trials joins
    the two, and on the diagonal.

    Attributes
    ----------
    treatments : tuple of str
        Order of rows and columns, sorted.
    estimate, ci_low, ci_high : ndarray, shape (t, t)
        Posterior median and central credible interval.
    pi_low, pi_high : ndarray, shape (t, t)
        Central predictive interval of the effect in a new trial.
    better : ndarray, shape (t, t)
        Probability that the effect is above 0.
    tau, tau_low, tau_high : float
        Posterior median and central credible interval of the standard deviation between trials.
    treatments1, treatments2 : tuple of str
        The comparisons that have both direct and indirect evidence; the attributes below have one entry for each.
    direct, direct_low, direct_high, indirect, indirect_low, indirect_high : ndarray
        Medians and intervals of the two, each comparison split in a model of its own.
    difference, difference_low, difference_high, tail : ndarray
        Direct minus indirect, and twice the smaller of the probabilities that it lies above or below 0.
    prior : str
        Prior of tau; those of the effects are flat.
    level : float
        Coverage of the intervals.
    """

    treatments: tuple[str, ...]
    estimate: Floats
    ci_low: Floats
    ci_high: Floats
    pi_low: Floats
    pi_high: Floats
    better: Floats
    tau: float
    tau_low: float
    tau_high: float
    treatments1: tuple[str, ...]
    treatments2: tuple[str, ...]
    direct: Floats
    direct_low: Floats
    direct_high: Floats
    indirect: Floats
    indirect_low: Floats
    indirect_high: Floats
    difference: Floats
    difference_low: Floats
    difference_high: Floats
    tail: Floats
    prior: str
    level: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Mixture(FrozenArrays):
    """A figure that is normal given tau, over a grid of log(tau): masses, means and standard deviations, each (g,)."""

    mass: Floats
    mean: Floats
    sd: Floats

    def quantile(self, p: float) -> float:
        """Return the value with probability ``p`` below it."""
        return mixture_quantile(p, self.mass, self.mean, self.sd)

    def above(self) -> float:
        """Return the probability of a value above 0."""
        return float(self.mass @ special.ndtr(self.mean / self.sd))

    def summary(self, level: float) -> tuple[float, float, float]:
        """Return median and central interval."""
        return self.quantile(0.5), self.quantile((1 - level) / 2), self.quantile((1 + level) / 2)


def network_posterior(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    prior: HeterogeneityPrior | None = None,
    level: float = 0.95,
) -> NetworkPosterior:
    """Compare all treatments of a network with a proper prior for the heterogeneity, by quadrature.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies
        As in :func:`ipt_evidence.synthesis.network`.
    prior : HalfNormal, LogNormal or LogStudentT, optional
        Prior of the standard deviation between trials, the same for every comparison; ``HalfNormal(0.5)`` if not given.
    level : float
        Coverage of the intervals.

    Returns
    -------
    NetworkPosterior
        Posterior summaries of every comparison, also without degrees of freedom: there the prior alone says how far
        trials differ.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`.

    Notes
    -----
    Given tau the comparisons are normal, as in :func:`ipt_evidence.synthesis.pool_bayes`, of which this is the form for
    networks: two treatments give the same answer. The likelihood of tau is the restricted one, which a flat prior on
    the effects leaves.
    """
    check_choices(level=level)
    used: HeterogeneityPrior = HalfNormal() if prior is None else prior
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    given = _given_tau(contrasts, treatment_columns(contrasts), used)
    log_tau, mass, (mean, covariance) = posterior_of_tau(used, given, _NODES)
    tails = ((1 - level) / 2, 0.5, (1 + level) / 2)
    tau_low, tau, tau_high = (tau_quantile(p, log_tau, mass) for p in tails)
    thin = slice(None, None, (_NODES - 1) // (_NODES_OF_COMPARISONS - 1))
    few = mass[thin] / mass[thin].sum()
    return NetworkPosterior(
        treatments=contrasts.treatments,
        **_matrices(contrasts, log_tau[thin], few, mean[thin], covariance[thin], level),
        tau=tau,
        tau_low=tau_low,
        tau_high=tau_high,
        **_splits(contrasts, used, level),
        prior=used.name,
        level=level,
    )


def _given_tau(
    contrasts: Contrasts, design: Floats, prior: HeterogeneityPrior
) -> Callable[[Floats], tuple[Floats, tuple[Floats, Floats]]]:
    """Return what takes a grid of log(tau) (g,) to log masses, coefficients of a design (n, p) and covariances."""
    y, v = contrasts.effects, contrasts.variances
    p = design.shape[1]
    products = (design[:, :, None] * design[:, None, :]).reshape(-1, p * p)

    def at(grid: Floats) -> tuple[Floats, tuple[Floats, Floats]]:
        weights = 1 / (v + np.exp(2 * grid)[:, None])
        information = (weights @ products).reshape(-1, p, p)
        covariance = np.linalg.inv(information)
        mean = np.einsum("gpq,gq->gp", covariance, (weights * y) @ design)
        residuals = y - mean @ design.T
        log_mass = prior.log_density(grid) + 0.5 * (
            np.log(weights).sum(axis=1) - np.linalg.slogdet(information)[1] - (weights * residuals**2).sum(axis=1)
        )
        return log_mass, (mean, covariance)

    return at


def _matrices(
    contrasts: Contrasts, log_tau: Floats, mass: Floats, mean: Floats, covariance: Floats, level: float
) -> dict[str, Any]:
    size = len(contrasts.treatments)
    position = expand(contrasts, np.eye(mean.shape[1]))
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "better")
    found = {name: np.full((size, size), np.nan) for name in names}
    for members in components(contrasts):
        for i, j in combinations(members, 2):
            average = position[i] - position[j]
            sd = np.sqrt((covariance @ average) @ average)
            effect = _Mixture(mass=mass, mean=mean @ average, sd=sd)
            new = _Mixture(mass=mass, mean=effect.mean, sd=np.sqrt(sd**2 + np.exp(2 * log_tau)))
            estimate, low, high = effect.summary(level)
            pi_low, pi_high = new.quantile((1 - level) / 2), new.quantile((1 + level) / 2)
            better = effect.above()
            one = (estimate, low, high, pi_low, pi_high, better)
            other = (-estimate, -high, -low, -pi_high, -pi_low, 1 - better)
            for name, value, turned in zip(names, one, other, strict=True):
                found[name][i, j], found[name][j, i] = value, turned
    return found


def _splits(contrasts: Contrasts, prior: HeterogeneityPrior, level: float) -> dict[str, Any]:
    """Split every comparison that trials make and the rest of the network answers, too."""
    consistent, names = treatment_columns(contrasts), contrasts.treatments
    gains = {pair: split_column(contrasts, *pair) for pair in combinations(range(len(names)), 2)}
    gains = {
        pair: gain
        for pair, gain in gains.items()
        if gain.any() and determined(contrasts, np.column_stack([consistent, gain]))
    }
    rows = [
        [*(figure for part in parts for figure in part.summary(level)), 2 * min(parts[2].above(), 1 - parts[2].above())]
        for parts in _parts(contrasts, consistent, prior, gains)
    ]
    names_of_parts = [f"{name}{end}" for name in ("direct", "indirect", "difference") for end in ("", "_low", "_high")]
    columns = np.array(rows).reshape(-1, len(names_of_parts) + 1).T
    return {
        "treatments1": tuple(names[first] for first, _ in gains),
        "treatments2": tuple(names[second] for _, second in gains),
        **dict(zip([*names_of_parts, "tail"], columns, strict=True)),
    }


def _parts(
    contrasts: Contrasts, consistent: Floats, prior: HeterogeneityPrior, gains: dict[tuple[int, int], Floats]
) -> list[tuple[_Mixture, _Mixture, _Mixture]]:
    """Return direct and indirect effect and their difference, for models with one more column (n,) each.

    The models share all but that column, so that the consistent one is solved once and each column is added to it.
    """
    if not gains:
        return []
    y, v = contrasts.effects, contrasts.variances
    position = expand(contrasts, np.eye(consistent.shape[1]))
    given = _given_tau(contrasts, consistent, prior)

    def at(grid: Floats) -> tuple[Floats, list[tuple[Any, ...]]]:
        common, (mean, covariance) = given(grid)
        weights = 1 / (v + np.exp(2 * grid)[:, None])
        residuals = y - mean @ consistent.T
        log_masses, moments = [], list[tuple[Any, ...]]()
        for (i, j), gain in gains.items():
            moved = (covariance @ ((weights * gain) @ consistent)[:, :, None])[:, :, 0]
            # What the other columns leave of this one, and with it what it explains.
            rest = gain - moved @ consistent.T
            weighted = weights * rest
            information = np.einsum("gn,gn->g", weighted, rest)
            difference = np.einsum("gn,gn->g", weighted, residuals) / information
            average = position[i] - position[j]
            slope = moved @ average
            indirect, variance = mean @ average - slope * difference, (covariance @ average) @ average
            log_masses.append(common + 0.5 * (difference**2 * information - np.log(information)))
            moments.append(
                (
                    *(indirect + difference, np.sqrt(variance + (1 - slope) ** 2 / information)),
                    *(indirect, np.sqrt(variance + slope**2 / information)),
                    *(difference, np.sqrt(1 / information)),
                )
            )
        return np.array(log_masses), moments

    _, masses, moments = posterior_of_tau(prior, at, _NODES_OF_COMPARISONS)
    return [
        (
            _Mixture(mass=mass, mean=one[0], sd=one[1]),
            _Mixture(mass=mass, mean=one[2], sd=one[3]),
            _Mixture(mass=mass, mean=one[4], sd=one[5]),
        )
        for mass, one in zip(masses, moments, strict=True)
    ]
