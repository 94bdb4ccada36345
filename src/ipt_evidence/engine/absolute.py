"""Pooled effects as numbers of people: risks per 100 and numbers needed to treat, over control risks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from ipt_evidence.engine.checks import Bools, Checks, Floats, one_of, read_columns, yes_or_no
from ipt_evidence.engine.frozen import FrozenArrays
from ipt_evidence.errors import SynthesisError

ABSOLUTE_MEASURES = ("SMD", "logOR", "logRR", "RD")
"""Effects that a control risk turns into a risk difference."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NumbersNeeded(FrozenArrays):
    """Differences in the share of people who do well, and the numbers needed to treat they amount to.

    Attributes
    ----------
    benefit_per_100, benefit_low, benefit_high : ndarray, shape (r,)
        People per 100 who do well because of treatment 1, with interval; negative: who do worse.
    nnt : ndarray, shape (r,)
        100 over ``benefit_per_100``: positive is a number needed to treat for one more person to benefit
        (NNTB), negative for one more to be harmed (NNTH), infinite where there is no difference.
    nnt_best, nnt_worst : ndarray, shape (r,)
        The same for ``benefit_high`` and ``benefit_low``.
    through_infinity : ndarray of bool, shape (r,)
        True where the interval runs from NNTB ``nnt_best`` through infinity to NNTH ``-nnt_worst``.
    """

    benefit_per_100: Floats
    benefit_low: Floats
    benefit_high: Floats
    nnt: Floats
    nnt_best: Floats
    nnt_worst: Floats
    through_infinity: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AbsoluteEffects(NumbersNeeded):
    """Numbers needed to treat with the risks they come from.

    Attributes
    ----------
    control_risk : ndarray, shape (r,)
        Assumed share of people with the event under treatment 2, between 0 and 1.
    treated_risk, treated_low, treated_high : ndarray, shape (r,)
        The share under treatment 1, for the estimate and for the lower and upper limit of the effect.
    at_bound : ndarray of bool, shape (3, r)
        Whether the estimate, the lower and the upper limit lead to 0, 1 or beyond, where the share is kept. Where the
        estimate does, the effect cannot hold at this control risk, and numbers and interval say nothing.
    """

    control_risk: Floats
    treated_risk: Floats
    treated_low: Floats
    treated_high: Floats
    at_bound: Bools


def _read(estimate: float, ci_low: float, ci_high: float, checks: Checks) -> Floats:
    effects = np.array(read_columns(checks, estimate=estimate, ci_low=ci_low, ci_high=ci_high))[:, 0]
    if not np.all(np.isfinite(effects)):
        checks.note(f"estimate and limits must be finite, got {effects.tolist()}")
    elif not effects[1] <= effects[0] <= effects[2]:
        checks.note(f"ci_low <= estimate <= ci_high must hold, got {effects[[1, 0, 2]].tolist()}")
    return effects


def _needed(benefit: Floats) -> dict[str, Any]:
    """Return what is in :class:`NumbersNeeded`, for rows (estimate, low, high)."""
    with np.errstate(divide="ignore"):
        # No difference needs infinitely many people; the sign of zero carries no meaning.
        number, worst, best = 1 / np.where(benefit == 0, 0.0, benefit)
    return {
        "benefit_per_100": 100 * benefit[0],
        "benefit_low": 100 * benefit[1],
        "benefit_high": 100 * benefit[2],
        "nnt": number,
        "nnt_best": best,
        "nnt_worst": worst,
        "through_infinity": (benefit[1] < 0) & (benefit[2] > 0),
    }


def absolute_effects(
    estimate: float,
    ci_low: float,
    ci_high: float,
    control_risks: ArrayLike,
    *,
    measure: str = "SMD",
    event_is_good: bool = True,
) -> AbsoluteEffects:
    """Translate a pooled effect into risks and numbers needed to treat over a range of control risks.

    Parameters
    ----------
    estimate, ci_low, ci_high : float
        Pooled effect and its limits; ratios on the log scale. Positive: a higher score (SMD), or the event
        more often, under treatment 1.
    control_risks : array_like, scalar or shape (r,)
        Assumed shares of people with the event under treatment 2, above 0 and below 1.
    measure : {"SMD", "logOR", "logRR", "RD"}
        "SMD" is translated by Furukawa & Leucht (2011): risk = Phi(SMD + Phi^-1(control risk)), the event
        being a score above a cut-off. Risks by "logRR" and "RD" are kept between 0 and 1:
        ``at_bound`` says where.
    event_is_good : bool
        Whether the event (response, remission) or its absence (relapse, drop-out) is what is wanted.

    Returns
    -------
    AbsoluteEffects
        Per control risk; positive benefits favour treatment 1.

    Raises
    ------
    SynthesisError
        If numbers are not finite, limits and estimate are out of order, a control risk is not between 0 and
        1, or the measure is unknown.

    Notes
    -----
    Altman (1998) for intervals through infinity. The uncertainty of the control risk is not included: hence
    a range of them.
    """
    with Checks(SynthesisError) as checks:
        one_of(checks, "measure", measure, ABSOLUTE_MEASURES)
        yes_or_no(checks, "event_is_good", event_is_good)
        effects = _read(estimate, ci_low, ci_high, checks)
        (control,) = read_columns(checks, control_risks=control_risks)
        checks.require("control_risks", control, (control > 0) & (control < 1), "above 0 and below 1")
    treated = np.stack([_treated(effect, control, measure) for effect in effects])
    benefit = treated - control if event_is_good else (control - treated)[[0, 2, 1]]
    return AbsoluteEffects(
        **_needed(benefit),
        control_risk=control,
        treated_risk=treated[0],
        treated_low=treated[1],
        treated_high=treated[2],
        at_bound=(treated <= 0) | (treated >= 1),
    )


def _treated(effect: float, control: Floats, measure: str) -> Floats:
    if effect == 0:
        # There and back through a distribution would not quite meet again.
        return control
    if measure == "SMD":
        return np.asarray(special.ndtr(effect + special.ndtri(control)))
    if measure == "logOR":
        return np.asarray(special.expit(effect + special.logit(control)))
    if measure == "logRR":
        # A log ratio of 700 and a risk of 1 is 1; more would only overflow.
        return np.minimum(np.exp(min(effect, 700.0)) * control, 1.0)
    return np.clip(control + effect, 0.0, 1.0)


def nnt_kraemer_kupfer(estimate: float, ci_low: float, ci_high: float) -> NumbersNeeded:
    """Translate a standardised mean difference into a number needed to treat without a control risk.

    Parameters
    ----------
    estimate, ci_low, ci_high : float
        Standardised mean difference and its limits, positive in favour of treatment 1.

    Returns
    -------
    NumbersNeeded
        Of shape (1,). The "benefit" is the success rate difference: the probability that a person under
        treatment 1 does better than one under treatment 2, minus the reverse. It comes out larger than any
        difference in response, and the number needed smaller, than :func:`absolute_effects` gives.

    Raises
    ------
    SynthesisError
        If numbers are not finite or limits and estimate are out of order.

    Notes
    -----
    Kraemer & Kupfer (2006): 1/NNT = 2 Phi(SMD/sqrt(2)) - 1.
    """
    with Checks(SynthesisError) as checks:
        effects = _read(estimate, ci_low, ci_high, checks)
    return NumbersNeeded(**_needed(special.erf(effects / 2)[:, None]))
