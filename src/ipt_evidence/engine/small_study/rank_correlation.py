"""Kendall's rank correlation of two rankings."""

from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

_LARGEST = 170
"""Number whose factorial is the largest that a floating-point number holds."""


class RankCorrelation(NamedTuple):
    """Kendall's tau-b, its two-sided p-value, and whether that is exact, as it is without ties."""

    tau: float
    p_value: float
    exact: bool


class _Ties(NamedTuple):
    """Pairs that are tied, and the sums over groups of t tied ranks of t (t-1) (t-2) and of t (t-1) (2t+5)."""

    pairs: int
    threes: int
    spread: int


def kendall(one: NDArray[np.int64], other: NDArray[np.int64]) -> RankCorrelation:
    """Return the correlation of two rankings of the same n things, n at least 3, neither of them all ties.

    Parameters
    ----------
    one, other : ndarray of int, shape (n,)
        Ranks from 0, the same where tied.

    Notes
    -----
    Kendall (1970): the exact distribution by its recursion; with ties the normal one, its variance with their
    correction. scipy's ``kendalltau``, which takes longer to load than all questions take to answer, gives the same.
    """
    n, pairs = one.size, one.size * (one.size - 1) // 2
    ties, others = _ties(one), _ties(other)
    score = int(np.tril(np.sign(one[:, None] - one) * np.sign(other[:, None] - other)).sum())
    tau = score / np.sqrt(pairs - ties.pairs) / np.sqrt(pairs - others.pairs)
    tau = float(np.clip(tau, -1.0, 1.0))
    if ties.pairs == others.pairs == 0:
        return RankCorrelation(tau, _exact_p_value(n, (pairs - abs(score)) // 2), exact=True)
    ordered = n * (n - 1.0)
    variance = (ordered * (2 * n + 5) - ties.spread - others.spread) / 18
    variance += 2 * ties.pairs * others.pairs / ordered
    variance += ties.threes * others.threes / (9 * ordered * (n - 2))
    return RankCorrelation(tau, float(2 * special.ndtr(-abs(score / np.sqrt(variance)))), exact=False)


def _ties(ranks: NDArray[np.int64]) -> _Ties:
    sizes = np.bincount(ranks)
    two = sizes * (sizes - 1)
    return _Ties(int(two.sum()) // 2, int((two * (sizes - 2)).sum()), int((two * (2 * sizes + 5)).sum()))


def _exact_p_value(n: int, discordant: int) -> float:
    """Return twice the chance of at most so many discordant pairs (or of as many concordant ones) among n things."""
    # Orders of n things by their number of discordant pairs; beyond the largest factorial, shares of them.
    orders = np.zeros(discordant + 1)
    orders[:2] = 1.0
    for size in range(3, n + 1):
        orders = np.cumsum(orders) / (size if n > _LARGEST else 1)
        if size <= discordant:
            orders[size:] -= orders[: discordant + 1 - size]
    twice = np.sum(orders) if n > _LARGEST else 2.0 * np.sum(orders) / factorial(n)
    return float(min(twice, 1.0))
