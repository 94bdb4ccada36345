"""Bootstrap intervals of the average effect and the between-trial variance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ipt_evidence.engine.checks import DRAWS, Checks, Floats, one_of, whole_number
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.moments import MeanOfTrials, Moments
from ipt_evidence.engine.pooling.random_effects import shares
from ipt_evidence.engine.pooling.subsets import leave_one_out
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

KINDS = ("parametric", "nonparametric")
_CELLS = 60_000
"""Effects drawn at a time: memory does not grow with the number of draws."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bootstrap(FrozenArrays):
    """Averages and between-trial variances of trials drawn anew.

    Attributes
    ----------
    k : int
        Number of effect sizes.
    kind : str
        As asked for.
    estimate, tau2 : float
        Average and between-trial variance of the trials themselves.
    se : float
        Standard deviation of the averages drawn.
    sampling_se : float
        Standard error that sampling error alone gives the average, were all true effects equal.
    surer_than_sampling : bool
        Whether trials drawn with replacement have a ``se`` below that: by chance they lie nearer each other than
        sampling error lets them on average, and the intervals of the average are too narrow. Use ``kind="parametric"``.
    ci_low, ci_high, tau2_low, tau2_high : float
        Percentile intervals.
    bca_low, bca_high, tau2_bca_low, tau2_bca_high : float
        Bias-corrected and accelerated intervals. NaN for ``kind="parametric"``, where no trial is left out, and
        where no correction exists: all draws lie on one side of the estimate, as those of a tau2 of 0 do.
    estimates, tau2s : ndarray, shape (draws,)
        What was drawn, in order.
    level : float
        Coverage of the intervals.
    """

    k: int
    kind: str
    estimate: float
    tau2: float
    se: float
    sampling_se: float
    surer_than_sampling: bool
    ci_low: float
    ci_high: float
    bca_low: float
    bca_high: float
    tau2_low: float
    tau2_high: float
    tau2_bca_low: float
    tau2_bca_high: float
    estimates: Floats
    tau2s: Floats
    level: float


def bootstrap(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    method: str = "REML",
    kind: str = "parametric",
    draws: int = 10_000,
    seed: int = 1,
    level: float = 0.95,
) -> Bootstrap:
    """Put bootstrap intervals round the average effect and the between-trial variance.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances of at least three trials.
    method : str
        Estimator of the between-trial variance, as in :func:`ipt_evidence.synthesis.pool`.
    kind : {"parametric", "nonparametric"}
        "parametric": effects drawn from the fitted model, each trial with its variance; "nonparametric": whole
        trials, effect and variance together, drawn with replacement.
    draws : int
        Number of draws.
    seed : int
        Seed of the draws.
    level : float
        Coverage of the intervals.

    Returns
    -------
    Bootstrap
        Intervals and what they were made of.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.pool`, or if there are fewer than three trials, ``kind`` is unknown or the
        draws are too few for a tail of ``level``.

    Notes
    -----
    Davison & Hinkley (1997): equation 5.8 for quantiles between two draws, section 5.3.2 for the BCa interval with the
    usual jackknife. Van den Noortgate & Onghena (2005) for the two kinds in meta-analysis. Neither is a remedy for few
    trials: percentiles of fewer than about ten trials are too narrow, and percentiles of tau2 lean towards 0. Trials
    drawn with replacement know nothing of sampling error but how far effects lie apart.
    """
    y, v, level = read_synthesis(effects, variances, at_least=3, method=method, level=level)
    with Checks(SynthesisError) as checks:
        one_of(checks, "kind", kind, KINDS)
        needed = int(np.ceil(2 / (1 - level) - 1 - 1e-9))
        whole_number(checks, "draws", draws, needed, f" for a level of {level:g}", most=DRAWS)
        whole_number(checks, "seed", seed, 0)
    estimate, tau2 = (float(value[0]) for value in averages(MeanOfTrials.alone(y, v), method))
    rng = np.random.default_rng(seed)

    def draw(b: int) -> MeanOfTrials:
        if kind == "parametric":
            return _Simulated.drawn(rng.normal(estimate, np.sqrt(v + tau2), (b, y.size)), v)
        return Redrawn.chosen(y, v, rng.integers(0, y.size, (b, y.size)))

    estimates, tau2s = _drawn(draw, draws, max(1, _CELLS // y.size), method)
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    share = shares(v, tau2) / 100
    se, sampling_se = float(np.std(estimates, ddof=1)), float(np.sqrt(share**2 @ v))
    nothing = np.full(2, np.nan)
    bca, tau2_bca = nothing, nothing
    if kind == "nonparametric":
        without = leave_one_out(y, v, method=method, interval="normal")
        bca = bca_limits(estimates, estimate, without.estimate, tails)
        tau2_bca = bca_limits(tau2s, tau2, without.tau2, tails)
    ci, tau2_ci = quantiles(estimates, tails), quantiles(tau2s, tails)
    return Bootstrap(
        k=y.size,
        kind=kind,
        estimate=estimate,
        tau2=tau2,
        se=se,
        sampling_se=sampling_se,
        surer_than_sampling=kind == "nonparametric" and se < sampling_se,
        ci_low=float(ci[0]),
        ci_high=float(ci[1]),
        bca_low=float(bca[0]),
        bca_high=float(bca[1]),
        tau2_low=float(tau2_ci[0]),
        tau2_high=float(tau2_ci[1]),
        tau2_bca_low=float(tau2_bca[0]),
        tau2_bca_high=float(tau2_bca[1]),
        estimates=estimates,
        tau2s=tau2s,
        level=level,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Redrawn(MeanOfTrials):
    """Rows of trials of which each may be in a row several times; ``others`` says how often."""

    @classmethod
    def chosen(cls, effects: Floats, variances: Floats, places: NDArray[np.int64]) -> Self:
        """Lay out the trials at places (b, k) of all (k,)."""
        b, k = places.shape
        times = np.bincount((places + k * np.arange(b)[:, None]).ravel(), minlength=b * k)
        return cls.of(effects, variances, times.reshape(b, k))

    def at(self, t: Floats | float) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        weights = 1 / (self.v + t)
        light, top = self.others * weights, 1 / (self.v_top + t)
        rest = light.sum(axis=0)
        total = rest + top
        tr_p = rest + (top * rest - (light * weights).sum(axis=0)) / total
        mean = (light * self.y).sum(axis=0) / total
        residuals = self.y - mean
        light *= residuals
        weights *= residuals
        return Moments(
            q=(light * residuals).sum(axis=0) + top * mean**2,
            ypp=(light * weights).sum(axis=0) + (top * mean) ** 2,
            tr_p=tr_p,
            w=total,
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Simulated(MeanOfTrials):
    """Rows of trials with the same variances and effects of their own."""

    @classmethod
    def drawn(cls, effects: Floats, variances: Floats) -> Self:
        """Lay out effects (b, k) drawn for variances (k,)."""
        heaviest, (b, k) = variances.argmin(), effects.shape
        others = np.ones((k, b))
        others[heaviest] = 0.0
        origin = effects[:, heaviest]
        return cls(
            others=others,
            y=(effects - origin[:, None]).T,
            v=variances[:, None],
            origin=origin,
            v_top=np.full(b, variances[heaviest]),
            effects=effects[0],
            variances=variances,
            df=np.full(b, k - 1.0),
            k=np.full(b, float(k)),
            smallest=float(variances[heaviest]),
            largest=float(variances.max()),
            span=float(np.ptp(effects, axis=1).max()),
        )

    def on_grid(self, grid: Floats) -> Moments:
        """Return the moments of every row at the same values (g,), each of shape (g, b).

        Rows share their weights, so that the sums are products of matrices; their origin is the heaviest trial.
        """
        if self.df.size == 1:
            return super().on_grid(grid)
        weights = self.others[:, 0] / (self.variances + grid[:, None])
        pairs = np.concatenate([weights, weights**2])
        rest, squares = pairs.sum(axis=1).reshape(2, -1, 1)
        pull, cross = (pairs @ self.y).reshape(2, grid.size, -1)
        spread, pulled = (pairs @ self.y**2).reshape(2, grid.size, -1)
        sums = [np.broadcast_to(rest, pull.shape), pull, squares + np.zeros_like(pull), cross, pulled, spread]
        return self._one_by_one(grid, *self._moments(grid, sums, np.zeros_like(self.origin)))


def averages(trials: MeanOfTrials, method: str) -> tuple[Floats, Floats]:
    """Return averages and between-trial variances (b,) of rows of trials."""
    tau2 = estimate_tau2(trials, method)
    return trials.average(tau2).mean, tau2


def _drawn(draw: Callable[[int], MeanOfTrials], draws: int, step: int, method: str) -> tuple[Floats, Floats]:
    parts = [averages(draw(min(step, draws - start)), method) for start in range(0, draws, step)]
    estimates, tau2s = (np.concatenate(pieces) for pieces in zip(*parts, strict=True))
    return estimates, tau2s


def quantiles(drawn: Floats, shares: Floats) -> Floats:
    """Return quantiles (m,) of draws (b,): the place is ``(b + 1) share``, between two draws on the normal scale."""
    ordered, b = np.sort(drawn), drawn.size
    place: NDArray[np.int64] = np.clip(np.floor((b + 1) * shares + 1e-9), 1, b - 1).astype(np.int64)
    below, above = special.ndtri(place / (b + 1)), special.ndtri((place + 1) / (b + 1))
    part = np.clip((special.ndtri(shares) - below) / (above - below), 0, 1)
    return np.asarray(ordered[place - 1] + part * (ordered[place] - ordered[place - 1]))


def bca_limits(drawn: Floats, estimate: float, without: Floats, tails: Floats) -> Floats:
    """Return the bias-corrected and accelerated quantiles (m,) of draws (b,); NaN where there is no correction.

    ``without`` holds the estimate without each trial, shape (k,).
    """
    # The trials themselves may be drawn, in another order: equal up to rounding is not below.
    bias = special.ndtri(np.mean(drawn < estimate - 1e-9 * np.std(drawn)))
    influence = estimate - without
    spread = np.sum(influence**2)
    if not (np.isfinite(bias) and spread > 0):
        return np.full(tails.size, np.nan)
    acceleration = np.sum(influence**3) / (6 * spread**1.5)
    shifted = bias + special.ndtri(tails)
    return quantiles(drawn, special.ndtr(bias + shifted / (1 - acceleration * shifted)))
