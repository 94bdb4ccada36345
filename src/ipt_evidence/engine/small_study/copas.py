"""The selection model of Copas: large standard errors are published the more likely, the larger the effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.engine.pooling.random_effects import pool
from ipt_evidence.errors import SynthesisError

_ROUNDS = 60
_FULL = 0.9999
"""Largest correlation of effect and publication: at 1 the likelihood has no derivative."""
_CORRELATIONS = (-_FULL, -0.8, 0.0, 0.8, _FULL)
"""Where searches start: the likelihood may have one maximum within and one at its bound."""
_MEANS = 201
_STRIDE = 0.25
"""Most that a step moves that correlation."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CopasSelection(FrozenArrays):
    """Averages under a range of assumptions on how many of the least precise trials are published.

    Attributes
    ----------
    k : int
        Number of trials.
    published : ndarray, shape (g,)
        Assumed chance of publication of a trial with the largest standard error of the data.
    estimate, se, p_value, ci_low, ci_high : ndarray, shape (g,)
        Average at each, by maximum likelihood with normal intervals.
    tau2, rho : ndarray, shape (g,)
        Between-trial variance before selection; correlation of effect and publication within trials.
    unpublished : ndarray, shape (g,)
        How many trials like those given would be unpublished.
    asymmetry_p_value : ndarray, shape (g,)
        Likelihood-ratio test that effects still depend on their standard errors. The average to look at is that of the
        least selection at which this is not significant.
    at_bound : tuple of tuple of str
        Per assumption what is held at its bound and has no part in the standard error: "tau2" at 0, "rho" at 1 or -1.
        The standard error steps there: what is held counts as known, off the bound as estimated.
    log_likelihood : ndarray, shape (g,)
        Of the trials given that they are published, with all constants.
    certain : float
        Assumed chance of publication of a trial with the smallest standard error.
    level : float
        Coverage of the intervals.
    """

    k: int
    published: Floats
    estimate: Floats
    se: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    tau2: Floats
    rho: Floats
    unpublished: Floats
    asymmetry_p_value: Floats
    at_bound: tuple[tuple[str, ...], ...]
    log_likelihood: Floats
    certain: float
    level: float


class _Maximum(NamedTuple):
    parameters: Floats
    value: float
    information: Floats
    held: Bools


class _Likelihood:
    """The likelihood of published trials; parameters are the coefficients of the average, tau2 and rho."""

    def __init__(self, y: Floats, s: Floats, columns: Floats, threshold: Floats) -> None:
        self._y, self._s, self._columns, self._u = y, s, columns, threshold
        hazard = np.exp(-0.5 * threshold**2 - special.log_ndtr(threshold)) / np.sqrt(2 * np.pi)
        # Publication takes this share of rho squared away from the variance of an estimate.
        self._shrunk = hazard * (threshold + hazard)
        self.size = columns.shape[1] + 2
        self._chance = special.log_ndtr(threshold).sum() + 0.5 * y.size * np.log(2 * np.pi)

    def values(self, parameters: NDArray) -> NDArray:
        """Return the log-likelihood at points (m, p); complex ones give it a derivative."""
        tau2, rho = parameters[:, -2:-1], parameters[:, -1:]
        sampling = self._s**2 / (1 - self._shrunk * rho**2)
        total = sampling + tau2
        deviation = self._y - parameters[:, :-2] @ self._columns.T
        shared = rho * np.sqrt(sampling / total)
        pull = (self._u + shared * deviation / np.sqrt(total)) / np.sqrt(1 - shared**2)
        fit = -0.5 * (np.log(total) + deviation**2 / total)
        return np.asarray((fit + _log_ndtr(pull)).sum(axis=1) - self._chance)

    def value(self, parameters: Floats) -> float:
        """Return the log-likelihood at one point."""
        return float(self.values(parameters[None])[0])

    def gradients(self, points: Floats) -> Floats:
        """Return the slopes at points (m, p), from steps in the imaginary direction, which cancel nothing."""
        moved = points[:, None, :] + 1e-30j * np.eye(self.size)
        return np.asarray(self.values(moved.reshape(-1, self.size)).imag.reshape(points.shape) / 1e-30)

    def loss(self, parameters: Floats) -> tuple[float, Floats]:
        """Return minus the log-likelihood and its slope."""
        return -self.value(parameters), -self.gradients(parameters[None])[0]

    def information(self, parameters: Floats) -> Floats:
        """Return minus the second derivatives, from differences of the gradient to fourth order."""
        sizes = np.full(self.size, 1e-3 * float(np.sqrt(np.median(self._s) ** 2 + parameters[-2])))
        # Below -(1 - rho^2) s^2, a little under 0 where rho is large, no tau2 has a likelihood.
        room = parameters[-2] + (1 - parameters[-1] ** 2) * float(self._s.min()) ** 2
        sizes[-2], sizes[-1] = min(1e-3 * (parameters[-2] + float(self._s.min()) ** 2), room / 4), 2e-5
        shifts = np.diag(sizes)
        points = parameters + np.concatenate([shifts, -shifts, 2 * shifts, -2 * shifts])
        up, down, far_up, far_down = self.gradients(points).reshape(4, self.size, self.size)
        matrix = (8 * (up - down) - (far_up - far_down)) / (12 * sizes[:, None])
        return np.asarray(-(matrix + matrix.T) / 2)


def _log_ndtr(z: NDArray) -> NDArray:
    """Return the logarithm of the normal distribution, for a small imaginary part by its slope, which is faster."""
    if not np.iscomplexobj(z):
        return np.asarray(special.log_ndtr(z))
    slope = np.sqrt(2 / np.pi) / special.erfcx(-z.real / np.sqrt(2))
    return np.asarray(special.log_ndtr(z.real) + 1j * slope * z.imag)


def copas_selection(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    published: Sequence[float] = (0.9, 0.7, 0.5, 0.3, 0.1),
    certain: float = 0.99,
    level: float = 0.95,
) -> CopasSelection:
    """Ask what the average would be if small trials had been published only in part, and the more if they did well.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, at least four, not all of the same variance.
    published : sequence of float
        Assumed chances that a trial with the largest standard error is published, each below ``certain``.
    certain : float
        Assumed chance that one with the smallest is.
    level : float
        Coverage of the intervals.

    Returns
    -------
    CopasSelection
        One average for each assumption: a sensitivity analysis, in which nothing is estimated about how many are
        missing.

    Raises
    ------
    SynthesisError
        If data are unusable, standard errors are all the same, there are too few trials, a chance is impossible, or no
        maximum is found.

    Notes
    -----
    Copas & Shi (2000, 2001): publication depends on a normal variable of mean gamma0 + gamma1/s that
    correlates by rho with the error of the effect. The two chances give gamma0 and gamma1. Within trials the standard
    error of what is published understates that of all, for which the likelihood allows, as that of metasens'
    ``copas()``. The density of published effects is held to its integral over the variable that decides on
    publication, in R: ``tests/oracle``.
    """
    y, v = read_effects(effects, variances)
    check_choices(level=level)
    chances = np.asarray(published, dtype=np.float64)
    checks = Checks(SynthesisError)
    within(checks, "certain", certain, 0, 1)
    if chances.ndim != 1 or not chances.size:
        checks.note(f"published must be a sequence of chances, got shape {chances.shape}")
    checks.require(
        "published", chances.ravel(), (chances.ravel() > 0) & (chances.ravel() < certain), f"between 0 and {certain:g}"
    )
    if y.size < 4:
        checks.note(f"a model of selection with three parameters needs at least 4 trials, got {y.size}")
    if np.ptp(v) <= 1e-9 * v.max():
        checks.note("all standard errors are the same, so that selection by them cannot be told from none")
    checks.finish()
    unit = float(np.sqrt(np.median(v)))
    y, s = y / unit, np.sqrt(v) / unit
    rows = [_one(y, s, chance, certain) for chance in chances]
    estimate, se, tau2, rho, missing, asymmetry, value = np.array([row[:-1] for row in rows]).T
    test = infer(unit * estimate, unit * se, np.zeros(chances.size), level, "normal")
    return CopasSelection(
        k=y.size,
        published=chances,
        estimate=unit * estimate,
        se=unit * se,
        p_value=test.p_value,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        tau2=unit**2 * tau2,
        rho=rho,
        unpublished=missing,
        asymmetry_p_value=asymmetry,
        at_bound=tuple(row[-1] for row in rows),
        log_likelihood=value - y.size * np.log(unit),
        certain=certain,
        level=level,
    )


def _one(y: Floats, s: Floats, chance: float, certain: float) -> tuple:
    """Return estimate, se, tau2, rho, unpublished, p-value of asymmetry, log-likelihood and what is at its bound."""
    high, low = special.ndtri(certain), special.ndtri(chance)
    slope = (high - low) / (1 / s.min() - 1 / s.max())
    threshold = low + slope * (1 / s - 1 / s.max())
    start = pool(y, s**2, method="ML", interval="normal")
    ones = np.ones((y.size, 1))
    plain = _Likelihood(y, s, ones, threshold)
    # With tau2 = 0 and rho at its bound a maximum is narrow: the mean to start from is the best of many.
    means = np.linspace(y.min(), y.max(), _MEANS)
    rows = [np.column_stack([means, np.zeros(_MEANS), np.full(_MEANS, rho)]) for rho in (-_FULL, _FULL)]
    corners = [row[int(np.argmax(plain.values(row)))].tolist() for row in rows]
    found = _maximise(
        plain,
        [*([start.estimate, *at] for at in _starts(start.tau2)), *corners],
    )
    if np.linalg.eigvalsh(found.information).min() <= 0:
        raise SynthesisError("the model of selection is not identified: its information is not positive definite")
    se = float(np.sqrt(np.linalg.inv(found.information)[0, 0]))
    estimate, tau2, rho = found.parameters
    more = _maximise(
        _Likelihood(y, s, np.column_stack([ones, s]), threshold),
        [[estimate, 0.0, *at] for at in [(tau2, rho), *_starts(tau2)]],
    )
    statistic = max(2 * (more.value - found.value), 0.0)
    missing = float(np.sum(1 / special.ndtr(threshold) - 1))
    bounds = tuple(name for name, held in zip(("tau2", "rho"), found.held[-2:], strict=True) if held)
    return estimate, se, tau2, rho, missing, float(special.chdtrc(1, statistic)), found.value, bounds


def _starts(tau2: float) -> list[tuple[float, float]]:
    """Return pairs of tau2 and rho to start from: at a bound of rho there may be one maximum with tau2, one without."""
    return [*((tau2, rho) for rho in _CORRELATIONS), (0.0, -_FULL), (0.0, _FULL)]


def _maximise(likelihood: _Likelihood, starts: list[list[float]]) -> _Maximum:
    """Return the maximum uphill of the best of several searches."""
    from scipy import optimize  # here: half of the time to import the package, needed by this alone

    bounds = [(None, None)] * (likelihood.size - 2) + [(0.0, None), (-_FULL, _FULL)]
    searches = [
        optimize.minimize(likelihood.loss, start, jac=True, method="L-BFGS-B", bounds=bounds) for start in starts
    ]
    # A first step may leave a narrow maximum at the bounds for a lower one.
    points = [np.array(start) for start in starts] + [search.x for search in searches]
    return _ascend(likelihood, max(points, key=likelihood.value))


def _ascend(likelihood: _Likelihood, x: Floats) -> _Maximum:
    """Climb by Newton steps, uphill whatever the curvature, with what is at its bound held there."""
    low = np.array([-np.inf] * (likelihood.size - 2) + [0.0, -_FULL])
    high = np.array([np.inf] * (likelihood.size - 1) + [_FULL])
    for _ in range(_ROUNDS):
        value, gradient = likelihood.value(x), likelihood.gradients(x[None])[0]
        held = ((x <= low) & (gradient <= 0)) | ((x >= high) & (gradient >= 0))
        information = likelihood.information(x)[np.ix_(~held, ~held)]
        curvature, vectors = np.linalg.eigh(information)
        size = np.maximum(np.abs(curvature), 1e-8 * np.abs(curvature).max())
        step = np.zeros_like(x)
        step[~held] = vectors @ (vectors.T @ gradient[~held] / size)
        # One step does not lead from one end of the correlation to the other: bounds are for those who stay there.
        step /= max(1.0, abs(step[-1]) / _STRIDE)
        rounding = 1e-14 * (1 + abs(value))
        if step @ gradient < rounding:
            return _Maximum(x, value, information, held)
        while likelihood.value(np.clip(x + step, low, high)) < value - rounding:
            step = step / 2
        x = np.clip(x + step, low, high)
    raise SynthesisError("the likelihood of the model of selection has no maximum that can be told; use more trials")
