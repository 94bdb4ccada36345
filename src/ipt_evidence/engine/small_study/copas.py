"""The selection model of Copas: imprecise trials are published the likelier, the larger their effect. With warnings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Checks, Floats, read_numbers, within
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.engine.pooling.inputs import read_synthesis
from ipt_evidence.engine.small_study.copas_likelihood import CopasLikelihood
from ipt_evidence.errors import SynthesisError

_FEW = 10
_ASYMMETRIC = 0.1
"""Significance of asymmetry, at the level that Copas and Shi look at."""
_HELD = {
    ("rho",): "rho is at its bound: there is no standard error, and the profile interval has to do",
    ("tau2",): "tau2 is held at 0, which the standard error takes as known",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CopasSelection(FrozenArrays):
    """Averages under a range of assumptions on how many of the least precise trials are published.

    Attributes
    ----------
    k : int
        Number of trials.
    published : ndarray, shape (g,)
        Assumed chance of publication of a trial with the largest standard error of the data.
    estimate, se, p_value, ci_low, ci_high : ndarray, shape (g,)
        Average at each, by maximum likelihood with normal intervals; the standard error is from the observed
        information of what is not at a bound. It steps where tau2 reaches 0, as above it tau2 counts as estimated, at
        it as known. Where rho is at its bound all but the estimate are NaN: the likelihood falls off there as from a
        cliff, and its curvature along the edge says nothing of how far the average is known. The estimate may step
        there, too, from one maximum to another.
    profile_low, profile_high : ndarray, shape (g,)
        The least and the largest average that a likelihood-ratio test does not reject, tau2 and rho being free, up to
        their bounds. This interval steps at neither bound, need not be symmetric, and stands alone where rho is at its.
    tau2, rho : ndarray, shape (g,)
        Between-trial variance before selection; correlation of effect and publication within trials.
    unpublished : ndarray, shape (g,)
        How many trials like those given would be unpublished.
    asymmetry_p_value : ndarray, shape (g,)
        Likelihood-ratio test that effects still depend on their standard errors. The average to look at is that of the
        least selection at which this is not significant.
    at_bound : tuple of tuple of str
        Per assumption what is held at its bound and has no part in the standard error: "tau2" at 0, "rho" at 0.9999
        or -0.9999, which stands for 1, where the likelihood has no derivative.
    log_likelihood : ndarray, shape (g,)
        Of the trials given that they are published, with all constants.
    warnings : tuple of str
        Why the result should not be relied on.
    certain : float
        Assumed chance of publication of a trial with the smallest standard error.
    level : float
        Coverage of the intervals.
    """

    k: int
    published: Floats
    estimate: Floats
    se: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    profile_low: Floats
    profile_high: Floats
    tau2: Floats
    rho: Floats
    unpublished: Floats
    asymmetry_p_value: Floats
    at_bound: tuple[tuple[str, ...], ...]
    log_likelihood: Floats
    warnings: tuple[str, ...]
    certain: float
    level: float


def copas_selection(
    effects: ArrayLike,
    variances: ArrayLike,
    *,
    published: Sequence[float] = (0.9, 0.7, 0.5, 0.3, 0.1),
    certain: float = 0.99,
    level: float = 0.95,
) -> CopasSelection:
    """Ask what the average would be if small trials were published the likelier the better they did; read ``warnings``.

    Parameters
    ----------
    effects, variances : array_like, shape (k,)
        Effect sizes and sampling variances, at least four, not all of the same variance.
    published : sequence of float
        Assumed chances that a trial with the largest standard error is published, each below ``certain``.
    certain : float
        Assumed chance that one with the smallest is.
    level : float
        Coverage of the intervals.

    Returns
    -------
    CopasSelection
        One average for each assumption: a sensitivity analysis, in which nothing is estimated about how many are
        missing.

    Raises
    ------
    SynthesisError
        If data are unusable, standard errors are all the same, there are too few trials, a chance is impossible, or no
        maximum is found.

    Notes
    -----
    Copas & Shi (2000, 2001): publication depends on a normal variable of mean gamma0 + gamma1/s that
    correlates by rho with the error of the effect. The two chances give gamma0 and gamma1. Within trials the standard
    error of what is published understates that of all, for which the likelihood allows, as that of metasens'
    ``copas()``. The density of published effects is held to its integral over the variable that decides on
    publication, in R: ``tests/oracle``.
    """
    y, v, level = read_synthesis(effects, variances, level=level)
    with Checks(SynthesisError) as checks:
        chances = read_numbers(checks, "published", published)
        checks.finish()
        certain = within(checks, "certain", certain, 0, 1)
        if chances.ndim != 1 or not chances.size:
            checks.note(f"published must be a sequence of chances, got shape {chances.shape}")
        top = certain if certain > 0 else 1.0  # not a number if it was refused
        all_chances = chances.ravel()
        checks.require("published", all_chances, (all_chances > 0) & (all_chances < top), f"between 0 and {top:g}")
        if y.size < 4:
            checks.note(f"a model of selection with three parameters needs at least 4 trials, got {y.size}")
        if np.ptp(v) <= 1e-9 * v.max():
            checks.note("all standard errors are the same, so that selection by them cannot be told from none")
    unit = float(np.sqrt(np.median(v)))
    y, s = y / unit, np.sqrt(v) / unit
    drop = float(special.chdtri(1, 1 - level))
    rows = [_one(y, s, chance, certain, drop) for chance in chances]
    estimate, se, low, high, tau2, rho, missing, asymmetry, value = np.array([row[:-1] for row in rows]).T
    bounds = tuple(row[-1] for row in rows)
    test = infer(unit * estimate, unit * se, np.zeros(chances.size), level, "normal")
    return CopasSelection(
        k=y.size,
        published=chances,
        estimate=unit * estimate,
        se=unit * se,
        p_value=test.p_value,
        ci_low=test.ci_low,
        ci_high=test.ci_high,
        profile_low=unit * low,
        profile_high=unit * high,
        tau2=unit**2 * tau2,
        rho=rho,
        unpublished=missing,
        asymmetry_p_value=asymmetry,
        at_bound=bounds,
        log_likelihood=value - y.size * np.log(unit),
        warnings=_warnings(y.size, chances, bounds, asymmetry),
        certain=certain,
        level=level,
    )


def _one(y: Floats, s: Floats, chance: float, certain: float, drop: float) -> tuple:
    """Return estimate, se, its limits, tau2, rho, unpublished, p of asymmetry, log-likelihood, what is at its bound."""
    end, start = special.ndtri(certain), special.ndtri(chance)
    threshold = start + (end - start) * (1 / s - 1 / s.max()) / (1 / s.min() - 1 / s.max())
    ones = np.ones((y.size, 1))
    plain = CopasLikelihood(y, s, ones, threshold)
    found = plain.highest()
    if np.linalg.eigvalsh(found.information).min() <= 0:
        raise SynthesisError("the model of selection is not identified: its information is not positive definite")
    bounds = tuple(name for name, held in zip(("tau2", "rho"), found.held[-2:], strict=True) if held)
    se = np.nan if "rho" in bounds else float(np.sqrt(np.linalg.inv(found.information)[0, 0]))
    low, high = plain.limits(found, drop)
    estimate, tau2, rho = found.parameters
    more = CopasLikelihood(y, s, np.column_stack([ones, s]), threshold).highest()
    statistic = max(2 * (more.value - found.value), 0.0)
    missing = float(np.sum(1 / special.ndtr(threshold) - 1))
    return estimate, se, low, high, tau2, rho, missing, float(special.chdtrc(1, statistic)), found.value, bounds


def _warnings(k: int, chances: Floats, bounds: tuple[tuple[str, ...], ...], asymmetry: Floats) -> tuple[str, ...]:
    found = [
        "Copas' model is offered to compare with earlier work; how many trials are missing is assumed, not estimated"
    ]
    if k < _FEW:
        found.append(f"{k} trials are too few to tell selection from true differences; ten or more are needed")
    for names, meaning in _HELD.items():
        held = [f"{chance:g}" for chance, held in zip(chances, bounds, strict=True) if held[-1:] == names]
        if held:
            found.append(f"where published is {', '.join(held)}, {meaning}")
    if np.all(asymmetry < _ASYMMETRIC):
        found.append(
            "under every assumption effects still depend on their standard errors: "
            "what is assumed does not explain how small trials differ"
        )
    return tuple(found)
