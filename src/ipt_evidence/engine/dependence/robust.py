"""Cluster-robust inference with few clusters: CR2 covariance and Satterthwaite degrees of freedom."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.dependence.clustered import ClusteredEffects, Fit, SameSize

_USED_UP = 1e-20
"""Share of the other clusters in what is known of a direction, below which residuals there are rounding."""
_DECIDED = 1e-12
"""Share below which what hangs on a direction counts as decided."""

_HANGS_ON = 1e-6
"""Share of a coefficient's variance from which it counts as hanging on a direction."""

_NO_DF = 1e-10
"""Degrees of freedom, per coefficient, that are rounding: where all are used up, nothing but that is left of them."""


class Robust(NamedTuple):
    """Robust inference for the coefficients of a clustered model.

    Attributes
    ----------
    covariance, on_basis : ndarray, shape (p, p)
        CR2 covariance of the coefficients, and of those of the orthonormal basis of the design.
    sampling, sampling_on_basis : ndarray, shape (p, p)
        Covariance of both that sampling error alone gives, whatever true effects are.
    df : ndarray, shape (p,)
        Satterthwaite degrees of freedom of each coefficient's t-test; NaN, as its row and column of ``covariance``, for
        a coefficient that a single cluster decides.
    decided_by : tuple of int
        Per coefficient the cluster that decides it alone, -1 where none does.
    to_basis, to_design : ndarray, shape (p, p)
        What turns coefficients that are independent and of variance 1 under the model into those of the basis and of
        the design.
    patterns, own : ndarray, shape (m, p, p)
        Per cluster ``X' L`` and ``L' R L``: X its design of those coefficients, R the covariance of its residuals under
        the model, L what turns these into its part of their error.
    """

    covariance: Floats
    on_basis: Floats
    sampling: Floats
    sampling_on_basis: Floats
    df: Floats
    decided_by: tuple[int, ...]
    to_basis: Floats
    to_design: Floats
    patterns: Floats
    own: Floats

    @property
    def se(self) -> Floats:
        """Standard errors that CR2 gives, shape (p,)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def sampling_se(self) -> Floats:
        """Those that sampling error alone gives, shape (p,)."""
        return np.sqrt(np.diag(self.sampling))

    @property
    def held(self) -> Bools:
        """Which coefficients CR2 gives less than sampling error alone does, shape (p,)."""
        return np.asarray(self.se < self.sampling_se)


def cr2(clustered: ClusteredEffects, variances: Floats, fit: Fit) -> Robust:
    """Return CR2 and Satterthwaite for a fit at variances (2,), its covariance taken as the working model.

    Notes
    -----
    Bell & McCaffrey (2002); Tipton (2015); Pustejovsky & Tipton (2018). As clubSandwich's
    ``vcovCR(type="CR2")`` and ``coef_test(test="Satterthwaite")`` for an ``rma.mv`` fit. The covariance by sampling
    error alone is that of the same weighted sums of effects with no true heterogeneity, ``A V A'``.
    """
    m, p = len(clustered.members), fit.solution.size
    patterns, own, part = *np.empty((2, m, p, p)), np.empty((m, p))
    sampling, decided_by = np.zeros((p, p)), np.full(p, -1)
    by_basis = [_along_axes(clustered, same, variances, fit.solution) for same in clustered.by_size]
    others, triangle = _information(clustered, by_basis)
    to_basis: Floats = np.linalg.inv(triangle)
    to_design = clustered.back @ to_basis
    for same, whole in zip(clustered.by_size, _refined(by_basis, to_basis), strict=True):
        mine = _fitted(whole.rows, others[same.clusters] @ to_basis, to_design)
        for cluster, decided in zip(same.clusters.tolist(), mine.decided, strict=True):
            decided_by[decided] = np.maximum(decided_by[decided], cluster)
        vectors, adjust = _adjusted(whole.scale, mine.residual_root, mine.used)
        turned = vectors.mT @ whole.rows
        patterns[same.clusters] = (adjust @ whole.rows).mT @ turned
        own[same.clusters] = turned.mT @ turned
        part[same.clusters] = np.matvec(turned.mT, np.matvec(adjust, whole.residuals))
        shares = (whole.axes / whole.scale[:, None]) @ whole.rows
        sampling += np.sum(shares.mT @ same.blocks @ shares, axis=0)
    parts, parts_on_basis, df = part @ to_design.T, part @ to_basis.T, np.full(p, np.nan)
    robust = Robust(
        covariance=parts.T @ parts,
        on_basis=parts_on_basis.T @ parts_on_basis,
        sampling=to_design @ sampling @ to_design.T,
        sampling_on_basis=to_basis @ sampling @ to_basis.T,
        df=df,
        decided_by=tuple(decided_by.tolist()),
        to_basis=to_basis,
        to_design=to_design,
        patterns=patterns,
        own=own,
    )
    alone = decided_by >= 0
    robust.covariance[alone] = robust.covariance[:, alone] = np.nan
    for j in np.flatnonzero(np.isfinite(np.diag(robust.covariance))).tolist():
        omega = _omegas(robust, to_design[j][:, None])[0, 0]
        df[j] = np.trace(omega) ** 2 / np.sum(omega**2)
    return robust


class _AlongAxes(NamedTuple):
    """Clusters of one size along the axes of their covariances, in units of the errors there.

    Attributes
    ----------
    axes, scale : ndarray, shape (m, n, n) and (m, n)
        Eigenvectors as columns, and the roots of eigenvalues, largest first.
    rows, residuals : ndarray, shape (m, n, p) and (m, n)
        The design and what the fit leaves of effects.
    """

    axes: Floats
    scale: Floats
    rows: Floats
    residuals: Floats


def _along_axes(clustered: ClusteredEffects, same: SameSize, variances: Floats, solution: Floats) -> _AlongAxes:
    """Return clusters of one size at variances (2,), rows and residuals by the basis of the design."""
    m, n, _ = same.blocks.shape
    root = np.linalg.cholesky(same.blocks + variances[1] * np.eye(n))
    # The covariance by a root of it: small eigenvalues keep their digits.
    whole = np.concatenate([root, np.full((m, n, 1), np.sqrt(variances[0]))], axis=2)
    axes, scale, _ = np.linalg.svd(whole, full_matrices=False)
    x = clustered.basis[same.members]
    residuals = clustered.effects[same.members] - np.matvec(x, solution)
    return _AlongAxes(axes, scale, axes.mT @ x / scale[:, :, None], np.matvec(axes.mT, residuals) / scale)


def _refined(white: list[_AlongAxes], to_basis: Floats) -> list[_AlongAxes]:
    """Return the clusters by coefficients that are independent and of variance 1, and the residuals that these leave.

    A trial that all but decides a coefficient has a residual as small as the rounding of coefficients.
    """
    turned = [one._replace(rows=one.rows @ to_basis) for one in white]
    short = sum(np.einsum("mnp,mn->p", one.rows, one.residuals) for one in turned)
    return [one._replace(residuals=one.residuals - one.rows @ short) for one in turned]


class _Fitted(NamedTuple):
    """How closely the fit follows each of m clusters of n effects.

    Attributes
    ----------
    residual_root : ndarray, shape (m, n, n)
        Symmetric roots of the covariances of residuals, in units of errors.
    used : ndarray of int, shape (m,)
        Directions of the coefficients that the cluster decides alone. The residual there is 0 whatever the sampling
        error, and a variance made of residuals would leave that error out.
    decided : ndarray of bool, shape (m, p)
        Coefficients that hang on those.
    """

    residual_root: Floats
    used: NDArray[np.int64]
    decided: Bools


def _information(clustered: ClusteredEffects, white: list[_AlongAxes]) -> tuple[Floats, Floats]:
    """Return roots of the information of all clusters but one, for each, (m, 2p, p), and of all, (p, p).

    The former are put together from those before and after it: what a difference from the whole would leave of little
    information is rounding.
    """
    m, p = len(clustered.members), clustered.back.shape[1]
    own, before, after = np.zeros((3, m + 1, p, p))
    for same, whole in zip(clustered.by_size, white, strict=True):
        own[same.clusters] = _triangle(np.concatenate([whole.rows, np.zeros((same.clusters.size, p, p))], axis=1))
    for cluster in range(m):
        before[cluster + 1] = _triangle(np.concatenate([before[cluster], own[cluster]]))
        after[-cluster - 2] = _triangle(np.concatenate([after[-cluster - 1], own[-cluster - 2]]))
    return np.concatenate([before[:-1], after[1:]], axis=1), before[-1]


def _triangle(rows: Floats) -> Floats:
    return np.asarray(np.linalg.qr(rows, mode="r"))


def _fitted(rows: Floats, others: Floats, to_design: Floats) -> _Fitted:
    """Hold the information of other clusters, by its roots (m, 2p, p), to that from all, in directions of coefficients.

    The share of others is free of units, from 0 to 1.
    """
    turned, triangle = np.linalg.qr(np.concatenate([rows, others], axis=1))
    n = rows.shape[1]
    _, root, axes = np.linalg.svd(turned[:, n:], full_matrices=False)
    root, columns = np.minimum(root, 1.0), turned[:, :n] @ axes.mT
    residual_root = np.eye(n) - (columns / (1 + root)[:, None]) @ columns.mT
    parts = (to_design @ np.linalg.inv(triangle) @ axes.mT) ** 2
    hanging = parts > _HANGS_ON * parts.sum(axis=2, keepdims=True)
    decided = np.any(hanging & (root**2 < _DECIDED)[:, None], axis=2)
    return _Fitted(residual_root, (root**2 < _USED_UP).sum(axis=1), decided)


class JointTest(NamedTuple):
    """F, its denominator degrees of freedom, its p-value, and whether CR2 gave less than sampling error somewhere."""

    f: float
    df: float
    p_value: float
    held: bool


def joint_test(robust: Robust, solution: Floats) -> JointTest:
    """Test all coefficients but the first together.

    The approximate Hotelling test with the degrees of freedom "HTZ" of clubSandwich's ``Wald_test``; F is 0
    and p is 1 where these are not positive, which is to say that there are too few clusters for any test. All three
    are NaN where a single cluster decides one of the coefficients. ``solution`` holds the coefficients of the basis: of
    these all but the first are 0 if and only if those of all moderators are.
    """
    if np.isnan(robust.df[1:]).any():
        return JointTest(np.nan, np.nan, np.nan, held=False)
    wald, held = _wald(solution[1:], robust.on_basis[1:, 1:], robust.sampling_on_basis[1:, 1:])
    df = _hotelling_df(robust)
    if df == 0:
        return JointTest(0.0, 0.0, 1.0, held)
    q = solution.size - 1
    f = df / ((df + q - 1) * q) * wald
    return JointTest(f, df, float(special.fdtrc(q, df, f)), held)


def _wald(rest: Floats, robust: Floats, sampling: Floats) -> tuple[float, bool]:
    """Return b'C^-1 b of coefficients b (q,) and whether their robust covariance (q, q) had to be made larger for it.

    C is that covariance, but in no direction smaller than sampling error gives: with q = 1 the larger variance is
    taken, and where effects lie on the fit, sampling error alone answers.
    """
    root = np.linalg.cholesky(sampling)
    ratio, turn = np.linalg.eigh(np.linalg.solve(root, np.linalg.solve(root, robust).T))
    parts = turn.T @ np.linalg.solve(root, rest)
    return float(np.sum(parts**2 / np.maximum(ratio, 1.0))), bool(ratio[0] < 1)


def _hotelling_df(robust: Robust) -> float:
    """Return the denominator degrees of freedom of the joint test, 0 where there are none."""
    moderators = robust.to_basis[1:].T
    value, vectors = np.linalg.eigh(np.trace(_omegas(robust, moderators), axis1=2, axis2=3))
    turned = _omegas(robust, moderators @ (vectors / np.sqrt(value)))
    same = np.sum(np.trace(turned) ** 2)
    crossed = np.sum(turned * np.swapaxes(turned, 0, 1))
    q = value.size
    df = q * (q + 1) / (same + crossed) - (q - 1)
    return float(df) if df > _NO_DF * q else 0.0


def _omegas(robust: Robust, combinations: Floats) -> Floats:
    """Return the covariances (q, q, m, m), under the model, of the clusters' parts of combinations (p, q)."""
    rows = np.moveaxis(robust.patterns @ combinations, 2, 0)
    omegas = -rows[:, None] @ rows.mT
    # A cluster's own part is no difference: where it all but decides a coefficient rounding would leave nothing of one.
    own = combinations.T @ robust.own @ combinations
    clusters = np.arange(len(own))
    omegas[:, :, clusters, clusters] = np.moveaxis(own, 0, 2)
    return np.asarray(omegas)


def _adjusted(scale: Floats, residual: Floats, used: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the singular vectors of the scaled roots of residual covariances, and what adjusts residuals along them.

    Both are (m, n, n), the vectors as columns, without the ``used`` smallest directions. What is decomposed goes from
    large to small in rows and columns, so that small singular values and vectors keep their digits.
    """
    root, axes = np.linalg.eigh(residual)
    root, axes = root[:, ::-1], axes[:, :, ::-1]
    kept = np.arange(root.shape[1]) < root.shape[1] - used[:, None]
    left, _, right = np.linalg.svd(scale[:, :, None] ** 2 * axes * root[:, None])
    inverse = np.divide(1.0, root, out=np.zeros_like(root), where=kept)
    return left * kept[:, None], right @ (inverse[:, :, None] * axes.mT)
