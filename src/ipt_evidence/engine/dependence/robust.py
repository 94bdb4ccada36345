"""Cluster-robust inference with few clusters: CR2 covariance and Satterthwaite degrees of freedom."""

from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.dependence.clustered import ClusteredEffects, Fit
from ipt_evidence.engine.pooling.inference import ON_THE_FIT

_USED_UP = 1e-12
"""Share of the other clusters in what is known of a direction, below which residuals there are rounding."""

_HANGS_ON = 1e-6
"""Share of a coefficient's variance from which it counts as hanging on a direction."""


class Robust(NamedTuple):
    """Robust inference for the coefficients of a clustered model.

    Attributes
    ----------
    covariance, on_basis : ndarray, shape (p, p)
        CR2 covariance of the coefficients, and of those of the orthonormal basis of the design.
    df : ndarray, shape (p,)
        Satterthwaite degrees of freedom of each coefficient's t-test; NaN, as its row and column of ``covariance``, for
        a coefficient that a single cluster decides, and where all effects lie exactly on the fit.
    decided_by : tuple of int
        Per coefficient the cluster that decides it alone, -1 where none does.
    patterns, weights : ndarray, shape (m, p, p)
        Per cluster ``X' L`` and ``L' Phi L``: X its part of the basis, L what turns its residuals into its part of the
        error of the coefficients of the basis.
    model : ndarray, shape (p, p)
        Model covariance of the coefficients of that basis.
    """

    covariance: Floats
    on_basis: Floats
    df: Floats
    decided_by: tuple[int, ...]
    patterns: Floats
    weights: Floats
    model: Floats


def cr2(clustered: ClusteredEffects, variances: Floats, fit: Fit) -> Robust:
    """Return CR2 and Satterthwaite for a fit, its covariance taken as the working model.

    Parameters
    ----------
    clustered : ClusteredEffects
        Effects and design.
    variances : ndarray, shape (2,)
        Between- and within-cluster variance of the fit.
    fit : Fit
        The fit at these variances.

    Notes
    -----
    Bell & McCaffrey (2002); Tipton (2015); Pustejovsky & Tipton (2018). As clubSandwich's
    ``vcovCR(type="CR2")`` and ``coef_test(test="Satterthwaite")`` for an ``rma.mv`` fit.
    """
    patterns, weights, parts = [], [], []
    decided_by = np.full(fit.solution.size, -1)
    phis = [block + variances[0] + variances[1] * np.eye(len(block)) for block in clustered.blocks]
    roots = [np.linalg.cholesky(phi) for phi in phis]
    whitened = [
        np.linalg.solve(root, clustered.basis[mine]) for root, mine in zip(roots, clustered.members, strict=True)
    ]
    known = np.array([rows.T @ rows for rows in whitened])
    for cluster, (mine, phi, root) in enumerate(zip(clustered.members, phis, roots, strict=True)):
        x = clustered.basis[mine]
        fitted = _fitted(np.delete(known, cluster, axis=0).sum(axis=0), fit.model, clustered.back)
        decided_by[fitted.decided] = cluster
        adjust = root @ _inverse_root(root.T @ root @ fitted.residual_root(whitened[cluster]), fitted.used) @ root.T
        loading = adjust @ np.linalg.solve(phi, x @ fit.model)
        patterns.append(x.T @ loading)
        weights.append(loading.T @ phi @ loading)
        parts.append(loading.T @ (clustered.effects[mine] - x @ fit.solution))
    part = np.array(parts)
    if _on_the_fit(clustered, fit.solution):
        decided_by[:] = -1
        part[:] = np.nan
    df = np.full(fit.solution.size, np.nan)
    own = part @ clustered.back.T
    robust = Robust(
        own.T @ own, part.T @ part, df, tuple(decided_by.tolist()), np.array(patterns), np.array(weights), fit.model
    )
    alone = decided_by >= 0
    robust.covariance[alone] = robust.covariance[:, alone] = np.nan
    for j in np.flatnonzero(np.isfinite(np.diag(robust.covariance))).tolist():
        omega = _omega(robust, clustered.back[j], clustered.back[j])
        df[j] = np.trace(omega) ** 2 / np.sum(omega**2)
    return robust


def _on_the_fit(clustered: ClusteredEffects, solution: Floats) -> bool:
    """Tell whether effects leave nothing but rounding, of which no standard error can be made."""
    variances = np.concatenate([np.diag(block) for block in clustered.blocks])
    order = np.concatenate(clustered.members)
    residuals = (clustered.effects - clustered.basis @ solution)[order]
    effects = (clustered.effects + clustered.origin)[order]
    return bool(np.sum(residuals**2 / variances) <= ON_THE_FIT**2 * np.sum(effects**2 / variances))


class _Fitted(NamedTuple):
    """How closely the fit follows one cluster.

    Attributes
    ----------
    share : ndarray, shape (p,)
        Share of the other clusters in what is known of each of p directions of the coefficients: free of units, from
        0 to 1.
    directions : ndarray, shape (p, p)
        The directions as columns, each of variance 1 under the model.
    used : int
        Directions that the cluster decides alone. The residual there is 0 whatever the sampling error, and a variance
        made of residuals would leave that error out.
    decided : ndarray of bool, shape (p,)
        Coefficients that hang on those.
    """

    share: Floats
    directions: Floats
    used: int
    decided: Bools

    def residual_root(self, whitened: Floats) -> Floats:
        """Return the symmetric root of the covariance of a cluster's residuals, its rows in units of their errors."""
        columns = whitened @ self.directions
        return np.eye(len(whitened)) - (columns / (1 + np.sqrt(self.share))) @ columns.T


def _fitted(others: Floats, model: Floats, back: Floats) -> _Fitted:
    """Hold the information of the other clusters on coefficients of the basis, (p, p), to the covariance from all.

    It is summed over the others: what a difference from the whole would leave of little information is rounding.
    """
    root = np.linalg.cholesky(model)
    share, turned = np.linalg.eigh(root.T @ others @ root)
    share, directions = np.clip(share, 0.0, 1.0), root @ turned
    alone = share < _USED_UP
    parts = (back @ directions[:, alone]) ** 2 / np.diag(back @ model @ back.T)[:, None]
    return _Fitted(share, directions, int(alone.sum()), np.any(parts > _HANGS_ON, axis=1))


def joint_test(robust: Robust, solution: Floats) -> tuple[float, float, float]:
    """Test all coefficients but the first together; return F, its denominator df and its p-value.

    The approximate Hotelling test with the degrees of freedom "HTZ" of clubSandwich's ``Wald_test``; F is 0
    and p is 1 where these are not positive, which is to say that there are too few clusters for any test. All three
    are NaN where a single cluster decides one of the coefficients. ``solution`` holds the coefficients of the basis: of
    these all but the first are 0 if and only if those of all moderators are.
    """
    if np.isnan(robust.df[1:]).any():
        return np.nan, np.nan, np.nan
    chosen = np.eye(solution.size)[1:]
    q = len(chosen)
    omegas = np.array([[_omega(robust, s, t) for t in chosen] for s in chosen])
    value, vectors = np.linalg.eigh(np.trace(omegas, axis1=2, axis2=3))
    scale = vectors / np.sqrt(value)
    turned = np.einsum("sa,tb,stcd->abcd", scale, scale, omegas)
    same = np.einsum("aacd,bbcd->", turned, turned)
    crossed = np.einsum("abcd,bacd->", turned, turned)
    eta = q * (q + 1) / (same + crossed)
    if eta <= q - 1:
        return 0.0, 0.0, 1.0
    rest = solution[1:]
    wald = rest @ np.linalg.solve(robust.on_basis[1:, 1:], rest)
    f, df = (eta - q + 1) / (eta * q) * wald, eta - q + 1
    return float(f), float(df), float(special.fdtrc(q, df, f))


def _omega(robust: Robust, s: Floats, t: Floats) -> Floats:
    """Return the covariance (m, m), under the model, of the clusters' parts of combinations s and t (p,)."""
    omega = -(robust.patterns @ s) @ robust.model @ (robust.patterns @ t).T
    omega[np.diag_indices_from(omega)] += np.einsum("p,mpq,q->m", s, robust.weights, t)
    return omega


def _inverse_root(factor: Floats, used: int) -> Floats:
    """Return the symmetric inverse square root of ``factor @ factor.T`` without its ``used`` smallest directions.

    Singular values of a factor span half the decades that eigenvalues of the product would, so small ones are no
    rounding.
    """
    vectors, value, _ = np.linalg.svd(factor)
    kept = value.size - used
    return (vectors[:, :kept] / value[:kept]) @ vectors[:, :kept].T
