"""Weighted least squares on the contrasts of a network: columns that must be independent, and any whatever."""

from dataclasses import dataclass

import numpy as np

from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.networks.contrasts import Contrasts, components
from ipt_evidence.engine.pooling.designs import RegressionOfTrials
from ipt_evidence.engine.pooling.inference import ON_THE_FIT, Inference, infer, scale_factor
from ipt_evidence.engine.pooling.inputs import check_choices
from ipt_evidence.engine.pooling.tau2 import estimate_tau2
from ipt_evidence.errors import SynthesisError

DEPENDENT = 1e-9
"""Singular value, of columns of length 1, and part of a combination of length 1 below which they are rounding."""
_ROUNDING = 1e-14
"""Error of what is left of a column of length 1, times the smallest singular value of the others."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit(FrozenArrays):
    """Coefficients at one tau2.

    Attributes
    ----------
    coefficients : ndarray, shape (p,)
        Weighted least-squares solution.
    root : ndarray, shape (p, p)
        A root of its covariance, ``root @ root.T``.
    q, total : float
        Weighted sums of squared residuals and of squared effects.
    """

    coefficients: Floats
    root: Floats
    q: float
    total: float

    def stretch(self, df: int, interval: str) -> float:
        """Return the factor on standard errors that an interval asks for.

        SynthesisError if all effects agree with the network exactly so that HKSJ leaves nothing to test against.
        """
        scale = float(scale_factor(np.array([self.q]), np.array([float(df)]), interval)[0])
        if scale <= ON_THE_FIT**2 * self.total:
            raise SynthesisError(
                "all effects agree exactly with the network, which leaves HKSJ nothing to test against; use "
                "interval='adhoc' or 'normal'"
            )
        return float(np.sqrt(scale))


def treatment_columns(contrasts: Contrasts) -> Floats:
    """Return the design without the first treatment of every component, the origin of the others."""
    first = [members[0] for members in components(contrasts)]
    return np.delete(contrasts.design, first, axis=1)


def expand(contrasts: Contrasts, values: Floats) -> Floats:
    """Put zeros where :func:`treatment_columns` left out treatments, along the first axis."""
    first = np.array([members[0] for members in components(contrasts)])
    # np.insert counts places before insertion.
    return np.insert(values, first - np.arange(first.size), 0.0, axis=0)


def trials_of(contrasts: Contrasts, design: Floats) -> RegressionOfTrials:
    """Return the contrasts as rows from which tau2 is estimated."""
    return RegressionOfTrials.of(contrasts.effects[None, :], contrasts.variances[None, :], design)


def check_method(method: str) -> None:
    """Raise SynthesisError unless networks have this estimator of tau2."""
    check_choices(method=method)
    if method == "SJ":
        raise SynthesisError(
            "SJ starts from the spread of the effects round their plain mean, which a network does not have; "
            "choose another method"
        )


def tau2_of(contrasts: Contrasts, design: Floats, method: str) -> float:
    """Return the between-trial variance of every pairwise contrast to weigh by, 0 without degrees of freedom."""
    if len(contrasts.effects) == design.shape[1]:
        return 0.0
    return float(estimate_tau2(trials_of(contrasts, design), method)[0])


def determined(contrasts: Contrasts, design: Floats, columns: Floats) -> Bools:
    """Return which columns (b, n), each by itself, the trials tell from those of ``design`` (n, p).

    Contrasts of multi-arm trials are rotated, so a column that follows from the others follows only up to rounding,
    which the most precise contrasts magnify: hence the generous tolerance, for plain and for weighted rows.
    """
    weights = (np.ones(design.shape[0]), 1 / np.sqrt(contrasts.variances))
    return np.all([_told(weight[:, None] * design, (weight * columns).T) for weight in weights], axis=0)


def _told(design: Floats, columns: Floats) -> Bools:
    """Return which of the columns (n, b) leaves, with the design, no singular value that is rounding."""
    design, columns = _to_length_one(design), _to_length_one(columns)
    basis = np.linalg.qr(design)[0]
    left = np.linalg.norm(columns - basis @ (basis.T @ columns), axis=0)
    # The smallest singular value with a column lies between what is left of it and a third of that times the one
    # without.
    least = float(np.linalg.svd(design, compute_uv=False)[-1])
    told = np.asarray(left * least > 3 * DEPENDENT)
    for place in np.flatnonzero(~told & (left + _ROUNDING / least > DEPENDENT)):
        value = np.linalg.svd(np.column_stack([design, columns[:, place]]), compute_uv=False)
        told[place] = value[-1] > DEPENDENT
    return told


def _to_length_one(columns: Floats) -> Floats:
    length = np.linalg.norm(columns, axis=0)
    return np.divide(columns, length, out=np.zeros_like(columns), where=length > 0)


def fit(contrasts: Contrasts, design: Floats, tau2: float) -> Fit:
    """Fit the columns of ``design`` (n, p) by weighted least squares."""
    root_weights = 1 / np.sqrt(contrasts.variances + tau2)
    basis, triangle = np.linalg.qr(root_weights[:, None] * design)
    inverse = np.linalg.inv(triangle)
    target = root_weights * contrasts.effects
    projected = basis.T @ target
    residuals = target - basis @ projected
    q = float(residuals @ residuals) if design.shape[1] < len(design) else 0.0
    return Fit(coefficients=inverse @ projected, root=inverse, q=q, total=float(target @ target))


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
        return np.asarray(np.linalg.norm(scaled @ self.unknown, axis=-1) <= DEPENDENT * size)


def fit_estimable(contrasts: Contrasts, columns: Floats, method: str) -> Estimable:
    """Fit columns (n, p), none of which need be independent of the others; SynthesisError if all are zero."""
    length = np.linalg.norm(columns, axis=0)
    scale = np.where(length > 0, length, 1.0)
    _, value, rows = np.linalg.svd(columns / scale, full_matrices=True)
    rank = int(np.sum(value > DEPENDENT * max(value.max(initial=0.0), 1.0)))
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
