"""A straight line through effects, weighted by precision, with multiplicative residual variance."""

from dataclasses import asdict, dataclass

import numpy as np

from ipt_evidence.engine.checks import Floats
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.errors import SynthesisError

_ROUNDING = 1e-10
"""Share of the effects below which a distance from the line is taken for rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A regression coefficient.

    Attributes
    ----------
    estimate, se : float
        Coefficient and standard error; NaN, as are test and interval, where all effects lie on the line, which leaves
        nothing to tell an error from.
    statistic, p_value : float
        Test against 0 by t with the degrees of freedom of the regression.
    ci_low, ci_high : float
        Confidence interval.
    dispersion : float
        Residual variance of the regression, in units of one over the weights; NaN as ``se``.
    sampling_se : float
        Standard error were that variance 1: what sampling error alone gives where weights are one over variances.
    """

    estimate: float
    se: float
    statistic: float
    p_value: float
    ci_low: float
    ci_high: float
    dispersion: float
    sampling_se: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldCoefficient(Coefficient):
    """A coefficient that is never surer than sampling error lets it be.

    Attributes
    ----------
    held_at_sampling : bool
        Whether ``se`` is below ``sampling_se``, or NaN: effects then lie nearer the regression than sampling error lets
        them on average, and test and interval rest on ``sampling_se``.
    """

    held_at_sampling: bool


def no_surer_than_sampling(found: Coefficient, df: int, level: float) -> HeldCoefficient:
    """Rest test and interval of a coefficient on the larger of its standard errors, with the same degrees of freedom.

    Weights must have been one over sampling variances.
    """
    held = not found.se >= found.sampling_se
    used, degrees = np.array([found.sampling_se if held else found.se]), np.array([float(df)])
    test = infer(np.array([found.estimate]), used, degrees, level, "t")
    return HeldCoefficient(**asdict(found) | test.single(), held_at_sampling=held)


def weighted_regression(outcome: Floats, columns: Floats, weights: Floats, level: float) -> list[Coefficient]:
    """Regress by weighted least squares with an estimated residual variance, as ``lm(weights=)`` in R.

    There is one coefficient for each of the columns (k, p), p < k; the weights (k,) are known up to a factor.
    """
    root = np.sqrt(weights)
    basis, triangle = np.linalg.qr(root[:, None] * columns)
    inverse = np.linalg.inv(triangle)
    projected = basis.T @ (root * outcome)
    residuals = root * outcome - basis @ projected
    if np.linalg.norm(residuals) <= _ROUNDING * np.linalg.norm(root * outcome):
        residuals = np.full_like(residuals, np.nan)
    df = len(outcome) - columns.shape[1]
    estimate = inverse @ projected
    dispersion = float(residuals @ residuals / df)
    sampling_se = np.linalg.norm(inverse, axis=1)
    se = np.sqrt(dispersion) * sampling_se
    test = infer(estimate, se, np.array([float(df)]), level, "HKSJ")
    names = ("estimate", "se", "sampling_se", *test._fields)
    rows = np.column_stack([estimate, se, sampling_se, *test]).tolist()
    return [Coefficient(**dict(zip(names, row, strict=True)), dispersion=dispersion) for row in rows]


def weighted_line(
    outcome: Floats, predictor: Floats, weights: Floats, level: float, *, called: str
) -> tuple[Coefficient, Coefficient]:
    """Return intercept and slope of a weighted straight line.

    SynthesisError if the predictor, ``called`` so in the message, does not vary.
    """
    require_spread(predictor, called)
    columns = np.column_stack([np.ones_like(predictor), predictor])
    intercept, slope = weighted_regression(outcome, columns, weights, level)
    return intercept, slope


def require_spread(predictor: Floats, called: str) -> None:
    """Raise SynthesisError if all values are equal but for rounding."""
    if np.ptp(predictor) <= 1e-10 * np.abs(predictor).max():
        raise SynthesisError(
            f"asymmetry needs trials of different size; all {called} are {float(predictor[0])!r}: "
            "no small-study effect can be told from the average"
        )
