"""The likelihood of two-by-two tables whose log odds ratios vary normally, integrated to its rounding."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.rare_events import Tables
from ipt_evidence.errors import SynthesisError

_HALF = np.array([0.5, -0.5])[:, None, None]
"""Share of the log odds ratio in the log odds of either group."""
_FARTHEST = 600.0
"""Log odds from their reference beyond which nothing is left to tell apart."""
_LEVELS = np.array([1e-5, 1e-2, 0.4, 3.0, 12.0, 36.0])
"""How far the logarithm of the integrand falls to the ends of the panels, on either side of its mode."""
_NODES, _RULE = np.polynomial.legendre.leggauss(8)
_SEARCHES = 4
_TINY = 1e-300
_ROUNDS = 200
_STRIDE = 4.0
"""Largest step in log odds."""
_NEARLY = 1e-9
"""Rise promised by a Newton step below which the step after it would be rounding."""
_ROUNDING = 1e-14
"""Share of the height below which a rise is rounding."""
_STIRLING = 16.0
_TOLD = 4.0
"""Information on both log odds, times the variance between trials, at which counts tell a log odds ratio as well."""
_ROOT_2PI = 0.5 * np.log(2 * np.pi)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Likelihood and derivatives at one point.

    Attributes
    ----------
    average, tau : float
        Average log odds ratio and standard deviation between trials.
    intercepts : ndarray, shape (k,)
        Mean of the log odds of both groups, per trial.
    height : float
        Log-likelihood.
    score : ndarray, shape (2,)
        Slope in average and tau.
    score_trials : ndarray, shape (k,)
        Slope in each intercept.
    hessian : ndarray, shape (2, 2)
        Second derivatives in average and tau.
    cross, hessian_trials : ndarray, shape (k, 2) and (k,)
        Second derivatives in each intercept and (average, tau), and in the intercept.
    """

    average: float
    tau: float
    intercepts: Floats
    height: float
    score: Floats
    score_trials: Floats
    hessian: Floats
    cross: Floats
    hessian_trials: Floats

    def information(self) -> Floats:
        """Return minus the second derivatives (2, 2) in average and tau, every intercept following."""
        return -self.hessian + (self.cross / self.hessian_trials[:, None]).T @ self.cross

    def along_tau(self) -> tuple[float, float]:
        """Return first and second derivative in the logarithm of tau, average and intercepts following."""
        information = self.information()
        slope = self.tau * float(self.score[1])
        bend = information[0, 1] ** 2 / information[0, 0] - information[1, 1]
        return slope, slope + self.tau**2 * float(bend)

    def step(self) -> tuple[float, Floats, float]:
        """Return Newton's step of average and intercepts at fixed tau, and the rise it promises."""
        ratio = self.cross[:, 0] / self.hessian_trials
        slope = self.score[0] - ratio @ self.score_trials
        average = float(slope / self.information()[0, 0])
        intercepts = -(self.score_trials + self.cross[:, 0] * average) / self.hessian_trials
        return average, intercepts, float(self.score[0] * average + self.score_trials @ intercepts)


class BinomialNormalLikelihood:
    """The log-likelihood of the average, tau and one intercept per trial.

    Either group of a trial is counted from the side that is rarer in it, and its likelihood taken relative to that of
    its own share: so neither large groups nor empty cells lose digits.

    Parameters
    ----------
    tables : tuple of four ndarrays, shape (k,)
        Checked events and totals of both groups, informative ones only.
    """

    def __init__(self, tables: Tables) -> None:
        events, total = np.stack(tables[::2]), np.stack(tables[1::2])
        rare = np.minimum(events, total - events)
        share = np.where(rare > 0, rare / total, 0.5 / (total + 1))
        self._flip = np.where(2 * events <= total, 1.0, -1.0)[:, :, None]
        self._rare, self._total, self._share = rare[:, :, None], total[:, :, None], share[:, :, None]
        self._reference = special.logit(self._share)
        self._constant = float(_log_chance(rare, total, share).sum())
        middle = self._flip[:, :, 0] * self._reference[:, :, 0]
        # A table without rare counts in either group has a likelihood of one side: a cliff, where that falls off.
        apart = (rare == 0).all(axis=0)
        self._cliffs = np.flatnonzero(apart)
        self._edges = np.log(np.expm1(_LEVELS / self._total[:, apart]))
        self._start = float((2 * _HALF[:, :, 0] * middle).sum(axis=0).mean()), middle.mean(axis=0)

    def _groups(self, intercepts: Floats, effect: Floats) -> tuple[Floats, Floats, Floats]:
        """Return log-likelihoods, slopes and minus curvatures in the log odds, (2, k, n), at log odds ratios (k, n)."""
        log_odds = intercepts[:, None] + _HALF * effect
        away = np.minimum(self._flip * log_odds - self._reference, _FARTHEST)
        factor = np.expm1(away)
        shrunk = 1 / (1 + self._share * factor)
        spread = self._total * self._share * (1 - self._share)
        height = self._rare * away - self._total * np.log1p(self._share * factor)
        slope = self._flip * (self._rare - self._total * self._share - spread * (factor * shrunk))
        return height, slope, spread * ((1 + factor) * shrunk) * shrunk

    def at(self, average: float, tau: float, intercepts: Floats) -> Fit:
        """Return the fit at one point."""
        z, log_rule = self._quadrature(average, tau, intercepts)
        heights, slopes, curvatures = self._groups(intercepts, average + tau * z)
        height = heights.sum(axis=0) + log_rule
        top = height.max(axis=1, keepdims=True)
        mass = np.exp(height - top)
        whole = mass.sum(axis=1, keepdims=True)
        mass = mass / whole
        first, second = _by_counts(slopes, curvatures, z, mass)
        # Where counts tell a log odds ratio better than tau does, information is a difference of large numbers.
        told = tau**2 * (mass * curvatures.sum(axis=0)).sum(axis=1) > _TOLD
        if told.any():
            first[:, told], second[told] = _by_effects(slopes[:, told], curvatures[:, told], z[told], mass[told], tau)
        mean = np.einsum("kn,skn->ks", mass, first)
        away = first - mean.T[:, :, None]
        second += np.einsum("kn,skn,tkn->kst", mass, away, away)
        return Fit(
            average=average,
            tau=tau,
            intercepts=intercepts,
            height=float((top + np.log(whole)).sum() + self._constant),
            score=mean[:, 1:].sum(axis=0),
            score_trials=mean[:, 0],
            hessian=second[:, 1:, 1:].sum(axis=0),
            cross=second[:, 0, 1:],
            hessian_trials=second[:, 0, 0],
        )

    def smallest_error(self, fit: Fit) -> float:
        """Return the smallest standard error of a trial's own log odds ratio at a fit without heterogeneity."""
        effect = np.full((fit.intercepts.size, 1), fit.average)
        # Far from its counts a group tells nothing: its information is lost in rounding.
        information = np.maximum(self._groups(fit.intercepts, effect)[2], _TINY)
        return float(np.sqrt((1 / information).sum(axis=0)).min())

    def given(self, tau: float, start: Fit | None = None) -> Fit:
        """Return the maximum over average and intercepts: the only one, the likelihood is concave in them."""
        average, intercepts = self._start if start is None else (start.average, start.intercepts)
        found = self.at(average, tau, intercepts)
        for _ in range(_ROUNDS):
            step, steps, rise = found.step()
            rounding = _ROUNDING * abs(found.height)
            if rise < _NEARLY + 10 * rounding:
                return self.at(found.average + step, tau, found.intercepts + steps)
            length = min(1.0, _STRIDE / max(abs(step), float(np.abs(steps).max())))
            following = found
            while length > _NEARLY:
                following = self.at(found.average + length * step, tau, found.intercepts + length * steps)
                if following.height >= found.height - rounding:
                    break
                length /= 2
            else:
                # No step leads up: the height is level to its rounding.
                return found
            found = following
        raise SynthesisError(
            f"the binomial-normal model did not converge in {_ROUNDS} steps; use mantel_haenszel for these tables"
        )

    def _quadrature(self, average: float, tau: float, intercepts: Floats) -> tuple[Floats, Floats]:
        """Return nodes (k, n) in standard deviations of the random effect, and the logarithms of what they weigh.

        The logarithm of the integrand is concave: on either side of its mode panels end where it has fallen to given
        levels, so that neither a narrow peak nor a cliff lies within a wide one.
        """
        k = intercepts.size
        if tau == 0:
            # Two points have the mean and variance that derivatives at tau = 0 ask for.
            return np.tile([-1.0, 1.0], (k, 1)), np.full((k, 2), -np.log(2))

        def height(z: Floats) -> tuple[Floats, Floats, Floats]:
            heights, slopes, curvatures = self._groups(intercepts, average + tau * z)
            return (
                heights.sum(axis=0) - z**2 / 2,
                tau * (slopes[0] - slopes[1]) / 2 - z,
                tau**2 * curvatures.sum(axis=0) / 4 + 1,
            )

        mode, top, curvature = _mode(height, k)
        sides = np.repeat([-1.0, 1.0], _LEVELS.size)
        levels = np.tile(_LEVELS, 2)
        # The fall is convex and at least that of the normal part, half the square. So tangents meet a level beyond
        # where it is reached, chords before; between them powers and exponentials are straight on logarithmic scales.
        inner, outer = np.zeros((k, levels.size)), np.broadcast_to(np.sqrt(2 * levels), (k, levels.size))
        away = outer / np.sqrt(curvature)
        for _ in range(_SEARCHES):
            value, slope, _ = height(mode + sides * away)
            fall, steep = np.maximum(top - value, _TINY), np.maximum(-sides * slope, _TINY)
            outer = np.minimum(outer, away + (levels - fall) / steep)
            inner = np.maximum(inner, away * np.minimum(levels / fall, 1.0))
            change = np.log(levels / fall) * fall / (away * steep)
            away = np.clip(away * np.exp(np.clip(change, -_FARTHEST, _FARTHEST)), inner, np.maximum(inner, outer))
        left, right = away[:, : _LEVELS.size][:, ::-1], away[:, _LEVELS.size :]
        ends = np.hstack([mode - left, mode, mode + right])
        if self._cliffs.size:
            edges = np.tile(mode, _LEVELS.size)
            edges[self._cliffs] = (self._cliff(intercepts) - average) / tau
            ends = np.hstack([ends, np.clip(edges, ends[:, :1], ends[:, -1:])])
        ends = np.sort(ends, axis=1)
        half = np.diff(ends, axis=1)[:, :, None] / 2
        z = (ends[:, :-1, None] + half * (1 + _NODES)).reshape(k, -1)
        with np.errstate(divide="ignore"):
            return z, np.log(half * _RULE).reshape(k, -1) - z**2 / 2 - _ROOT_2PI

    def _cliff(self, intercepts: Floats) -> Floats:
        """Return the log odds ratios (c, n) at which the likelihood of tables of one side falls to the levels."""
        flip, middle = self._flip[:, self._cliffs], intercepts[self._cliffs, None]
        first, second = (flip * self._edges - middle) / _HALF
        # Of both groups the one counts that falls first.
        return np.where(flip[0] < 0, np.maximum(first, second), np.minimum(first, second))


def _by_counts(slopes: Floats, curvatures: Floats, z: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """Return slopes (3, k, n) and mean second derivatives (k, 3, 3) of the complete log-likelihood at every node.

    They are by intercept, average and tau, at random effects of ``z`` standard deviations.
    """
    effect, apart = (slopes[0] - slopes[1]) / 2, (curvatures[0] - curvatures[1]) / 2
    both = curvatures.sum(axis=0)
    second = [[both, apart, apart * z], [apart, both / 4, both * z / 4], [apart * z, both * z / 4, both * z**2 / 4]]
    return np.stack([slopes.sum(axis=0), effect, effect * z]), -np.einsum("kn,stkn->kst", mass, np.array(second))


def _by_effects(slopes: Floats, curvatures: Floats, z: Floats, mass: Floats, tau: float) -> tuple[Floats, Floats]:
    """Return what :func:`_by_counts` does at log odds ratios that stay where they are as average and tau change.

    As the intercept changes, they move so that the log odds of the group that tells more stay where they are.
    """
    more = (mass * (curvatures[0] - curvatures[1])).sum(axis=1, keepdims=True) >= 0
    side, one = np.where(more, 1.0, -1.0), np.ones_like(z)
    slope, curvature = np.where(more, slopes[::-1], slopes), np.where(more, curvatures[1], curvatures[0])
    first = np.stack([2 * (slope[0] + side * z / tau), z / tau, (z**2 - 1) / tau])
    across = [2 * side * one, 4 * side * z], [one, 2 * z], [2 * z, 3 * z**2 - 1]
    second = np.array(
        [[4 * curvature * tau**2 + 4, *across[0]], [across[0][0], *across[1]], [across[0][1], *across[2]]]
    )
    return first, -np.einsum("kn,stkn->kst", mass, second) / tau**2


def _mode(height: Callable[[Floats], tuple[Floats, Floats, Floats]], k: int) -> tuple[Floats, Floats, Floats]:
    """Return the mode (k, 1) of a concave function with its height and curvature, by Newton steps within brackets."""
    z = np.zeros((k, 1))
    value, slope, curvature = height(z)
    low, high = np.minimum(slope, 0.0), np.maximum(slope, 0.0)
    for _ in range(_ROUNDS):
        step = slope / curvature
        if np.abs(step).max() < 1e-8:
            break
        # From the far side of a cliff a Newton step goes astray.
        z = np.where(2 * np.abs(step) < high - low, z + step, np.where(step == 0, z, (low + high) / 2))
        value, slope, curvature = height(z)
        low, high = np.where(slope > 0, z, low), np.where(slope > 0, high, z)
    return z, value, curvature


def _log_chance(rare: Floats, total: Floats, share: Floats) -> Floats:
    """Return the log of the chance of the counts at their reference, by Loader's way: nothing large cancels."""
    inside = np.where(rare > 0, rare, 1.0)
    rest = np.where(rare > 0, total - rare, 1.0)
    whole = inside + rest
    some = _beyond_stirling(whole) - _beyond_stirling(inside) - _beyond_stirling(rest)
    some = some - 0.5 * np.log(2 * np.pi * inside / whole * rest)
    return np.where(rare > 0, some, total * np.log1p(-share))


def _beyond_stirling(n: Floats) -> Floats:
    """Return by how much the log factorial exceeds Stirling's formula."""
    large = np.maximum(n, _STIRLING)
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / large**2) / large**2) / large**2) / large
    exact = special.gammaln(n + 1) - (n + 0.5) * np.log(n) + n - _ROOT_2PI
    return np.where(n < _STIRLING, exact, series)
