"""Rows of trials whose means follow a design: what regressions and networks estimate tau2 from."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.pooling.moments import Moments, Trials, Unweighted
from ipt_evidence.errors import SynthesisError

_WIDE = 1e3
"""Condition of sums of products from which they lose digits that matter."""
_NOTHING = 1e-30
_LEFT, _CANCELLED = 1e-3, 1e-6
"""Shares of the weights below which what the moderators leave of them is summed from leverages, and trial by trial."""

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

        SynthesisError if the columns of the design are linearly dependent.
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
        gram = self._gram(weights)
        try:
            inverse = self._inverse(gram)
        except np.linalg.LinAlgError:
            inverse = np.full_like(gram, np.nan)
        solution = np.einsum("bij,bj->bi", inverse, (weights * self.y) @ self.basis)
        # Not so of what is no number, either.
        wide = ~(np.linalg.norm(gram, axis=(1, 2)) * np.linalg.norm(inverse, axis=(1, 2)) <= _WIDE)
        if wide.any():
            order, turned, back = orthogonal(weights[wide], self.basis)
            effects = np.broadcast_to(self.y, weights.shape)[wide]
            target = np.take_along_axis(np.sqrt(weights[wide]) * effects, order, axis=1)
            solution[wide] = (back @ np.einsum("bkp,bk->bp", turned, target)[:, :, None])[:, :, 0]
            inverse[wide] = back @ np.swapaxes(back, 1, 2)
        return weights, solution, inverse

    def _unexplained(self, weights: Floats, inverse: Floats) -> Floats:
        """Return the sum of the weights (b, k) less their leverages, the trace of P."""
        total = weights.sum(axis=1)
        tr_p = total - np.vecdot(inverse.reshape(len(inverse), -1), self._gram(weights**2).reshape(len(inverse), -1))
        unsure = ~(tr_p > _LEFT * total)
        if unsure.any():
            order, turned, _ = orthogonal(weights[unsure], self.basis)
            left = np.take_along_axis(weights[unsure], order, axis=1) * (1 - (turned**2).sum(axis=2))
            tr_p[unsure] = left.sum(axis=1)
        unsure = (tr_p < _CANCELLED * total) & (self.df[0] > 0)
        tr_p[unsure] = [unexplained_one_by_one(row, self.basis) for row in weights[unsure]]
        return np.asarray(tr_p)

    def on_basis(self, t: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the basis (b, p) and their model covariance (b, p, p)."""
        _, solution, inverse = self._solve(t)
        return solution, inverse

    def coefficients(self, t: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the design (b, p) and their model covariance (b, p, p)."""
        return self.off_basis(*self.on_basis(t))

    def off_basis(self, solution: Floats, covariance: Floats) -> tuple[Floats, Floats]:
        """Turn coefficients of the basis (b, p) and their covariance (b, p, p) into those of the design."""
        back = np.linalg.inv(self.triangle)
        return solution @ back.T, back @ covariance @ back.T

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        weights, solution, inverse = self._solve(t)
        residuals = self.y - solution @ self.basis.T
        u = weights * residuals
        return Moments(
            q=np.vecdot(u, residuals),
            ypp=np.vecdot(u, u),
            tr_p=self._unexplained(weights, inverse),
            w=weights.sum(axis=1),
        )

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        weights, correction = 1 / (self.v + t[:, None]), 0.0
        if restricted:
            back = orthogonal(weights, self.basis)[2]
            correction = -2 * np.log(np.abs(np.diagonal(back, axis1=1, axis2=2))).sum(axis=1)
        return -0.5 * (-np.log(weights).sum(axis=1) + self.at(t).q + correction)

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums."""
        residuals = _residuals(self.y, self.basis)
        leverage = (self.basis**2).sum(axis=1)
        return Unweighted(
            rss=np.vecdot(residuals, residuals), noise=self.v @ (1 - leverage), spread=np.var(self.y, axis=1)
        )


def orthogonal(weights: Floats, basis: Floats) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Return, of the weighted basis, the order of its rows, orthogonal columns (b, k, p) and what they are made by.

    The heaviest rows come first, so that the lighter ones keep their digits however far weights (b, k) range.
    """
    order = np.argsort(-weights, axis=1, kind="stable")
    rows = np.sqrt(np.take_along_axis(weights, order, axis=1))[:, :, None] * basis[order]
    turned, triangle = np.linalg.qr(rows)
    return order, turned, np.linalg.inv(triangle)


def _residuals(effects: Floats, basis: Floats) -> Floats:
    """Return what least squares on an orthonormal basis (k, p) leave of effects (b, k)."""
    return effects - (effects @ basis) @ basis.T


def unexplained_one_by_one(weights: Floats, basis: Floats) -> float:
    """Return the sum of weights (k,) less their leverages, each from the fit of the others: nothing cancels.

    A few trials that outweigh all others by far have leverages of 1 up to rounding, and their weights swamp the rest.
    """
    rows = np.sqrt(weights)[:, None] * basis
    others = np.where(np.eye(weights.size, dtype=bool)[:, :, None], 0.0, rows)
    _, sizes, turned = np.linalg.svd(others, full_matrices=False)
    reach = (turned @ rows[:, :, None])[:, :, 0] / np.maximum(sizes, _NOTHING * np.sqrt(weights.max()))
    return float(np.sum(weights / (1 + np.vecdot(reach, reach))))


def tells_apart(design: Floats) -> bool:
    """Return whether the columns of a design (k, p) are linearly independent."""
    scale = np.linalg.norm(design, axis=0)
    return bool(np.all(scale > 0) and np.linalg.matrix_rank(design / scale, tol=DEPENDENT) == design.shape[1])


def orthonormal(design: Floats, *, called: str = "moderators") -> tuple[Floats, Floats]:
    """Return an orthonormal basis (k, p) of the columns of a design and the triangle (p, p) that maps to it.

    SynthesisError if the columns, of which others than the intercept are ``called`` so, are linearly dependent.
    """
    if not tells_apart(design):
        raise SynthesisError(
            f"{called} must differ between trials and not follow from one another: the design of "
            f"{design.shape[1]} columns, intercept included, has linearly dependent columns; leave one out"
        )
    basis, triangle = np.linalg.qr(design)
    return basis, triangle
