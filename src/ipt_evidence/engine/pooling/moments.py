"""The sums from which every estimator of the between-trial variance is made, for one or many sets of trials.

A set of trials is a *row*. For a between-trial variance ``t`` the weights are ``w = 1/(v + t)``; with ``W``
their diagonal matrix and ``X`` the moderators, ``P = W - W X (X'WX)^-1 X'W`` takes effects to weighted
residuals.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats

_CANCELLED = 100.0
"""How much larger than their difference sums of squares may be for two digits of it to be lost."""


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


class Scores(NamedTuple):
    """Those of the moments of which the slope of the likelihood is made."""

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Trials(ABC):
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

    @abstractmethod
    def rows(self, chosen: Bools) -> Self:
        """Return the chosen rows only."""

    @abstractmethod
    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""

    @abstractmethod
    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""

    @abstractmethod
    def unweighted(self) -> Unweighted:
        """Return the least-squares sums of each row."""

    def on_grid(self, grid: Floats) -> "Scores":
        """Return what the likelihood needs of every row at the same values (g,), each of shape (g, b)."""
        if self.df.size == 1:
            return Scores(*(moment[:, None] for moment in self.at(grid)[1:]))
        found = [self.at(np.full_like(self.df, t))[1:] for t in grid]
        return Scores(*(np.stack(moment) for moment in zip(*found, strict=True)))

    def at_zero(self) -> Moments:
        """Return the moments at 0, those of the common-effect model."""
        return self.at(np.zeros_like(self.df))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeanOfTrials(Trials):
    """Rows that share one mean each: subsets of the same effects and variances.

    The heaviest trial of a row is kept apart: as origin of the effects and outside the sums over the others nothing
    cancels, however unequal the variances are. Arrays are (k, b): sums over trials then run along memory.

    Attributes
    ----------
    members : ndarray of bool, shape (k, b)
        Which trials each row has.
    others : ndarray, shape (k, b)
        1 for its members but the heaviest, else 0.
    y, v : ndarray, shape (k, b)
        Effects less the origin; variances, infinite where a trial is no member.
    origin, v_top : ndarray, shape (b,)
        Effect and variance of the heaviest trial.
    effects, variances : ndarray, shape (k,)
        All trials.
    df, k, smallest, largest, span
        As in :class:`Trials`.
    """

    members: Bools
    others: Floats
    y: Floats
    v: Floats
    origin: Floats
    v_top: Floats
    effects: Floats
    variances: Floats

    @classmethod
    def of(cls, effects: Floats, variances: Floats, subsets: Bools) -> Self:
        """Lay out checked effects and variances (k,) in the rows of ``subsets`` (b, k), none of them empty."""
        order = np.argsort(variances, kind="stable")
        heaviest = order[subsets[:, order].argmax(axis=1)]
        members = np.ascontiguousarray(subsets.T)
        others = members.astype(np.float64)
        k = others.sum(axis=0)
        # Divided, not chosen: a processor cannot guess which trials belong to a subset.
        with np.errstate(divide="ignore"):
            v = variances[:, None] / others
        others[heaviest, np.arange(heaviest.size)] = 0.0
        return cls(
            members=members,
            others=others,
            y=effects[:, None] - effects[heaviest],
            v=v,
            origin=effects[heaviest],
            v_top=variances[heaviest],
            effects=effects,
            variances=variances,
            df=k - 1,
            k=k,
            smallest=float(variances.min()),
            largest=float(variances.max()),
            span=float(np.ptp(effects)),
        )

    def rows(self, chosen: Bools) -> Self:
        """Return the chosen rows only."""
        names = ("members", "others", "y", "v", "origin", "v_top", "df", "k")
        return replace(self, **{name: getattr(self, name)[..., chosen] for name in names})

    def fit(self, t: Floats) -> tuple[Floats, Moments]:
        """Return the weighted mean of each row at ``t`` (b,) and the moments about it."""
        # Everything is done in two arrays: with many rows, new ones would cost more than the sums.
        weights = self.v + t
        np.divide(1.0, weights, out=weights)
        top = 1 / (self.v_top + t)
        light = weights * self.others
        rest = light.sum(axis=0)
        total = rest + top
        squares = _sum_products(light, light)
        mean = _sum_products(light, self.y) / total
        residuals = np.subtract(self.y, mean, out=light)
        u = np.multiply(weights, residuals, out=weights)
        return self.origin + mean, Moments(
            q=_sum_products(u, residuals),
            ypp=_sum_products(u, u),
            tr_p=rest + (top * rest - squares) / total,
            w=total,
        )

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        return self.fit(t)[1]

    def on_grid(self, grid: Floats) -> "Scores":
        """Return what the likelihood needs of every row at the same values (g,), each of shape (g, b).

        At one value all rows share their weights, so that the sums are one product of matrices. Its effects have one
        origin for all rows; rows in which that would cancel digits are summed one by one.
        """
        if self.df.size == 1:
            return super(MeanOfTrials, self).on_grid(grid)
        centre = self.effects[np.argmin(self.variances)]
        weights = 1 / (self.variances + grid[:, None])
        pulls = weights * (self.effects - centre)
        table = np.stack([weights, pulls, weights**2, weights * pulls, pulls**2])
        sums = (table.reshape(-1, self.effects.size) @ self.others).reshape(5, grid.size, -1)
        rest, pull, squares, cross, pulled = sums
        top = 1 / (self.v_top + grid[:, None])
        total = rest + top
        tr_p = rest + (top * rest - squares) / total
        y_top = self.origin - centre
        own = top * y_top
        mean = (pull + own) / total
        squares += top * top
        cross += top * own
        pulled += own * own
        ypp = pulled - mean * (2 * cross - mean * squares)
        unsure = (pulled > _CANCELLED * ypp).any(axis=0)
        if unsure.any():
            exact = super(MeanOfTrials, self.rows(unsure)).on_grid(grid)
            ypp[:, unsure], tr_p[:, unsure], total[:, unsure] = exact
        return Scores(ypp=ypp, tr_p=tr_p, w=total)

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        moments = self.at(t)
        logs = np.log(np.where(self.members, self.v + t, 1.0)).sum(axis=0)
        return -0.5 * (logs + moments.q + (np.log(moments.w) if restricted else 0.0))

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums of each row."""
        centre = _sum_products(self.others, self.y) / self.k
        rss = np.where(self.members, (self.y - centre) ** 2, 0.0).sum(axis=0)
        noise = np.where(self.members, self.v, 0.0).sum(axis=0) * (1 - 1 / self.k)
        return Unweighted(rss=rss, noise=noise, spread=rss / self.k)


def _sum_products(a: Floats, b: Floats) -> Floats:
    """Sum over trials the products of two arrays (k, b)."""
    return np.einsum("kb,kb->b", a, b)
