"""A Bayesian network meta-analysis by quadrature, for networks too small to say how far trials differ."""

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
_NODES_OF_SPLITS = 801
"""Points for comparisons alone, whose mixtures are smooth in log(tau)."""


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
    """Coefficients given tau, over a grid of log(tau): mass (g,), means (g, p), covariances (g, p, p)."""

    log_tau: Floats
    mass: Floats
    mean: Floats
    covariance: Floats

    def of(self, combination: Floats) -> tuple[Floats, Floats]:
        """Return mean and standard deviation (g,) of a combination (p,) of the coefficients."""
        variance = np.einsum("p,gpq,q->g", combination, self.covariance, combination)
        return self.mean @ combination, np.sqrt(variance)

    def summary(self, combination: Floats, level: float) -> tuple[float, float, float]:
        """Return median and central interval of a combination."""
        mean, sd = self.of(combination)
        middle, low, high = (mixture_quantile(p, self.mass, mean, sd) for p in (0.5, (1 - level) / 2, (1 + level) / 2))
        return middle, low, high


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
    mixture = _posterior(contrasts, treatment_columns(contrasts), used, _NODES)
    tails = ((1 - level) / 2, 0.5, (1 + level) / 2)
    tau_low, tau, tau_high = (tau_quantile(p, mixture.log_tau, mixture.mass) for p in tails)
    return NetworkPosterior(
        treatments=contrasts.treatments,
        **_matrices(contrasts, mixture, level),
        tau=tau,
        tau_low=tau_low,
        tau_high=tau_high,
        **_splits(contrasts, used, level),
        prior=used.name,
        level=level,
    )


def _posterior(contrasts: Contrasts, design: Floats, prior: HeterogeneityPrior, nodes: int) -> _Mixture:
    """Return the coefficients of a design (n, p) over the part of a grid of log(tau) that matters."""
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

    grid, mass, (mean, covariance) = posterior_of_tau(prior, at, nodes)
    return _Mixture(log_tau=grid, mass=mass, mean=mean, covariance=covariance)


def _matrices(contrasts: Contrasts, mixture: _Mixture, level: float) -> dict[str, Any]:
    size = len(contrasts.treatments)
    position = expand(contrasts, np.eye(mixture.mean.shape[1]))
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high", "better")
    found = {name: np.full((size, size), np.nan) for name in names}
    for members in components(contrasts):
        for i, j in combinations(members, 2):
            mean, sd = mixture.of(position[i] - position[j])
            new = np.sqrt(sd**2 + np.exp(2 * mixture.log_tau))
            estimate, low, high = mixture.summary(position[i] - position[j], level)
            pi_low, pi_high = (mixture_quantile(p, mixture.mass, mean, new) for p in ((1 - level) / 2, (1 + level) / 2))
            better = float(mixture.mass @ special.ndtr(mean / sd))
            one = (estimate, low, high, pi_low, pi_high, better)
            other = (-estimate, -high, -low, -pi_high, -pi_low, 1 - better)
            for name, value, turned in zip(names, one, other, strict=True):
                found[name][i, j], found[name][j, i] = value, turned
    return found


def _splits(contrasts: Contrasts, prior: HeterogeneityPrior, level: float) -> dict[str, Any]:
    """Split every comparison that trials make and the rest of the network answers, too."""
    consistent, names = treatment_columns(contrasts), contrasts.treatments
    position = expand(contrasts, np.eye(consistent.shape[1]))
    pairs, rows = [], []
    for i, j in combinations(range(len(names)), 2):
        gain = split_column(contrasts, i, j)
        split = np.column_stack([consistent, gain])
        if not gain.any() or not determined(contrasts, split):
            continue
        mixture = _posterior(contrasts, split, prior, _NODES_OF_SPLITS)
        indirect = np.append(position[i] - position[j], 0.0)
        difference = np.eye(split.shape[1])[-1]
        mean, sd = mixture.of(difference)
        above = float(mixture.mass @ special.ndtr(mean / sd))
        parts = (indirect + difference, indirect, difference)
        summaries = [figure for one in parts for figure in mixture.summary(one, level)]
        pairs.append((names[i], names[j]))
        rows.append([*summaries, 2 * min(above, 1 - above)])
    names_of_parts = [f"{name}{end}" for name in ("direct", "indirect", "difference") for end in ("", "_low", "_high")]
    columns = np.array(rows).reshape(-1, len(names_of_parts) + 1).T
    return {
        "treatments1": tuple(first for first, _ in pairs),
        "treatments2": tuple(second for _, second in pairs),
        **dict(zip([*names_of_parts, "tail"], columns, strict=True)),
    }
