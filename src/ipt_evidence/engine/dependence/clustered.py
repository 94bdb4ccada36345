"""The likelihood of effects that are nested in clusters: sampling covariance, cluster and effect variances.

Cluster c has the covariance ``V_c + between J + within I``, J a matrix of ones. In the eigenvectors of
``V_c`` the second and third part stay a rank-one matrix and the identity, so no matrix larger than the
coefficients is ever inverted.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.maxima import climb_variances, peaks_of_grid, polished_variances
from ipt_evidence.engine.pooling.aggregation import ALIKE
from ipt_evidence.engine.pooling.designs import orthonormal, unexplained_one_by_one
from ipt_evidence.errors import SynthesisError

_GRID, _RATIO = 12, 3.0
"""Fewest steps of the grid of variances, and the largest ratio of one to that before."""
_WIDE = 1e3
"""Ratio of the largest to the smallest sampling variance from which differences of weights lose digits that matter."""
_RANGE = 1e12
"""Ratio of the largest to the smallest sampling variance from which sums keep nothing of the smaller weights."""


def check_spread(effects: Floats, smallest: float) -> None:
    """Refuse effects beside whose spread the ``smallest`` sampling variance vanishes."""
    spread = float(np.var(effects))
    if spread > _RANGE * smallest:
        raise SynthesisError(
            f"the effects have a variance of {spread:.3g}, the most precise of them one of {smallest:.3g} by sampling: "
            "too far apart for both to count; check whether units are mixed up"
        )


class Fit(NamedTuple):
    """The restricted likelihood at one pair of variances.

    Attributes
    ----------
    log_likelihood : float
        Restricted log-likelihood, with the constants that metafor includes.
    score, information : ndarray, shape (2,) and (2, 2)
        Its slope in (between, within) and the average of observed and expected information.
    coefficients, covariance : ndarray, shape (p,) and (p, p)
        Generalised least squares on the design and their model covariance.
    solution, model : ndarray, shape (p,) and (p, p)
        The same on the orthonormal basis of the design and from the origin of the effects, where no units or origins
        cost digits.
    q, tr_p : float
        Weighted sum of squared residuals, and the trace of the matrix from effects to weighted residuals.
    """

    log_likelihood: float
    score: Floats
    information: Floats
    coefficients: Floats
    covariance: Floats
    solution: Floats
    model: Floats
    q: float
    tr_p: float


class SameSize(NamedTuple):
    """Clusters of n effects each: their numbers (m,), places of their effects (m, n), and sampling covariances."""

    clusters: NDArray[np.int64]
    members: NDArray[np.int64]
    blocks: Floats


class _Whitened(NamedTuple):
    """Columns of n effects in c clusters in units of their errors, (..., n + c, q), and what made them so.

    Attributes
    ----------
    columns : ndarray, shape (..., n + c, q)
        What differs from the average of its cluster, then the averages.
    spread, lead : ndarray, shape (..., n)
        Inverse variances, and the weights that make averages.
    shrunk : ndarray, shape (..., c)
        Inverse variances of the averages.
    determinant : ndarray, shape (...)
        Logarithm of the determinant of the covariance.
    """

    columns: Floats
    spread: Floats
    lead: Floats
    shrunk: Floats
    determinant: Floats


class ClusteredEffects:
    """Effects with a block-diagonal sampling covariance and a design.

    Parameters
    ----------
    effects : ndarray, shape (n,)
        Checked effects.
    covariance : ndarray, shape (n, n)
        Sampling covariance, positive definite within clusters; entries between them are not used.
    number : ndarray of int, shape (n,)
        Cluster of each effect, 0 to m-1.
    design : ndarray, shape (n, p)
        Design matrix with its column of ones.
    """

    def __init__(self, effects: Floats, covariance: Floats, number: NDArray[np.int64], design: Floats) -> None:
        self.members = [np.flatnonzero(number == cluster) for cluster in range(number.max() + 1)]
        sizes = np.array([mine.size for mine in self.members])
        self._starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        self._cluster = np.repeat(np.arange(sizes.size), sizes)
        self.nested = bool(np.any(sizes > 1))
        self.variances = np.diag(covariance)
        # From the most precise effect, whose distance from the fit would else cancel.
        self.origin = float(effects[np.argmin(self.variances)])
        self.effects = effects - self.origin
        self.basis, triangle = orthonormal(design)
        self.back: Floats = np.linalg.inv(triangle)
        self.by_size = [self._same_size(np.flatnonzero(sizes == size), covariance) for size in np.unique(sizes)]
        self._check_definite()
        self.eigenvalues, joined = self._in_eigenvectors()
        if not self.eigenvalues.min() * _RANGE >= self.eigenvalues.max():
            raise SynthesisError(
                f"the sampling variances range from {self.eigenvalues.min():.3g} to {self.eigenvalues.max():.3g}, "
                "too far for both ends to count; check whether standard errors or units are mixed up"
            )
        check_spread(effects, self.eigenvalues.min())
        self._ones, self._y, self._x = joined[:, 0], joined[:, 1], joined[:, 2:]

    def _same_size(self, clusters: NDArray[np.int64], covariance: Floats) -> SameSize:
        members = np.array([self.members[cluster] for cluster in clusters])
        return SameSize(clusters, members, covariance[members[:, :, None], members[:, None, :]])

    def _check_definite(self) -> None:
        """Refuse a cluster whose effects are, or are next to, sums of each other."""
        lame = list[int]()
        for same in self.by_size:
            spread = np.sqrt(np.diagonal(same.blocks, axis1=1, axis2=2))
            correlations = same.blocks / (spread[:, :, None] * spread[:, None, :])
            lame += same.clusters[np.linalg.eigvalsh(correlations)[:, 0] <= ALIKE].tolist()
        if lame:
            raise SynthesisError(
                f"the sampling covariance of cluster {min(lame)} (counted from 0) is not positive definite; "
                "lower rho or leave out effects that are sums of others"
            )

    def _in_eigenvectors(self) -> tuple[Floats, Floats]:
        """Return the eigenvalues of the sampling covariance and, in its eigenvectors, ones, effects and basis."""
        columns = np.column_stack([np.ones(self.effects.size), self.effects, self.basis])
        eigenvalues, joined = np.empty(self.effects.size), np.empty_like(columns)
        for same in self.by_size:
            # Singular values of a root span half the decades of eigenvalues: small ones keep their digits.
            vectors, value, _ = np.linalg.svd(np.linalg.cholesky(same.blocks))
            place = self._starts[same.clusters][:, None] + np.arange(value.shape[1])
            eigenvalues[place], joined[place] = value**2, vectors.mT @ columns[same.members]
        return eigenvalues, joined

    def _whitened(self, columns: Floats, between: Floats, within: Floats) -> _Whitened:
        """Return columns (n, q) in units of their errors at variances of one shape (...).

        Those of a cluster are parted into an average and what differs from it, in which ``between`` has no share:
        where it is many times a sampling variance, the inverse covariance would be a difference of large numbers.
        """
        spread = 1 / (self.eigenvalues + within[..., None])
        weights = spread * self._ones
        known = np.add.reduceat(weights * self._ones, self._starts, axis=-1)
        lead = weights / known[..., self._cluster]
        averages = np.add.reduceat(lead[..., None] * columns, self._starts, axis=-2)
        apart = columns - self._ones[:, None] * averages[..., self._cluster, :]
        shrunk = known / (1 + between[..., None] * known)
        parts = [np.sqrt(spread)[..., None] * apart, np.sqrt(shrunk)[..., None] * averages]
        determinant = np.log1p(between[..., None] * known).sum(axis=-1) - np.log(spread).sum(axis=-1)
        return _Whitened(np.concatenate(parts, axis=-2), spread, lead, shrunk, determinant)

    def _unwhitened(self, white: _Whitened, columns: Floats) -> tuple[Floats, Floats]:
        """Return the inverse covariance times columns (n, q), whitened as these (n + c, q), and its sums (c, q)."""
        n = self.effects.size
        sums = np.sqrt(white.shrunk)[:, None] * columns[n:]
        return np.sqrt(white.spread)[:, None] * columns[:n] + white.lead[:, None] * sums[self._cluster], sums

    def fit(self, between: float, within: float) -> Fit:
        """Return likelihood, slope and coefficients at the two variances, both zero or positive."""
        at = np.array(between), np.array(within)
        white = self._whitened(np.column_stack([self._y, self._x]), *at)
        y, x = white.columns[:, 0], white.columns[:, 1:]
        turned, triangle = np.linalg.qr(x)
        back = np.linalg.inv(triangle)
        solution = back @ (turned.T @ y)
        residuals = y - turned @ (turned.T @ y)
        pull, pulls = self._unwhitened(white, residuals[:, None])
        fitted, sums = self._unwhitened(white, turned)
        apart = white.spread @ (1 - self._ones * white.lead)
        tr_p = apart + white.shrunk @ np.add.reduceat(white.lead**2, self._starts) - np.sum(fitted**2)
        tr_p1 = white.shrunk.sum() - np.sum(sums**2)
        moved = self._whitened(np.column_stack([self._ones * pulls[self._cluster, 0], pull]), *at).columns
        moved -= turned @ (turned.T @ moved)
        determinants = white.determinant + 2 * np.log(np.abs(np.diag(triangle))).sum()
        df, q, inverse = self._y.size - self._x.shape[1], float(residuals @ residuals), back @ back.T
        coefficients = self.back @ solution
        coefficients[0] += self.origin
        return Fit(
            log_likelihood=float(-0.5 * (df * np.log(2 * np.pi) + determinants + q)),
            score=0.5 * np.array([np.sum(pulls**2) - tr_p1, np.sum(pull**2) - tr_p]),
            information=0.5 * (moved.T @ moved),
            coefficients=coefficients,
            covariance=self.back @ inverse @ self.back.T,
            solution=solution,
            model=inverse,
            q=q,
            tr_p=float(tr_p),
        )

    def log_likelihoods(self, between: Floats, within: Floats) -> Floats:
        """Return the restricted log-likelihood of :meth:`fit` at many pairs of variances, shape (m,) each."""
        white = self._whitened(np.column_stack([self._y, self._x]), between, within)
        # The triangle of both together, effects last, ends in the length of the residuals.
        triangle = np.linalg.qr(np.roll(white.columns, -1, axis=-1), mode="r")
        sizes = np.abs(np.diagonal(triangle, axis1=1, axis2=2))
        df = self._y.size - self._x.shape[1]
        determinants = white.determinant + 2 * np.log(sizes[:, :-1]).sum(axis=1)
        return np.asarray(-0.5 * (df * np.log(2 * np.pi) + determinants + sizes[:, -1] ** 2))

    def unexplained(self) -> float:
        """Return the trace of the matrix from effects to weighted residuals, without heterogeneity."""
        wide = self.eigenvalues.max() > _WIDE * self.eigenvalues.min()
        return unexplained_one_by_one(1 / self.eigenvalues, self._x) if wide else self.fit(0.0, 0.0).tr_p

    def maximise(self) -> Floats:
        """Return the variances (between, within) of greatest restricted likelihood, each at least 0.

        The likelihood may have several maxima; the highest of those uphill of every peak of a grid, and beside it, is
        taken.
        Without any cluster of two or more effects only their sum can be known; it is given to ``between``.
        SynthesisError if a climb does not end.
        """
        scale = float(np.median(self.eigenvalues))
        best = self._highest(self._starts_of_climbs(scale), scale)
        if self.nested:
            # Where one variance can stand for the other, a grid may not show a maximum that has a share of both.
            beside = [np.where(row, 0.0 if best @ row else best.mean(), best) for row in np.eye(2)]
            best = self._highest([best, *beside], scale)
        return polished_variances(self._restricted, best)

    def _highest(self, starts: list[Floats], scale: float) -> Floats:
        free = np.array([True, self.nested])
        ends = [climb_variances(self._restricted, start, self.effects.size, scale, free) for start in starts]
        return max(ends, key=lambda pair: self.fit(*pair).log_likelihood)

    def _restricted(self, pair: Floats) -> tuple[float, Floats, Floats]:
        return self.fit(*pair)[:3]

    def _starts_of_climbs(self, scale: float) -> list[Floats]:
        """Return the points of a grid over both variances that are no lower than their neighbours."""
        least, most = float(self.eigenvalues.min()) / 10, max(4 * float(np.var(self.effects)), scale)
        size = max(_GRID - 1, int(np.log(most / least) / np.log(_RATIO)) + 2)
        steps = np.append(0.0, np.geomspace(least, most, size))
        others = steps if self.nested else steps[:1]
        heights = np.array([self.log_likelihoods(np.full(others.size, one), others) for one in steps])
        peaks = np.argwhere(peaks_of_grid(heights))
        return [np.array([steps[one], others[two]]) for one, two in peaks]
