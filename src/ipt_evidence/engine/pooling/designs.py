"""Rows of trials whose means follow a design: what regressions and networks estimate tau2 from."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.pooling.moments import Moments, Trials, Unweighted
from ipt_evidence.errors import SynthesisError

DEPENDENT = 1e-10
"""Smallest singular value, of columns of length 1, that is not taken for rounding."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RegressionOfTrials(Trials):
    """Rows of trials whose means are a linear function of the same moderators.

    Attributes
    ----------
    y, v : ndarray, shape (b, k)
        Effects and variances.
    basis, triangle : ndarray, shape (k, p) and (p, p)
        See :func:`orthonormal`.
    products : ndarray, shape (k, p * p)
        Products of the columns of the basis.
    df, k, smallest, largest, span
        As in :class:`Trials`.
    """

    y: Floats
    v: Floats
    basis: Floats
    triangle: Floats
    products: Floats

    @classmethod
    def of(cls, effects: Floats, variances: Floats, design: Floats) -> Self:
        """Lay out checked effects and variances (b, k) with a design (k, p) that has its column of ones.

        Raises
        ------
        SynthesisError
            If the columns of the design are linearly dependent.
        """
        basis, triangle = orthonormal(design)
        k, p = design.shape
        df = np.full(len(effects), float(k - p))
        # y'PPy <= RSS / (t + smallest)^2 and tr P >= df / (t + largest): beyond the largest variance and twice the mean
        # squared residual the likelihood of tau2 only falls. The range of the effects does not bound it: with few
        # degrees of freedom, residuals that large are spread over few trials.
        residuals = _residuals(effects, basis)
        span = np.sqrt(np.max(2 * np.vecdot(residuals, residuals) / np.maximum(df, 1.0)))
        return cls(
            y=effects,
            v=variances,
            basis=basis,
            triangle=triangle,
            products=(basis[:, :, None] * basis[:, None, :]).reshape(k, -1),
            df=df,
            k=np.full(len(effects), float(k)),
            smallest=float(variances.min()),
            largest=float(variances.max()),
            span=float(span),
        )

    def rows(self, chosen: Bools) -> Self:
        """Return the chosen rows only."""
        return replace(self, y=self.y[chosen], v=self.v[chosen], df=self.df[chosen], k=self.k[chosen])

    def _gram(self, weights: Floats) -> Floats:
        return (weights @ self.products).reshape(len(weights), *self.triangle.shape)

    def _inverse(self, gram: Floats) -> Floats:
        """Return the inverse of matrices (..., p, p)."""
        return np.asarray(np.linalg.inv(gram))

    def _solve(self, t: Floats) -> tuple[Floats, Floats, Floats]:
        """Return weights (b, k), coefficients on the basis (b, p) and their covariance (b, p, p)."""
        weights = 1 / (self.v + t[:, None])
        inverse = self._inverse(self._gram(weights))
        return weights, np.einsum("bij,bj->bi", inverse, (weights * self.y) @ self.basis), inverse

    def coefficients(self, t: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the design (b, p) and their model covariance (b, p, p)."""
        _, solution, inverse = self._solve(t)
        back = np.linalg.inv(self.triangle)
        return solution @ back.T, back @ inverse @ back.T

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        weights, solution, inverse = self._solve(t)
        residuals = self.y - solution @ self.basis.T
        u = weights * residuals
        total = weights.sum(axis=1)
        return Moments(
            q=np.vecdot(u, residuals),
            ypp=np.vecdot(u, u),
            tr_p=total - np.trace(inverse @ self._gram(weights**2), axis1=1, axis2=2),
            w=total,
        )

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        weights, _, inverse = self._solve(t)
        correction = -np.linalg.slogdet(inverse)[1] if restricted else 0.0
        return -0.5 * (-np.log(weights).sum(axis=1) + self.at(t).q + correction)

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums."""
        residuals = _residuals(self.y, self.basis)
        leverage = (self.basis**2).sum(axis=1)
        return Unweighted(
            rss=np.vecdot(residuals, residuals),
            noise=self.v @ (1 - leverage),
            spread=np.var(self.y, axis=1),
        )


def _residuals(effects: Floats, basis: Floats) -> Floats:
    """Return what least squares on an orthonormal basis (k, p) leave of effects (b, k)."""
    return effects - (effects @ basis) @ basis.T


def orthonormal(design: Floats) -> tuple[Floats, Floats]:
    """Return an orthonormal basis (k, p) of the columns of a design and the triangle (p, p) that maps to it.

    Raises
    ------
    SynthesisError
        If the columns are linearly dependent.
    """
    scale = np.linalg.norm(design, axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale, tol=DEPENDENT) < design.shape[1]:
        raise SynthesisError(
            "moderators must differ between trials and not follow from one another: the design of "
            f"{design.shape[1]} columns, intercept included, has linearly dependent columns; leave one out"
        )
    basis, triangle = np.linalg.qr(design)
    return basis, triangle
