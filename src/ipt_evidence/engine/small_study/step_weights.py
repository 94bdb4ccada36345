"""Weights that are constant between steps of the p-value."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.inference import AT_A_STEP
from ipt_evidence.engine.small_study.weight_functions import FAR, ROOT_2PI, Expected, expected_of, hermite

_NARROW = 1e-5
"""Width of an interval, in standard deviations and over its distance from the middle, below which the normal density in
it is a straight line."""


class StepWeights:
    """Weights that are constant between steps of the p-value; that of the smallest p-values is 1, parameters are logs.

    ``steps`` (m,) are increasing p-values between 0 and 1 at which the weight may change.
    """

    none = 0.0
    least, most = -FAR, FAR
    held = False
    runs_off = "a weight runs off to 0 or infinity"

    def __init__(self, effects: Floats, variances: Floats, steps: Floats, *, two_sided: bool) -> None:
        self.size = steps.size
        self._error = np.sqrt(variances)
        self._variances = variances
        z = effects / self._error
        p = 2 * special.ndtr(-np.abs(z)) if two_sided else special.ndtr(-z)
        self.place = np.searchsorted((1 + AT_A_STEP) * steps, p, side="left")
        m = np.arange(steps.size, -1, -1)
        if two_sided:
            cuts = -special.ndtri(steps / 2)
            inner = np.unique(np.concatenate([-cuts, cuts]))
            # From the far left inwards to the centre, where p is largest, and out again.
            self._label = np.concatenate([m[::-1], m[1:]])
        else:
            inner = -special.ndtri(steps)[::-1]
            self._label = m
        self._cuts = inner[:, None, None] * self._error
        places = np.arange(steps.size + 1)
        self.seen = (self.place[:, None] == places[1:]).astype(np.float64)
        self._labelled = (self._label[:, None] == places).astype(np.float64)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Number of trials in each interval."""
        return np.bincount(self.place, minlength=self.size + 1)

    def of_logs(self, logs: Floats) -> Floats:
        """See :class:`WeightFunction`."""
        return logs

    def delta(self, parameters: Floats) -> tuple[Floats, Floats]:
        """See :class:`WeightFunction`."""
        return np.exp(parameters), np.exp(parameters)

    def scale(self, parameters: Floats) -> Floats:
        """See :class:`WeightFunction`."""
        return np.ones_like(parameters)

    def expected(self, points: Floats) -> Expected:
        """See :class:`WeightFunction`."""
        masses = interval_masses(self._cuts, points[:, :1], self._variances + points[:, 1:2])
        parts = np.tensordot(self._labelled, masses, axes=(0, 1))
        parts[1:] *= np.exp(points[:, 2:].T)[:, None, :, None]
        ratios = parts.sum(axis=0)
        mean_weight = ratios[0].copy()
        ratios /= mean_weight
        by = parts[1:, :3] / mean_weight
        pairs = by[:, 0].sum(axis=2).T[:, None] * np.eye(self.size)
        return expected_of(np.log(mean_weight), ratios, by, pairs)

    def log_shares(self, means: Floats, tau2: Floats) -> Floats:
        """Return the log probability of each interval for trials like each, at pairs (m,): shape (m, size + 1, k).

        It is a logarithm because intervals that no number holds can matter: their weights make up for it.
        """
        error = np.sqrt(self._variances + tau2[:, None])
        cuts = self._cuts.swapaxes(0, 1)
        log = _log_masses((cuts - means[:, None, None]) / error[:, None, :], np.diff(cuts, axis=1) / error[:, None, :])
        labels = range(self.size + 1)
        return np.stack([np.logaddexp.reduce(log[:, self._label == place], axis=1) for place in labels], axis=1)


def interval_masses(cuts: Floats, means: Floats, variances: Floats) -> Floats:
    """Return normal probabilities of the intervals that cuts (k, c), all finite, divide the line into.

    Parameters
    ----------
    cuts : ndarray, shape (c, 1, k)
        Where intervals meet.
    means, variances : ndarray, shape (m, 1) and (m, k)
        Of the normal distributions.

    Returns
    -------
    ndarray, shape (5, c + 1, m, k)
        The probabilities, and their derivatives by the mean to the fourth order.
    """
    error = np.sqrt(variances)
    t = (cuts - means) / error
    # Between them stand the ends of the line: a probability of 0 and 1, a density of 0.
    below = np.zeros((5, len(t) + 2, *t.shape[1:]))
    below[0, -1], below[0, 1:-1] = 1.0, special.ndtr(t)
    below[1, 1:-1] = density = np.exp(-0.5 * t**2) / (-ROOT_2PI * error)
    below[2:, 1:-1] = hermite(t)[:3] * density
    below[2:] /= error ** np.arange(1, 4)[:, None, None, None]
    masses = below[:, 1:] - below[:, :-1]
    # Differences in the upper tail are taken from above, where they do not cancel.
    above = special.ndtr(-t)
    above[:-1] -= above[1:]
    masses[0, 1:] = np.where(t > 0, above, masses[0, 1:])
    return masses


def _log_masses(t: Floats, gaps: Floats) -> Floats:
    """Return the log normal probabilities of the intervals that cuts (m, c, k) divide the line into, (m, c + 1, k).

    ``gaps`` (m, c - 1, k) lie between the cuts.
    """
    below, above = special.log_ndtr(t), special.log_ndtr(-t)
    # Differences in the upper tail are taken from above, where they do not cancel.
    turned = t[:, :-1] > 0
    more = np.where(turned, above[:, :-1], below[:, 1:])
    less = np.where(turned, above[:, 1:], below[:, :-1])
    # Of a narrow one the difference is rounding, its width times the density in its middle is not.
    middle = 0.5 * (t[:, 1:] + t[:, :-1])
    narrow = gaps * np.maximum(np.abs(middle), 1.0) < _NARROW
    inner = np.where(narrow, np.log(gaps / ROOT_2PI) - 0.5 * middle**2, more)
    inner[~narrow] += np.log(-np.expm1((less - more)[~narrow]))
    return np.concatenate([below[:, :1], inner, above[:, -1:]], axis=1)
