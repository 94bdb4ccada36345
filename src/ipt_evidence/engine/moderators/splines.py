"""Dose and response over trials: the average effect as a smooth curve of a number such as sessions."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ipt_evidence.engine.checks import Checks, Floats, columns, read_numbers
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.regression import fit_regression
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.errors import SynthesisError

QUANTILES = {3: (0.1, 0.5, 0.9), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.5, 0.725, 0.95)}
"""Where knots lie by default, as shares of the trials."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoseResponse(FrozenArrays):
    """The average effect along a dose.

    Attributes
    ----------
    k : int
        Number of trials.
    knots : ndarray, shape (m,)
        Doses between which the curve is cubic; below the first and above the last it is straight.
    at : ndarray, shape (g,)
        Doses at which the curve is given.
    estimate, se, ci_low, ci_high : ndarray, shape (g,)
        Average effect there; t with ``df``.
    difference, difference_se, difference_low, difference_high : ndarray, shape (g,)
        Its difference from that at ``reference``.
    reference : float
        The dose that the others are compared with.
    qm, qm_df, qm_p_value : float
        Test that dose does not matter: F with (qm_df, df), or chi-squared for ``interval="normal"``.
    curvature, curvature_df, curvature_p_value : float
        Test that the curve is a straight line, likewise.
    tau2 : float
        Between-trial variance that is left.
    df : int
        Degrees of freedom, k - m.
    method, interval : str
        The choices made.
    level : float
        Coverage of the intervals.
    """

    k: int
    knots: Floats
    at: Floats
    estimate: Floats
    se: Floats
    ci_low: Floats
    ci_high: Floats
    difference: Floats
    difference_se: Floats
    difference_low: Floats
    difference_high: Floats
    reference: float
    qm: float
    qm_df: int
    qm_p_value: float
    curvature: float
    curvature_df: int
    curvature_p_value: float
    tau2: float
    df: int
    method: str
    interval: str
    level: float


def dose_response(
    effects: ArrayLike,
    variances: ArrayLike,
    doses: ArrayLike,
    *,
    knots: int | Sequence[float] = 3,
    at: ArrayLike | None = None,
    reference: float | None = None,
    method: str = "REML",
    interval: str = "adhoc",
    level: float = 0.95,
) -> DoseResponse:
    """Let the average effect follow a dose along a restricted cubic spline.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, one per trial.
    doses : array_like, shape (k,)
        Dose in each trial: sessions, weeks, milligrams.
    knots : int or sequence of float
        3, 4 or 5 knots at Harrell's quantiles of the doses, or at least three increasing doses.
    at : array_like, shape (g,), optional
        Doses at which to give the curve, none outside those of the trials; the distinct doses of the trials if not
        given.
    reference : float, optional
        Dose that the others are compared with; the median of the trials if not given.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`.

    Returns
    -------
    DoseResponse
        The curve, its differences from one dose, tests of dose and of curvature.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.regress`, or if a dose is not finite, knots are too few, not increasing or
        coincide (few distinct doses), or a dose asked for lies outside those of the trials.

    Notes
    -----
    Harrell (2001) for basis and knots, in a mixed-effects meta-regression (Crippa et al. 2019 for the
    models). Trials were not drawn by dose: the curve compares trials, whose doses may go with other things, and
    nobody was randomised to a dose unless the effects say so. Agrees with metafor's ``rma(mods = ~ ns(dose))``:
    ``tests/oracle``.
    """
    check_choices(method=method, interval=interval, level=level)
    k = read_effects(effects, variances)[0].size
    checks = Checks(SynthesisError)
    (dose,) = columns(checks, doses=doses)
    if dose.size != k:
        checks.note(f"doses must have one number per effect, shape ({k},), got shape {dose.shape}")
    checks.finish()
    places = _knots(dose, knots)
    grid = np.unique(dose) if at is None else columns(checks, at=at)[0]
    anchor = float(np.median(dose) if reference is None else reference)
    asked = np.append(grid, anchor)
    checks.require(
        "at and reference",
        asked,
        (asked >= dose.min()) & (asked <= dose.max()),
        f"from {dose.min():g} to {dose.max():g}",
    )
    checks.finish()
    fitted = fit_regression(effects, variances, _basis(dose, places), method=method)
    coefficients, covariance, df = fitted.coefficients, fitted.scaled(interval), int(fitted.trials.df[0])
    rows = np.column_stack([np.ones(asked.size), _basis(asked, places)])
    curve, apart = rows[:-1], rows[:-1] - rows[-1]
    spread = [np.sqrt(np.maximum(np.einsum("gi,ij,gj->g", part, covariance[0], part), 0.0)) for part in (curve, apart)]
    values = [part @ coefficients[0] for part in (curve, apart)]
    degrees = np.full(grid.size, float(df))
    tests = [infer(value, se, degrees, level, interval) for value, se in zip(values, spread, strict=True)]
    qm, qm_p = fitted.joint(interval)
    curvature, curvature_p = fitted.joint(interval, first=2)
    return DoseResponse(
        k=dose.size,
        knots=places,
        at=grid,
        estimate=values[0],
        se=spread[0],
        ci_low=tests[0].ci_low,
        ci_high=tests[0].ci_high,
        difference=values[1],
        difference_se=spread[1],
        difference_low=tests[1].ci_low,
        difference_high=tests[1].ci_high,
        reference=anchor,
        qm=qm,
        qm_df=places.size - 1,
        qm_p_value=qm_p,
        curvature=curvature,
        curvature_df=places.size - 2,
        curvature_p_value=curvature_p,
        tau2=float(fitted.tau2[0]),
        df=df,
        method=method,
        interval=interval,
        level=level,
    )


def _knots(dose: Floats, knots: int | Sequence[float]) -> Floats:
    if isinstance(knots, int | np.integer):
        if knots not in QUANTILES:
            raise SynthesisError(f"knots must be one of {', '.join(map(str, QUANTILES))}, or doses; got {knots}")
        places = np.quantile(dose, QUANTILES[int(knots)])
    else:
        checks = Checks(SynthesisError)
        places = read_numbers(checks, "knots", knots)
        checks.finish()
    if places.ndim != 1 or places.size < 3 or not np.all(np.isfinite(places)) or np.any(np.diff(places) <= 0):
        raise SynthesisError(
            f"knots must be at least three increasing doses, got {places.tolist()}; with few distinct doses "
            "give them yourself, or use regress"
        )
    return places


def _basis(dose: Floats, knots: Floats) -> Floats:
    """Return the restricted cubic spline basis (k, m - 1) without its column of ones; the first column is straight."""
    span = knots[-1] - knots[0]
    # From the first knot in units of the span: no cancellation where doses, such as years, are far from 0.
    x, places = (dose - knots[0]) / span, (knots - knots[0]) / span
    cubes = np.maximum(x[:, None] - places, 0.0) ** 3
    last, inner = places[-1] - places[-2], places[:-2]
    bends = cubes[:, :-2] - cubes[:, -2:-1] * (places[-1] - inner) / last + cubes[:, -1:] * (places[-2] - inner) / last
    return np.column_stack([x, bends])
