"""Cluster-robust inference with few clusters: CR2 covariance and Satterthwaite degrees of freedom."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.dependence.clustered import ClusteredEffects, Fit

_USED_UP = 1e-12
"""Share of the other clusters in what is known of a direction, below which residuals there are rounding."""

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
    patterns, own : ndarray, shape (m, p, p)
        Per cluster ``X' L`` and ``L' R L``: X its part of the basis, R the covariance of its residuals under the model,
        L what turns these into its part of the error of the coefficients of the basis.
    model : ndarray, shape (p, p)
        Model covariance of the coefficients of that basis.
    """

    covariance: Floats
    on_basis: Floats
    sampling: Floats
    sampling_on_basis: Floats
    df: Floats
    decided_by: tuple[int, ...]
    patterns: Floats
    own: Floats
    model: Floats

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
    known, patterns, own, part = *np.empty((3, m, p, p)), np.empty((m, p))
    whitened, sampling = [], np.zeros((p, p))
    for same in clustered.by_size:
        phi = same.blocks + variances[0] + variances[1] * np.eye(same.blocks.shape[1])
        root = np.linalg.cholesky(phi)
        rows = np.linalg.solve(root, clustered.basis[same.members])
        known[same.clusters] = rows.mT @ rows
        whitened.append((phi, root, rows))
    fitted = _fitted(known, fit.model, clustered.back)
    decided_by = np.full(p, -1)
    for cluster in np.flatnonzero(fitted.decided.any(axis=1)).tolist():
        decided_by[fitted.decided[cluster]] = cluster
    for same, (phi, root, rows) in zip(clustered.by_size, whitened, strict=True):
        x, mine = clustered.basis[same.members], fitted.of(same.clusters)
        residual = mine.residual_root(rows)
        adjust = root @ _inverse_root(root.mT @ root @ residual, mine.used) @ root.mT
        shares = np.linalg.solve(phi, x @ fit.model)
        sampling += np.sum(shares.mT @ same.blocks @ shares, axis=0)
        loading = adjust @ shares
        residuals = clustered.effects[same.members] - np.matvec(x, fit.solution)
        patterns[same.clusters] = x.mT @ loading
        spread = residual.mT @ root.mT @ loading
        own[same.clusters] = spread.mT @ spread
        part[same.clusters] = np.matvec(loading.mT, residuals)
    df = np.full(p, np.nan)
    parts = part @ clustered.back.T
    robust = Robust(
        covariance=parts.T @ parts,
        on_basis=part.T @ part,
        sampling=clustered.back @ sampling @ clustered.back.T,
        sampling_on_basis=sampling,
        df=df,
        decided_by=tuple(decided_by.tolist()),
        patterns=patterns,
        own=own,
        model=fit.model,
    )
    alone = decided_by >= 0
    robust.covariance[alone] = robust.covariance[:, alone] = np.nan
    for j in np.flatnonzero(np.isfinite(np.diag(robust.covariance))).tolist():
        omega = _omegas(robust, clustered.back[j][:, None])[0, 0]
        df[j] = np.trace(omega) ** 2 / np.sum(omega**2)
    return robust


class _Fitted(NamedTuple):
    """How closely the fit follows each of m clusters.

    Attributes
    ----------
    share : ndarray, shape (m, p)
        Share of the other clusters in what is known of each of p directions of the coefficients: free of units, from
        0 to 1.
    directions : ndarray, shape (m, p, p)
        The directions as columns, each of variance 1 under the model.
    used : ndarray of int, shape (m,)
        Directions that the cluster decides alone. The residual there is 0 whatever the sampling error, and a variance
        made of residuals would leave that error out.
    decided : ndarray of bool, shape (m, p)
        Coefficients that hang on those.
    """

    share: Floats
    directions: Floats
    used: NDArray[np.int64]
    decided: Bools

    def of(self, clusters: NDArray[np.int64]) -> "_Fitted":
        """Return the chosen clusters."""
        return _Fitted(self.share[clusters], self.directions[clusters], self.used[clusters], self.decided[clusters])

    def residual_root(self, whitened: Floats) -> Floats:
        """Return the symmetric roots of the covariances of residuals, (m, n, n), of rows in units of their errors."""
        columns = whitened @ self.directions
        return np.eye(whitened.shape[1]) - (columns / (1 + np.sqrt(self.share))[:, None]) @ columns.mT


def _fitted(known: Floats, model: Floats, back: Floats) -> _Fitted:
    """Hold the information of all clusters but one on coefficients of the basis, (m, p, p), to the covariance from all.

    It is summed over the others: what a difference from the whole would leave of little information is rounding.
    """
    others = np.array([np.concatenate([known[:one], known[one + 1 :]]).sum(axis=0) for one in range(len(known))])
    root = np.linalg.cholesky(model)
    share, turned = np.linalg.eigh(root.T @ others @ root)
    share, directions = np.clip(share, 0.0, 1.0), root @ turned
    alone = share < _USED_UP
    parts = (back @ directions) ** 2 / np.diag(back @ model @ back.T)[:, None]
    return _Fitted(share, directions, alone.sum(axis=1), np.any((parts > _HANGS_ON) & alone[:, None], axis=2))


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
    moderators = np.eye(len(robust.model))[:, 1:]
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
    omegas = -(rows @ robust.model)[:, None] @ rows.mT
    # A cluster's own part is no difference: where it all but decides a coefficient rounding would leave nothing of one.
    own = combinations.T @ robust.own @ combinations
    clusters = np.arange(len(own))
    omegas[:, :, clusters, clusters] = np.moveaxis(own, 0, 2)
    return np.asarray(omegas)


def _inverse_root(factor: Floats, used: NDArray[np.int64]) -> Floats:
    """Return the symmetric inverse square roots of ``factor @ factor.T`` without its ``used`` smallest directions.

    Singular values of a factor span half the decades that eigenvalues of the product would, so small ones are no
    rounding.
    """
    vectors, value, _ = np.linalg.svd(factor)
    # A trial that decides a coefficient alone has a value of 0, if its variance is small enough.
    kept = (np.arange(value.shape[1]) < value.shape[1] - used[:, None]) & (value > 0)
    scaled = np.divide(vectors, value[:, None], out=np.zeros_like(vectors), where=kept[:, None])
    return scaled @ vectors.mT
