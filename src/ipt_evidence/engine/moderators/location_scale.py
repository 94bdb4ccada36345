"""Location-scale models: moderators of the average effect and of how much effects differ."""

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.regression import read_design
from ipt_evidence.engine.newton import polished
from ipt_evidence.engine.pooling.designs import RegressionOfTrials, orthonormal
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

_STEPS = 300
_NOTHING = 1e-5
"""Share of the sampling variance below which no data tell a tau2 from 0."""
_SLOPES = (1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""Of log(tau2) at the starts, by standard deviations of a direction among the scale moderators."""
_LEVELS, _PLACES, _CLIMBS = 5, 30, 8
"""Of the grid of starts: levels, places along a direction (and directions to trials), starts that are climbed from."""
_FEW = 2
"""More scale moderators than that tell trials apart in too many ways to list."""
_SPREAD, _MORE_CLIMBS = 60, 40
"""With so many: directions anywhere among them, besides those that are listed, and starts that are climbed from."""
_APART = 0.1
"""Root mean square difference of shares of tau2 below which two starts are the same."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LocationScale(FrozenArrays):
    """A meta-regression in which the between-trial variance, too, depends on moderators.

    Attributes
    ----------
    coefficients, se, statistics, p_values, ci_low, ci_high : ndarray, shape (p + 1,)
        Of the average effect, intercept first; t with k - p - 1 degrees of freedom.
    scale_coefficients, scale_se, scale_statistics, scale_p_values, scale_low, scale_high : ndarray, shape (q + 1,)
        Of log(tau2), intercept first; t with k - q - 1 degrees of freedom. NaN where tau2 is at its bound.
    tau2 : ndarray, shape (k,)
        Between-trial variance at the moderators of each trial.
    lr_statistic, lr_df, lr_p_value : float
        Likelihood-ratio test against one tau2 for all trials.
    at_bound : tuple of str
        ("tau2",) where the likelihood rises for ever as log(tau2) runs off to minus infinity at the moderators of some
        trials, so that its coefficients have no values: tau2 is 0 there, and the trials left cannot tell the
        coefficients; those of the average take these tau2 as known.
    k : int
        Number of trials.
    log_likelihood : float
        At the maximum, with all constants.
    method : str
        The choice made.
    level : float
        Coverage of the intervals.
    """

    coefficients: Floats
    se: Floats
    statistics: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    scale_coefficients: Floats
    scale_se: Floats
    scale_statistics: Floats
    scale_p_values: Floats
    scale_low: Floats
    scale_high: Floats
    tau2: Floats
    lr_statistic: float
    lr_df: int
    lr_p_value: float
    at_bound: tuple[str, ...]
    k: int
    log_likelihood: float
    method: str
    level: float


class _Point(NamedTuple):
    """The profile likelihood at one vector of scale coefficients, with its derivatives by them."""

    value: float
    gradient: Floats
    hessian: Floats


class _Likelihood:
    """The likelihood of the coefficients of log(tau2), those of the average profiled or integrated out."""

    def __init__(self, y: Floats, v: Floats, x: Floats, z: Floats, *, restricted: bool) -> None:
        self._y, self.v, self._x, self.z, self._restricted = y, v, x, z, restricted
        self._span = 0.5 * np.linalg.slogdet(x.T @ x)[1] if restricted else 0.0

    def tau2(self, alpha: Floats) -> Floats:
        """Return tau2 of every trial."""
        return np.asarray(np.exp(np.clip(self.z @ alpha, -700, 700)))

    def location(self, tau2: Floats) -> tuple[Floats, Floats]:
        """Return the coefficients of the average and their covariance, of each row if tau2 has rows."""
        weights = 1 / (self.v + tau2)
        covariance: Floats = np.linalg.inv((self._x.T * weights[..., None, :]) @ self._x)
        return np.einsum("...ij,...j->...i", covariance, (weights * self._y) @ self._x), covariance

    def values(self, tau2: Floats) -> Floats:
        """Return the log-likelihood, of each row if tau2 has rows."""
        weights = 1 / (self.v + tau2)
        coefficients, covariance = self.location(tau2)
        residuals = self._y - coefficients @ self._x.T
        df = self._y.size - self._x.shape[1] * self._restricted
        correction = np.linalg.slogdet(covariance)[1] / 2 + self._span if self._restricted else 0.0
        fitted = np.sum(np.log(weights) - weights * residuals**2, axis=-1)
        return np.asarray(-0.5 * df * np.log(2 * np.pi) + 0.5 * fitted + correction)

    def value(self, tau2: Floats) -> float:
        """Return the log-likelihood."""
        return float(self.values(tau2))

    def at_bound(self, alpha: Floats) -> Bools:
        """Return of which trials tau2 is at its bound: of none if the other trials alone tell the coefficients."""
        nothing: Bools = self.tau2(alpha) < _NOTHING * self.v
        told = np.linalg.matrix_rank(self.z[~nothing], tol=1e-9) == alpha.size
        return nothing & ~told

    def largest(self) -> float:
        """Return the largest squared deviation of an effect from the line through all, not below 10 (of typical v)."""
        line = np.linalg.lstsq(self._x, self._y, rcond=None)[0]
        return max(float(np.max((self._y - self._x @ line) ** 2)), 10.0)

    def at(self, alpha: Floats) -> _Point:
        """Return value, gradient and Hessian; P takes effects to weighted residuals."""
        tau2 = self.tau2(alpha)
        weights = 1 / (self.v + tau2)
        wx = weights[:, None] * self._x
        p = np.diag(weights) - wx @ np.linalg.solve(self._x.T @ wx, wx.T)
        py = p @ self._y
        by_tau2 = 0.5 * (py**2 - (np.diag(p) if self._restricted else weights))
        twice = 0.5 * p**2 if self._restricted else np.diag(0.5 * weights**2)
        curvature = np.outer(tau2, tau2) * (twice - py[:, None] * p * py) + np.diag(tau2 * by_tau2)
        return _Point(self.value(tau2), self.z.T @ (tau2 * by_tau2), self.z.T @ curvature @ self.z)


def location_scale(
    effects: ArrayLike,
    variances: ArrayLike,
    scale_moderators: ArrayLike,
    *,
    moderators: ArrayLike | None = None,
    method: str = "REML",
    level: float = 0.95,
) -> LocationScale:
    """Let moderators explain how much effects differ between trials, besides how large they are.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial.
    scale_moderators : array_like, shape (k,) or (k, q)
        Moderators of the between-trial variance; an intercept is added.
    moderators : array_like, shape (k,) or (k, p), optional
        Moderators of the average; without them it is the same for all trials.
    method : {"REML", "ML"}
        Restricted or full maximum likelihood.
    level : float
        Coverage of the intervals.

    Returns
    -------
    LocationScale
        Coefficients of average and log(tau2), tau2 by trial, the test against one tau2.

    Raises
    ------
    SynthesisError
        If data are unusable, moderators are not finite or linearly dependent, there are not more trials than
        coefficients, a choice is unknown, or no maximum is found.

    Notes
    -----
    Viechtbauer & Lopez-Lopez (2022): log(tau2_i) is linear in the moderators. The highest maximum uphill of the best of
    a grid of starts is taken, gentle and steep ones in many directions among the moderators, since all the spread can
    be that of a few trials at an end; standard errors of the scale from the observed information, those of the average
    given tau2. Agrees with metafor's ``rma(scale = , test = "t")``: ``tests/oracle``.
    """
    y, v = read_effects(effects, variances)
    check_choices(level=level)
    checks = Checks(SynthesisError)
    one_of(checks, "method", method, ("REML", "ML"))
    checks.finish()
    x = np.ones((y.size, 1)) if moderators is None else read_design(moderators, y.size)
    z = read_design(scale_moderators, y.size)
    basis, triangle = orthonormal(x)
    scale_basis, scale_triangle = orthonormal(z)
    # Every column of length sqrt(k): the search does not depend on units or origins of moderators either.
    back, scale_back = np.linalg.inv(triangle), np.linalg.inv(scale_triangle) * np.sqrt(y.size)
    if y.size <= x.shape[1] + z.shape[1]:
        raise SynthesisError(
            f"a location-scale model with {x.shape[1] + z.shape[1]} coefficients needs more trials, got {y.size}"
        )
    # Effects in units of a typical standard error: the search does not depend on their scale.
    unit = float(np.sqrt(np.median(v)))
    z = scale_basis * np.sqrt(y.size)
    likelihood = _Likelihood(y / unit, v / unit**2, basis, z, restricted=method == "REML")
    same = float(estimate_tau2(RegressionOfTrials.of(y[None] / unit, v[None] / unit**2, x), method)[0])
    alpha = _best(likelihood, same, scale_basis.T @ np.ones(y.size) / np.sqrt(y.size))
    tau2 = likelihood.tau2(alpha)
    bound = likelihood.at_bound(alpha)
    tau2 = np.where(bound, 0.0, tau2)
    found = likelihood.value(tau2)
    scale_se = np.full(alpha.size, np.nan)
    if bound.any():
        alpha = np.full(alpha.size, np.nan)
    else:
        scale_se = _standard_errors(likelihood, alpha, scale_back)
    coefficients, covariance = likelihood.location(tau2)
    coefficients, se = unit * (back @ coefficients), unit * np.sqrt(np.diag(back @ covariance @ back.T))
    alpha = scale_back @ alpha
    alpha[0] += 2 * np.log(unit)
    test = infer(coefficients, se, np.full(se.size, float(y.size - x.shape[1])), level, "t")
    scale_test = infer(alpha, scale_se, np.full(alpha.size, float(y.size - z.shape[1])), level, "t")
    statistic = max(2 * (found - likelihood.value(np.full(y.size, same))), 0.0)
    df = z.shape[1] - 1
    return LocationScale(
        coefficients=coefficients,
        se=se,
        statistics=test.statistic,
        p_values=test.p_value,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        scale_coefficients=alpha,
        scale_se=scale_se,
        scale_statistics=scale_test.statistic,
        scale_p_values=scale_test.p_value,
        scale_low=scale_test.ci_low,
        scale_high=scale_test.ci_high,
        tau2=unit**2 * tau2,
        lr_statistic=statistic,
        lr_df=df,
        lr_p_value=float(special.chdtrc(df, statistic)),
        at_bound=("tau2",) if bound.any() else (),
        k=y.size,
        log_likelihood=found - (y.size - x.shape[1] * (method == "REML")) * float(np.log(unit)),
        method=method,
        level=level,
    )


def _best(likelihood: _Likelihood, same: float, ones: Floats) -> Floats:
    """Return the highest of the maxima uphill of the best starts.

    ``ones`` are the coefficients that give all trials 1.
    """
    climbs = [_climb(likelihood, alpha) for alpha in _starts(likelihood, same, ones)]
    best, arrived = max(climbs, key=lambda climb: likelihood.value(likelihood.tau2(climb[0])))
    if not arrived:
        raise SynthesisError(f"the location-scale model did not converge in {_STEPS} steps; use fewer scale moderators")
    if likelihood.at_bound(best).any():
        return best
    return polished(lambda alpha: likelihood.at(alpha)[:2], best, lambda alpha: -likelihood.at(alpha).hessian)


def _starts(likelihood: _Likelihood, same: float, ones: Floats) -> Floats:
    """Return the most likely starts: one tau2, or log(tau2) of a level at a place, rising or falling along a direction.

    None has a tau2 far beyond the largest squared deviation.
    """
    z, top = likelihood.z, np.log(likelihood.largest())
    levels = np.append(np.linspace(np.log(0.1), top, _LEVELS), np.log(max(same, 0.01)))
    best = [levels[:, None] * ones]
    for direction in (sign * one for one in _directions(z) for sign in (-1, 1)):
        places = np.unique(z @ direction)
        places = places[np.unique(np.linspace(0, places.size - 1, _PLACES).round().astype(int))]
        slopes, level, place = (part.ravel() for part in np.meshgrid(_SLOPES, levels, places))
        near = level + slopes * (places[-1] - place) < top + np.log(100)
        starts = np.outer(level - slopes * place, ones) + np.outer(slopes, direction)
        best.append(_most_likely(likelihood, starts[near]))
    return _most_likely(likelihood, np.concatenate(best))


def _most_likely(likelihood: _Likelihood, starts: Floats) -> Floats:
    """Return the most likely of some starts, no two of which give nearly the same shares of tau2 in the variances."""
    tau2 = np.exp(starts @ likelihood.z.T)
    values, shares = likelihood.values(tau2), tau2 / (likelihood.v + tau2)
    chosen: list[int] = []
    most = _MORE_CLIMBS if _many(likelihood.z) else _CLIMBS
    while len(chosen) < most and np.any(values > -np.inf):
        chosen.append(int(np.argmax(values)))
        values[np.mean((shares - shares[chosen[-1]]) ** 2, axis=1) < _APART**2] = -np.inf
    return starts[chosen]


def _directions(z: Floats) -> Floats:
    """Return directions of length 1: scale moderators, sums and differences of two, from the middle to trials, others.

    ``z`` has an intercept first and columns at right angles to each other; of the trials the farthest are taken.
    """
    axes = np.eye(z.shape[1])[1:]
    if len(axes) == 1:
        return axes
    pairs = [one + sign * other for one, other in combinations(axes, 2) for sign in (-1, 1)]
    trials = np.column_stack([np.zeros(len(z)), z[:, 1:]])
    trials = trials[np.argsort(np.linalg.norm(trials, axis=1))[-_PLACES:]]
    spread = np.random.default_rng(0).normal(size=(_SPREAD if _many(z) else 0, len(axes))) @ axes
    every = np.vstack([axes, *pairs, trials, spread])
    every = every[np.linalg.norm(every, axis=1) > 0]
    return np.asarray(every / np.linalg.norm(every, axis=1)[:, None])


def _many(z: Floats) -> bool:
    """Return whether there are more than a few scale moderators beside the intercept."""
    return z.shape[1] - 1 > _FEW


def _climb(likelihood: _Likelihood, alpha: Floats) -> tuple[Floats, bool]:
    """Return the maximum uphill of a start, or a point so far down that tau2 is at its bound; False if neither."""
    point = likelihood.at(alpha)
    for _ in range(_STEPS):
        value, vectors = np.linalg.eigh(-point.hessian)
        # Uphill whatever the curvature, by no more than a few units of the log(tau2) that matter.
        damped = np.maximum(np.abs(value), 1e-10 * max(np.abs(value).max(), 1e-10))
        step = vectors @ ((vectors.T @ point.gradient) / damped)
        gain = float(step @ point.gradient)
        if gain < 1e-15 * (1 + abs(point.value)):
            return alpha, True
        matters = likelihood.tau2(alpha) > _NOTHING * likelihood.v
        step *= min(1.0, 3.0 / float(np.max(np.abs(likelihood.z @ step), where=matters, initial=1e-300)))
        for _ in range(60):
            following = likelihood.at(alpha + step)
            if following.value >= point.value:
                break
            step = step / 2
        else:
            return alpha, True
        alpha, point = alpha + step, following
        if gain < 1e-9 and likelihood.at_bound(alpha).any():
            return alpha, True
    return alpha, False


def _standard_errors(likelihood: _Likelihood, alpha: Floats, back: Floats) -> Floats:
    """Return standard errors of ``back @ alpha``."""
    information = -likelihood.at(alpha).hessian
    if np.linalg.eigvalsh(information).min() <= 0:
        raise SynthesisError(
            "the scale is not identified, its information matrix is not positive definite; use fewer moderators"
        )
    return np.asarray(np.sqrt(np.diag(back @ np.linalg.inv(information) @ back.T)))
