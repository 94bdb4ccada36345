"""The restricted likelihood of tau in a network, by the spectrum of what the columns of the network leave over."""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.networks.contrasts import Contrasts
from ipt_evidence.engine.pooling.moments import Moments, Trials, Unweighted

_AGREE = 1e-6
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
    masses times shares all but stay what they are with every second point, that many are enough twice over. The first
    points, at which a tau2 is nothing beside every variance, become one.
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


@dataclass(frozen=True, kw_only=True, eq=False)
class SplitTrials(Trials):
    """A network with one more column at a time: every row is the network with another one.

    Attributes
    ----------
    leftover : Leftover
        What the columns of the network leave over.
    own : ndarray, shape (b, m)
        What they leave over of the column of each row.
    variances : ndarray, shape (n,)
        Of the contrasts.
    df, k, smallest, largest, span
        As in :class:`Trials`.
    """

    leftover: Leftover
    own: Floats
    variances: Floats

    @classmethod
    def of(cls, contrasts: Contrasts, leftover: Leftover, columns: Floats) -> Self:
        """Lay out columns (b, n) that the network does not explain."""
        own, (b, n) = columns @ leftover.basis, columns.shape
        df = leftover.effects.size - 1
        residuals, _ = _without(own, leftover.effects, np.ones(own.shape))
        return cls(
            df=np.full(b, float(df)),
            k=np.full(b, float(n)),
            smallest=float(contrasts.variances.min()),
            largest=float(contrasts.variances.max()),
            # As for regressions.
            span=float(np.sqrt(2 * np.max(np.vecdot(residuals, residuals)) / max(df, 1))),
            leftover=leftover,
            own=own,
            variances=contrasts.variances,
        )

    def rows(self, chosen: Bools) -> Self:
        """Return the chosen rows only."""
        return replace(self, df=self.df[chosen], k=self.k[chosen], own=self.own[chosen])

    def at(self, t: Floats) -> Moments:
        """Return the moments at ``t`` (b,); of a single row also at many values."""
        weights = 1 / (self.leftover.spread + t[:, None])
        residuals, left = _without(self.own, self.leftover.effects, weights)
        u = weights * residuals
        return Moments(
            q=np.vecdot(u, residuals),
            ypp=np.vecdot(u, u),
            tr_p=np.vecdot(weights, left),
            w=np.sum(1 / (self.variances + t[:, None]), axis=1),
        )

    def log_likelihood(self, t: Floats, *, restricted: bool) -> Floats:
        """Return the profile log-likelihood at ``t`` (b,), without its constant."""
        weights = 1 / (self.leftover.spread + t[:, None])
        taken = np.log(np.vecdot(weights, self.own**2))
        full = -np.log(self.variances + t[:, None]).sum(axis=1)
        logs = np.log(weights).sum(axis=1) - taken if restricted else full
        return np.asarray(0.5 * (logs - self.at(t).q))

    def unweighted(self) -> Unweighted:
        """Return the least-squares sums; effects of networks have no mean to be spread round."""
        residuals, left = _without(self.own, self.leftover.effects, np.ones(self.own.shape))
        return Unweighted(
            rss=np.vecdot(residuals, residuals), noise=left @ self.leftover.spread, spread=np.full(len(left), np.nan)
        )


def _without(columns: Floats, effects: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return residuals of effects (m,) from each column (b, m) by weights, and one minus the leverages, (b, m)."""
    squares = weights * columns**2
    total = squares.sum(axis=1, keepdims=True)
    slope = np.vecdot(weights * columns, effects)[:, None] / total
    # Where one leverage is all but 1, what it lacks is what the others have.
    heaviest = np.argmax(squares, axis=1)[:, None]
    others = np.where(np.arange(effects.size) == heaviest, 0.0, squares).sum(axis=1, keepdims=True)
    left = np.where(np.arange(effects.size) == heaviest, others, total - squares) / total
    return effects - columns * slope, left
