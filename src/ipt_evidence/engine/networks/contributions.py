"""What each direct comparison contributes to each network estimate, and the network as a graph."""

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Bools, Checks, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.labels import check_told_apart, read_names
from ipt_evidence.engine.networks.contrasts import Contrasts, components, direct_pairs, one_per_study, read_contrasts
from ipt_evidence.engine.networks.model import check_method, tau2_of, treatment_columns
from ipt_evidence.engine.pooling.aggregation import cluster_numbers
from ipt_evidence.errors import SynthesisError

_NO_FLOW = 1e-12
"""Of a current of 1: less is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ContributionMatrix(FrozenArrays):
    """Percentage contributions of direct comparisons to network estimates.

    Attributes
    ----------
    comparisons : tuple of tuple of str
        All comparisons the network answers, one per row.
    direct : tuple of tuple of str
        Comparisons made in trials, one per column.
    percent : ndarray, shape (c, d)
        Every row sums to 100.
    """

    comparisons: tuple[tuple[str, str], ...]
    direct: tuple[tuple[str, str], ...]
    percent: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrialContributions(FrozenArrays):
    """Percentage contributions of trials to network estimates.

    Attributes
    ----------
    comparisons : tuple of tuple of str
        All comparisons the network answers, one per row.
    studies : tuple of str
        The trials, one per column, in order of appearance.
    percent : ndarray, shape (c, k)
        Every row sums to 100.
    """

    comparisons: tuple[tuple[str, str], ...]
    studies: tuple[str, ...]
    percent: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupContributions(FrozenArrays):
    """Percentage contributions of groups of trials, such as those at one risk of bias, to network estimates.

    Attributes
    ----------
    comparisons : tuple of tuple of str
        All comparisons the network answers, one per row.
    groups : tuple
        Labels of the groups, one per column, in order of appearance.
    percent : ndarray, shape (c, g)
        Every row sums to 100.
    """

    comparisons: tuple[tuple[str, str], ...]
    groups: tuple[Hashable, ...]
    percent: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkGraph(FrozenArrays):
    """The trials of a network as a graph.

    Attributes
    ----------
    treatments : tuple of str
        Nodes.
    k_treatment : ndarray of int, shape (t,)
        Trials with each treatment.
    direct : tuple of tuple of str
        Edges: comparisons made in trials.
    k_direct : ndarray of int, shape (d,)
        Trials that make each comparison.
    precision : ndarray, shape (d,)
        Sum of the common-effect weights of each comparison, those of multi-arm trials reduced for what their
        contrasts share.
    multi_arm : tuple of str
        Trials with more than two treatments.
    designs : tuple of tuple of str
        Sets of treatments compared, in order of appearance.
    k_design : ndarray of int
        Trials of each design.
    components : tuple of tuple of str
        Connected parts.
    """

    treatments: tuple[str, ...]
    k_treatment: np.ndarray
    direct: tuple[tuple[str, str], ...]
    k_direct: np.ndarray
    precision: Floats
    multi_arm: tuple[str, ...]
    designs: tuple[tuple[str, ...], ...]
    k_design: np.ndarray
    components: tuple[tuple[str, ...], ...]


def contribution_matrix(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    method: str = "REML",
) -> ContributionMatrix:
    """Return the share of each direct comparison in each network estimate.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies
        As in :func:`ipt_evidence.synthesis.network`.
    method : str
        Estimator of the between-trial variance at which the weights are taken; "CE" for none.

    Returns
    -------
    ContributionMatrix
        Comparisons in the order of the sorted treatments.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`, or if a comparison has negative weight, which variances of
        multi-arm trials that are far from additive can bring about.

    Notes
    -----
    The evidence for a comparison flows through the network like a current of strength one (Koenig, Krahn &
    Binder 2013). A walker who follows it picks the edges in proportion to the flow; the probability of each
    path is shared equally by its edges (Davies et al. 2022). Summed here over walks by their length instead
    of over paths, which come to the same and are too many to list in large networks.
    """
    check_method(method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    weights = _edge_weights(contrasts, tau2_of(contrasts, treatment_columns(contrasts), method))
    edges = direct_pairs(contrasts)
    if any(weights[edge] <= 0 for edge in edges):
        raise SynthesisError(
            "contributions need direct comparisons of positive weight; check the variances of the multi-arm trials"
        )
    potentials = np.linalg.pinv(np.diag(weights.sum(axis=1)) - weights, hermitian=True)
    pairs = sorted(pair for members in components(contrasts) for pair in combinations(members, 2))
    places = np.array(pairs)
    shares = [_walks(weights, potentials, edges, places[places[:, 0] == start]) for start in np.unique(places[:, 0])]
    names = contrasts.treatments
    return ContributionMatrix(
        comparisons=tuple((names[i], names[j]) for i, j in pairs),
        direct=tuple((names[i], names[j]) for i, j in edges),
        percent=100 * np.concatenate(shares),
    )


def trial_contributions(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    *,
    method: str = "REML",
) -> TrialContributions:
    """Return the share of each trial in each network estimate.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies, method
        As in :func:`contribution_matrix`.

    Returns
    -------
    TrialContributions
        Comparisons in the order of the sorted treatments.

    Raises
    ------
    SynthesisError
        As :func:`contribution_matrix`.

    Notes
    -----
    The share of a direct comparison is divided among the trials that make it by their weights in it (Papakonstantinou
    et al. 2018). A contrast of a multi-arm trial that its other contrasts leave without positive weight has no share.
    """
    shares = contribution_matrix(effects, variances, treatments1, treatments2, studies, method=method)
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    tau2 = tau2_of(contrasts, treatment_columns(contrasts), method)
    rows = [contrasts.study == number for number in range(len(contrasts.studies))]
    own = np.array([_edge_weights(contrasts, tau2, mine) for mine in rows])
    places = np.array(direct_pairs(contrasts)).T
    of_edge = np.maximum(own[:, places[0], places[1]], 0.0)
    return TrialContributions(
        comparisons=shares.comparisons,
        studies=contrasts.studies,
        percent=shares.percent @ (of_edge / of_edge.sum(axis=0)).T,
    )


def group_contributions(
    effects: ArrayLike,
    variances: ArrayLike,
    treatments1: ArrayLike,
    treatments2: ArrayLike,
    studies: ArrayLike,
    groups: ArrayLike,
    *,
    method: str = "REML",
) -> GroupContributions:
    """Return how much of each network estimate comes from which group of trials.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies, method
        As in :func:`contribution_matrix`.
    groups : array_like, shape (c,)
        Group of the trial of each contrast, such as its risk of bias; the same for all contrasts of a trial.

    Returns
    -------
    GroupContributions
        Comparisons in the order of the sorted treatments.

    Raises
    ------
    SynthesisError
        As :func:`contribution_matrix`, or if a label is missing or differs within a trial.

    Notes
    -----
    The bars of within-study bias of CINeMA (Nikolakopoulou et al. 2020), from the contributions of trials.
    """
    shares = trial_contributions(effects, variances, treatments1, treatments2, studies, method=method)
    labels, number = cluster_numbers(groups, np.size(effects), called="groups")
    with Checks(SynthesisError) as checks:
        check_told_apart(checks, "groups", labels)
        names = read_names(checks, "studies", studies, number.size)
    of_study = one_per_study(shares.studies, names, number, "groups")
    return GroupContributions(
        comparisons=shares.comparisons,
        groups=tuple(labels),
        percent=shares.percent @ (of_study[:, None] == np.arange(labels.size)),
    )


def network_graph(
    effects: ArrayLike, variances: ArrayLike, treatments1: ArrayLike, treatments2: ArrayLike, studies: ArrayLike
) -> NetworkGraph:
    """Describe a network as a graph of treatments and direct comparisons.

    Parameters
    ----------
    effects, variances, treatments1, treatments2, studies
        As in :func:`ipt_evidence.synthesis.network`.

    Returns
    -------
    NetworkGraph
        Treatments sorted, comparisons in their order.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.network`.
    """
    contrasts = read_contrasts(effects, variances, treatments1, treatments2, studies)
    names = contrasts.treatments
    weights = _edge_weights(contrasts, 0.0)
    edges = direct_pairs(contrasts)
    designs = tuple(dict.fromkeys(contrasts.arms))
    return NetworkGraph(
        treatments=names,
        k_treatment=np.array([sum(i in arms for arms in contrasts.arms) for i in range(len(names))]),
        direct=tuple((names[i], names[j]) for i, j in edges),
        k_direct=np.array([sum({i, j} <= set(arms) for arms in contrasts.arms) for i, j in edges]),
        precision=np.array([weights[edge] for edge in edges]),
        multi_arm=tuple(study for study, arms in zip(contrasts.studies, contrasts.arms, strict=True) if len(arms) > 2),
        designs=tuple(tuple(names[i] for i in arms) for arms in designs),
        k_design=np.array([contrasts.arms.count(arms) for arms in designs]),
        components=tuple(tuple(names[i] for i in members) for members in components(contrasts)),
    )


def _edge_weights(contrasts: Contrasts, tau2: float, rows: Bools | slice = slice(None)) -> Floats:
    """Return the weight of every direct comparison summed over contrasts, all or some, shape (t, t), diagonal 0."""
    scaled = contrasts.design[rows] / np.sqrt(contrasts.variances[rows] + tau2)[:, None]
    weights = -scaled.T @ scaled
    np.fill_diagonal(weights, 0.0)
    return weights


def _walks(weights: Floats, potentials: Floats, edges: list[tuple[int, int]], pairs: NDArray[np.int64]) -> Floats:
    """Return the expected share of each edge, (p, d), in walks between pairs (p, 2) of places."""
    tail, head = np.array(sorted([*edges, *(edge[::-1] for edge in edges)])).T
    by_head = np.lexsort([tail, head])
    # Every treatment has edges, as many into it as out of it.
    first = np.searchsorted(tail, np.arange(len(weights)))
    potential = potentials[:, pairs[:, 0]] - potentials[:, pairs[:, 1]]
    flow = np.maximum(weights[tail, head][:, None] * (potential[tail] - potential[head]), 0.0)
    flow[flow < _NO_FLOW] = 0.0
    out = np.add.reduceat(flow, first)[tail]
    step = np.divide(flow, out, out=np.zeros_like(flow), where=out > 0)
    step[tail[:, None] == pairs[:, 1]] = 0.0
    reach, remain = ([np.equal(np.arange(len(weights))[:, None], side).astype(float)] for side in pairs.T)
    # The current only runs downhill, so walks end.
    while reach[-1].any():
        reach.append(np.add.reduceat((step * reach[-1][tail])[by_head], first))
        remain.append(np.add.reduceat(step * remain[-1][head], first))
    lengths = np.arange(len(reach))
    rest = np.tensordot(1 / (lengths[:, None] + lengths + 1), remain, 1)
    shares = step * sum(before[tail] * after[head] for before, after in zip(reach, rest, strict=True))
    # An edge is walked one way or the other; by_head lists edges turned round.
    return np.asarray((shares + shares[by_head])[tail < head].T)
