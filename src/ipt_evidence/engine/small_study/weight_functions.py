"""How the chance of being published may depend on the p-value: step and beta weight functions.

Both are written for one-sided p-values of positive effects; the other directions are mirrored by the caller.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Floats

_BETA_CLIP = 1e-5
"""Smallest p-value of the beta function: without it the weight of p = 0 has no bound."""

_NODES = 128
_ROOT_2PI = np.sqrt(2 * np.pi)


class WeightFunction(Protocol):
    """A weight function with ``size`` free parameters ``delta``, none of them negative.

    Attributes
    ----------
    size : int
        Number of free parameters; all equal to 1 means no selection.
    zero : bool
        Whether there is a likelihood where a parameter is 0.
    """

    size: int
    zero: bool

    def observed(self, delta: Floats) -> tuple[Floats, Floats]:
        """Return the log weights of the trials, (k,), and their derivatives by ``delta``, (k, size)."""
        ...

    def expected(self, mean: float, tau2: float, delta: Floats) -> tuple[Floats, Floats]:
        """Return the log of the mean weight of trials like each, (k,), with derivatives by all parameters."""
        ...


class StepWeights:
    """Weights that are constant between steps of the p-value; that of the smallest p-values is 1.

    Parameters
    ----------
    effects, variances : ndarray, shape (k,)
        Checked effects and sampling variances.
    steps : ndarray, shape (m,)
        Increasing p-values between 0 and 1 at which the weight may change.
    two_sided : bool
        Whether p-values are two-sided.
    """

    zero = False

    def __init__(self, effects: Floats, variances: Floats, steps: Floats, *, two_sided: bool) -> None:
        self.size = steps.size
        self._error = np.sqrt(variances)
        self._variances = variances
        z = effects / self._error
        p = 2 * special.ndtr(-np.abs(z)) if two_sided else special.ndtr(-z)
        self.place = np.searchsorted(steps, p, side="left")
        m = np.arange(steps.size, -1, -1)
        if two_sided:
            cuts = -special.ndtri(steps / 2)
            inner = np.unique(np.concatenate([-cuts, cuts]))
            # From the far left inwards to the centre, where p is largest, and out again.
            self._label = np.concatenate([m[::-1], m[1:]])
        else:
            inner = -special.ndtri(steps)[::-1]
            self._label = m
        self._cuts = inner * self._error[:, None]
        # One column a free weight: which trials have it, and which intervals.
        free = np.arange(1, steps.size + 1)
        self._mine = (self.place[:, None] == free).astype(np.float64)
        self._labelled = (self._label[:, None] == free).astype(np.float64)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of trials in each interval."""
        return np.bincount(self.place, minlength=self.size + 1)

    def observed(self, delta: Floats) -> tuple[Floats, Floats]:
        """See :class:`WeightFunction`."""
        logs = np.concatenate([[0.0], np.log(delta)])
        return logs[self.place], self._mine / delta

    def expected(self, mean: float, tau2: float, delta: Floats) -> tuple[Floats, Floats]:
        """See :class:`WeightFunction`."""
        weights = np.concatenate([[1.0], delta])[self._label]
        mass, by_mean, by_tau2 = interval_mass(self._cuts, mean, self._variances + tau2)
        mean_weight = mass @ weights
        slopes = np.empty((mean_weight.size, 2 + self.size))
        slopes[:, 0], slopes[:, 1], slopes[:, 2:] = by_mean @ weights, by_tau2 @ weights, mass @ self._labelled
        return np.log(mean_weight), slopes / mean_weight[:, None]

    def log_shares(self, means: Floats, tau2: Floats) -> Floats:
        """Return the log probability of each interval for trials like each, at pairs (m,): shape (m, size + 1, k).

        It is a logarithm because intervals that no number holds can matter: their weights make up for it.
        """
        error = np.sqrt(self._variances + tau2[:, None])
        t = (self._cuts.T - means[:, None, None]) / error[:, None, :]
        log = _log_masses(t)
        labels = range(self.size + 1)
        return np.stack([np.logaddexp.reduce(log[:, self._label == place], axis=1) for place in labels], axis=1)


class BetaWeights:
    """Weights p^(delta1 - 1) (1 - p)^(delta2 - 1), p kept between 1e-5 and 1 - 1e-5.

    Parameters
    ----------
    effects, variances : ndarray, shape (k,)
        Checked effects and sampling variances.
    """

    size = 2
    zero = True

    def __init__(self, effects: Floats, variances: Floats) -> None:
        self._error = np.sqrt(variances)
        self._variances = variances
        self._observed = self._logs(effects / self._error)
        # Between the clips the integrand is smooth on the z scale, beyond them the weight is constant.
        limit = -float(special.ndtri(_BETA_CLIP))
        nodes, rule = np.polynomial.legendre.leggauss(_NODES)
        self._distance = nodes * limit * self._error[:, None]
        self._log_rule = np.log(rule * limit * self._error[:, None])
        self._ends = limit * self._error[:, None] * np.array([1.0, -1.0])
        self._logs_of_p = np.vstack([self._logs(nodes * limit), self._logs(np.array([limit, -limit]))])

    @staticmethod
    def _logs(z: Floats) -> Floats:
        p = np.clip(special.ndtr(-z), _BETA_CLIP, 1 - _BETA_CLIP)
        return np.column_stack([np.log(p), np.log1p(-p)])

    def observed(self, delta: Floats) -> tuple[Floats, Floats]:
        """See :class:`WeightFunction`."""
        return self._observed @ (delta - 1), self._observed

    def expected(self, mean: float, tau2: float, delta: Floats) -> tuple[Floats, Floats]:
        """See :class:`WeightFunction`."""
        total = (self._variances + tau2)[:, None]
        deviation = self._distance - mean
        density = -0.5 * (np.log(2 * np.pi * total) + deviation**2 / total)
        # The two tails, t standard deviations from the mean on the far side, as signed from the mean.
        t = (self._ends - mean) / np.sqrt(total) * np.array([1.0, -1.0])
        tails = special.log_ndtr(-t)
        hazard = np.sqrt(2 / np.pi) / special.erfcx(t / np.sqrt(2))
        logs = np.hstack([density + self._log_rule, tails]) + self._logs_of_p @ (delta - 1)
        top = logs.max(axis=1, keepdims=True)
        parts = np.exp(logs - top)
        mean_weight = parts.sum(axis=1, keepdims=True)
        shares = parts / mean_weight
        by_mean = np.hstack([deviation / total, hazard / np.sqrt(total) * np.array([1.0, -1.0])])
        by_tau2 = np.hstack([(deviation**2 / total - 1) / (2 * total), hazard * t / (2 * total)])
        slopes = [(shares * by_mean).sum(axis=1), (shares * by_tau2).sum(axis=1)]
        return (top + np.log(mean_weight))[:, 0], np.column_stack([*slopes, shares @ self._logs_of_p])


def interval_mass(cuts: Floats, mean: float, variances: Floats) -> tuple[Floats, Floats, Floats]:
    """Return normal probabilities of the intervals that cuts (k, m), all finite, divide the line into.

    Returns
    -------
    ndarray, shape (k, m + 1)
        The probabilities, and their derivatives by mean and variance.
    """
    k, m = cuts.shape
    error = np.sqrt(variances)[:, None]
    t = (cuts - mean) / error
    # Between them stand the ends of the line: a probability of 0 and 1, a density of 0.
    below, above, density, slope = np.zeros((4, k, m + 2))
    below[:, -1] = above[:, 0] = 1.0
    below[:, 1:-1], above[:, 1:-1] = special.ndtr(t), special.ndtr(-t)
    density[:, 1:-1] = np.exp(-(t**2) / 2) / _ROOT_2PI
    slope[:, 1:-1] = t * density[:, 1:-1]
    mass = below[:, 1:] - below[:, :-1]
    # Differences in the upper tail are taken from above, where they do not cancel.
    mass[:, 1:] = np.where(t > 0, above[:, 1:-1] - above[:, 2:], mass[:, 1:])
    return mass, (density[:, :-1] - density[:, 1:]) / error, (slope[:, :-1] - slope[:, 1:]) / (2 * variances[:, None])


def _log_masses(t: Floats) -> Floats:
    """Return the log normal probabilities of the intervals that cuts (m, c, k) divide the line into, (m, c + 1, k)."""
    below, above = special.log_ndtr(t), special.log_ndtr(-t)
    # Differences in the upper tail are taken from above, where they do not cancel.
    turned = t[:, :-1] > 0
    more = np.where(turned, above[:, :-1], below[:, 1:])
    less = np.where(turned, above[:, 1:], below[:, :-1])
    return np.concatenate([below[:, :1], more + np.log(-np.expm1(less - more)), above[:, -1:]], axis=1)
