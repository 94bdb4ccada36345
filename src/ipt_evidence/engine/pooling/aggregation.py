"""Combine the effects of one trial into one, so that every trial enters a synthesis once."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import Checks, Floats, read_columns, read_numbers, within
from ipt_evidence.engine.frozen import FrozenArrays, frozen
from ipt_evidence.engine.labels import read_labels
from ipt_evidence.engine.pooling.inputs import read_effects, read_variances
from ipt_evidence.errors import SynthesisError

ALIKE = 1e-10
"""Smallest eigenvalue of correlations at or below which effects are taken for sums of each other: the rounding of the
covariances themselves would be seen in the results."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AggregatedEffects(FrozenArrays):
    """One effect per cluster, in the order in which the clusters first appear.

    Attributes
    ----------
    clusters : ndarray, shape (m,)
        Labels of the clusters.
    values, variances : ndarray, shape (m,)
        Combined effects and their sampling variances.
    n_effects : ndarray of int, shape (m,)
        Effects combined in each.
    """

    clusters: NDArray
    values: Floats
    variances: Floats
    n_effects: NDArray[np.int64]


def cluster_numbers(clusters: ArrayLike, k: int, *, called: str = "clusters") -> tuple[NDArray, NDArray[np.int64]]:
    """Return the distinct labels in order of appearance (m,) and the place of each effect's label (k,).

    SynthesisError if there is not one label per effect, or one is missing.
    """
    with Checks(SynthesisError) as checks:
        labels = read_labels(checks, called, clusters, k)
    place = {label: rank for rank, label in enumerate(dict.fromkeys(labels))}
    # As objects: an array of one kind would make one label of 1 and "1".
    distinct = np.fromiter(place, dtype=object, count=len(place))
    return distinct, np.array([place[label] for label in labels], dtype=np.int64)


def constant_correlation(variances: ArrayLike, clusters: ArrayLike, *, rho: float = 0.6) -> Floats:
    """Build the covariance matrix of effects that correlate by ``rho`` within clusters.

    Parameters
    ----------
    variances : array_like, shape (k,)
        Sampling variances; the diagonal of the result.
    clusters : array_like, shape (k,)
        Label of the trial of each effect.
    rho : float
        Correlation of sampling errors within a cluster, above -1 and below 1.

    Returns
    -------
    ndarray, shape (k, k)
        ``rho * sqrt(v_i v_j)`` within clusters, 0 between them.

    Raises
    ------
    SynthesisError
        If a variance is not positive and finite, labels are missing or ``rho`` is impossible.
    """
    v = read_variances(variances)
    with Checks(SynthesisError) as checks:
        rho = within(checks, "rho", rho, -1, 1)
    _, number = cluster_numbers(clusters, v.size)
    root = np.sqrt(v)
    matrix = np.where(number[:, None] == number, rho * np.outer(root, root), 0.0)
    np.fill_diagonal(matrix, v)
    return frozen(matrix)


def aggregate(effects: ArrayLike, variances: ArrayLike, clusters: ArrayLike, *, rho: float = 0.6) -> AggregatedEffects:
    """Combine the effects of each trial, taken to correlate by ``rho`` (compound symmetry).

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances.
    clusters : array_like, shape (k,)
        Label of the trial of each effect.
    rho : float
        Correlation of sampling errors within a trial, above -1 and below 1.

    Returns
    -------
    AggregatedEffects
        One weighted average per trial, weighted to have the least variance.

    Raises
    ------
    SynthesisError
        As :func:`aggregate_covariance`.

    Notes
    -----
    As ``aggregate(struct="CS", weighted=TRUE)`` of metafor. With a high ``rho`` and very unequal variances
    the least variance asks for negative weights, so the average may lie outside the effects.
    """
    y, v = read_effects(effects, variances, at_least=1)
    return aggregate_covariance(y, constant_correlation(v, clusters, rho=rho), clusters)


def aggregate_covariance(effects: ArrayLike, covariance: ArrayLike, clusters: ArrayLike) -> AggregatedEffects:
    """Combine the effects of each trial, given the covariance matrix of their sampling errors.

    Parameters
    ----------
    effects : array_like, shape (k,)
        Effect sizes.
    covariance : array_like, shape (k, k)
        Their sampling covariances; entries between trials are not used.
    clusters : array_like, shape (k,)
        Label of the trial of each effect.

    Returns
    -------
    AggregatedEffects
        One weighted average per trial, weighted to have the least variance.

    Raises
    ------
    SynthesisError
        If an effect is not finite, a variance is not positive and finite, shapes do not fit, or the
        covariance matrix of a trial is not symmetric and positive definite.
    """
    y, matrix = read_covariance(effects, covariance)
    labels, number = cluster_numbers(clusters, y.size)
    values, variances = np.empty(labels.size), np.empty(labels.size)
    for cluster, label in enumerate(labels):
        mine = np.flatnonzero(number == cluster)
        block = matrix[np.ix_(mine, mine)]
        values[cluster, None], variances[cluster, None] = least_variance(y[mine][None], block[None], [label])
    return AggregatedEffects(
        clusters=labels, values=values, variances=variances, n_effects=np.bincount(number, minlength=labels.size)
    )


def least_variance(effects: Floats, covariances: Floats, labels: Sequence[Hashable]) -> tuple[Floats, Floats]:
    """Combine checked effects (m, k) of clusters of one size, weighted to have the least variance.

    ``covariances`` (m, k, k) of their sampling errors are finite and symmetric. What is returned are the combined
    effects (m,) and their variances (m,). SynthesisError if a matrix is not positive definite.
    """
    roots = np.array([_root(matrix, label) for matrix, label in zip(covariances, labels, strict=True)])
    columns = np.linalg.solve(roots, np.stack([np.ones_like(effects), effects], axis=-1))
    ones, values = columns[..., 0], columns[..., 1]
    variances = 1 / np.vecdot(ones, ones)
    return variances * np.vecdot(ones, values), variances


def _root(matrix: Floats, label: Hashable) -> Floats:
    try:
        return np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        raise SynthesisError(
            f"the covariance matrix of cluster {label} is not positive definite: its effects are, or are "
            "close to being, copies or sums of one another; leave one out or lower rho"
        ) from None


def read_covariance(effects: ArrayLike, covariance: ArrayLike) -> tuple[Floats, Floats]:
    """Return effects (k,) and their covariance matrix (k, k), checked to be symmetric with variances > 0."""
    with Checks(SynthesisError) as checks:
        (y,), matrix = read_columns(checks, effects=effects), read_numbers(checks, "covariance", covariance)
    k = y.size
    if matrix.shape != (k, k):
        raise SynthesisError(f"covariance must have shape ({k}, {k}), got {matrix.shape}")
    y, _ = read_effects(effects, np.diag(matrix), at_least=1)
    if not np.all(np.isfinite(matrix)) or not np.allclose(matrix, matrix.T, rtol=1e-8, atol=0.0):
        raise SynthesisError("covariance must be finite and symmetric")
    return y, matrix


def read_sampling(effects: Floats, variances: Floats, covariance: ArrayLike) -> Floats:
    """Return checked sampling covariances (k, k) of checked effects and variances."""
    _, matrix = read_covariance(effects, covariance)
    if not np.allclose(np.diag(matrix), variances, rtol=1e-8, atol=0.0):
        raise SynthesisError("the diagonal of covariance must equal variances")
    return matrix


def read_blocks(effects: Floats, variances: Floats, number: NDArray[np.int64], covariance: ArrayLike) -> Floats:
    """Return what :func:`read_sampling` does, 0 between numbered clusters."""
    matrix = read_sampling(effects, variances, covariance)
    if np.any(matrix[number[:, None] != number] != 0):
        raise SynthesisError("covariance must be 0 between clusters; effects that covary belong to one cluster")
    return matrix
