"""Meta-regression: effects explained by moderators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import RANGE, Checks, Floats, read_numbers
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.designs import RegressionOfTrials
from ipt_evidence.engine.pooling.inference import ON_THE_FIT, Inference, chi2_p, infer, scale_factor
from ipt_evidence.engine.pooling.inputs import check_choices, read_synthesis
from ipt_evidence.engine.pooling.moments import MeanOfTrials
from ipt_evidence.engine.pooling.tau2 import estimate_tau2, typical_variance
from ipt_evidence.errors import SynthesisError

_LOST = 1e-13
"""Share of the parts of a variance below which their sum is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetaRegression(FrozenArrays):
    """A mixed-effects meta-regression.

    Attributes
    ----------
    coefficients, se, statistics, p_values, ci_low, ci_high : ndarray, shape (p + 1,)
        Intercept first, then the moderators in their order; statistics are t with k-p-1 degrees of freedom,
        or z for ``interval="normal"``.
    covariance : ndarray, shape (p + 1, p + 1)
        Covariance matrix of the coefficients.
    k : int
        Number of effect sizes.
    tau2 : float
        Residual variance of true effects between trials.
    i2 : float
        Share of ``tau2`` in the variance not explained by the moderators, in percent.
    r2 : float
        Share of the between-trial variance that the moderators explain, in percent, not below 0; NaN where
        there is none to explain and for the common-effect model, which has none.
    qm, qm_df, qm_p_value : float, int, float
        Test of all moderators together: F with (p, k-p-1) degrees of freedom, or chi-squared with p for
        ``interval="normal"``; ``qm_df`` is p.
    qe, qe_df, qe_p_value : float, int, float
        Test of residual heterogeneity, chi-squared with ``qe_df`` = k-p-1.
    method, interval : str
        The choices made.
    level : float
        Coverage of the intervals.
    """

    coefficients: Floats
    se: Floats
    statistics: Floats
    p_values: Floats
    ci_low: Floats
    ci_high: Floats
    covariance: Floats
    k: int
    tau2: float
    i2: float
    r2: float
    qm: float
    qm_df: int
    qm_p_value: float
    qe: float
    qe_df: int
    qe_p_value: float
    method: str
    interval: str
    level: float


def read_design(moderators: ArrayLike, k: int, *, called: str = "moderators") -> Floats:
    """Return the design matrix (k, p + 1) of moderators (k,) or (k, p), with its column of ones.

    SynthesisError if the shape does not fit, a moderator is not finite, or no degree of freedom is left.
    """
    with Checks(SynthesisError) as checks:
        columns = read_numbers(checks, called, moderators, "numbers; code categories as 0/1 columns")
        checks.finish()
        if columns.ndim == 1:
            columns = columns[:, None]
        if columns.ndim != 2 or columns.shape[0] != k or columns.shape[1] == 0:
            raise SynthesisError(f"{called} must have shape ({k}, p), one row per effect, got {columns.shape}")
        one = called.removesuffix("s")
        for place, column in enumerate(columns.T):
            checks.require(f"{one} {place}", column, np.isfinite(column), "finite")
        checks.finish()
        for place, column in enumerate(columns.T):
            checks.require(f"{one} {place}", column, np.abs(column) < RANGE, f"between -{RANGE:g} and {RANGE:g}")
        count = columns.shape[1]
        if k < count + 2:
            checks.note(
                f"a regression on {count} {one if count == 1 else called} needs at least {count + 2} effect sizes, "
                f"got {k}; use fewer"
            )
    return np.column_stack([np.ones(k), columns])


def too_wide(trials: RegressionOfTrials) -> SynthesisError:
    """Return what to raise where rounding hides a variance of a coefficient."""
    return SynthesisError(
        f"variances, {trials.v.min():.3g} to {trials.v.max():.3g}, range too widely for a regression: rounding hides a "
        "standard error; leave out the least precise trials"
    )


def wald(coefficients: Floats, covariance: Floats) -> Floats:
    """Return b'C^-1 b of all but the first of ``coefficients`` (b, p) with ``covariance`` (b, p, p)."""
    rest = coefficients[:, 1:]
    return np.einsum("bi,bi->b", rest, np.linalg.solve(covariance[:, 1:, 1:], rest[:, :, None])[:, :, 0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FittedRegression:
    """A regression as fitted, whatever the interval.

    Attributes
    ----------
    trials : RegressionOfTrials
        Effects, variances and design, in one row.
    tau2, q : ndarray, shape (1,)
        Residual variance, and the generalised Q statistic at it.
    coefficients, covariance : ndarray, shape (1, p + 1) and (1, p + 1, p + 1)
        The coefficients with their model covariance.
    solution, on_basis : ndarray
        The same for the orthonormal basis of the design: those from the j-th on are 0 if and only if the coefficients
        from the j-th on are.
    """

    trials: RegressionOfTrials
    tau2: Floats
    q: Floats
    coefficients: Floats
    covariance: Floats
    solution: Floats
    on_basis: Floats

    def joint(self, interval: str, first: int = 1) -> tuple[float, float]:
        """Test the coefficients from ``first`` on together; return F, or chi-squared for a normal interval, and p."""
        size = self.coefficients.shape[1] - first
        scale = float(self.scaled(interval)[0, 0, 0] / self.covariance[0, 0, 0])
        try:
            chi2 = float(wald(self.solution[:, first - 1 :], scale * self.on_basis[:, first - 1 :, first - 1 :])[0])
        except np.linalg.LinAlgError:
            raise too_wide(self.trials) from None
        if interval == "normal":
            return chi2, float(special.chdtrc(size, chi2))
        return chi2 / size, float(special.fdtrc(size, self.trials.df[0], chi2 / size))

    def scaled(self, interval: str) -> Floats:
        """Return the covariance of the coefficients that an interval goes by, shape (1, p + 1, p + 1).

        SynthesisError if all effects lie exactly on the regression so that HKSJ leaves nothing to test against.
        """
        scale = scale_factor(self.q, self.trials.df, interval)
        # What rounding, here or where the effects come from, leaves of effects on a line is no spread to test against.
        if scale[0] <= ON_THE_FIT**2 * np.sum(self.trials.y**2 / (self.trials.v + self.tau2)):
            raise SynthesisError("all effects lie exactly on the regression; use interval='adhoc' or 'normal'")
        return np.asarray(scale[:, None, None] * self.covariance)

    def test(self, interval: str, level: float) -> Inference:
        """Test the coefficients, each of shape (p + 1,), and put intervals round them.

        SynthesisError as :meth:`scaled`, or if variances range so widely that no digit of a standard error is sure.
        """
        back = np.abs(np.linalg.inv(self.trials.triangle))
        whole = np.diagonal(back @ np.abs(self.on_basis[0]) @ back.T)
        if np.any(np.diagonal(self.covariance[0]) <= _LOST * whole):
            raise too_wide(self.trials)
        se = np.sqrt(np.diagonal(self.scaled(interval)[0]))
        return infer(self.coefficients[0], se, np.full(se.size, self.trials.df[0]), level, interval)


def fit_regression(effects: ArrayLike, variances: ArrayLike, moderators: ArrayLike, *, method: str) -> FittedRegression:
    """Fit the regression that :func:`regress` tests; arguments and errors are the same."""
    y, v, _ = read_synthesis(effects, variances, method=method)
    trials = RegressionOfTrials.of(y[None, :], v[None, :], read_design(moderators, y.size))
    tau2 = estimate_tau2(trials, method)
    solution, on_basis = trials.on_basis(tau2)
    coefficients, covariance = trials.off_basis(solution, on_basis)
    q = trials.at(tau2).q
    return FittedRegression(
        trials=trials,
        tau2=tau2,
        q=q,
        coefficients=coefficients,
        covariance=covariance,
        solution=solution,
        on_basis=on_basis,
    )


def regress(
    effects: ArrayLike,
    variances: ArrayLike,
    moderators: ArrayLike,
    *,
    method: str = "REML",
    interval: str = "adhoc",
    level: float = 0.95,
) -> MetaRegression:
    """Explain effect sizes by moderators in a mixed-effects meta-regression.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial.
    moderators : array_like, shape (k,) or (k, p)
        Numbers; an intercept is added. At most k - 2 columns.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    MetaRegression
        Coefficients, their tests, explained and residual heterogeneity.

    Raises
    ------
    SynthesisError
        As :func:`pool`, or if moderators are not finite, linearly dependent, of the wrong shape or too many,
        if all effects lie exactly on the regression so that HKSJ leaves nothing to test against, or if variances
        range so widely that no digit of a standard error is sure.

    Notes
    -----
    Knapp & Hartung (2003) for the tests; Raudenbush (2009) for R2. Agrees with metafor 3.8-1:
    ``tests/oracle``.
    """
    level = check_choices(method=method, interval=interval, level=level)
    fitted = fit_regression(effects, variances, moderators, method=method)
    trials, tau2, coefficients = fitted.trials, fitted.tau2, fitted.coefficients
    (y,), (v,), df = trials.y, trials.v, trials.df
    covariance = fitted.scaled(interval)
    test = fitted.test(interval, level)
    qm, qm_p = fitted.joint(interval)
    at_zero = trials.at_zero
    qe, typical = float(at_zero.q[0]), typical_variance(trials.df, at_zero)[0]
    i2 = max(0.0, 1 - df[0] / qe) if method == "CE" and qe > 0 else tau2[0] / (tau2[0] + typical)
    return MetaRegression(
        coefficients=coefficients[0],
        se=np.sqrt(np.diagonal(covariance[0])),
        **test.plural(),
        covariance=covariance[0],
        k=y.size,
        tau2=float(tau2[0]),
        i2=100 * float(i2),
        r2=_explained(y, v, float(tau2[0]), method),
        qm=qm,
        qm_df=coefficients.shape[1] - 1,
        qm_p_value=qm_p,
        qe=qe,
        qe_df=int(df[0]),
        qe_p_value=chi2_p(qe, int(df[0])),
        method=method,
        interval=interval,
        level=level,
    )


def _explained(y: Floats, v: Floats, tau2: float, method: str) -> float:
    everything = float(estimate_tau2(MeanOfTrials.alone(y, v), method)[0])
    return 100 * max(0.0, 1 - tau2 / everything) if everything > 0 else float("nan")
