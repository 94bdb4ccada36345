"""The sums from which every estimator of the between-trial variance is made, for one or many sets of trials.

A set of trials is a *row*. For a between-trial variance ``t`` the weights are ``w = 1/(v + t)``; with ``W`` their
diagonal matrix and ``X`` the moderators, ``P = W - W X (X'WX)^-1 X'W`` takes effects to weighted residuals.
"""

from typing import NamedTuple, Protocol

import numpy as np

from ipt_evidence.effects.checks import Bools, Floats
from ipt_evidence.errors import SynthesisError


class Moments(NamedTuple):
    """Sums at one value of the between-trial variance per row; each of shape (b,).

    Attributes
    ----------
    q, ypp, yppp : ndarray
        y'Py (the generalised Q statistic), y'PPy and y'PPPy.
    tr_p, tr_pp : ndarray
        Traces of P and PP.
    w, w2 : ndarray
        Sums of the weights and of their squares.
    """

    q: Floats
    ypp: Floats
    yppp: Floats
    tr_p: Floats
    tr_pp: Floats
    w: Floats
    w2: Floats


class Unweighted(NamedTuple):
    """Least-squares sums; each of shape (b,).

    Attributes
    ----------
    rss : ndarray
        Residual sum of squares.
    noise : ndarray
        Part of it expected from sampling error alone.
    spread : ndarray
        Mean squared deviation of the effects from their mean.
    """

    rss: Floats
    noise: Floats
    spread: Floats


class Trials(Protocol):
    """Rows of trials for which the moments can be computed.

    Attributes
    ----------
    df : ndarray, shape (b,)
        Trials minus coefficients per row.
    k : ndarray, shape (b,)
        Trials per row.
    smallest, largest : float
        Range of the sampling variances.
    span : float
        Largest difference between two effects.
    """

    df: Floats
    k: Floats
    smallest: float
    largest: float
    span: float

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        ...

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t``, without its constant."""
        ...

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums."""
        ...

    def rows(self, chosen: Bools) -> "Trials":
        """Return the chosen rows only."""
        ...


class MeanOfTrials:
    """Rows that share one mean each: subsets of the same effects and variances.

    Parameters
    ----------
    effects, variances : ndarray, shape (k,)
        Checked effects and sampling variances.
    subsets : ndarray of bool, shape (b, k)
        The trials of each row, at least one.
    """

    def __init__(self, effects: Floats, variances: Floats, subsets: Bools) -> None:
        # The heaviest trial of a row is kept apart: as origin of the effects and outside the sums over the
        # others nothing cancels, however unequal the variances are.
        v = np.where(subsets, variances, np.inf)
        heaviest = v.argmin(axis=1)
        self._v = v
        self._v_top = variances[heaviest]
        self.origin = effects[heaviest]
        self._y = np.where(subsets, effects - self.origin[:, None], 0.0)
        others = subsets.astype(np.float64)
        others[np.arange(others.shape[0]), heaviest] = 0.0
        self._others = others
        self._subsets = subsets
        self.k = subsets.sum(axis=1).astype(np.float64)
        self.df = self.k - 1
        self.smallest, self.largest = float(variances.min()), float(variances.max())
        self.span = float(np.ptp(effects))

    def rows(self, chosen: Bools) -> "MeanOfTrials":
        """Return the chosen rows only."""
        part = object.__new__(MeanOfTrials)
        for name in ("_v", "_v_top", "origin", "_y", "_others", "_subsets", "k", "df"):
            setattr(part, name, getattr(self, name)[chosen])
        part.smallest, part.largest, part.span = self.smallest, self.largest, self.span
        return part

    def mean(self, t: Floats) -> tuple[Floats, Floats]:
        """Return the weighted mean and the sum of weights of each row, both shape (b,)."""
        weights = 1 / (self._v + t[:, None])
        total = weights.sum(axis=1)
        return self.origin + np.einsum("bk,bk->b", weights, self._y) / total, total

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        weights = 1 / (self._v + t[:, None])
        top = 1 / (self._v_top + t)
        light = weights * self._others
        rest = light.sum(axis=1)
        total = rest + top
        light2 = np.einsum("bk,bk->b", light, light)
        light3 = np.einsum("bk,bk,bk->b", light, light, light)
        residuals = self._y - (np.einsum("bk,bk->b", light, self._y * np.ones_like(light)) / total)[:, None]
        u = weights * residuals
        wu = weights * u
        ypp = np.einsum("bk,bk->b", u, u)
        yppp = np.einsum("bk,bk->b", wu, u) - wu.sum(axis=1) ** 2 / total
        return Moments(
            q=np.einsum("bk,bk->b", u, residuals),
            ypp=ypp,
            yppp=np.maximum(yppp, 0.0),
            tr_p=rest - light2 / total + top * rest / total,
            tr_pp=light2
            - 2 * light3 / total
            + (light2 / total) ** 2
            + top**2 * (rest**2 + 2 * light2) / total**2,
            w=total,
            w2=light2 + top**2,
        )

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        moments = self.at(t)
        logs = np.log(np.where(self._subsets, self._v + t[:, None], 1.0)).sum(axis=1)
        return -0.5 * (logs + moments.q + (np.log(moments.w) if restricted else 0.0))

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums of each row."""
        centre = self._y.sum(axis=1) / self.k
        rss = np.where(self._subsets, (self._y - centre[:, None]) ** 2, 0.0).sum(axis=1)
        noise = np.where(self._subsets, self._v, 0.0).sum(axis=1) * (1 - 1 / self.k)
        return Unweighted(rss=rss, noise=noise, spread=rss / self.k)


class RegressionOfTrials:
    """One row of trials whose means are a linear function of moderators.

    Parameters
    ----------
    effects, variances : ndarray, shape (k,)
        Checked effects and sampling variances.
    design : ndarray, shape (k, p)
        Design matrix of full column rank, with its column of ones.

    Raises
    ------
    SynthesisError
        If the columns of the design are linearly dependent.
    """

    def __init__(self, effects: Floats, variances: Floats, design: Floats) -> None:
        scale = np.linalg.norm(design, axis=0)
        if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < design.shape[1]:
            raise SynthesisError(
                "moderators must not be linearly dependent on each other or constant; "
                f"the design of {design.shape[1]} columns, intercept included, has a lower rank"
            )
        # An orthonormal basis of the same column space: P does not change, conditioning does.
        self.basis, self.triangle = np.linalg.qr(design)
        self._products = (self.basis[:, :, None] * self.basis[:, None, :]).reshape(len(effects), -1)
        self._y, self._v = effects, variances
        k, self._p = design.shape
        self.k, self.df = np.array([float(k)]), np.array([float(k - self._p)])
        self.smallest, self.largest = float(variances.min()), float(variances.max())
        self.span = float(np.ptp(effects))

    def rows(self, chosen: Bools) -> "RegressionOfTrials":  # noqa: ARG002
        """Return itself: there is one row."""
        return self

    def _gram(self, weights: Floats) -> Floats:
        return (weights @ self._products).reshape(len(weights), self._p, self._p)

    def solve(self, t: Floats) -> tuple[Floats, Floats, Floats]:
        """Return weights (b, k), coefficients on the basis (b, p) and their unscaled covariance (b, p, p)."""
        weights = 1 / (self._v + np.atleast_1d(t)[:, None])
        inverse = np.linalg.inv(self._gram(weights))
        score = (weights * self._y) @ self.basis
        return weights, np.einsum("bij,bj->bi", inverse, score), inverse

    def at(self, t: Floats) -> Moments:
        """Return the moments at every value of ``t`` (b,)."""
        weights, coefficients, inverse = self.solve(t)
        residuals = self._y - coefficients @ self.basis.T
        u = weights * residuals
        wu = weights * u
        xwu = wu @ self.basis
        second = inverse @ self._gram(weights**2)
        third = inverse @ self._gram(weights**3)
        total, squares = weights.sum(axis=1), (weights**2).sum(axis=1)
        return Moments(
            q=(u * residuals).sum(axis=1),
            ypp=(u * u).sum(axis=1),
            yppp=np.maximum((wu * u).sum(axis=1) - np.einsum("bi,bij,bj->b", xwu, inverse, xwu), 0.0),
            tr_p=total - np.trace(second, axis1=1, axis2=2),
            tr_pp=squares - 2 * np.trace(third, axis1=1, axis2=2) + np.einsum("bij,bji->b", second, second),
            w=total,
            w2=squares,
        )

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at every value of ``t`` (b,), without its constant."""
        weights, _, inverse = self.solve(t)
        correction = -np.linalg.slogdet(inverse)[1] if restricted else 0.0
        return -0.5 * (-np.log(weights).sum(axis=1) + self.at(t).q + correction)

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums."""
        residuals = self._y - self.basis @ (self.basis.T @ self._y)
        leverage = (self.basis**2).sum(axis=1)
        return Unweighted(
            rss=np.array([residuals @ residuals]),
            noise=np.array([self._v @ (1 - leverage)]),
            spread=np.array([np.mean((self._y - self._y.mean()) ** 2)]),
        )
