"""Cluster-robust inference with few clusters: CR2 covariance and Satterthwaite degrees of freedom."""

from typing import NamedTuple

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.dependence.clustered import ClusteredEffects


class Robust(NamedTuple):
    """Robust inference for the coefficients of a clustered model.

    Attributes
    ----------
    covariance : ndarray, shape (p, p)
        CR2 covariance of the coefficients.
    df : ndarray, shape (p,)
        Satterthwaite degrees of freedom of each coefficient's t-test; NaN, as its row and column of ``covariance``, for
        a coefficient that a single cluster decides.
    loadings : list of ndarray
        Per cluster (n_c, p): what turns its residuals into its part of the coefficients' error.
    patterns : ndarray, shape (m, p, p)
        Per cluster ``X' loadings``.
    weights : ndarray, shape (m, p, p)
        Per cluster ``loadings' Phi loadings``.
    model : ndarray, shape (p, p)
        Model covariance of the coefficients.
    """

    covariance: Floats
    df: Floats
    loadings: list[Floats]
    patterns: Floats
    weights: Floats
    model: Floats


def cr2(clustered: ClusteredEffects, variances: Floats, coefficients: Floats, model: Floats) -> Robust:
    """Return CR2 and Satterthwaite for a fit, its covariance taken as the working model.

    Parameters
    ----------
    clustered : ClusteredEffects
        Effects and design.
    variances : ndarray, shape (2,)
        Between- and within-cluster variance of the fit.
    coefficients, model : ndarray, shape (p,) and (p, p)
        Coefficients and model covariance of the fit.

    Notes
    -----
    Bell & McCaffrey (2002); Tipton (2015); Pustejovsky & Tipton (2018). As clubSandwich's
    ``vcovCR(type="CR2")`` and ``coef_test(test="Satterthwaite")`` for an ``rma.mv`` fit.
    """
    loadings, patterns, weights, parts = [], [], [], []
    for mine, block in zip(clustered.members, clustered.blocks, strict=True):
        phi = block + variances[0] + variances[1] * np.eye(mine.size)
        x = clustered.design[mine]
        root = np.linalg.cholesky(phi)
        working = root.T @ phi @ root
        residual = working - root.T @ x @ model @ x.T @ root
        adjust = root @ _inverse_root(residual, largest=float(np.linalg.eigvalsh(working)[-1])) @ root.T
        loading = adjust @ np.linalg.solve(phi, x @ model)
        loadings.append(loading)
        patterns.append(x.T @ loading)
        weights.append(loading.T @ phi @ loading)
        parts.append(loading.T @ (clustered.effects[mine] - x @ coefficients))
    part = np.array(parts)
    df = np.full(coefficients.size, np.nan)
    robust = Robust(part.T @ part, df, loadings, np.array(patterns), np.array(weights), model)
    alone = decided_alone(clustered)
    robust.covariance[alone] = robust.covariance[:, alone] = np.nan
    for j in np.flatnonzero(~alone).tolist():
        omega = _omega(robust, j, j)
        df[j] = np.trace(omega) ** 2 / np.sum(omega**2)
    return robust


def decided_alone(clustered: ClusteredEffects) -> Bools:
    """Return which coefficients, shape (p,), a single cluster decides: without it they could not be estimated.

    The fit goes through such a cluster in one direction, so its residual there is 0 whatever its sampling error, and a
    variance made of residuals would leave that error out.
    """
    design = clustered.design / np.linalg.norm(clustered.design, axis=0)
    alone = np.zeros(design.shape[1], dtype=bool)
    for mine in clustered.members:
        _, value, rows = np.linalg.svd(np.delete(design, mine, axis=0), full_matrices=True)
        rank = int(np.sum(value > 1e-9 * max(value.max(initial=0.0), 1.0)))
        alone |= np.any(np.abs(rows[rank:]) > 1e-6, axis=0)
    return alone


def joint_test(robust: Robust, coefficients: Floats) -> tuple[float, float, float]:
    """Test all coefficients but the first together; return F, its denominator df and its p-value.

    The approximate Hotelling test with the degrees of freedom "HTZ" of clubSandwich's ``Wald_test``; F is 0
    and p is 1 where these are not positive, which is to say that there are too few clusters for any test. All three
    are NaN where a single cluster decides one of the coefficients.
    """
    if np.isnan(robust.df[1:]).any():
        return np.nan, np.nan, np.nan
    chosen = range(1, coefficients.size)
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
    rest = coefficients[1:]
    wald = rest @ np.linalg.solve(robust.covariance[1:, 1:], rest)
    f, df = (eta - q + 1) / (eta * q) * wald, eta - q + 1
    return float(f), float(df), float(special.fdtrc(q, df, f))


def _omega(robust: Robust, s: int, t: int) -> Floats:
    """Return the covariance (m, m), under the model, of the clusters' parts of coefficients s and t."""
    omega = -robust.patterns[:, :, s] @ robust.model @ robust.patterns[:, :, t].T
    omega[np.diag_indices_from(omega)] += robust.weights[:, s, t]
    return omega


def _inverse_root(matrix: Floats, *, largest: float) -> Floats:
    """Return the symmetric pseudo-inverse square root: directions that the fit uses up are left out.

    What is left of such a direction is rounding, of the size of the ``largest`` eigenvalue of what the matrix was
    subtracted from; measured against the matrix itself it could pass for a direction.
    """
    value, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = value > len(value) * 4 * np.finfo(float).eps * largest
    return (vectors[:, kept] / np.sqrt(value[kept])) @ vectors[:, kept].T
