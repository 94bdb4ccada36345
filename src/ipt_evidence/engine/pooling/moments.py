"""The sums from which every estimator of the between-trial variance is made, for one or many sets of trials.

A set of trials is a *row*. For a between-trial variance ``t`` the weights are ``w = 1/(v + t)``; with ``W``
their diagonal matrix and ``X`` the moderators, ``P = W - W X (X'WX)^-1 X'W`` takes effects to weighted
residuals.
"""

from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.errors import SynthesisError


class Moments(NamedTuple):
    """Sums at one value of the between-trial variance per row; each of shape (b,).

    Attributes
    ----------
    q, ypp : ndarray
        y'Py (the generalised Q statistic) and y'PPy; the latter is minus the slope of the former.
    tr_p : ndarray
        Trace of P; 0 without degrees of freedom.
    w : ndarray
        Sum of the weights.
    """

    q: Floats
    ypp: Floats
    tr_p: Floats
    w: Floats


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
        A number whose square, if not the largest variance, lies above every maximum of the likelihood of tau2.
    """

    df: Floats
    k: Floats
    smallest: float
    largest: float
    span: float

    @property
    def at_zero(self) -> Moments:
        """Return the moments at 0, those of the common-effect model."""
        ...

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
        # others nothing cancels, however unequal the variances are. Arrays are (k, b): sums over trials
        # then run along memory.
        order = np.argsort(variances, kind="stable")
        heaviest = order[subsets[:, order].argmax(axis=1)]
        members = np.ascontiguousarray(subsets.T)
        self._members = members
        self._v = np.where(members, variances[:, None], np.inf)
        self._v_top = variances[heaviest]
        self.origin = effects[heaviest]
        self._y = effects[:, None] - self.origin
        self._others = members.astype(np.float64)
        self._others[heaviest, np.arange(heaviest.size)] = 0.0
        self.k = members.sum(axis=0).astype(np.float64)
        self.df = self.k - 1
        self.smallest, self.largest = float(variances.min()), float(variances.max())
        self.span = float(np.ptp(effects))

    def rows(self, chosen: Bools) -> "MeanOfTrials":
        """Return the chosen rows only."""
        part = object.__new__(MeanOfTrials)
        for name in ("_members", "_v", "_v_top", "origin", "_y", "_others", "k", "df"):
            setattr(part, name, getattr(self, name)[..., chosen])
        part.smallest, part.largest, part.span = self.smallest, self.largest, self.span
        return part

    def mean(self, t: Floats) -> tuple[Floats, Floats]:
        """Return the weighted mean and the sum of weights of each row, both shape (b,)."""
        weights = 1 / (self._v + t)
        total = weights.sum(axis=0)
        return self.origin + _sum_products(weights, self._y) / total, total

    @cached_property
    def at_zero(self) -> Moments:
        """Return the moments at 0, those of the common-effect model."""
        return self.at(np.zeros_like(self.df))

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        # Everything is done in two arrays: with many rows, new ones would cost more than the sums.
        weights = self._v + t
        np.divide(1.0, weights, out=weights)
        top = 1 / (self._v_top + t)
        light = weights * self._others
        rest = light.sum(axis=0)
        total = rest + top
        squares = _sum_products(light, light)
        mean = _sum_products(light, self._y) / total
        residuals = np.subtract(self._y, mean, out=light)
        u = np.multiply(weights, residuals, out=weights)
        return Moments(
            q=_sum_products(u, residuals),
            ypp=_sum_products(u, u),
            tr_p=rest + (top * rest - squares) / total,
            w=total,
        )

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        moments = self.at(t)
        logs = np.log(np.where(self._members, self._v + t, 1.0)).sum(axis=0)
        return -0.5 * (logs + moments.q + (np.log(moments.w) if restricted else 0.0))

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums of each row."""
        centre = _sum_products(self._others, self._y) / self.k
        rss = np.where(self._members, (self._y - centre) ** 2, 0.0).sum(axis=0)
        noise = np.where(self._members, self._v, 0.0).sum(axis=0) * (1 - 1 / self.k)
        return Unweighted(rss=rss, noise=noise, spread=rss / self.k)


def _sum_products(a: Floats, b: Floats) -> Floats:
    """Sum over trials the products of two arrays (k, b)."""
    return np.einsum("kb,kb->b", a, b)


class RegressionOfTrials:
    """Rows of trials whose means are a linear function of the same moderators.

    Parameters
    ----------
    effects, variances : ndarray, shape (b, k)
        Checked effects and sampling variances.
    design : ndarray, shape (k, p)
        Design matrix, with its column of ones.

    Raises
    ------
    SynthesisError
        If the columns of the design are linearly dependent.
    """

    def __init__(self, effects: Floats, variances: Floats, design: Floats) -> None:
        self._basis, self._triangle = orthonormal(design)
        products = self._basis[:, :, None] * self._basis[:, None, :]
        self._products = products.reshape(design.shape[0], -1)
        self._y, self._v = effects, variances
        k, self._p = design.shape
        self.k = np.full(len(effects), float(k))
        self.df = self.k - self._p
        self.smallest, self.largest = float(variances.min()), float(variances.max())
        # y'PPy <= RSS / (t + smallest)^2 and tr P >= df / (t + largest): beyond the largest variance and twice the mean
        # squared residual the likelihood of tau2 only falls. The range of the effects does not bound it: with few
        # degrees of freedom, residuals that large are spread over few trials.
        self.span = float(np.sqrt(np.max(2 * self.unweighted().rss / np.maximum(self.df, 1.0))))

    def rows(self, chosen: Bools) -> "RegressionOfTrials":
        """Return the chosen rows only."""
        part = object.__new__(RegressionOfTrials)
        part.__dict__.update({name: value for name, value in self.__dict__.items() if name != "at_zero"})
        part._y, part._v = self._y[chosen], self._v[chosen]
        part.k, part.df = self.k[chosen], self.df[chosen]
        return part

    def _gram(self, weights: Floats) -> Floats:
        return (weights @ self._products).reshape(len(weights), self._p, self._p)

    def _solve(self, t: Floats) -> tuple[Floats, Floats, Floats]:
        """Return weights (b, k), coefficients on the basis (b, p) and their covariance (b, p, p)."""
        weights = 1 / (self._v + t[:, None])
        inverse: Floats = np.linalg.inv(self._gram(weights))
        return weights, np.einsum("bij,bj->bi", inverse, (weights * self._y) @ self._basis), inverse

    def coefficients(self, t: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the design (b, p) and their model covariance (b, p, p)."""
        _, solution, inverse = self._solve(t)
        back = np.linalg.inv(self._triangle)
        return solution @ back.T, back @ inverse @ back.T

    @cached_property
    def at_zero(self) -> Moments:
        """Return the moments at 0, those of the common-effect model."""
        return self.at(np.zeros_like(self.df))

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        weights, solution, inverse = self._solve(t)
        residuals = self._y - solution @ self._basis.T
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
        residuals = self._y - (self._y @ self._basis) @ self._basis.T
        leverage = (self._basis**2).sum(axis=1)
        return Unweighted(
            rss=np.vecdot(residuals, residuals),
            noise=self._v @ (1 - leverage),
            spread=np.var(self._y, axis=1),
        )


def orthonormal(design: Floats) -> tuple[Floats, Floats]:
    """Return an orthonormal basis (k, p) of the columns of a design and the triangle (p, p) that maps to it.

    Raises
    ------
    SynthesisError
        If the columns are linearly dependent.
    """
    scale = np.linalg.norm(design, axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < design.shape[1]:
        raise SynthesisError(
            "moderators must differ between trials and not follow from one another: the design of "
            f"{design.shape[1]} columns, intercept included, has linearly dependent columns; leave one out"
        )
    basis, triangle = np.linalg.qr(design)
    return basis, triangle
