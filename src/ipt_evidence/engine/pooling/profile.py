"""Profile likelihood: intervals that do not take the between-trial variance as known."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ipt_evidence.engine.checks import Checks, Floats, read_number
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

_GRID = 60
_ROUNDING = 1e-13
"""Share of the effects below which a difference is taken for rounding."""
_FARTHEST = 8.0
"""Normal deviates beyond which a share is 0 or 1 to the last digit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileLikelihood:
    """Maximum likelihood with profile-likelihood intervals.

    Attributes
    ----------
    k : int
        Number of effect sizes.
    estimate, ci_low, ci_high : float
        Average effect and the values that a likelihood-ratio test does not reject.
    lr_statistic, p_value : float
        Likelihood-ratio test of an average of 0, chi-squared with one degree of freedom.
    tau2, tau2_low, tau2_high : float
        Between-trial variance by maximum likelihood, likewise.
    at_bound : tuple of str
        ("tau2",) where the likelihood falls from tau2 = 0.
    log_likelihood : float
        At the maximum, with all constants.
    level : float
        Coverage of the intervals.
    """

    k: int
    estimate: float
    ci_low: float
    ci_high: float
    lr_statistic: float
    p_value: float
    tau2: float
    tau2_low: float
    tau2_high: float
    at_bound: tuple[str, ...]
    log_likelihood: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareBeyond:
    """How many true effects lie above a threshold, such as the smallest important difference.

    Attributes
    ----------
    k : int
        Number of effect sizes.
    threshold : float
        As given.
    share, share_low, share_high : float
        Share of true effects above it, 0 to 1, and its profile-likelihood interval. One minus them, turned round:
        below it. The share is NaN where all true effects are the threshold itself, and the interval then 0 to 1.
    estimate, tau : float
        Average and standard deviation of true effects by maximum likelihood.
    at_bound : tuple of str
        ("tau2",) where the likelihood falls from tau2 = 0: all true effects are the average, and the share is 0, 1 or
        NaN.
    level : float
        Coverage of the interval.
    """

    k: int
    threshold: float
    share: float
    share_low: float
    share_high: float
    estimate: float
    tau: float
    at_bound: tuple[str, ...]
    level: float


class _Normal:
    """The likelihood of effects in units of a typical standard error."""

    def __init__(self, y: Floats, v: Floats) -> None:
        self.unit = float(np.sqrt(np.median(v)))
        self.y, self.v = y / self.unit, v / self.unit**2
        trials = MeanOfTrials.alone(self.y, self.v)
        self.tau2 = float(estimate_tau2(trials, "ML")[0])
        self.mean = self.best_mean(self.tau2)
        self.top = float(self.height(self.mean, self.tau2))

    def taus(self, anchor: float) -> Floats:
        """Return roots of tau2 from far below to far above anything that effects allow whose mean may be ``anchor``."""
        reach = max(float(np.ptp(self.y)), float(np.abs(self.y - anchor).max())) + float(np.sqrt(self.v.max()))
        return np.concatenate([[0.0], np.geomspace(1e-3 * np.sqrt(self.v.min()), 10 * reach, _GRID)])

    def height(self, mean: ArrayLike, tau2: ArrayLike) -> Floats:
        """Return the log-likelihood without its constant, at pairs of shape (m,)."""
        total = self.v + np.asarray(tau2, dtype=float)[..., None]
        deviation = self.y - np.asarray(mean, dtype=float)[..., None]
        return np.asarray(-0.5 * (np.log(total) + deviation**2 / total).sum(axis=-1))

    def best_mean(self, tau2: float) -> float:
        """Return the mean of greatest likelihood for one tau2."""
        weights = 1 / (self.v + tau2)
        return float(weights @ self.y / weights.sum())

    def over_tau(self, mean_at: Callable[[Floats], Floats]) -> float:
        """Return the greatest likelihood over tau where the mean follows from tau."""
        taus = self.taus(float(mean_at(np.zeros(1))[0]))
        heights = self.height(mean_at(taus), taus**2)
        place = int(np.argmax(heights))
        low, high = taus[max(place - 1, 0)], taus[min(place + 1, _GRID)]

        def loss(tau: float) -> float:
            return -float(self.height(mean_at(np.array(tau)), tau**2))

        found = optimize.minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-12 * high})
        return max(-float(found.fun), float(heights[place]))

    def limit(self, drop: Callable[[float], float], start: float, step: float, chi2: float, farthest: float) -> float:
        """Return where twice the drop of the likelihood reaches ``chi2`` from ``start`` on, or ``farthest``."""
        inner = start
        if 2 * drop(start) > chi2:
            return start
        while abs(inner - start) < abs(farthest - start):
            outer = inner + step if abs(inner + step - start) < abs(farthest - start) else farthest
            if 2 * drop(outer) > chi2:
                return float(optimize.brentq(lambda at: 2 * drop(at) - chi2, inner, outer, xtol=1e-12, rtol=1e-13))
            inner, step = outer, 1.6 * step
        return farthest


def profile_likelihood(effects: ArrayLike, variances: ArrayLike, *, level: float = 0.95) -> ProfileLikelihood:
    """Pool effects by maximum likelihood, with intervals of average and heterogeneity from the profile likelihood.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances.
    level : float
        Coverage of the intervals.

    Returns
    -------
    ProfileLikelihood
        Average and tau2 with intervals; the one of the average allows for tau2 being estimated and need not be
        symmetric.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.pool`.

    Notes
    -----
    Hardy & Thompson (1996). With few trials the intervals are somewhat narrow, as maximum likelihood
    underestimates tau2; Hartung-Knapp intervals hold their level better. Agrees with metafor's ``confint(type =
    "PL")`` for tau2 and with the likelihood maximised in R for the average: ``tests/oracle``.
    """
    y, v = read_effects(effects, variances)
    check_choices(level=level)
    normal = _Normal(y, v)
    chi2, far = float(special.chdtri(1, 1 - level)), 1e6 * float(normal.taus(normal.mean)[-1])

    def of_mean(mean: float) -> float:
        return normal.top - normal.over_tau(lambda tau: np.full_like(tau, mean))

    def of_tau(tau: float) -> float:
        return normal.top - float(normal.height(normal.best_mean(tau**2), tau**2))

    step, tau = float(np.sqrt(1 / np.sum(1 / (normal.v + normal.tau2)))), float(np.sqrt(normal.tau2))
    low, high = (normal.limit(of_mean, normal.mean, side * step, chi2, normal.mean + side * far) for side in (-1, 1))
    tau_low = normal.limit(of_tau, tau, -tau / 8, chi2, 0.0) if tau > 0 else 0.0
    tau_high = normal.limit(of_tau, tau, max(tau / 8, 0.05), chi2, far)
    statistic = max(2 * of_mean(0.0), 0.0)
    unit = normal.unit
    return ProfileLikelihood(
        k=y.size,
        estimate=unit * normal.mean,
        ci_low=unit * low,
        ci_high=unit * high,
        lr_statistic=statistic,
        p_value=float(special.chdtrc(1, statistic)),
        tau2=unit**2 * normal.tau2,
        tau2_low=(unit * tau_low) ** 2,
        tau2_high=(unit * tau_high) ** 2,
        at_bound=() if normal.tau2 > 0 else ("tau2",),
        log_likelihood=normal.top - y.size * float(np.log(unit) + 0.5 * np.log(2 * np.pi)),
        level=level,
    )


def share_beyond(effects: ArrayLike, variances: ArrayLike, threshold: float, *, level: float = 0.95) -> ShareBeyond:
    """Say how many of the true effects lie above a threshold.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances.
    threshold : float
        On the scale of the effects, such as the smallest important difference.
    level : float
        Coverage of the interval.

    Returns
    -------
    ShareBeyond
        The share with its interval.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.pool`, or if ``threshold`` is not finite.

    Notes
    -----
    Mathur & VanderWeele (2019) for the measure, Phi((mean - threshold)/tau); the interval is that of the
    profile likelihood of (mean - threshold)/tau, which, other than the delta method, stays between 0 and 1 and holds
    where tau is 0. True effects are taken to be normal; with fewer than ten trials the interval is wide, and shares
    near 0 or 1 rest on that assumption.
    """
    y, v = read_effects(effects, variances)
    check_choices(level=level)
    checks = Checks(SynthesisError)
    threshold = read_number(checks, "threshold", threshold)
    checks.finish()
    normal = _Normal(y, v)
    line, chi2 = threshold / normal.unit, float(special.chdtri(1, 1 - level))
    tau = float(np.sqrt(normal.tau2))

    def drop(deviate: float) -> float:
        return normal.top - normal.over_tau(lambda tau: line + deviate * tau)

    # Rounding of the average must not say on which side of the threshold all true effects lie.
    beyond = normal.mean - line
    at_line = abs(beyond) <= _ROUNDING * float(np.abs(normal.y).max())
    found = beyond / tau if tau > 0 else np.nan if at_line else np.copysign(np.inf, beyond)
    start = float(np.clip(np.nan_to_num(found), -_FARTHEST, _FARTHEST))
    low = normal.limit(drop, start, -0.25, chi2, -_FARTHEST) if start > -_FARTHEST else start
    high = normal.limit(drop, start, 0.25, chi2, _FARTHEST) if start < _FARTHEST else start
    return ShareBeyond(
        k=y.size,
        threshold=threshold,
        share=float(special.ndtr(found)),
        share_low=float(special.ndtr(low)) if low > -_FARTHEST else 0.0,
        share_high=float(special.ndtr(high)) if high < _FARTHEST else 1.0,
        estimate=normal.unit * normal.mean,
        tau=normal.unit * tau,
        at_bound=() if tau > 0 else ("tau2",),
        level=level,
    )
