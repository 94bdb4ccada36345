"""Risk of bias of a body: the weight of trials by risk, and whether those at low risk differ from the rest."""

import math
from functools import lru_cache

import numpy as np

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, on_side, target_of, towards
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.checks import Bools, Floats
from ipt_evidence.engine.intervals import excludes_null
from ipt_evidence.engine.moderators.regression import FittedRegression, fit_regression
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words import numbers

LEAST_ALONE = 2
"""Trials at low risk needed for them to speak for themselves."""

ENOUGH = 0.5
"""Share of the optimal information size from which the trials at low risk carry enough to show a difference."""


def risk_of_bias(
    body: Body, pooled: Pooled, low_risk: Pooled | None, model: Model, thresholds: Thresholds
) -> Judgement:
    """Judge risk of bias.

    No level is taken away where half the weight is at low risk, or two trials at low risk alone say the same with an
    interval that excludes the opposite. One level otherwise, whether the rest is known to be at risk or nobody judged
    it; two where most of the weight is at high risk and the trials at low risk provably differ from the others. One,
    not none, where it would be two if a single trial were not judged to be sound.

    Parameters
    ----------
    body, pooled : Body, Pooled
        The trials and what they say together.
    low_risk : Pooled or None
        What the trials at low risk say alone; None if there are none.
    model : Model
        By which the two groups are compared.
    thresholds : Thresholds
        See there.

    Notes
    -----
    Core GRADE 4 (2025): trials are at low risk or not, and the decision rests on the weight of each group and on
    whether their results differ. Provably: the interval of the difference in a meta-regression excludes none, and
    the trials at low risk have half the optimal information size. A trial nobody judged counts as
    one that is not at low risk, never as better than one that was judged.
    """
    shares = {level: pooled.share(body.at_risk(level)) for level in ("low", "high", "high_or_unclear", "unknown")}
    target, low = target_of(pooled.estimate, body.mid), body.at_risk("low")
    alone = int(low.sum())
    same = low_risk is not None and on_side(low_risk.estimate, target, body.mid)
    firm = same and low_risk is not None and alone >= LEAST_ALONE and _is_firm(low_risk, target, body.mid)
    gap = difference(body, low, model)
    differ = excludes_null(*gap) and _tells(body, low)
    rule, downgrade = _decide(shares, firm=firm, differ=differ, thresholds=thresholds)
    if not downgrade and _hangs_on_one(body, shares["high"] + pooled.weights, low, model, thresholds):
        rule, downgrade = "one_trial_from_different", -1
    return Judgement(
        domain="risk_of_bias",
        downgrade=downgrade,
        rule=rule,
        say=lambda: _reason(shares, alone, _apart(gap, body.measure), same=same, firm=firm),
        show=lambda: {
            **{f"{level}_risk_percent": share for level, share in shares.items()},
            "low_risk_trials": alone,
            **{f"low_risk_{name}": getattr(low_risk, name, float("nan")) for name in ("estimate", "ci_low", "ci_high")},
            "low_risk_decided_by": getattr(low_risk, "decided_by", "none"), "low_risk_differs": int(differ),
            "difference_low": gap[0], "difference_high": gap[1], "target": target, "mid": body.mid,
        },
    )  # fmt: skip


def difference(body: Body, low: Bools, model: Model) -> tuple[float, float]:
    """Return the interval of the difference between trials at low risk and the others; NaN where it cannot be told.

    Notes
    -----
    One heterogeneity for both groups, as a group of few trials has none of its own to speak of. Few trials in all
    leave one or two degrees of freedom, and an interval that says the same whatever they find.
    """
    if low.all() or not low.any() or body.k <= max(model.few_trials, 2):
        return float("nan"), float("nan")
    return _gap(body.effects.tobytes(), body.variances.tobytes(), low.tobytes(), model)


# Both kept: the choices that are combined ask for the same trials under every important difference and interval.
@lru_cache(maxsize=1024)
def _gap(effects: bytes, variances: bytes, low: bytes, model: Model) -> tuple[float, float]:
    found = _fitted(effects, variances, low, model.method).test(model.interval, model.level)
    return float(found.ci_low[1]), float(found.ci_high[1])


@lru_cache(maxsize=1024)
def _fitted(effects: bytes, variances: bytes, low: bytes, method: str) -> FittedRegression:
    group = np.frombuffer(low, dtype=bool).astype(float)
    return fit_regression(np.frombuffer(effects), np.frombuffer(variances), group, method=method)


def _tells(body: Body, low: Bools) -> bool:
    """Tell whether the trials at low risk carry enough to show that they differ from the others."""
    people = body.participants[low]
    return bool(people.sum(where=np.isfinite(people)) >= ENOUGH * body.important.information_size)


def _hangs_on_one(body: Body, high: Floats, low: Bools, model: Model, thresholds: Thresholds) -> bool:
    """Tell whether two levels would be taken away if one of the trials at low risk were at high risk.

    No single judgement may move certainty by two levels. ``high`` is the percent of the weight that would be at high
    risk with each trial, shape (k,).
    """
    for place in np.flatnonzero(low & (high > thresholds.high_risk_percent)):
        others = low & (np.arange(body.k) != place)
        if _tells(body, others) and excludes_null(*difference(body, others, model)):
            return True
    return False


def _decide(shares: dict[str, float], *, firm: bool, differ: bool, thresholds: Thresholds) -> tuple[str, int]:
    if shares["low"] >= thresholds.low_risk_percent:
        return "mostly_low", 0
    if firm:
        return "low_risk_trials_agree", 0
    if shares["high"] > thresholds.high_risk_percent and differ:
        return "mostly_high_and_different", -2
    return ("not_assessed", -1) if shares["unknown"] >= 100 - thresholds.low_risk_percent else ("not_mostly_low", -1)


def _is_firm(low_risk: Pooled, target: str, mid: float) -> bool:
    """Say whether the trials at low risk alone exclude no difference, or any important one if that is the target."""
    if target == LITTLE:
        return -mid < low_risk.ci_low and low_risk.ci_high < mid
    return towards(target, low_risk.ci_low, low_risk.ci_high)[0] > 0


def _apart(gap: tuple[float, float], measure: str) -> str:
    """Put the interval of the difference between trials at low risk and the others into words; empty if not known."""
    if not math.isfinite(gap[0]):
        return ""
    span = numbers.span(*gap, measure)
    if numbers.MEASURES[measure].is_ratio:
        return f"; its {numbers.MEASURES[measure].name} is {span} times that of the others"
    return f"; it differs from the others by {span}"


def _reason(shares: dict[str, float], alone: int, apart: str, *, same: bool, firm: bool) -> str:
    parts = {
        "high": "from trials at high risk",
        "high_or_unclear": "from trials coded as high or unclear",
        "unknown": "from trials nobody judged",
    }
    named = [f"{shares[level]:.0f}% {words}" for level, words in parts.items() if shares[level] or level == "high"]
    text = ", ".join([f"{shares['low']:.0f}% of the weight comes from trials at low risk of bias", *named])
    if not alone:
        return f"{text}."
    count = "the trial at low risk alone falls" if alone == 1 else f"the average of the {alone} at low risk alone falls"
    side = "on the same side of the threshold" if same else "on the other side of the threshold"
    return f"{text}; {count} {side}{', with an interval that excludes the opposite' if firm else ''}{apart}."
