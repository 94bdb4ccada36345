"""Weighted least squares on columns that may follow from one another: what the trials tell of them, and what not."""

from dataclasses import dataclass

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts
from ipt_evidence.engine.networks.model import Fit, fit, tau2_of
from ipt_evidence.engine.pooling.inference import Inference, infer
from ipt_evidence.errors import SynthesisError

ROUNDING = 1e-9
"""Singular value, of columns of length 1, and part of a combination of length 1 below which they are rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimable(FrozenArrays):
    """A fit of columns, and which linear combinations of their coefficients it determines.

    Attributes
    ----------
    solution : ndarray, shape (p,)
        One of all solutions; what the trials determine is the same in each.
    root : ndarray, shape (p, r)
        A root of its covariance, ``root @ root.T``.
    scale : ndarray, shape (p,)
        Lengths of the columns: the unit of each coefficient is one over it.
    unknown : ndarray, shape (p, p - r)
        Orthonormal combinations of the coefficients in these units, of which the trials tell nothing.
    tau2 : float
        Between-trial variance of every pairwise contrast, 0 without degrees of freedom.
    q_common : float
        Weighted sum of squared residuals at a tau2 of 0.
    fitted : Fit
        The fit at that tau2, on columns that are independent of one another.
    df : int
        Contrasts minus columns that are independent of one another.
    """

    solution: Floats
    root: Floats
    scale: Floats
    unknown: Floats
    tau2: float
    q_common: float
    fitted: Fit
    df: int

    def combine(self, combinations: Floats) -> tuple[Floats, Floats]:
        """Return estimate and model standard error of combinations (..., p); NaN where they are not determined."""
        known = self.determines(combinations)
        estimate = np.where(known, combinations @ self.solution, np.nan)
        return estimate, np.where(known, np.linalg.norm(combinations @ self.root, axis=-1), np.nan)

    def test(self, combinations: Floats, interval: str, level: float) -> tuple[Floats, Floats, Inference]:
        """Return estimate, standard error and test of combinations (..., p)."""
        degrees = np.array(float(self.df))
        estimate, se = self.combine(combinations)
        se = se * self.fitted.stretch(self.df, interval)
        return estimate, se, infer(estimate, se, degrees, level, interval)

    def determines(self, combinations: Floats) -> Bools:
        """Return which combinations (..., p) hold nothing of what the trials do not tell."""
        scaled = combinations / self.scale
        size = np.linalg.norm(scaled, axis=-1)
        return np.asarray(np.linalg.norm(scaled @ self.unknown, axis=-1) <= ROUNDING * size)


def fit_estimable(contrasts: Contrasts, columns: Floats, method: str) -> Estimable:
    """Fit columns (n, p), none of which need be independent of the others.

    Raises
    ------
    SynthesisError
        If all columns are zero: the trials tell nothing of any coefficient.
    """
    length = np.linalg.norm(columns, axis=0)
    scale = np.where(length > 0, length, 1.0)
    _, value, rows = np.linalg.svd(columns / scale, full_matrices=True)
    rank = int(np.sum(value > ROUNDING * max(value.max(initial=0.0), 1.0)))
    if not rank:
        raise SynthesisError("the trials tell nothing of any coefficient: no contrast differs in what is to explain it")
    # Coefficients of the scaled columns are scale times those of the plain ones.
    basis = rows[:rank].T / scale[:, None]
    design = columns @ basis
    tau2 = tau2_of(contrasts, design, method)
    fitted = fit(contrasts, design, tau2)
    return Estimable(
        solution=basis @ fitted.coefficients,
        root=basis @ fitted.root,
        scale=scale,
        unknown=rows[rank:].T,
        tau2=tau2,
        fitted=fitted,
        q_common=fit(contrasts, design, 0.0).q,
        df=len(contrasts.effects) - rank,
    )
