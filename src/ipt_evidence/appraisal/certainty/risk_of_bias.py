"""Risk of bias of a body: the weight of trials by risk, and whether those at low risk say the same."""

import numpy as np

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, on_side, target_of, towards
from ipt_evidence.appraisal.certainty.thresholds import Thresholds

LEAST_ALONE = 2
"""Trials at low risk needed for them to speak for themselves."""


def risk_of_bias(body: Body, pooled: Pooled, low_risk: Pooled | None, thresholds: Thresholds) -> Judgement:
    """Judge risk of bias.

    No level is taken away where most of the weight is at low risk, or the trials at low risk alone say the same with an
    interval that excludes the opposite; one level otherwise; two where most of the weight is at high risk and the
    interval of the trials at low risk leaves out the average of all.

    Parameters
    ----------
    body, pooled : Body, Pooled
        The trials and what they say together.
    low_risk : Pooled or None
        What the trials at low risk say alone; None if there are none.
    thresholds : Thresholds
        See there.

    Notes
    -----
    Core GRADE 4 (2025): trials are at low risk or not, and the decision rests on the weight of each group and on
    whether their results differ. Unknown is not low. The shares are ours.
    """
    low = pooled.share(body.at_risk("low"))
    high = pooled.share(body.at_risk("high"))
    unknown = pooled.share(body.at_risk("unknown"))
    target = target_of(pooled.estimate, body.mid)
    alone = int(body.at_risk("low").sum())
    same = low_risk is not None and bool(on_side(np.array([low_risk.estimate]), target, body.mid)[0])
    firm = same and low_risk is not None and alone >= LEAST_ALONE and _is_firm(low_risk, target, body.mid)
    differ = low_risk is not None and alone >= LEAST_ALONE and _leaves_out(low_risk, pooled.estimate)
    rule, downgrade = _decide(low, high, same=same, firm=firm, differ=differ, thresholds=thresholds)
    return Judgement(
        domain="risk_of_bias",
        downgrade=downgrade,
        rule=rule,
        reason=_reason(low, high, unknown, alone, same=same, firm=firm),
        inputs={
            "low_risk_percent": low, "high_risk_percent": high, "unknown_risk_percent": unknown,
            "low_risk_trials": alone, "low_risk_estimate": low_risk.estimate if low_risk else float("nan"),
            "low_risk_ci_low": low_risk.ci_low if low_risk else float("nan"),
            "low_risk_ci_high": low_risk.ci_high if low_risk else float("nan"), "target": target, "mid": body.mid,
        },
    )  # fmt: skip


def _decide(
    low: float, high: float, *, same: bool, firm: bool, differ: bool, thresholds: Thresholds
) -> tuple[str, int]:
    if low >= thresholds.low_risk_percent:
        return ("mostly_low", 0) if same else ("low_risk_trials_differ", -1)
    if firm:
        return "low_risk_trials_agree", 0
    if high >= thresholds.high_risk_percent and differ:
        return "mostly_high_and_different", -2
    return "not_mostly_low", -1


def _is_firm(low_risk: Pooled, target: str, mid: float) -> bool:
    """Say whether the trials at low risk alone exclude no difference, or any important one if that is the target."""
    if target == LITTLE:
        return -mid < low_risk.ci_low and low_risk.ci_high < mid
    return towards(target, low_risk.ci_low, low_risk.ci_high)[0] > 0


def _leaves_out(pooled: Pooled, value: float) -> bool:
    return value < pooled.ci_low or value > pooled.ci_high


def _reason(low: float, high: float, unknown: float, alone: int, *, same: bool, firm: bool) -> str:
    shares = f"{low:.0f}% of the weight comes from trials at low risk of bias, {high:.0f}% from trials at high risk"
    if unknown:
        shares += f", {unknown:.0f}% from trials nobody judged"
    if not alone:
        return f"{shares}."
    count = "the trial at low risk alone falls" if alone == 1 else f"the average of the {alone} at low risk alone falls"
    side = "on the same side of the threshold" if same else "on the other side of the threshold"
    return f"{shares}; {count} {side}{', with an interval that excludes the opposite' if firm else ''}."
