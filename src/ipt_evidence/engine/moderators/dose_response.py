"""Dose and response over trials: the average effect as a smooth curve of a number such as sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Checks, Floats, columns, read_number
from ipt_evidence.engine.dependence.clustered import ClusteredEffects
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.moderators.regression import fit_regression, read_design
from ipt_evidence.engine.moderators.splines import knots_of, spline_basis
from ipt_evidence.engine.pooling.aggregation import cluster_numbers, read_blocks
from ipt_evidence.engine.pooling.designs import tells_apart
from ipt_evidence.engine.pooling.inference import ON_THE_FIT, infer, scale_factor
from ipt_evidence.engine.pooling.inputs import check_choices, read_effects
from ipt_evidence.errors import SynthesisError

_SHOWN = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DoseResponse(FrozenArrays):
    """The average effect along a dose.

    Attributes
    ----------
    k, n_effects : int
        Trials and effects: as many, unless trials have several doses.
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
    tau2, tau2_within : float
        Variance that is left between trials, and between the doses of one trial, which is 0 where none has several.
    df : int
        Degrees of freedom, k - m.
    method, interval : str
        The choices made.
    level : float
        Coverage of the intervals.
    """

    k: int
    n_effects: int
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
    tau2_within: float
    df: int
    method: str
    interval: str
    level: float


def dose_response(
    effects: ArrayLike,
    variances: ArrayLike,
    doses: ArrayLike,
    *,
    trials: ArrayLike | None = None,
    covariance: ArrayLike | None = None,
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
    effects, variances : array_like, shape (n,)
        Effect sizes and sampling variances, one for each dose of each trial.
    doses : array_like, shape (n,)
        Dose behind each effect: sessions, weeks, milligrams.
    trials : array_like, shape (n,), optional
        Label of the trial of each effect; each effect is a trial of its own if not given.
    covariance : array_like, shape (n, n), optional
        Sampling covariances, 0 between trials; needed where a trial has several doses, which share its comparator
        (``contrast_covariance`` makes them from the arms, ``constant_correlation`` from an assumed correlation).
    knots : int or sequence of float
        3, 4 or 5 knots at Harrell's quantiles of the doses, or at least three increasing doses.
    at : array_like, shape (g,), optional
        Doses at which to give the curve, none outside those of the trials; the distinct doses of the trials if not
        given.
    reference : float, optional
        Dose that the others are compared with; the median of the effects if not given.
    method, interval, level
        As in :func:`ipt_evidence.synthesis.pool`; with ``trials`` the method is REML.

    Returns
    -------
    DoseResponse
        The curve, its differences from one dose, tests of dose and of curvature.

    Raises
    ------
    SynthesisError
        As :func:`ipt_evidence.synthesis.regress`, or if a dose is not finite, all are the same, knots are too few, not
        increasing or coincide, the doses do not tell a curve between them (few distinct ones, or knots beyond them), a
        dose asked for lies outside those of the trials, a label is missing, a trial has several doses without
        ``covariance``, or there are not more trials than knots.

    Notes
    -----
    Harrell (2001) for basis and quantiles, as Orsini et al. (2012) use both in dose-response meta-analysis; of fewer
    than 100 values Harrell takes the fifth smallest and largest as outer knots, which of few trials would leave the
    middle alone. A mixed-effects meta-regression in one stage (Crippa et al. 2019): true effects vary round the curve
    by trial and, where trials have several doses, by dose within trial; the shape of the curve does not vary by trial.
    ``interval`` scales the covariance by the residuals of all effects (Jackson & Riley 2014 for several of a trial).
    The curve compares trials too, whose doses may go with other things: nobody was randomised between the doses of
    different trials. Agrees with metafor's ``rma(mods = ~ ns(dose))`` and
    ``rma.mv(random = ~ 1 | trial/dose)``: ``tests/oracle``.
    """
    level = check_choices(method=method, interval=interval, level=level)
    y, v = read_effects(effects, variances)
    with Checks(SynthesisError) as checks:
        (dose,) = columns(checks, doses=doses)
        if dose.size != y.size:
            checks.note(f"doses must have one number per effect, shape ({y.size},), got shape {dose.shape}")
        elif np.isfinite(dose[0]) and np.all(dose == dose[0]):
            checks.note(f"doses must differ, or there is no curve along them; all are {dose[0]:g}")
    places, least, most = knots_of(dose, knots), dose.min(), dose.max()
    with Checks(SynthesisError) as checks:
        grid = np.unique(dose) if at is None else columns(checks, at=at)[0]
        anchor = float(np.median(dose)) if reference is None else read_number(checks, "reference", reference)
        checks.finish()
        asked = np.append(grid, anchor)
        checks.require("at and reference", asked, (asked >= least) & (asked <= most), f"from {least:g} to {most:g}")
    basis = spline_basis(dose, places)
    _check_told(dose, places, basis)
    if trials is None:
        if covariance is not None:
            raise SynthesisError("covariance needs trials, the label of the trial of each effect")
        curve = _of_effects(y, v, basis, method, interval)
    else:
        if method != "REML":
            raise SynthesisError(f"with trials the method must be REML, got {method!r}")
        curve = _of_trials(y, v, trials, covariance, basis, interval)
    rows = np.column_stack([np.ones(asked.size), spline_basis(asked, places)])
    combinations = (rows[:-1], rows[:-1] - rows[-1])
    degrees = np.full(grid.size, float(curve.df))
    spread = [np.sqrt(np.maximum(np.vecdot(part @ curve.covariance, part), 0.0)) for part in combinations]
    values = [part @ curve.coefficients for part in combinations]
    tests = [infer(value, se, degrees, level, interval) for value, se in zip(values, spread, strict=True)]
    return DoseResponse(
        k=curve.k,
        n_effects=y.size,
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
        qm=curve.dose[0],
        qm_df=places.size - 1,
        qm_p_value=curve.dose[1],
        curvature=curve.bend[0],
        curvature_df=places.size - 2,
        curvature_p_value=curve.bend[1],
        tau2=curve.tau2,
        tau2_within=curve.tau2_within,
        df=curve.df,
        method=method,
        interval=interval,
        level=level,
    )


def _check_told(dose: Floats, knots: Floats, basis: Floats) -> None:
    """Refuse a curve with more coefficients than there are effects to spare or doses to tell them."""
    if dose.size <= knots.size:
        raise SynthesisError(
            f"a curve with {knots.size} knots needs at least {knots.size + 1} effects, got {dose.size}; use regress"
        )
    if not tells_apart(np.column_stack([np.ones(dose.size), basis])):
        places = ", ".join(f"{knot:g}" for knot in knots)
        raise SynthesisError(
            f"the doses, from {dose.min():g} to {dose.max():g} and {np.unique(dose).size} of them distinct, do not "
            f"tell a curve with knots at {places}; give knots among the doses, or use regress"
        )


class _Curve(NamedTuple):
    """A fitted curve.

    Attributes
    ----------
    k, df : int
        Trials, and what they leave beside m coefficients.
    coefficients, covariance : ndarray, shape (m,) and (m, m)
        Of the design, the covariance scaled as the interval wants it.
    dose, bend : tuple of float
        Tests that dose does not matter and that the curve is straight: F, or chi-squared for a normal interval, and p.
    tau2, tau2_within : float
        Variances that are left.
    """

    k: int
    df: int
    coefficients: Floats
    covariance: Floats
    dose: tuple[float, float]
    bend: tuple[float, float]
    tau2: float
    tau2_within: float


def _of_effects(y: Floats, v: Floats, basis: Floats, method: str, interval: str) -> _Curve:
    """Fit a curve to independent effects."""
    fitted = fit_regression(y, v, basis, method=method)
    return _Curve(
        k=y.size,
        df=int(fitted.trials.df[0]),
        coefficients=fitted.coefficients[0],
        covariance=fitted.scaled(interval)[0],
        dose=fitted.joint(interval),
        bend=fitted.joint(interval, first=2),
        tau2=float(fitted.tau2[0]),
        tau2_within=0.0,
    )


def _of_trials(
    y: Floats, v: Floats, trials: ArrayLike, covariance: ArrayLike | None, basis: Floats, interval: str
) -> _Curve:
    """Fit a curve to effects of which a trial may have several."""
    labels, number = cluster_numbers(trials, y.size, called="trials")
    design = read_design(basis, y.size)
    k, df = labels.size, labels.size - design.shape[1]
    if df < 1:
        raise SynthesisError(
            f"a curve with {design.shape[1]} knots needs at least {design.shape[1] + 1} trials, got {k}"
        )
    if covariance is None:
        several = labels[np.bincount(number) > 1]
        if several.size:
            raise SynthesisError(
                f"covariance is needed where trials have several doses, as {', '.join(map(str, several[:_SHOWN]))}: "
                "these share a comparator; contrast_covariance makes it from the arms, constant_correlation from an "
                "assumed correlation"
            )
        covariance = np.diag(v)
    clustered = ClusteredEffects(y, read_blocks(y, v, number, covariance), number, design)
    between, within = clustered.maximise()
    fit = clustered.fit(between, within)
    left = float(y.size - design.shape[1])
    (scale,) = scale_factor(np.array([fit.q]), np.array([left]), interval)
    if scale * left <= ON_THE_FIT**2 * np.sum(y**2 / (v + between + within)):
        raise SynthesisError("all effects lie exactly on the curve; use interval='adhoc' or 'normal'")

    def joint(first: int) -> tuple[float, float]:
        rest = fit.solution[first:]
        chi2 = float(rest @ np.linalg.solve(scale * fit.model[first:, first:], rest))
        if interval == "normal":
            return chi2, float(special.chdtrc(rest.size, chi2))
        return chi2 / rest.size, float(special.fdtrc(rest.size, df, chi2 / rest.size))

    return _Curve(
        k=k,
        df=df,
        coefficients=fit.coefficients,
        covariance=scale * fit.covariance,
        dose=joint(1),
        bend=joint(2),
        tau2=float(between),
        tau2_within=float(within),
    )
