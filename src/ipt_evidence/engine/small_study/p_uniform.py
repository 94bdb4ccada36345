"""p-uniform*: the average from how p-values lie on either side of significance. History, with warnings."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, within
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.errors import SynthesisError

_FAR = 30.0
"""Typical standard errors beyond the effects at which an average is taken to run off."""
_LEVEL = 1e-3
"""Loss of log-likelihood far below all effects within which it is taken to grow without end."""
_GRID = 40
_ROUNDS = 50


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


class _Likelihood:
    """Log-likelihood of mean and tau2, given on which side of its critical value each effect lies."""

    def __init__(self, y: Floats, v: Floats, alpha: float) -> None:
        self._y, self._v = y, v
        self.reach = float(np.ptp(y) + np.sqrt(v.max()))
        self.margin = _FAR + 5 * self.reach
        self.lowest, self.highest = float(y.min()) - self.margin, float(y.max()) + self.margin
        self._critical = -special.ndtri(alpha / 2) * np.sqrt(v)
        self.significant: Bools = y >= self._critical
        self._side = np.where(self.significant, 1.0, -1.0)
        self._means = np.linspace(self.lowest, self.highest, 4 * _GRID)
        self._taus = np.append(0.0, np.geomspace(1e-2, 10 * self.reach, _GRID))

    def values(self, mean: ArrayLike, tau2: ArrayLike) -> Floats:
        """Return the log-likelihood at pairs of one shape, without its constant."""
        total = self._v + np.asarray(tau2)[..., None]
        off = self._y - np.asarray(mean)[..., None]
        chance = special.log_ndtr(self._side * (np.asarray(mean)[..., None] - self._critical) / np.sqrt(total))
        return np.asarray((-0.5 * (np.log(total) + off**2 / total) - chance).sum(axis=-1))

    def loss(self, x: Floats) -> tuple[float, Floats]:
        """Return minus the log-likelihood at (mean, tau2), and its slope."""
        total = self._v + x[1]
        off, t = self._y - x[0], self._side * (x[0] - self._critical) / np.sqrt(total)
        hazard = np.sqrt(2 / np.pi) / special.erfcx(-t / np.sqrt(2))
        by_mean = (off / total - hazard * self._side / np.sqrt(total)).sum()
        by_tau2 = 0.5 * ((off**2 / total - 1 + hazard * t) / total).sum()
        return -float(self.values(x[0], x[1])), -np.array([by_mean, by_tau2])

    def best(self) -> tuple[Floats, float]:
        """Return (mean, tau2) of greatest likelihood, and the likelihood there."""
        from scipy import optimize  # here: half of the time to import the package, needed by this alone

        heights = self.values(self._means[:, None], self._taus**2)
        place = np.unravel_index(int(np.argmax(heights)), heights.shape)
        bounds, options = [(self.lowest, self.highest), (0.0, None)], {"ftol": 1e-15, "gtol": 1e-10, "maxiter": 500}
        starts = [(self._means[place[0]], self._taus[place[1]] ** 2), (self._means[int(np.argmax(heights[:, 0]))], 0.0)]
        ascents = [
            optimize.minimize(self.loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
            for start in starts
        ]
        x = self._polished(min(ascents, key=lambda ascent: float(ascent.fun)).x)
        return x, -self.loss(x)[0]

    def over_tau(self, mean: float) -> float:
        """Return the greatest likelihood over tau at one mean."""
        return _highest(lambda tau: self.values(mean, np.asarray(tau) ** 2), self._taus)

    def over_mean(self, tau: float) -> float:
        """Return the greatest likelihood over the mean at one tau."""
        return _highest(lambda mean: self.values(mean, tau**2), self._means)

    def _polished(self, x: Floats) -> Floats:
        """Take Newton steps in what is not at its bound."""
        for _ in range(_ROUNDS):
            value, slope = self.loss(x)
            moving = np.array([True, x[1] > 0 or slope[1] < 0])
            sizes = 1e-4 * np.array([1.0, 1.0 + x[1]])
            shifts = np.diag(sizes)
            # Forward where tau2 is too small to go back from.
            back = np.array([1.0, float(x[1] > sizes[1])])
            rows = [(self.loss(x + shift)[1] - self.loss(x - back * shift)[1]) for shift in shifts]
            curvature = np.array(rows) / ((1 + back) * sizes)[:, None]
            step = np.zeros(2)
            step[moving] = -np.linalg.lstsq(curvature[np.ix_(moving, moving)], slope[moving], rcond=None)[0]
            following = np.array([x[0] + step[0], max(x[1] + step[1], 0.0)])
            if not self.loss(following)[0] <= value or np.abs(following - x).max() < 1e-13:
                return x
            x = following
        return x


def _highest(height: Callable[[ArrayLike], Floats], points: Floats) -> float:
    """Return the highest value of a function: at the best of the points, or between its neighbours."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    heights = height(points)
    place = int(np.argmax(heights))
    bounds = (points[max(place - 1, 0)], points[min(place + 1, points.size - 1)])
    found = optimize.minimize_scalar(
        lambda at: -float(height(at)), bounds=bounds, method="bounded", options={"xatol": 1e-9}
    )
    return max(-float(found.fun), float(heights[place]))


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
        maximum: it often grows without end as the average falls and tau2 rises.

    Notes
    -----
    Van Aert & van Assen (2026), by maximum likelihood. It is another estimator of the three-parameter selection model,
    equal to it where all variances are equal (Pustejovsky 2026) and less precise elsewhere;
    :func:`ipt_evidence.synthesis.selection_model` says the same with a standard error. It fails where selection is by
    more than significance (p-hacking, small against large trials), where true effects differ much, and with few trials
    on one side of significance. Offered so that earlier reviews can be compared.
    """
    y, v = read_effects(effects, variances)
    check_choices(level=level)
    checks = Checks(SynthesisError)
    one_of(checks, "alternative", alternative, ("greater", "less"))
    within(checks, "alpha", alpha, 0, 1)
    checks.finish()
    sign = -1.0 if alternative == "less" else 1.0
    unit = float(np.sqrt(np.median(v)))
    likelihood = _Likelihood(sign * y / unit, v / unit**2, alpha)
    k_significant = int(likelihood.significant.sum())
    if k_significant < 3:
        raise SynthesisError(
            f"p-uniform* needs at least 3 trials significant in the direction {alternative!r}, got {k_significant}"
        )
    x, top = likelihood.best()
    if likelihood.over_tau(likelihood.lowest) > top - _LEVEL or x[1] > (5 * likelihood.reach) ** 2:
        raise SynthesisError(
            "the likelihood of p-uniform* has no maximum: it grows without end as the average falls and tau2 rises; "
            "use another method"
        )
    chi2 = float(special.chdtri(1, 1 - level))
    low, high = (
        _limit(lambda m: top - likelihood.over_tau(m), x[0], side, chi2, 4 * likelihood.margin) for side in (-1, 1)
    )
    tau_low, tau_high = _tau_limits(likelihood, float(np.sqrt(x[1])), top, chi2)
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
    """Return where twice the drop of the likelihood reaches ``chi2``, infinite where it does not."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    inner = start
    while abs(inner - start) < farthest:
        outer = inner + step
        if 2 * drop(outer) > chi2:
            return float(optimize.brentq(lambda at: 2 * drop(at) - chi2, inner, outer, xtol=1e-10, rtol=1e-12))
        inner, step = outer, 1.6 * step
    return float(np.copysign(np.inf, step))


def _tau_limits(likelihood: _Likelihood, tau: float, top: float, chi2: float) -> tuple[float, float]:
    """Return the limits of tau; where it is 0, or 0 is not rejected, the lower one is 0."""

    def drop(at: float) -> float:
        return top - likelihood.over_mean(at)

    high = _limit(drop, tau, 0.2, chi2, 10 * likelihood.reach)
    if tau == 0 or 2 * drop(0.0) <= chi2:
        return 0.0, high
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    return float(optimize.brentq(lambda at: 2 * drop(at) - chi2, 0.0, tau, xtol=1e-10, rtol=1e-12)), high


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
