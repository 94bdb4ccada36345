"""Permutation tests of meta-regressions, for the few trials at which t and F are not to be trusted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from itertools import chain, combinations
from math import factorial, prod
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import DRAWS, Bools, Checks, Floats, whole_number
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.regression import read_design, too_wide, wald
from ipt_evidence.engine.pooling.designs import RegressionOfTrials
from ipt_evidence.engine.pooling.inference import scale_factor
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.moments import Moments
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

_ROUNDING = 1e-12
"""Share of the effects, in standard errors, below which a test statistic is taken for rounding."""

_CELLS = 60_000
"""Effects permuted at a time: memory does not grow with the number of orders."""

_CANCELLED = 100.0
"""How much larger than their difference sums of squares may be for two digits of it to be lost."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PermutationTest(FrozenArrays):
    """Permutation p-values of a meta-regression.

    Attributes
    ----------
    p_values : ndarray, shape (p + 1,)
        Two-sided, intercept first.
    qm_p_value : float
        Of all moderators together.
    permutations : int
        Number of orders compared, the observed one included.
    exact : bool
        True if these are all orders there are.
    """

    p_values: Floats
    qm_p_value: float
    permutations: int
    exact: bool


def permutation_test(
    effects: ArrayLike,
    variances: ArrayLike,
    moderators: ArrayLike,
    *,
    method: str = "REML",
    interval: str = "adhoc",
    iterations: int = 10_000,
    seed: int = 1,
) -> PermutationTest:
    """Test a meta-regression by exchanging trials between the values of the moderators.

    Parameters
    ----------
    effects, variances, moderators, method, interval
        As in :func:`regress`.
    iterations : int
        Number of orders to compare, the observed one included; if there are not more different ones than these in
        all, every one is used and the test is exact. Orders that exchange trials with the same values of the
        moderators are one.
    seed : int
        Seed of the random orders.

    Returns
    -------
    PermutationTest
        Shares of orders with a statistic at least as extreme as the observed one.

    Raises
    ------
    SynthesisError
        As :func:`regress`, or if fewer than 20 iterations are asked for.

    Notes
    -----
    Higgins & Thompson (2004); Viechtbauer, Lopez-Lopez, Sanchez-Meca & Marin-Martinez (2015).
    """
    y, v, _ = read_synthesis(effects, variances, method=method, interval=interval)
    design = read_design(moderators, y.size)
    with Checks(SynthesisError) as checks:
        whole_number(checks, "iterations", iterations, 20, " to reach p = .05", most=DRAWS)
        whole_number(checks, "seed", seed, 0)
    alike = np.unique(design, axis=0, return_inverse=True)[1].ravel()
    sizes_alike = np.bincount(alike).tolist()
    exact = factorial(y.size) // prod(map(factorial, sizes_alike)) <= iterations
    step = max(1, _CELLS // y.size)
    if exact:
        orders = _distinct_orders(alike)
        parts: Iterable[NDArray[np.int64]] = (orders[start : start + step] for start in range(0, len(orders), step))
    else:
        parts = _random_orders(y.size, iterations, step, seed)
    trials = _Orders.observed(y, v, design)
    # An effect counts for this much of a statistic by rounding alone: below it a coefficient is 0 in every order.
    noise = _ROUNDING * float(np.linalg.norm(y / np.sqrt(v)))
    found = [_statistics(trials.ordered(part), method, interval, noise) for part in parts]
    sizes = np.concatenate([np.column_stack([np.abs(t), chi2]) for t, chi2 in found])
    # Equal up to rounding counts as equally extreme.
    shares = np.mean(sizes >= sizes[0] * (1 - 1e-8), axis=0)
    return PermutationTest(p_values=shares[:-1], qm_p_value=float(shares[-1]), permutations=len(sizes), exact=exact)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Orders(RegressionOfTrials):
    """The same trials in many orders: exchanging effects with their variances is exchanging rows of the design.

    Attributes
    ----------
    effects, variances : ndarray, shape (k,)
        The trials as observed, effects less their weighted mean.
    places : ndarray of int, shape (b, k)
        The row of the design that each trial has in each order.
    """

    effects: Floats
    variances: Floats
    places: NDArray[np.int64]

    @classmethod
    def observed(cls, y: Floats, v: Floats, design: Floats) -> Self:
        """Lay out checked effects and variances (k,) with a design (k, p), in the order as observed only."""
        effects = y - np.average(y, weights=1 / v)
        trials = RegressionOfTrials.of(y[None], v[None], design)
        known = {field.name: getattr(trials, field.name) for field in fields(trials)}
        # No order leaves more residuals than all of the effects.
        span = float(np.sqrt(2 * effects @ effects / trials.df[0]))
        return cls(**known | {"span": span}, effects=effects, variances=v, places=np.arange(y.size)[None])

    def ordered(self, orders: NDArray[np.int64]) -> Self:
        """Return the trials in some orders (b, k)."""
        places = np.empty_like(orders)
        np.put_along_axis(places, orders, np.arange(self.effects.size)[None], axis=1)
        df, k = (np.broadcast_to(one, len(orders)) for one in (self.df, self.k))
        return replace(self, y=self.y[0, orders], v=self.variances[orders], df=df, k=k, places=places)

    def rows(self, chosen: Bools) -> Self:
        """Return the chosen rows only."""
        return replace(super().rows(chosen), places=self.places[chosen])

    def on_grid(self, grid: Floats) -> Moments:
        """Return the moments of every row at the same values (g,), each of shape (g, b).

        At one value every order has the same weights, so that the sums are products of two matrices. The intercept is
        the same in every order and is summed once. What is taken from all effects changes the intercept only; rows in
        which differences cancel digits all the same are summed one by one.
        """
        p = self.basis.shape[1]
        weights = 1 / (self.variances + grid[:, None])
        pairs = np.stack([weights, weights**2])
        pulls = pairs * self.effects
        level, moderators = self.basis[0, 0], self.basis[:, 1:]
        one, other = np.triu_indices(p - 1)
        squared = self._summed(pairs, np.column_stack([moderators, moderators[:, one] * moderators[:, other]]))
        grams = np.empty((*squared.shape[:3], p, p))
        grams[..., 0, 0] = level**2 * pairs.sum(axis=2)[..., None]
        grams[..., 0, 1:] = grams[..., 1:, 0] = level * squared[..., : p - 1]
        grams[..., one + 1, other + 1] = grams[..., other + 1, one + 1] = squared[..., p - 1 :]
        crosses = np.empty(grams.shape[:-1])
        crosses[..., 0] = level * pulls.sum(axis=2)[..., None]
        crosses[..., 1:] = self._summed(pulls, moderators)
        spread, squares = (pulls @ self.effects)[:, :, None]
        inverse = self._inverse(grams[0])
        solution = np.einsum("gbij,gbj->gbi", inverse, crosses[0])
        q = spread - np.vecdot(solution, crosses[0])
        ypp = (
            squares - 2 * np.vecdot(solution, crosses[1]) + np.einsum("gbi,gbij,gbj->gb", solution, grams[1], solution)
        )
        total = np.broadcast_to(weights.sum(axis=1)[:, None], q.shape)
        tr_p = total - np.einsum("gbij,gbij->gb", inverse, grams[1])
        # Not so of what is no number, either.
        unsure = ~((spread <= _CANCELLED * q) & (squares <= _CANCELLED * ypp))
        for place in np.flatnonzero(unsure.any(axis=1)):
            chosen = unsure[place]
            exact = self.rows(chosen).at(np.full(int(chosen.sum()), grid[place]))
            q[place, chosen], ypp[place, chosen], tr_p[place, chosen] = exact.q, exact.ypp, exact.tr_p
        return Moments(q=q, ypp=ypp, tr_p=tr_p, w=total)

    def _summed(self, weights: Floats, columns: Floats) -> Floats:
        """Return the weighted sums (..., b, m) of columns (k, m) in every order, of weights (..., k)."""
        k, m = columns.shape
        sums = weights.reshape(-1, k) @ columns.take(self.places.T, axis=0).reshape(k, -1)
        return np.asarray(sums.reshape(*weights.shape[:-1], -1, m))

    def _inverse(self, gram: Floats) -> Floats:
        if gram.shape[-1] != 2:
            return super()._inverse(gram)
        # As a formula for all rows at once: a call for each would take longer than all sums.
        a, b, d = gram[..., 0, 0], gram[..., 0, 1], gram[..., 1, 1]
        turned = gram[..., ::-1, ::-1] * [[1, -1], [-1, 1]]
        determinant = a * d - b * b
        return np.asarray(turned / np.where(determinant > 0, determinant, np.nan)[..., None, None])


def _random_orders(k: int, iterations: int, step: int, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield the observed order of k trials and random ones, at most ``step`` at a time, shape (b, k)."""
    rng = np.random.default_rng(seed)
    for start in range(0, iterations, step):
        orders = np.tile(np.arange(k), (min(step, iterations - start), 1))
        drawn = orders[int(start == 0) :]
        rng.permuted(drawn, axis=1, out=drawn)
        yield orders


def _distinct_orders(alike: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return every order (b, k) of trials that gives them other values of the moderators, as observed first.

    ``alike`` numbers the different rows of the design; each order puts trials on these rows.
    """
    places = [np.flatnonzero(alike == number) for number in range(alike.max() + 1)]
    observed = tuple(tuple(place.tolist()) for place in places)
    sizes = [len(place) for place in places]
    splits = [split for split in _splits(tuple(range(alike.size)), sizes) if split != observed]
    orders = np.empty((len(splits) + 1, alike.size), dtype=np.int64)
    orders[:, np.concatenate(places)] = [list(chain.from_iterable(split)) for split in (observed, *splits)]
    return orders


def _splits(trials: tuple[int, ...], sizes: list[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
    """Yield every way to part trials into sets of the given sizes."""
    if len(sizes) == 1:
        yield (trials,)
        return
    for chosen in combinations(trials, sizes[0]):
        left = tuple(trial for trial in trials if trial not in chosen)
        yield from ((chosen, *rest) for rest in _splits(left, sizes[1:]))


def _statistics(trials: RegressionOfTrials, method: str, interval: str, noise: float) -> tuple[Floats, Floats]:
    """Return t (b, p + 1) and chi-squared (b,), 0 where the model's own are no more than ``noise``."""
    tau2 = estimate_tau2(trials, method)
    solution, on_basis = trials.on_basis(tau2)
    coefficients, covariance = trials.off_basis(solution, on_basis)
    scale = np.maximum(scale_factor(trials.at(tau2).q, trials.df, interval), np.finfo(float).tiny)
    variances = np.diagonal(covariance, axis1=1, axis2=2)
    if variances.min() <= 0:
        raise too_wide(trials)
    t = coefficients / np.sqrt(variances)
    chi2 = wald(solution, on_basis)
    t, chi2 = np.where(np.abs(t) > noise, t, 0.0), np.where(chi2 > noise**2, chi2, 0.0)
    return t / np.sqrt(scale)[:, None], chi2 / scale
