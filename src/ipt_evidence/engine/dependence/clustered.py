"""The likelihood of effects that are nested in clusters: sampling covariance, cluster and effect variances.

Cluster c has the covariance ``V_c + between J + within I``, J a matrix of ones. In the eigenvectors of
``V_c`` the second and third part stay a rank-one matrix and the identity, so no matrix larger than the
coefficients is ever inverted.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.maxima import climb_variances, peaks_of_grid, polished_variances
from ipt_evidence.engine.pooling.designs import orthonormal, unexplained_one_by_one
from ipt_evidence.errors import SynthesisError

_GRID = 12
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
        self.eigenvalues, joined = self._in_eigenvectors()
        if not self.eigenvalues.min() * _RANGE >= self.eigenvalues.max():
            raise SynthesisError(
                f"the sampling variances range from {self.eigenvalues.min():.3g} to {self.eigenvalues.max():.3g}, "
                "too far for both ends to count; check whether standard errors or units are mixed up"
            )
        check_spread(effects, self.eigenvalues.min())
        self._wide = bool(self.eigenvalues.max() > _WIDE * self.eigenvalues.min())
        self._ones, self._y, self._x = joined[:, 0], joined[:, 1], joined[:, 2:]

    def _same_size(self, clusters: NDArray[np.int64], covariance: Floats) -> SameSize:
        members = np.array([self.members[cluster] for cluster in clusters])
        return SameSize(clusters, members, covariance[members[:, :, None], members[:, None, :]])

    def _in_eigenvectors(self) -> tuple[Floats, Floats]:
        """Return the eigenvalues of the sampling covariance and, in its eigenvectors, ones, effects and basis."""
        columns = np.column_stack([np.ones(self.effects.size), self.effects, self.basis])
        eigenvalues, joined, lame = np.empty(self.effects.size), np.empty_like(columns), list[int]()
        for same in self.by_size:
            spread = np.sqrt(np.diagonal(same.blocks, axis1=1, axis2=2))
            correlations = same.blocks / (spread[:, :, None] * spread[:, None, :])
            lame += same.clusters[np.linalg.eigvalsh(correlations)[:, 0] <= 1e-12].tolist()
            value, vectors = np.linalg.eigh(same.blocks)
            place = self._starts[same.clusters][:, None] + np.arange(value.shape[1])
            eigenvalues[place], joined[place] = value, vectors.mT @ columns[same.members]
        if lame:
            raise SynthesisError(
                f"the sampling covariance of cluster {min(lame)} (counted from 0) is not positive definite; "
                "lower rho or leave out effects that are sums of others"
            )
        return eigenvalues, joined

    def _sums(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self._starts, axis=0))

    def fit(self, between: float, within: float) -> Fit:
        """Return likelihood, slope and coefficients at the two variances, both zero or positive."""
        d = 1 / (self.eigenvalues + within)
        s11 = self._sums(d * self._ones * self._ones)
        solve, trace = (self._from_heaviest if self._wide else self._by_difference)(d, s11, between)
        sx = solve(self._x)
        gram = self._x.T @ sx
        inverse: Floats = np.linalg.inv(gram)
        solution = inverse @ (sx.T @ self._y)
        residuals = self._y - self._x @ solution
        q = solve(residuals[:, None])[:, 0]
        q1 = self._sums(self._ones * q)
        ux = self._sums(self._ones[:, None] * sx)
        tr_p = trace - np.trace(inverse @ (sx.T @ sx))
        tr_p1 = np.sum(s11 / (1 + between * s11)) - np.trace(inverse @ (ux.T @ ux))
        f = np.column_stack([self._ones * q1[self._cluster], q])
        pf = solve(f) - sx @ (inverse @ (sx.T @ f))
        determinants = -np.log(d).sum() + np.log1p(between * s11).sum() + np.linalg.slogdet(gram)[1]
        df = self._y.size - self._x.shape[1]
        coefficients = self.back @ solution
        coefficients[0] += self.origin
        return Fit(
            log_likelihood=float(-0.5 * (df * np.log(2 * np.pi) + determinants + residuals @ q)),
            score=0.5 * np.array([q1 @ q1 - tr_p1, q @ q - tr_p]),
            information=0.5 * (f.T @ pf),
            coefficients=coefficients,
            covariance=self.back @ inverse @ self.back.T,
            solution=solution,
            model=inverse,
            q=float(residuals @ q),
            tr_p=float(tr_p),
        )

    def _by_difference(self, d: Floats, s11: Floats, between: float) -> tuple[Callable[[Floats], Floats], float]:
        """Return what multiplies columns (n, q) by the inverse covariance, by Sherman and Morrison, and its trace."""
        a = d * self._ones
        shrink = between / (1 + between * s11)

        def solve(columns: Floats) -> Floats:
            s = shrink[:, None] * self._sums(a[:, None] * columns)
            return d[:, None] * columns - a[:, None] * s[self._cluster]

        return solve, float(d.sum() - shrink @ self._sums(a * a))

    def _from_heaviest(self, d: Floats, s11: Floats, between: float) -> tuple[Callable[[Floats], Floats], float]:
        """Return the same where variances range so widely that the difference would be rounding.

        A column is what its cluster has in common and deviations from that. Both are reckoned from the place with most
        weight, so that no large number is taken from another.
        """
        a, ones, cluster = d * self._ones, self._ones[:, None], self._cluster
        weight = a * self._ones
        top = np.maximum.reduceat(weight, self._starts)
        places = np.where(weight == top[cluster], np.arange(d.size), d.size)
        heaviest = np.minimum.reduceat(places, self._starts)
        below = 1 + between * s11

        def solve(columns: Floats) -> Floats:
            common = columns[heaviest] / ones[heaviest]
            own = columns - ones * common[cluster]
            own[heaviest] = 0.0
            rest = self._sums(a[:, None] * own) / s11[:, None]
            return d[:, None] * (own - ones * rest[cluster]) + a[:, None] * ((common + rest) / below[:, None])[cluster]

        weight[heaviest] = 0.0
        others = s11[cluster] - weight
        others[heaviest] = self._sums(weight)
        return solve, float(d @ (others / s11[cluster]) + self._sums(a * a) @ (1 / (s11 * below)))

    def log_likelihoods(self, between: Floats, within: Floats) -> Floats:
        """Return the restricted log-likelihood of :meth:`fit` at many pairs of variances, shape (m,) each."""
        if self._wide:
            return np.array([self.fit(*pair).log_likelihood for pair in zip(between, within, strict=True)])
        d = 1 / (self.eigenvalues + within[:, None])
        a = d * self._ones
        s11 = np.add.reduceat(a * self._ones, self._starts, axis=1)
        spread = 1 + between[:, None] * s11
        shrink = between[:, None] / spread

        def solve(columns: Floats) -> Floats:
            s = shrink[..., None] * np.add.reduceat(a[..., None] * columns, self._starts, axis=1)
            return np.asarray(d[..., None] * columns - a[..., None] * s[:, self._cluster])

        sx = solve(np.broadcast_to(self._x, (between.size, *self._x.shape)))
        gram = self._x.T @ sx
        solution = np.linalg.solve(gram, np.einsum("mnp,n->mp", sx, self._y)[..., None])[..., 0]
        residuals = self._y - solution @ self._x.T
        q = solve(residuals[..., None])[..., 0]
        determinants = -np.log(d).sum(axis=1) + np.log(spread).sum(axis=1) + np.linalg.slogdet(gram)[1]
        df = self._y.size - self._x.shape[1]
        return np.asarray(-0.5 * (df * np.log(2 * np.pi) + determinants + np.vecdot(residuals, q)))

    def unexplained(self) -> float:
        """Return the trace of the matrix from effects to weighted residuals, without heterogeneity."""
        return unexplained_one_by_one(1 / self.eigenvalues, self._x) if self._wide else self.fit(0.0, 0.0).tr_p

    def maximise(self) -> Floats:
        """Return the variances (between, within) of greatest restricted likelihood, each at least 0.

        The likelihood may have several maxima; the highest of those uphill of every peak of a grid is taken.
        Without any cluster of two or more effects only their sum can be known; it is given to ``between``.
        SynthesisError if a climb does not end.
        """
        scale = float(np.median(self.eigenvalues))
        free, starts = np.array([True, self.nested]), self._starts_of_climbs(scale)
        peaks = [climb_variances(self._restricted, start, self.effects.size, scale, free) for start in starts]
        best = max(peaks, key=lambda pair: self.fit(*pair).log_likelihood)
        return polished_variances(self._restricted, best)

    def _restricted(self, pair: Floats) -> tuple[float, Floats, Floats]:
        return self.fit(*pair)[:3]

    def _starts_of_climbs(self, scale: float) -> list[Floats]:
        """Return the points of a grid over both variances that are no lower than their neighbours."""
        spread = max(4 * float(np.var(self.effects)), scale)
        steps = np.concatenate([[0.0], np.geomspace(float(self.eigenvalues.min()) / 10, spread, _GRID - 1)])
        others = steps if self.nested else steps[:1]
        heights = self.log_likelihoods(*(pair.ravel() for pair in np.meshgrid(steps, others, indexing="ij")))
        peaks = np.argwhere(peaks_of_grid(heights.reshape(steps.size, others.size)))
        return [np.array([steps[one], others[two]]) for one, two in peaks]
