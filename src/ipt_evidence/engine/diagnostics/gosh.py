"""Graphical display of study heterogeneity: averages of all subsets of the trials, or of a sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ipt_evidence.engine.checks import DRAWS, Bools, Checks, Floats, whole_number
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.subsets import pool_subsets
from ipt_evidence.errors import SynthesisError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gosh(FrozenArrays):
    """Averages of subsets of trials; arrays over subsets b.

    Attributes
    ----------
    included : ndarray of bool, shape (b, k)
        Trials of each subset, at least two.
    k : ndarray, shape (b,)
        Their number.
    estimate, tau2, i2, q : ndarray, shape (b,)
        Average, between-trial variance, I2 in percent and Cochran's Q.
    exhaustive : bool
        True if these are all subsets of two or more trials, False for a random sample.
    """

    included: Bools
    k: Floats
    estimate: Floats
    tau2: Floats
    i2: Floats
    q: Floats
    exhaustive: bool


def gosh(
    effects: ArrayLike, variances: ArrayLike, *, method: str = "REML", max_subsets: int = 100_000, seed: int = 1
) -> Gosh:
    """Pool all subsets of two or more trials, or a random sample if there are too many.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials.
    method : str
        Estimator of the between-trial variance.
    max_subsets : int
        The most subsets to pool. If there are more, so many are drawn: each trial is in with probability
        1/2, draws of fewer than two trials are repeated; a subset may be drawn more than once.
    seed : int
        Seed of the draws.

    Returns
    -------
    Gosh
        All subsets in binary order (trial 0 changes fastest), or the sample in the order drawn.

    Raises
    ------
    SynthesisError
        If data are unusable, k < 3, a choice is unknown or ``max_subsets`` is not positive.

    Notes
    -----
    Olkin, Dahabreh & Trikalinos (2012); metafor ``gosh``, which also lists the single trials.
    """
    y, v, _ = read_synthesis(effects, variances, at_least=3, method=method)
    with Checks(SynthesisError) as checks:
        whole_number(checks, "max_subsets", max_subsets, 1, most=DRAWS)
        whole_number(checks, "seed", seed, 0)
    exhaustive = 2**y.size - y.size - 1 <= max_subsets
    included = _all_subsets(y.size) if exhaustive else _sample(y.size, max_subsets, seed)
    pooled = pool_subsets(y, v, included, method=method, interval="normal")
    return Gosh(
        included=included,
        k=pooled.k,
        estimate=pooled.estimate,
        tau2=pooled.tau2,
        i2=pooled.i2,
        q=pooled.q,
        exhaustive=exhaustive,
    )


def _all_subsets(k: int) -> Bools:
    numbers: NDArray[np.int64] = np.arange(2**k)
    included = (numbers[:, None] >> np.arange(k) & 1).astype(bool)
    return np.asarray(included[included.sum(axis=1) >= 2])


def _sample(k: int, size: int, seed: int) -> Bools:
    draws = np.random.default_rng(seed)
    included = draws.random((size, k)) < 0.5
    while (small := included.sum(axis=1) < 2).any():
        included[small] = draws.random((int(small.sum()), k)) < 0.5
    return included
