"""A Bayesian network meta-analysis by quadrature, for networks too small to say how far trials differ."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Checks, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts, components, read_contrasts
from ipt_evidence.engine.networks.inconsistency import Splits, splits_of
from ipt_evidence.engine.networks.model import expand, treatment_columns
from ipt_evidence.engine.networks.restricted import Leftover, fewest_points
from ipt_evidence.engine.pooling.bayes import posterior_of_tau
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.mixtures import mixture_quantiles, tau_quantiles
from ipt_evidence.engine.pooling.priors import HalfNormal, HeterogeneityPrior, check_prior
from ipt_evidence.errors import SynthesisError

_WIDE = 1e3
"""Ratio of the largest to the smallest weight from which sums of products lose digits that matter."""
_CANCELLED = 1e-3
"""Share of the variances of two treatments below which that of their difference is summed without a difference."""
_NODES = 801
"""Points of the grid of log(tau); every figure is smooth in it."""


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
    only_direct, only_direct_estimate, only_direct_low, only_direct_high
        As in :class:`~ipt_evidence.synthesis.NodeSplit`.
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
    only_direct: tuple[tuple[str, str], ...]
    only_direct_estimate: Floats
    only_direct_low: Floats
    only_direct_high: Floats
    prior: str
    level: float


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
    level = check_choices(level=level)
    with Checks(SynthesisError) as checks:
        check_prior(checks, prior)
    used: HeterogeneityPrior = HalfNormal() if prior is None else prior
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    leftover = Leftover.of(contrasts, treatment_columns(contrasts))
    log_tau, mass, _ = posterior_of_tau(used, lambda grid: (_log_mass(used, leftover, grid), None), _NODES)
    tau_low, tau, tau_high = tau_quantiles(_tails(level), log_tau, mass).tolist()
    matrices = _matrices(contrasts, *fewest_points(log_tau, mass, contrasts.variances), level)
    return NetworkPosterior(
        treatments=contrasts.treatments,
        **matrices,
        tau=tau,
        tau_low=tau_low,
        tau_high=tau_high,
        **_splits(contrasts, leftover, used, level, matrices),
        prior=used.name,
        level=level,
    )


def _tails(level: float) -> Floats:
    return np.array([(1 - level) / 2, 0.5, (1 + level) / 2])


def _log_mass(prior: HeterogeneityPrior, leftover: Leftover, log_tau: Floats) -> Floats:
    return prior.log_density(log_tau) + leftover.log_likelihood(np.exp(2 * log_tau))


def _given_tau(contrasts: Contrasts, tau2: Floats) -> tuple[Floats, Floats]:
    """Return coefficients of the columns of treatments, (g, p), and roots of their covariances, at tau2 (g,)."""
    # The heaviest rows come first, so that the lighter ones keep their digits however far weights range.
    order = np.argsort(contrasts.variances, kind="stable")
    design, y = treatment_columns(contrasts)[order], contrasts.effects[order]
    weights = 1 / (contrasts.variances[order] + tau2[:, None])
    if weights.max() > _WIDE * weights.min():
        basis, triangle = np.linalg.qr(np.sqrt(weights)[:, :, None] * design)
        root = np.linalg.inv(triangle)
        return np.einsum("gpq,gnq,gn->gp", root, basis, np.sqrt(weights) * y, optimize=True), root
    one, other = np.triu_indices(design.shape[1])
    information = np.empty((tau2.size, design.shape[1], design.shape[1]))
    information[:, one, other] = information[:, other, one] = weights @ (design[:, one] * design[:, other])
    root = np.linalg.inv(np.linalg.cholesky(information)).transpose(0, 2, 1)
    return np.einsum("gpq,grq,gr->gp", root, root, (weights * y) @ design, optimize=True), root


def _matrices(contrasts: Contrasts, log_tau: Floats, mass: Floats, level: float) -> dict[str, Any]:
    """Compare every treatment with those after it, and turn the answers."""
    size, tau2 = len(contrasts.treatments), np.exp(2 * log_tau)
    mean, root = _given_tau(contrasts, tau2)
    mean, root = expand(contrasts, mean.T), expand(contrasts, root.transpose(1, 0, 2))
    by_tau = root.transpose(1, 0, 2)
    covariance = np.ascontiguousarray((by_tau @ by_tau.transpose(0, 2, 1)).transpose(1, 2, 0))
    names = ("ci_low", "estimate", "ci_high", "pi_low", "pi_high", "better")
    found = {name: np.full((size, size), np.nan) for name in names}
    for members in components(contrasts):
        for place, i in enumerate(members[:-1]):
            others = list(members[place + 1 :])
            own, shared = covariance[i, i] + covariance[others, others], covariance[i, others]
            variance = own - 2 * shared
            if np.any(variance < _CANCELLED * own):
                variance = ((root[i] - root[others]) ** 2).sum(axis=2)
            figures = _comparisons(mean[i] - mean[others], variance, tau2, mass, level)
            turned = (*(-figures[back] for back in (2, 1, 0, 4, 3)), 1 - figures[5])
            for name, value, back in zip(names, figures, turned, strict=True):
                found[name][i, others], found[name][others, i] = value, back
    return found


def _comparisons(mean: Floats, variance: Floats, tau2: Floats, mass: Floats, level: float) -> tuple[Floats, ...]:
    """Return lower limit, median and upper limit, limits of a new trial, probability above 0, of comparisons (m, g)."""
    sd = np.sqrt(variance)
    limits = mixture_quantiles(_tails(level), mass, mean, sd)
    new = mixture_quantiles(_tails(level)[[0, 2]], mass, mean, np.sqrt(variance + tau2))
    return (*limits.T, *new.T, special.ndtr(mean / sd) @ mass)


def _splits(
    contrasts: Contrasts, leftover: Leftover, prior: HeterogeneityPrior, level: float, whole: dict[str, Floats]
) -> dict[str, Any]:
    """Split every comparison that trials make; where they do not tell the column, what they say is the whole."""
    names, splits = contrasts.treatments, splits_of(contrasts)
    first, second = np.array(splits.pairs).T
    figures = np.full((10, len(splits.pairs)), np.nan)
    figures[:3] = [whole[name][first, second] for name in ("ci_low", "estimate", "ci_high")]
    if splits.told.any():
        mass, means, sds = _split(contrasts, leftover, prior, splits)
        limits = [mixture_quantiles(_tails(level), mass, *moments).T for moments in zip(means, sds, strict=True)]
        above = (mass * special.ndtr(means[2] / sds[2])).sum(axis=1)
        figures[:, splits.told] = [*np.concatenate(limits), 2 * np.minimum(above, 1 - above)]
    parts = [f"{part}{end}" for part in ("direct", "indirect", "difference") for end in ("_low", "", "_high")]
    both, alone = np.split(figures, [len(splits.both)], axis=1)
    return {
        "treatments1": tuple(names[first] for first, _ in splits.both),
        "treatments2": tuple(names[second] for _, second in splits.both),
        **dict(zip([*parts, "tail"], both, strict=True)),
        "only_direct": tuple((names[first], names[second]) for first, second in splits.alone),
        **dict(zip(("only_direct_low", "only_direct_estimate", "only_direct_high"), alone[:3], strict=True)),
    }


def _split(
    contrasts: Contrasts, leftover: Leftover, prior: HeterogeneityPrior, splits: Splits
) -> tuple[Floats, list[Floats], list[Floats]]:
    """Return masses (s, g), means and standard deviations (s, g) of direct and indirect effect and their difference.

    There is one model for each column that trials tell. They share all but that column, so that the consistent one is
    solved once and columns are added to it.
    """
    columns, consistent = splits.columns[splits.told], treatment_columns(contrasts)

    def at(grid: Floats) -> tuple[Floats, None]:
        difference, precision = leftover.added(columns, np.exp(2 * grid))
        return _log_mass(prior, leftover, grid) + 0.5 * (difference**2 * precision - np.log(precision)), None

    log_tau, masses, _ = posterior_of_tau(prior, at, _NODES)
    log_tau, masses = fewest_points(log_tau, masses, contrasts.variances)
    tau2 = np.exp(2 * log_tau)
    mean, root = _given_tau(contrasts, tau2)
    position = expand(contrasts, np.eye(consistent.shape[1]))
    first, second = np.array(splits.pairs)[splits.told].T
    averages = position[first] - position[second]
    turned = averages @ root
    reach = turned @ root.transpose(0, 2, 1)
    variance = (turned**2).sum(axis=2).T
    # By how much the consistent comparison moves with one unit of the difference, which enters few trials.
    slope = np.empty(variance.shape)
    for place, column in enumerate(columns):
        rows = np.flatnonzero(column)
        weighted = column[rows] / (contrasts.variances[rows] + tau2[:, None])
        slope[place] = np.einsum("gr,gr->g", reach[:, place] @ consistent[rows].T, weighted)
    difference, precision = leftover.added(columns, tau2)
    indirect = averages @ mean.T - slope * difference
    sds = [variance + (1 - slope) ** 2 / precision, variance + slope**2 / precision, 1 / precision]
    return masses, [indirect + difference, indirect, difference], [np.sqrt(sd) for sd in sds]
