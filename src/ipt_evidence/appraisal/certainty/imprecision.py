"""Imprecision: the interval against the thresholds, and the number of people against the optimal information size."""

import math

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, target_of, towards, words_of
from ipt_evidence.appraisal.certainty.thresholds import Thresholds

FAR_BELOW = (0.5, 0.25)
"""Shares of the optimal information size: each one that the body falls short of takes one more level."""

MOST = 3


def imprecision(body: Body, pooled: Pooled, thresholds: Thresholds) -> Judgement:
    """Judge imprecision.

    One level for each threshold that the interval reaches, one if it reaches none and fewer people took part than the
    optimal information size asks for, and one more for each of 1/2 and 1/4 of that size that they fall short of; three
    at most.

    Notes
    -----
    GRADE guidance 34 and 35 (2022) and Core GRADE 2 (2025): the interval against the MID and no difference first, the
    information size next, more than one level for samples far below it, down to -3. The steps are ours.
    """
    target = target_of(pooled.estimate, body.mid)
    crossed = _crossed(pooled, target, body.mid)
    people, size = body.n_participants, thresholds.information_size
    short = people < size
    far = sum(people < share * size for share in FAR_BELOW)
    downgrade = -min(MOST, max(len(crossed), int(short)) + far)
    interval = f"the interval reaches {' and '.join(crossed)}" if crossed else "the interval stays on one side"
    known = f"{people:,.0f} people took part where one trial would need {size:,.0f}"
    return Judgement(
        domain="imprecision",
        downgrade=downgrade,
        rule=f"interval_{len(crossed)}_size_{int(short) + far}",
        reason=f"For {words_of(target, body.mid)}, {interval}; {known}.",
        inputs={
            "target": target, "ci_low": pooled.ci_low, "ci_high": pooled.ci_high, "mid": body.mid,
            "thresholds_crossed": len(crossed), "n_participants": people, "information_size": size,
        },
    )  # fmt: skip


def _crossed(pooled: Pooled, target: str, mid: float) -> list[str]:
    """Name what the interval reaches besides the target."""
    if target == LITTLE:
        beyond = [("an important benefit", pooled.ci_high >= mid), ("an important disadvantage", pooled.ci_low <= -mid)]
        return [name for name, reached in beyond if reached]
    low, _ = towards(target, pooled.ci_low, pooled.ci_high)
    if math.isnan(mid):
        return ["no difference"] if low <= 0 else []
    steps = [
        ("effects too small to matter", low < mid),
        ("no difference", low <= 0),
        ("an important difference the other way", low <= -mid),
    ]
    return [name for name, reached in steps if reached]
