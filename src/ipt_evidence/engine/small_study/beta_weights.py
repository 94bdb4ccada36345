"""Weights that are a beta function of the p-value."""

import numpy as np
from scipy import special

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.small_study.weight_functions import FAR, ROOT_2PI, Expected, expected_of, hermite

_CLIP = 1e-5
"""Smallest p-value: without it the weight of p = 0 has no bound."""
_NODES = 128
_SIDES = np.array([1.0, -1.0])


class BetaWeights:
    """Weights p^(delta1 - 1) (1 - p)^(delta2 - 1), p kept between 1e-5 and 1 - 1e-5; parameters are both delta."""

    size = 2
    none = 1.0
    least, most = 0.0, float(np.exp(FAR))
    held = True
    runs_off = "an exponent runs off to infinity"

    def __init__(self, effects: Floats, variances: Floats) -> None:
        self._error = np.sqrt(variances)
        self._variances = variances
        self.seen = self._logs(effects / self._error)
        # Between the clips the integrand is smooth on the z scale, beyond them the weight is constant.
        limit = -float(special.ndtri(_CLIP))
        nodes, rule = np.polynomial.legendre.leggauss(_NODES)
        self._z, self._rule, self._ends = limit * nodes, np.log(limit * rule), limit * _SIDES
        self._inner, self._outer = self._logs(self._z), self._logs(self._ends)
        self._powers = self._z[:, None] ** np.arange(5)
        self._products = np.hstack(
            [self._powers, *(self._powers[:, [n]] * self._inner for n in range(3)), _pairs(self._inner)]
        )

    @staticmethod
    def _logs(z: Floats) -> Floats:
        p = np.clip(special.ndtr(-z), _CLIP, 1 - _CLIP)
        return np.column_stack([np.log(p), np.log1p(-p)])

    def of_logs(self, logs: Floats) -> Floats:
        """See :class:`WeightFunction`."""
        return np.exp(logs)

    def delta(self, parameters: Floats) -> tuple[Floats, Floats]:
        """See :class:`WeightFunction`."""
        return parameters, np.ones_like(parameters)

    def scale(self, parameters: Floats) -> Floats:
        """See :class:`WeightFunction`."""
        return np.maximum(parameters, 1.0)

    def expected(self, points: Floats) -> Expected:
        """See :class:`WeightFunction`."""
        error = np.sqrt(self._variances + points[:, 1:2])
        width, centre = self._error / error, points[:, :1] / error
        # The two tails, t standard deviations from the mean on the far side, as signed from the mean.
        t = (width[..., None] * self._ends - centre[..., None]) * _SIDES
        tilt = points[:, 2:] - 1
        inner = (tilt @ self._inner.T + self._rule)[:, None] - 0.5 * (
            width[..., None] * self._z - centre[..., None]
        ) ** 2
        inner += np.log(width / ROOT_2PI)[..., None]
        outer = (tilt @ self._outer.T)[:, None] + special.log_ndtr(-t)
        top = np.maximum(inner.max(axis=2), outer.max(axis=2))
        inner, outer = np.exp(inner - top[..., None]), np.exp(outer - top[..., None])
        mean_weight = inner.sum(axis=2) + outer.sum(axis=2)
        sums = (inner @ self._products) / mean_weight[..., None]
        outer /= mean_weight[..., None]
        orders, turn = np.zeros((5, *t.shape)), _turned(width, centre)
        hazard = np.sqrt(2 / np.pi) / special.erfcx(t / np.sqrt(2)) * outer
        orders[0], orders[1], orders[2:] = outer, hazard, hermite(t)[:3] * hazard
        orders[1::2] *= _SIDES
        scale = error ** -np.arange(5.0)[:, None, None]
        ratios = scale * (np.einsum("nj...,...j->n...", turn, sums[..., :5]) + orders.sum(axis=3))
        mixed = sums[..., 5:11].reshape(*error.shape, 3, 2)
        by = scale[:3] * (
            np.einsum("njmk,mkjs->snmk", turn[:3, :3], mixed) + np.tensordot(self._outer, orders[:3], (0, 3))
        )
        pairs = sums[..., 11:].sum(axis=1) + (outer @ _pairs(self._outer)).sum(axis=1)
        return expected_of(top + np.log(mean_weight), ratios, by, pairs.reshape(-1, 2, 2))


def _pairs(columns: Floats) -> Floats:
    """Return the products of all pairs of columns (n, 2), shape (n, 4)."""
    return (columns[:, :, None] * columns[:, None]).reshape(-1, 4)


def _turned(a: Floats, b: Floats) -> Floats:
    """Return the coefficients (n, j, ...) of z to the j-th in the n-th polynomial of Hermite of a z - b."""
    turn = np.zeros((5, 5, *a.shape))
    turn[0, 0] = 1.0
    for n in range(4):
        turn[n + 1, 1:] = a * turn[n, :-1]
        turn[n + 1] -= b * turn[n]
        if n:
            turn[n + 1] -= n * turn[n - 1]
    return turn
