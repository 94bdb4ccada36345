"""The sums from which every estimator of the between-trial variance is made, for one or many sets of trials.

A set of trials is a *row*. For a between-trial variance ``t`` the weights are ``w = 1/(v + t)``; with ``W``
their diagonal matrix and ``X`` the moderators, ``P = W - W X (X'WX)^-1 X'W`` takes effects to weighted
residuals.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.engine.checks import Bools, Floats

_CANCELLED = 100.0
"""How much larger than their difference sums of squares may be for two digits of it to be lost."""

_FINE, _COARSE = 1.1, 2.0
_FEW = 100
"""Steps of the grid: of a single row of few trials, for which many values cost little more than one, and of others."""


class Moments(NamedTuple):
    """Sums at one value of the between-trial variance per row; each of shape (b,).

    They are y'Py (the generalised Q statistic), y'PPy (minus the slope of the former), the trace of P (0 without
    degrees of freedom), and the sum of the weights.
    """

    q: Floats
    ypp: Floats
    tr_p: Floats
    w: Floats


class Average(NamedTuple):
    """The weighted mean of each row, its sum of weights and the generalised Q about it; each of shape (b,)."""

    mean: Floats
    w: Floats
    q: Floats


class Unweighted(NamedTuple):
    """Least-squares sums; each of shape (b,).

    They are the residual sum of squares, the part of it expected from sampling error alone, and the mean squared
    deviation of the effects from their mean.
    """

    rss: Floats
    noise: Floats
    spread: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Trials(ABC):
    """Rows of trials for which the moments can be computed.

    Attributes
    ----------
    df, k : ndarray, shape (b,)
        Trials minus coefficients per row, and trials.
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

    def single(self, t: float) -> Moments:
        """Return the moments of a single row, each without an axis."""
        return Moments(*(moment[0] for moment in self.at(np.array([t]))))

    @abstractmethod
    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""

    @abstractmethod
    def unweighted(self) -> Unweighted:
        """Return the least-squares sums of each row."""

    def on_grid(self, grid: Floats) -> Moments:
        """Return the moments of every row at the same values (g,), each of shape (g, b)."""
        if self.df.size == 1:
            return Moments(*(moment[:, None] for moment in self.at(grid)))
        found = [self.at(np.full_like(self.df, t)) for t in grid]
        return Moments(*(np.stack(moment) for moment in zip(*found, strict=True)))

    @cached_property
    def grid(self) -> Floats:
        """Return 0 and values, shape (g,), between which the score changes its sign only once.

        The score consists of terms that vary over factors of v + t: nothing happens much below the smallest
        variance, and steps of three would be fine enough. From ``largest - 2 smallest`` on (largest + t)^2 times the
        score falls steadily, so one step leads to the end, above which the score is negative.
        """
        step = _FINE if self.df.size == 1 and self.k[0] <= _FEW else _COARSE
        low, high = self.smallest / 2, 1.01 * max(self.largest, self.span**2)
        steps = int(np.ceil(np.log(max(self.largest / low - 4, 1.0)) / np.log(step))) + 1
        between = low * step ** np.arange(steps)
        return np.concatenate([[0.0], between[between < high], [high]])

    @cached_property
    def surveyed(self) -> Moments:
        """Return the moments on :attr:`grid`, each of shape (g, b)."""
        return self.on_grid(self.grid)

    @cached_property
    def at_zero(self) -> Moments:
        """Return the moments at 0, those of the common-effect model."""
        return self.at(np.zeros_like(self.df))


@dataclass(frozen=True, kw_only=True, eq=False)
class MeanOfTrials(Trials):
    """Rows that share one mean each: subsets of the same effects and variances.

    The heaviest trial of a row is kept apart: as origin of the effects and outside the sums over the others nothing
    cancels, however unequal the variances are. Arrays are (k, b): sums over trials then run along memory.

    Attributes
    ----------
    others : ndarray, shape (k, b)
        1 for the trials of a row but the heaviest, else 0.
    y : ndarray, shape (k, b)
        Effects less the origin.
    v : ndarray, shape (k, 1)
        Variances, the same in all rows.
    origin, v_top : ndarray, shape (b,)
        Effect and variance of the heaviest trial.
    effects, variances : ndarray, shape (k,)
        All trials.
    df, k, smallest, largest, span
        As in :class:`Trials`.
    """

    others: Floats
    y: Floats
    v: Floats
    origin: Floats
    v_top: Floats
    effects: Floats
    variances: Floats

    @classmethod
    def of(cls, effects: Floats, variances: Floats, subsets: Bools | NDArray[np.int64]) -> Self:
        """Lay out checked effects and variances (k,) in the rows of ``subsets`` (b, k), none of them empty.

        These may say how often a trial is in a row; moments at values of its own are then for a class of such rows.
        """
        order = np.argsort(variances, kind="stable")
        times = np.ascontiguousarray(subsets.T)
        heaviest = order[(times[order] != 0).argmax(axis=0)]
        others = times.astype(np.float64)
        k = others.sum(axis=0)
        others[heaviest, np.arange(heaviest.size)] -= 1.0
        origin = effects[heaviest]
        return cls(
            others=others,
            y=effects[:, None] - origin,
            v=variances[:, None],
            origin=origin,
            v_top=variances[heaviest],
            effects=effects,
            variances=variances,
            df=k - 1,
            k=k,
            smallest=float(variances.min()),
            largest=float(variances.max()),
            span=float(effects.max() - effects.min()),
        )

    @classmethod
    def alone(cls, effects: Floats, variances: Floats) -> Self:
        """Lay out checked effects and variances (k,) as a single row of all of them."""
        heaviest, k = variances.argmin(), effects.size
        others = np.ones((k, 1))
        others[heaviest] = 0.0
        return cls(
            others=others,
            y=(effects - effects[heaviest])[:, None],
            v=variances[:, None],
            origin=effects[heaviest, None],
            v_top=variances[heaviest, None],
            effects=effects,
            variances=variances,
            df=np.array([k - 1.0]),
            k=np.array([float(k)]),
            smallest=float(variances[heaviest]),
            largest=float(variances.max()),
            span=float(effects.max() - effects.min()),
        )

    def rows(self, chosen: Bools) -> Self:
        """Return the chosen rows only."""
        names, places = ("others", "y", "origin", "v_top", "df", "k"), np.flatnonzero(chosen)
        # Taken, not indexed by a mask, which would leave the rows, not the trials, apart in memory.
        return replace(self, **{name: getattr(self, name).take(places, axis=-1) for name in names})

    def average(self, t: Floats) -> Average:
        """Return the weighted mean of each row at ``t`` (b,)."""
        light = self.v + t
        np.divide(self.others, light, out=light)
        top = 1 / (self.v_top + t)
        total = light.sum(axis=0) + top
        mean = _sum_products(light, self.y) / total
        residuals = self.y - mean
        light *= residuals
        return Average(self.origin + mean, total, _sum_products(light, residuals) + top * mean**2)

    def at(self, t: Floats | float) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        # Multiplied, not chosen: a processor cannot guess which trials belong to a subset. Everything is done in two
        # arrays: with many rows, new ones would cost more than the sums.
        light = self.v + t
        np.divide(self.others, light, out=light)
        top = 1 / (self.v_top + t)
        rest = light.sum(axis=0)
        total = rest + top
        tr_p = rest + (top * rest - _sum_products(light, light)) / total
        mean = _sum_products(light, self.y) / total
        residuals = self.y - mean
        light *= residuals
        pull = top * mean
        return Moments(
            q=_sum_products(light, residuals) + pull * mean,
            ypp=_sum_products(light, light) + pull * pull,
            tr_p=tr_p,
            w=total,
        )

    def single(self, t: float) -> Moments:
        """Return the moments of a single row, each without an axis."""
        return self._column.at(t)

    @cached_property
    def _column(self) -> Self:
        """Return a single row without its second axis."""
        names = ("others", "y", "v", "v_top")
        return replace(self, **{name: getattr(self, name)[..., 0] for name in names})

    def on_grid(self, grid: Floats) -> Moments:
        """Return the moments of every row at the same values (g,), each of shape (g, b).

        At one value all rows share their weights, so that the sums are one product of matrices. Its effects have one
        origin for all rows. Rows in which that would cancel digits are summed again from their own, with those that
        share it; where this does not help, one by one.
        """
        if self.df.size == 1:
            return super().on_grid(grid)
        centre = self.effects[np.argmin(self.variances)]
        moments, unsure = self._by_sums(grid, centre)
        for origin in np.unique(self.origin[unsure & (self.origin != centre)]):
            chosen = unsure & (self.origin == origin)
            again, still = self.rows(chosen)._by_sums(grid, origin)
            for part, new in zip(moments, again, strict=True):
                part[:, chosen] = new
            unsure[chosen] = still
        return self._one_by_one(grid, moments, unsure)

    def _by_sums(self, grid: Floats, centre: float) -> tuple[Moments, Bools]:
        """Return the moments with effects counted from one centre, and in which rows that cancels digits."""
        weights = 1 / (self.variances + grid[:, None])
        pulls = weights * (self.effects - centre)
        table = np.stack([weights, pulls, weights**2, weights * pulls, pulls**2, pulls * (self.effects - centre)])
        sums = (table.reshape(-1, self.effects.size) @ self.others).reshape(6, grid.size, -1)
        return self._moments(grid, sums, self.origin - centre)

    def _moments(self, grid: Floats, sums: Iterable[Floats], y_top: Floats) -> tuple[Moments, Bools]:
        """Return the moments, and where digits are cancelled, from sums over the others, which are used up.

        They are of w, w y, w^2, w^2 y, w^2 y^2 and w y^2, shape (6, g, b), w being the weights; ``y_top`` (b,) is the
        effect of the heaviest trial.
        """
        rest, pull, squares, cross, pulled, spread = sums
        top = 1 / (self.v_top + grid[:, None])
        total = rest + top
        tr_p = (top * rest - squares) / total
        tr_p += rest
        own = top * y_top
        pull += own
        spread += own * y_top
        squares += top * top
        pulled += own * own
        cross += np.multiply(top, own, out=top)
        mean = np.divide(pull, total, out=own)
        q = spread - np.multiply(pull, mean, out=pull)
        # pulled - mean (2 cross - mean squares)
        squares *= mean
        squares -= 2 * cross
        squares *= mean
        ypp = np.add(pulled, squares, out=squares)
        unsure = ((pulled > _CANCELLED * ypp) | (spread > _CANCELLED * q)).any(axis=0)
        return Moments(q=q, ypp=ypp, tr_p=tr_p, w=total), np.asarray(unsure)

    def _one_by_one(self, grid: Floats, moments: Moments, unsure: Bools) -> Moments:
        """Return moments (g, b) with those of some rows summed for each row and value."""
        if unsure.any():
            for part, new in zip(moments, Trials.on_grid(self.rows(unsure), grid), strict=True):
                part[:, unsure] = new
        return moments

    @cached_property
    def at_zero(self) -> Moments:
        """Return the moments at 0, those of the common-effect model."""
        return Moments(*(moment[0] for moment in self.surveyed))

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        average = self.average(t)
        logs = (self.others * np.log(self.v + t)).sum(axis=0) + np.log(self.v_top + t)
        return -0.5 * (logs + average.q + (np.log(average.w) if restricted else 0.0))

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums of each row."""
        centre = _sum_products(self.others, self.y) / self.k
        rss = _sum_products(self.others, (self.y - centre) ** 2) + centre**2
        noise = (self.variances @ self.others + self.v_top) * (1 - 1 / self.k)
        return Unweighted(rss=rss, noise=noise, spread=rss / self.k)


def _sum_products(a: Floats, b: Floats) -> Floats:
    """Sum over trials the products of two arrays (k, b), or (k,) for one row."""
    return a @ b if a.ndim == 1 else np.einsum("kb,kb->b", a, b)
