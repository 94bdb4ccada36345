"""The likelihood of several outcomes pooled together, and the between-trial covariance at its maximum."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.newton import polished
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2

_NOTHING = 1e-9
"""Largest loss of log-likelihood at which a variance or correlation is taken to lie at its bound."""


class Fit(NamedTuple):
    """The likelihood at one between-trial covariance: averages, their covariance, slope by that covariance."""

    log_likelihood: float
    estimate: Floats
    covariance: Floats
    q: float
    slope: Floats


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
        """Return likelihood and slope at a between-trial covariance (p, p)."""
        total = self._sampling + between * self._both
        weights = np.linalg.inv(total) * self._both
        covariance = np.linalg.inv(weights.sum(axis=0))
        estimate = covariance @ (weights @ self._y[:, :, None])[:, :, 0].sum(axis=0)
        residuals = (self._y - estimate) * self.present
        pull = (weights @ residuals[:, :, None])[:, :, 0]
        q = float((pull * residuals).sum())
        slope = 0.5 * (pull.T @ pull - weights.sum(axis=0))
        determinant = np.linalg.slogdet(total)[1].sum()
        if self._restricted:
            slope += 0.5 * (weights @ covariance @ weights).sum(axis=0)
            determinant -= np.linalg.slogdet(covariance)[1]
        value = self._span - 0.5 * (self._df * np.log(2 * np.pi) + determinant + q)
        return Fit(float(value), estimate, covariance, q, slope)

    def best(self, starts: list[Floats], free: Bools) -> Floats:
        """Return the between-trial covariance of the highest maximum uphill of the starts, each a triangular root."""
        from scipy import optimize  # here: half of the time to import the package, needed by this alone

        places = np.nonzero(free)

        def root(x: Floats) -> Floats:
            lower = np.zeros(free.shape)
            lower[places] = x
            return lower

        def height(x: Floats) -> tuple[float, Floats]:
            lower = root(x)
            found = self.fit(lower @ lower.T)
            return found.log_likelihood, 2 * (found.slope @ lower)[places]

        def loss(x: Floats) -> tuple[float, Floats]:
            value, slope = height(x)
            return -value, -slope

        ascents = [
            optimize.minimize(loss, start[places], jac=True, method="BFGS", options={"gtol": 1e-4}) for start in starts
        ]
        lower = root(polished(height, min(ascents, key=lambda ascent: float(ascent.fun)).x))
        return np.asarray(lower @ lower.T)


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
