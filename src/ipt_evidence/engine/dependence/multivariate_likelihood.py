"""The likelihood of several outcomes pooled together, and the between-trial covariance at its maximum."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.maxima import Climbed, Heights, climb, steps_uphill
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2

_NOTHING = 1e-9
"""Largest loss of log-likelihood at which a variance or correlation is taken to lie at its bound."""


class Fit(NamedTuple):
    """The likelihood at one between-trial covariance: averages, their covariance, Cochran's Q generalised."""

    log_likelihood: float
    estimate: Floats
    covariance: Floats
    q: float


class _Fits(NamedTuple):
    """The same at m covariances, with slopes (m, p, p) by them, and second derivatives (m, p * p, p * p)."""

    log_likelihood: Floats
    estimate: Floats
    covariance: Floats
    q: Floats
    slope: Floats
    bend: Floats


class Model:
    """Trials with a row of outcomes each; what a trial does not report has no part in anything."""

    def __init__(self, y: Floats, sampling: Floats, *, restricted: bool) -> None:
        self.present: Bools = np.isfinite(y)
        self._both = self.present[:, :, None] & self.present[:, None, :]
        self._y, self._restricted = np.where(self.present, y, 0.0), restricted
        self._sampling = np.where(self._both, sampling, np.eye(y.shape[1]))
        self.n_trials = self.present.sum(axis=0)
        self._df = int(self.n_trials.sum()) - y.shape[1] * restricted
        self._span = 0.5 * np.log(self.n_trials).sum() if restricted else 0.0

    def fit(self, between: Floats) -> Fit:
        """Return the likelihood at a between-trial covariance (p, p)."""
        found = self.fits(between[None])
        return Fit(float(found.log_likelihood[0]), found.estimate[0], found.covariance[0], float(found.q[0]))

    def fits(self, between: Floats) -> _Fits:
        """Return the likelihood with its derivatives at between-trial covariances (m, p, p)."""
        total = self._sampling + between[:, None] * self._both
        weights = np.linalg.inv(total) * self._both
        weight = weights.sum(axis=1)
        covariance = np.linalg.inv(weight)
        estimate = (covariance @ (weights @ self._y[..., None]).sum(axis=1))[..., 0]
        residuals = (self._y - estimate[:, None]) * self.present
        pull = (weights @ residuals[..., None])[..., 0]
        q = (pull * residuals).sum(axis=(1, 2))
        determinant = np.linalg.slogdet(total)[1].sum(axis=1)
        slope = 0.5 * (pull.swapaxes(1, 2) @ pull - weight)
        shared = weights @ covariance[:, None] @ weights if self._restricted else np.zeros_like(weights)
        if self._restricted:
            slope += 0.5 * shared.sum(axis=1)
            determinant -= np.linalg.slogdet(covariance)[1]
        value = self._span - 0.5 * (self._df * np.log(2 * np.pi) + determinant + q)
        return _Fits(value, estimate, covariance, q, slope, self._bend(weights, pull, covariance, shared))

    def _bend(self, weights: Floats, pull: Floats, covariance: Floats, shared: Floats) -> Floats:
        """Return the second derivatives of the likelihood by pairs of entries of the between-trial covariance.

        Along symmetric A and D, with W the weights of a trial, u its pull, C the covariance of the averages, and sums
        over trials, they are tr(W D W A) / 2 - u'A W D u + (sum W A u)' C (sum W D u), and of the restricted likelihood
        - tr(W D W C W A) + tr(C (sum W D W) C (sum W A W)) / 2 more.
        """
        m, k, p = pull.shape
        flat = weights.reshape(m, k, -1).swapaxes(1, 2)
        right = 0.5 * weights - pull[..., None] * pull[:, :, None] - shared
        # tr(P D Q A) is the sum of A[d, a] P[a, b] D[b, c] Q[c, d].
        traces = (flat @ right.reshape(m, k, -1)).reshape(m, p, p, p, p).transpose(0, 4, 1, 2, 3).reshape(m, p * p, -1)
        pulls = (flat @ pull).reshape(m, p, p * p)
        bend: Floats = traces + pulls.swapaxes(1, 2) @ covariance @ pulls
        if self._restricted:
            around = (flat @ flat.swapaxes(1, 2)).reshape(m, p, p, p, p).transpose(0, 1, 4, 2, 3).reshape(m, p * p, -1)
            pairs = covariance[:, :, None, :, None] * covariance[:, None, :, None, :]
            bend += 0.5 * around.swapaxes(1, 2) @ pairs.reshape(m, p * p, -1) @ around
        return np.asarray(0.5 * (bend + bend.swapaxes(1, 2)))

    def best(self, starts: list[Floats], free: Bools) -> Floats:
        """Return the between-trial covariance of the highest maximum uphill of the starts, each a triangular root."""
        roots = _Roots(self, free)
        points, heights = climb(roots, np.array([start[free] for start in starts]))
        return np.asarray(roots.covariances(points[[np.argmax(heights)]])[0])


class _Roots(Climbed):
    """The likelihood by the entries (m, n) of triangular roots of covariances, so that none leaves what is possible."""

    def __init__(self, model: Model, free: Bools) -> None:
        self._model, self._size = model, len(free)
        self._rows, self._columns = np.nonzero(free)

    def roots(self, points: Floats) -> Floats:
        """Return the roots (m, p, p)."""
        roots = np.zeros((len(points), self._size, self._size))
        roots[:, self._rows, self._columns] = points
        return roots

    def covariances(self, points: Floats) -> Floats:
        """Return the covariances (m, p, p)."""
        roots = self.roots(points)
        return np.asarray(roots @ roots.swapaxes(1, 2))

    def at(self, points: Floats) -> Heights:
        """Return heights, slopes and information."""
        roots, n = self.roots(points), np.arange(self._rows.size)
        found = self._model.fits(roots @ roots.swapaxes(1, 2))
        slope = 2 * (found.slope @ roots)[:, self._rows, self._columns]
        # How the covariance moves with each entry: a row and, as it is symmetric, a column.
        ways = np.zeros((len(points), n.size, self._size, self._size))
        ways[:, n, self._rows] = roots[:, :, self._columns].swapaxes(1, 2)
        both = (ways + ways.swapaxes(2, 3)).reshape(len(points), n.size, -1)
        bend = both @ found.bend @ both.swapaxes(1, 2)
        bend += 2 * found.slope[:, self._rows[:, None], self._rows] * np.equal.outer(self._columns, self._columns)
        return Heights(found.log_likelihood, slope, -bend)

    def step(self, points: Floats, now: Heights) -> Floats:
        """Return Newton's steps."""
        return steps_uphill(np.ones_like(points), now)

    def moved(self, points: Floats, step: Floats) -> Floats:
        """Return where steps lead to."""
        return points + step

    def apart(self, points: Floats) -> Floats:
        """Return distances (m, m) between covariances."""
        covariances = self.covariances(points)
        return np.asarray(np.abs(covariances[:, None] - covariances).max(axis=(2, 3)))


def starts(y: Floats, v: Floats, between: str, method: str) -> list[Floats]:
    """Return triangular roots of covariances: tau2 of each outcome alone, less and more, under three correlations."""
    p = y.shape[1]
    alone = []
    for outcome in range(p):
        known = np.isfinite(y[:, outcome])
        trials = MeanOfTrials.of(y[known, outcome], v[known, outcome], np.ones((1, int(known.sum())), dtype=bool))
        alone.append(float(estimate_tau2(trials, method)[0]))
    tau = np.sqrt(np.maximum(alone, 0.01))
    highest = 0.9 if p == 2 else 0.9 / (p - 1)
    shared = (0.0,) if between == "diagonal" else (-highest, 0.0, 0.9)
    correlations = [np.where(np.eye(p, dtype=bool), 1.0, one) for one in shared]
    return [size * tau[:, None] * np.linalg.cholesky(one) for size in (0.3, 1.0, 3.0) for one in correlations]


def held(model: Model, between: Floats) -> tuple[Floats, tuple[str, ...]]:
    """Put at its bound what costs the likelihood nothing there, and name it."""
    top, named, p = model.fit(between).log_likelihood, [], len(between)

    def costs_nothing(trial: Floats) -> bool:
        return model.fit(trial).log_likelihood >= top - _NOTHING * (1 + abs(top) * 1e-3)

    for outcome in range(p):
        trial = between.copy()
        trial[outcome] = trial[:, outcome] = 0.0
        if between[outcome, outcome] < 1e-4 and costs_nothing(trial):
            between = trial
            named.append(f"tau2[{outcome}]")
    for one, other in combinations(range(p), 2):
        most = float(np.sqrt(between[one, one] * between[other, other]))
        if most > 0 and abs(between[one, other]) > (1 - 1e-6) * most:
            named.append(f"correlation[{one},{other}]")
            if p == 2:
                between = between.copy()
                between[0, 1] = between[1, 0] = np.copysign(most, between[0, 1])
    kept = np.diag(between) > 0
    if p > 2 and not named and np.linalg.eigvalsh(as_correlation(between)[np.ix_(kept, kept)])[0] < 1e-6:
        named.append("between")
    return between, tuple(named)


def as_correlation(between: Floats) -> Floats:
    """Return a covariance (p, p) as correlations, NaN with an outcome that does not vary."""
    tau = np.sqrt(np.diag(between))
    scale = np.where(tau > 0, tau, np.nan)
    correlation = between / np.outer(scale, scale)
    correlation[np.diag_indices(len(tau))] = np.where(tau > 0, 1.0, np.nan)
    return np.asarray(np.clip(correlation, -1.0, 1.0))
