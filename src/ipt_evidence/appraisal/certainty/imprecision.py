"""Imprecision: the interval against the thresholds; the number of people where it reaches none."""

import math

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, target_of, towards, words_of
from ipt_evidence.appraisal.certainty.thresholds import Thresholds


def imprecision(body: Body, pooled: Pooled, thresholds: Thresholds) -> Judgement:
    """Judge imprecision.

    One level for each threshold that the interval reaches, three if it holds both an important benefit and an important
    disadvantage, on whichever side of a threshold its middle falls. Where it reaches none, one if fewer people took
    part than the optimal information size asks for.

    Notes
    -----
    GRADE guidance 34 (2022) and Core GRADE 2 (2025): the interval against the thresholds first; the information size
    only where it crosses none. It takes one level at most, so that no body is rated higher than the same trials would
    be with more people in them.
    """
    target, people, size = target_of(pooled.estimate, body.mid), body.n_participants, body.important.information_size
    crossed = _crossed(pooled, target, body.mid)
    # A size that cannot be told is not a size that is reached.
    short = not crossed and not people >= size
    told = "few_people" if people < size else "size_not_known"
    return Judgement(
        domain="imprecision",
        downgrade=-len(crossed) if crossed else -int(short),
        rule=f"interval_{len(crossed)}" if crossed else told if short else "precise",
        say=lambda: _reason(body, target, crossed),
        show=lambda: {
            "target": target, "ci_low": pooled.ci_low, "ci_high": pooled.ci_high, "mid": body.mid,
            "thresholds_crossed": len(crossed), "n_participants": people, "information_size": size,
        },
    )  # fmt: skip


def _reason(body: Body, target: str, crossed: list[str]) -> str:
    people, size = body.n_participants, body.important.information_size
    interval = f"the interval reaches {' and '.join(crossed)}" if crossed else "the interval stays on one side"
    needed = f"; {people:,.0f} people took part where one trial would need {size:,.0f}"
    if math.isnan(size):
        needed = "; how many people it takes to show it cannot be told without the risk in the comparison arms"
    return f"For {words_of(target, body.mid)}, {interval}{needed}."


def _crossed(pooled: Pooled, target: str, mid: float) -> list[str]:
    """Name what the interval reaches besides the target."""
    if target == LITTLE:
        beyond = [("an important benefit", pooled.ci_high >= mid), ("an important disadvantage", pooled.ci_low <= -mid)]
        reached = [name for name, is_reached in beyond if is_reached]
        # As much is open as where the middle of such an interval falls beyond the threshold.
        return reached if len(reached) < 2 else [reached[0], "no difference", reached[1]]
    low, _ = towards(target, pooled.ci_low, pooled.ci_high)
    if math.isnan(mid):
        return ["no difference"] if low <= 0 else []
    steps = [
        ("effects too small to matter", low < mid),
        ("no difference", low <= 0),
        ("an important difference the other way", low <= -mid),
    ]
    return [name for name, reached in steps if reached]
