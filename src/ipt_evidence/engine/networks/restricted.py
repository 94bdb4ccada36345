"""The restricted likelihood of tau in a network, by the spectrum of what the columns of the network leave over."""

from typing import NamedTuple

import numpy as np

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.networks.contrasts import Contrasts

_AGREE = 1e-8
"""With twice as many points the error of such sums is about the square of this."""
_NOTHING = 1e-16
"""Share of the smallest variance below which a tau2 is lost in rounding."""


class Leftover(NamedTuple):
    """Combinations of the contrasts that no treatment moves, independent of one another whatever tau is.

    Whatever the weights, the residuals of a network lie in the space of these. Independent effects have a covariance
    of ``diag(v) + tau2``; rotated within that space it is ``diag(spread) + tau2``, so that a grid of tau costs no
    inverse.
    """

    basis: Floats
    """Their coefficients on the contrasts, (n, m), at right angles."""
    spread: Floats
    """Their sampling variances, (m,)."""
    effects: Floats
    """Their values, (m,)."""

    @classmethod
    def of(cls, contrasts: Contrasts, design: Floats) -> "Leftover":
        """Return what the columns of ``design`` (n, p) leave over."""
        across = np.linalg.qr(design, mode="complete")[0][:, design.shape[1] :]
        _, root, turn = np.linalg.svd(np.sqrt(contrasts.variances)[:, None] * across, full_matrices=False)
        basis = across @ turn.T
        return cls(basis, root**2, contrasts.effects @ basis)

    def log_likelihood(self, tau2: Floats) -> Floats:
        """Return the restricted log-likelihood at tau2 (g,), up to a constant."""
        weights = 1 / (self.spread + tau2[:, None])
        return np.asarray(0.5 * (np.log(weights).sum(axis=1) - weights @ self.effects**2))

    def added(self, columns: Floats, tau2: Floats) -> tuple[Floats, Floats]:
        """Return the coefficient of one more column and its precision, each alone: columns (s, n), results (s, g)."""
        own = columns @ self.basis
        weights = 1 / (self.spread[:, None] + tau2)
        precision = own**2 @ weights
        return (own * self.effects) @ weights / precision, precision


def fewest_points(log_tau: Floats, mass: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """Return the points (f,) of a grid (g,), and masses (..., f), that give the same sums as all do with (..., g).

    Everything that a network says given tau follows from the shares ``v / (v + tau2)``: where sums of masses and of
    masses times shares all but stay what they are with every second point, that many are enough twice over. The first points, at which a tau2 is
    nothing beside every variance, become one.
    """
    shares = variances / (variances + np.exp(2 * log_tau)[:, None])
    summed = np.column_stack([np.ones(log_tau.size), shares])
    whole, step = mass @ summed, 1
    while (log_tau.size - 1) % (2 * step) == 0:
        few = 2 * step * (mass[..., :: 2 * step] @ summed[:: 2 * step])
        if np.max(np.abs(few - whole)) > _AGREE:
            break
        step *= 2
    step = max(step // 2, 1)
    points, mass = log_tau[::step], mass[..., ::step]
    first = max(int(np.searchsorted(points, 0.5 * np.log(_NOTHING * variances.min()))) - 1, 0)
    lumped = np.concatenate([mass[..., : first + 1].sum(axis=-1, keepdims=True), mass[..., first + 1 :]], axis=-1)
    return points[first:], lumped / lumped.sum(axis=-1, keepdims=True)
