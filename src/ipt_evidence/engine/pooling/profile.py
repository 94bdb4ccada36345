"""Profile likelihood: intervals that do not take the between-trial variance as known."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from ipt_evidence.engine.checks import Checks, Floats, read_number
from ipt_evidence.engine.maxima import peaks
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

_STEP = 0.05
"""Of the logarithm of tau: a likelihood has no two maxima so close."""
_BETWEEN = 40
_ROUNDING = 1e-13
"""Share of the effects below which a difference is taken for rounding."""


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
        ("tau2",) where the likelihood falls from tau2 = 0: all true effects are the average, the share is 0, 1 or NaN.
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


class _Profile(NamedTuple):
    """The likelihood at values of tau (m,), each with its best mean: heights, means, weights of means."""

    height: Floats
    mean: Floats
    weight: Floats


class _Normal:
    """The likelihood of effects in units of a typical standard error.

    Given tau it is a parabola in the mean, so that what is not rejected follows from tau alone: the values of tau
    whose best mean is high enough, and for each of them an interval of means.
    """

    def __init__(self, y: Floats, v: Floats, level: float) -> None:
        self.unit = float(np.sqrt(np.median(v)))
        self.y, self.v = y / self.unit, v / self.unit**2
        self.tau = float(np.sqrt(estimate_tau2(MeanOfTrials.alone(self.y, self.v), "ML")[0]))
        (self.top,), (self.mean,), _ = (part.tolist() for part in self.profile(np.array([self.tau])))
        self.cut = self.top - 0.5 * float(special.chdtri(1, 1 - level))
        self.likely = self._likely()

    def profile(self, tau: Floats) -> _Profile:
        """Return the best means and how high they are, without the constant, at tau (m,)."""
        weights = 1 / (self.v + tau[:, None] ** 2)
        weight = weights.sum(axis=1)
        mean = weights @ self.y / weight
        return _Profile(self._height(mean, tau), mean, weight)

    def _height(self, mean: Floats, tau: Floats) -> Floats:
        total = self.v + tau[:, None] ** 2
        return np.asarray(-0.5 * (np.log(total) + (self.y - mean[:, None]) ** 2 / total).sum(axis=1))

    def _taus(self, farthest: float) -> Floats:
        """Return 0 and values of tau from far below every standard error to ``farthest``."""
        nearest = 1e-3 * float(np.sqrt(self.v.min()))
        size = max(int(np.log(max(farthest / nearest, 1.0)) / _STEP), 0) + 2
        return np.concatenate([[0.0], np.geomspace(nearest, max(farthest, 2 * nearest), size)])

    def _likely(self) -> list[Floats]:
        """Return the intervals of tau that are not rejected, each as its ends and points between."""

        def excess(tau: Floats) -> Floats:
            return self.profile(tau).height - self.cut

        # The height is at most -k log(tau), which ends the search.
        taus = np.union1d(self._taus(float(np.exp(-self.cut / self.y.size))), self.tau)
        taus = np.union1d(taus, [tau for tau, _ in peaks(excess, taus)])
        inside = (excess(taus) >= 0) | (taus == self.tau)
        starts = np.flatnonzero(inside & ~np.append(False, inside[:-1]))
        ends = np.flatnonzero(inside & ~np.append(inside[1:], False))

        def crossing(one: float, other: float) -> float:
            return float(optimize.brentq(lambda tau: excess(np.array([tau]))[0], one, other, xtol=1e-15, rtol=1e-13))

        def between(start: int, end: int) -> Floats:
            low = crossing(taus[start - 1], taus[start]) if start else 0.0
            high = crossing(taus[end], taus[end + 1])
            return np.unique([*np.linspace(low, high, _BETWEEN), *taus[start : end + 1]])

        return [between(start, end) for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]

    def farthest_mean(self, side: int, of: Callable[[Floats, Floats], Floats]) -> float:
        """Return the greatest, for ``side`` 1, or least value of what follows from mean and tau and is not rejected.

        It must rise with the mean.
        """

        def end(tau: Floats) -> Floats:
            height, mean, weight = self.profile(tau)
            return side * of(mean + side * np.sqrt(2 * np.maximum(height - self.cut, 0.0) / weight), tau)

        return side * max(value for taus in self.likely for _, value in peaks(end, taus))

    def statistic(self, mean: float) -> float:
        """Return the likelihood-ratio statistic of a mean."""

        def height(tau: Floats) -> Floats:
            return self._height(np.full(tau.size, mean), tau)

        # No tau beyond the farthest effect is better than that one.
        found = peaks(height, self._taus(float(np.abs(self.y - mean).max())))
        return max(2 * (self.top - max(value for _, value in found)), 0.0)


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
    Hardy & Thompson (1996). Each interval goes from the lowest to the highest value that is not rejected: where one
    precise effect lies far from the others the likelihood may have two maxima, and values between them may be
    rejected. With few trials the intervals are somewhat narrow, as maximum likelihood
    underestimates tau2; Hartung-Knapp intervals hold their level better. Agrees with metafor's ``confint(type =
    "PL")`` for tau2 and with the likelihood maximised in R for the average: ``tests/oracle``.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    normal = _Normal(y, v, level)
    unit, statistic = normal.unit, normal.statistic(0.0)
    low, high = (normal.farthest_mean(side, lambda mean, _: mean) for side in (-1, 1))
    return ProfileLikelihood(
        k=y.size,
        estimate=unit * normal.mean,
        ci_low=unit * low,
        ci_high=unit * high,
        lr_statistic=statistic,
        p_value=float(special.chdtrc(1, statistic)),
        tau2=(unit * normal.tau) ** 2,
        tau2_low=(unit * float(normal.likely[0][0])) ** 2,
        tau2_high=(unit * float(normal.likely[-1][-1])) ** 2,
        at_bound=() if normal.tau > 0 else ("tau2",),
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
    profile likelihood of (mean - threshold)/tau, from the lowest to the highest value that is not rejected, which,
    other than the delta method, stays between 0 and 1 and holds where tau is 0. True effects are taken to be normal;
    with fewer than ten trials the interval is wide, and shares near 0 or 1 rest on that assumption.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    with Checks(SynthesisError) as checks:
        threshold = read_number(checks, "threshold", threshold)
    normal = _Normal(y, v, level)
    line, tau = threshold / normal.unit, normal.tau

    def deviate(mean: Floats, tau: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.nan_to_num((mean - line) / tau, posinf=np.inf, neginf=-np.inf)

    # Rounding of the average must not say on which side of the threshold all true effects lie.
    beyond = normal.mean - line
    at_line = abs(beyond) <= _ROUNDING * float(np.abs(normal.y).max())
    found = beyond / tau if tau > 0 else np.nan if at_line else np.copysign(np.inf, beyond)
    low, high = (normal.farthest_mean(side, deviate) for side in (-1, 1))
    return ShareBeyond(
        k=y.size,
        threshold=threshold,
        share=float(special.ndtr(found)),
        share_low=float(special.ndtr(low)),
        share_high=float(special.ndtr(high)),
        estimate=normal.unit * normal.mean,
        tau=normal.unit * tau,
        at_bound=() if tau > 0 else ("tau2",),
        level=level,
    )
