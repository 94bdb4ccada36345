"""p-uniform*: the average from how p-values lie on either side of significance. History, with warnings."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, within
from ipt_evidence.engine.maxima import Bounds, Climbed, Heights, climb, peaks, peaks_of_grid
from ipt_evidence.engine.pooling.inference import AT_A_STEP
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.errors import SynthesisError

_FAR = 30.0
"""Typical standard errors beyond the effects at which an average is taken to run off."""
_LEVEL = 1e-3
"""Loss of log-likelihood far below all effects within which it is taken to grow without end."""
_FARTHEST = 1e6
"""Margins from the effects up to which limits are looked for; the likelihood that is level there stays so."""
_EVEN = 160
_BESIDE = np.array([-4.0, -2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 4.0])
"""Of its standard error from an effect: a precise trial has a maximum that even steps miss."""
_STEP = 0.2
"""Of the logarithm of tau, and of the distance of an average far below the effects."""
_BEHIND = 0.5
"""Climbs that end further below what is not rejected are left: they were behind the highest by more than they rose."""
_ROUNDING = 1e-13


@dataclass(frozen=True, slots=True, kw_only=True)
class PUniformStar:
    """An average from the chances of effects given that they are significant, or given that they are not.

    Attributes
    ----------
    k, k_significant : int
        Trials, and those significant in the direction of ``alternative``.
    estimate, ci_low, ci_high : float
        Average by maximum likelihood and the values that a likelihood-ratio test does not reject; an infinite limit
        means that the likelihood never falls far enough.
    lr_statistic, p_value : float
        Likelihood-ratio test of an average of 0.
    tau2, tau2_low, tau2_high : float
        Between-trial variance, likewise.
    bias_statistic, bias_p_value : float
        Likelihood-ratio test of the random-effects average and tau2 (Paule and Mandel), as the test of publication
        bias.
    at_bound : tuple of str
        ("tau2",) where the likelihood falls from tau2 = 0.
    log_likelihood : float
        At the maximum, of effects given on which side of significance they lie.
    warnings : tuple of str
        Why the result should not be relied on.
    alternative : str
        Direction in which significance is favoured.
    level : float
        Coverage of the intervals.
    """

    k: int
    k_significant: int
    estimate: float
    ci_low: float
    ci_high: float
    lr_statistic: float
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    bias_statistic: float
    bias_p_value: float
    at_bound: tuple[str, ...]
    log_likelihood: float
    warnings: tuple[str, ...]
    alternative: str
    level: float


class _Likelihood(Climbed):
    """Log-likelihood of (mean, tau2), given on which side of its critical value each effect lies."""

    def __init__(self, y: Floats, v: Floats, alpha: float) -> None:
        self._y, self._v, self._least = y, v, float(v.min())
        self.reach = float(np.ptp(y) + np.sqrt(v.max()))
        self.margin = _FAR + 5 * self.reach
        self.lowest, highest = float(y.min()) - self.margin, float(y.max()) + self.margin
        self._critical = -special.ndtri(alpha / 2) * np.sqrt(v)
        self.significant: Bools = y >= (1 - AT_A_STEP) * self._critical
        self._side = np.where(self.significant, 1.0, -1.0)
        beside = (y + _BESIDE[:, None] * np.sqrt(v)).ravel()
        self._means = np.union1d(np.linspace(self.lowest, highest, _EVEN), beside)
        # The average may be rejected no sooner than far below, or not be again; the best tau2 grows with the distance.
        self._far = self.lowest - self.margin * _spaced(0.02, _FARTHEST)[::-1]
        wide = 10 * np.sqrt(self.reach * self.margin)
        self.widest = float(wide * np.sqrt(_FARTHEST))
        self._taus = np.append(0.0, _spaced(1e-3 * np.sqrt(self._least), wide))
        self._wider = np.append(self._taus, _spaced(wide, self.widest)[1:])
        self._bounds = Bounds(np.array([self.lowest, 0.0]), np.array([highest, np.inf]))

    def values(self, mean: ArrayLike, tau2: ArrayLike) -> Floats:
        """Return the log-likelihood at pairs of one shape, without its constant."""
        total = self._v + np.asarray(tau2)[..., None]
        off = self._y - np.asarray(mean)[..., None]
        chance = special.log_ndtr(self._side * (np.asarray(mean)[..., None] - self._critical) / np.sqrt(total))
        return np.asarray((-0.5 * (np.log(total) + off**2 / total) - chance).sum(axis=-1))

    def at(self, points: Floats) -> Heights:
        """Return the log-likelihood at points (m, 2), its slope, and minus its second derivatives."""
        mean, tau2 = points[:, [0]], points[:, [1]]
        total = self._v + tau2
        off, by_mean = self._y - mean, self._side / np.sqrt(total)
        t = by_mean * (mean - self._critical)
        by_tau2 = -t / (2 * total)
        hazard = np.sqrt(2 / np.pi) / special.erfcx(-t / np.sqrt(2))
        bend = hazard * (t + hazard)
        slope = np.stack([off / total - hazard * by_mean, 0.5 * (off**2 / total - 1) / total - hazard * by_tau2])
        mean_mean = 1 / total - bend * by_mean**2
        mean_tau2 = off / total**2 - bend * by_mean * by_tau2 - hazard * by_mean / (2 * total)
        tau2_tau2 = (off**2 / total - 0.5) / total**2 - bend * by_tau2**2 + 0.75 * hazard * t / total**2
        information = np.stack([mean_mean, mean_tau2, mean_tau2, tau2_tau2]).sum(axis=-1)
        return Heights(self.values(*points.T), slope.sum(axis=-1).T, information.T.reshape(-1, 2, 2))

    def scale(self, points: Floats) -> Floats:
        """Return the order of a change that matters at points (m, 2)."""
        unit = np.sqrt(self._least + points[:, 1])
        return np.stack([unit, unit**2], axis=1)

    def apart(self, points: Floats) -> Floats:
        """Return distances (m, m) in the smallest standard error with tau2."""
        unit2 = self._least + np.minimum(points[:, None, 1], points[:, 1])
        off = points[:, None] - points
        return np.asarray(np.hypot(off[..., 0] / np.sqrt(unit2), off[..., 1] / unit2))

    def surface(self, drop: float) -> tuple[Floats, Floats]:
        """Return the maxima that are not lower than the highest by more than about ``drop``, it first, and a grid.

        They are points (m, 2), means and tau2, with the log-likelihood there (m,).
        """
        heights = np.stack([self.values(self._means, tau**2) for tau in self._taus], axis=1)
        grid = np.stack(np.broadcast_arrays(self._means[:, None], self._taus**2), axis=2)
        highest = grid[peaks_of_grid(heights)]
        ends, tops = climb(self, np.append(highest, grid[[np.argmax(heights[:, 0])], 0], axis=0))
        # Together those that are behind are left before they are up.
        maxima = np.array([self._top(end) for end in ends[tops >= tops.max() - drop - _BEHIND]])
        maxima = maxima[np.argsort(-self.values(*maxima.T), kind="stable")]
        return np.append(maxima, grid.reshape(-1, 2), axis=0), np.append(self.values(*maxima.T), heights)

    def _top(self, point: Floats) -> Floats:
        """Return the maximum (2,) uphill from a point, to the precision of the slope."""
        points, (height,) = climb(self, point[None])
        further = self.moved(points, self.step(points, self.at(points)))
        rises = self.values(*further.T)[0] >= height - _ROUNDING * (1 + abs(height))
        return np.asarray((further if rises else points)[0])

    def far_above(self, cut: float) -> Floats:
        """Return points (m, 2) far below all effects, each the best for its mean, that are not below ``cut``."""
        best = [(mean, *self._best_tau(mean)) for mean in self._far.tolist()]
        return np.array([(mean, tau**2) for mean, tau, height in best if height >= cut]).reshape(-1, 2)

    def over_tau(self, mean: float) -> float:
        """Return the greatest likelihood over tau at one mean."""
        return self._best_tau(mean)[1]

    def _best_tau(self, mean: float) -> tuple[float, float]:
        return max(peaks(lambda tau: self.values(mean, tau**2), self._wider), key=lambda pair: pair[1])

    def over_mean(self, tau: float) -> float:
        """Return the greatest likelihood over the mean at one tau."""
        means = np.append(self._far, self._means)
        return max(height for _, height in peaks(lambda mean: self.values(mean, tau**2), means))


def _spaced(low: float, high: float) -> Floats:
    """Return values from ``low`` to ``high`` in steps of their logarithm."""
    return np.geomspace(low, high, int(np.log(high / low) / _STEP) + 2)


def p_uniform_star(
    effects: ArrayLike, variances: ArrayLike, *, alternative: str = "greater", alpha: float = 0.05, level: float = 0.95
) -> PUniformStar:
    """Estimate the average by p-uniform*; read its ``warnings``.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances; at least three significant trials.
    alternative : {"greater", "less"}
        Direction in which significant results are favoured.
    alpha : float
        Two-sided level at which trials were taken as significant.
    level : float
        Coverage of the intervals.

    Returns
    -------
    PUniformStar
        Average, tau2 and tests, with what speaks against relying on them.

    Raises
    ------
    SynthesisError
        If data are unusable, fewer than three trials are significant, a choice is impossible, or the likelihood has no
        maximum near the effects: it often grows without end as the average falls and tau2 rises.

    Notes
    -----
    Van Aert & van Assen (2026), by maximum likelihood. It is another estimator of the three-parameter selection model,
    equal to it where all variances are equal (Pustejovsky 2026) and less precise elsewhere;
    :func:`ipt_evidence.synthesis.selection_model` says the same with a standard error. It fails where selection is by
    more than significance (p-hacking, small against large trials), where true effects differ much, and with few trials
    on one side of significance. Offered so that earlier reviews can be compared.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    with Checks(SynthesisError) as checks:
        one_of(checks, "alternative", alternative, ("greater", "less"))
        alpha = within(checks, "alpha", alpha, 0, 1)
    sign = -1.0 if alternative == "less" else 1.0
    unit = float(np.sqrt(np.median(v)))
    likelihood = _Likelihood(sign * y / unit, v / unit**2, alpha)
    k_significant = int(likelihood.significant.sum())
    if k_significant < 3:
        raise SynthesisError(
            f"p-uniform* needs at least 3 trials significant in the direction {alternative!r}, got {k_significant}"
        )
    chi2 = float(special.chdtri(1, 1 - level))
    points, heights = likelihood.surface(chi2 / 2)
    x, top = points[0], float(heights[0])
    if likelihood.over_tau(likelihood.lowest) > top - _LEVEL or x[1] > (5 * likelihood.reach) ** 2:
        raise SynthesisError(
            "the likelihood of p-uniform* has no maximum near the effects: as the average falls it stays level or "
            "grows; use another method"
        )
    cut = top - chi2 / 2
    inside = np.append(points[heights >= cut], likelihood.far_above(cut), axis=0)
    low, high = (
        _limit(lambda m: top - likelihood.over_tau(m), start, side, chi2, _FARTHEST * likelihood.margin)
        for start, side in ((float(inside[:, 0].min()), -1), (float(inside[:, 0].max()), 1))
    )
    tau_low, tau_high = _tau_limits(likelihood, np.sqrt(inside[:, 1]), top, chi2)
    if np.isinf(low):  # far below all effects, the best tau2 grows with the distance
        tau_high = np.inf
    statistic = max(2 * (top - likelihood.over_tau(0.0)), 0.0)
    plain = pool(sign * y / unit, v / unit**2, method="PM")
    bias = max(2 * (top - float(likelihood.values(plain.estimate, plain.tau2))), 0.0)
    ends = sorted((sign * unit * low, sign * unit * high))
    return PUniformStar(
        k=y.size,
        k_significant=k_significant,
        estimate=sign * unit * float(x[0]),
        ci_low=ends[0],
        ci_high=ends[1],
        lr_statistic=statistic,
        p_value=float(special.chdtrc(1, statistic)),
        tau2=unit**2 * float(x[1]),
        tau2_low=(unit * tau_low) ** 2,
        tau2_high=(unit * tau_high) ** 2,
        bias_statistic=bias,
        bias_p_value=float(special.chdtrc(2, bias)),
        at_bound=() if x[1] > 0 else ("tau2",),
        log_likelihood=top - y.size * float(np.log(unit) + 0.5 * np.log(2 * np.pi)),
        warnings=_warnings(y.size, k_significant, float(x[1])),
        alternative=alternative,
        level=level,
    )


def _limit(drop: Callable[[float], float], start: float, step: float, chi2: float, farthest: float) -> float:
    """Return where twice the drop of the likelihood reaches ``chi2``, infinite where it does not.

    ``start`` is not rejected, and every maximum that is not lies on its other side: the drop crosses once.
    """
    inner = start
    while abs(inner - start) < farthest:
        outer = inner + step
        if 2 * drop(outer) > chi2:
            return _crossing(drop, inner, outer, chi2)
        inner, step = outer, 1.6 * step
    return float(np.copysign(np.inf, step))


def _crossing(drop: Callable[[float], float], inner: float, outer: float, chi2: float) -> float:
    """Return where twice the drop reaches ``chi2`` between what is not rejected and what is."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    # Rounding of the drop at the maximum itself can be more than the least levels allow.
    if 2 * drop(inner) >= chi2:
        return inner
    return float(optimize.brentq(lambda at: 2 * drop(at) - chi2, inner, outer, xtol=1e-10, rtol=1e-12))


def _tau_limits(likelihood: _Likelihood, inside: Floats, top: float, chi2: float) -> tuple[float, float]:
    """Return the limits of tau from values that are not rejected; where 0 is not, the lower one is 0."""

    def drop(at: float) -> float:
        return top - likelihood.over_mean(at)

    least, most = float(inside.min()), float(inside.max())
    low = 0.0 if least == 0 or 2 * drop(0.0) <= chi2 else _crossing(drop, least, 0.0, chi2)
    return low, _limit(drop, most, 0.2, chi2, likelihood.widest)


def _warnings(k: int, significant: int, ratio: float) -> tuple[str, ...]:
    """Return what speaks against the result; ``ratio`` is tau2 over a typical sampling variance."""
    found = ["p-uniform* is offered to compare with earlier reviews; a step selection model says the same and more"]
    if min(significant, k - significant) < 5:
        found.append(
            f"only {significant} of {k} trials are significant: with fewer than 5 on a side it rests on those few"
        )
    if k < 10:
        found.append(f"{k} trials are too few to tell selection from true differences; ten or more are needed")
    if ratio > 1:
        found.append("true effects differ more than chance: it is biased unless selection is by significance alone")
    return tuple(found)
