"""The likelihood of location-scale models, the coefficients of the average profiled or integrated out."""

from typing import NamedTuple

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats

NOTHING = 1e-5
"""Share of the sampling variance below which no data tell a tau2 from 0."""


class Point(NamedTuple):
    """The profile likelihood at one vector of scale coefficients, with its derivatives by them."""

    value: float
    gradient: Floats
    hessian: Floats


class Likelihood:
    """The likelihood of the coefficients of log(tau2), those of the average profiled or integrated out."""

    def __init__(self, y: Floats, v: Floats, x: Floats, z: Floats, *, restricted: bool) -> None:
        self._y, self.v, self._x, self.z, self._restricted = y, v, x, z, restricted
        self._span = 0.5 * np.linalg.slogdet(x.T @ x)[1] if restricted else 0.0

    def tau2(self, alpha: Floats) -> Floats:
        """Return tau2 of every trial, of each row if ``alpha`` has rows."""
        return np.asarray(np.exp(np.clip(alpha @ self.z.T, -700, 700)))

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
        nothing: Bools = self.tau2(alpha) < NOTHING * self.v
        told = np.linalg.matrix_rank(self.z[~nothing], tol=1e-9) == alpha.size
        return nothing & ~told

    def largest(self) -> float:
        """Return the largest squared deviation of an effect from the line through all, not below 10 (of typical v)."""
        line = np.linalg.lstsq(self._x, self._y, rcond=None)[0]
        return max(float(np.max((self._y - self._x @ line) ** 2)), 10.0)

    def squared_residuals(self, tau2: float) -> Floats:
        """Return the squared residuals of all trials where they have the same tau2."""
        coefficients, _ = self.location(np.full(self._y.size, tau2))
        return np.asarray((self._y - self._x @ coefficients) ** 2)

    def at(self, alpha: Floats) -> Point:
        """Return value, gradient and Hessian; P takes effects to weighted residuals."""
        tau2 = self.tau2(alpha)
        weights = 1 / (self.v + tau2)
        wx = weights[:, None] * self._x
        p = np.diag(weights) - wx @ np.linalg.solve(self._x.T @ wx, wx.T)
        py = p @ self._y
        by_tau2 = 0.5 * (py**2 - (np.diag(p) if self._restricted else weights))
        twice = 0.5 * p**2 if self._restricted else np.diag(0.5 * weights**2)
        curvature = tau2[:, None] * (twice - py[:, None] * p * py) * tau2 + np.diag(tau2 * by_tau2)
        return Point(self.value(tau2), self.z.T @ (tau2 * by_tau2), self.z.T @ curvature @ self.z)
