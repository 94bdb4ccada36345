"""Imprecision: the interval against the thresholds; the number of people where it reaches none."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.appraisal.certainty.body import Bodies, Body, Pooled, PooledBodies
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.target import LITTLE, target_of, towards, words_of
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.checks import Bools


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
    target, people = str(target_of(pooled.estimate, body.mid)), body.n_participants
    found, size = imprecise(body, pooled), body.important.information_size
    crossed = [name for name, reached in found.crossed.items() if reached]
    # A size that cannot be told is not a size that is reached.
    told = "few_people" if people < size else "size_not_known"
    return Judgement(
        domain="imprecision",
        downgrade=int(found.downgrade),
        rule=f"interval_{len(crossed)}" if crossed else told if found.downgrade else "precise",
        say=lambda: _reason(body, target, crossed),
        show=lambda: {
            "target": target, "ci_low": pooled.ci_low, "ci_high": pooled.ci_high, "mid": body.mid,
            "thresholds_crossed": len(crossed), "n_participants": people, "information_size": size,
        },
    )  # fmt: skip


class Imprecise(NamedTuple):
    """What an interval reaches besides its target, and the levels that takes away; for one body or many."""

    crossed: dict[str, Bools]
    downgrade: NDArray[np.int64]


def imprecise(body: Body | Bodies, pooled: Pooled | PooledBodies) -> Imprecise:
    """Apply the rule of :func:`imprecision` to one body or many."""
    crossed = _crossed(pooled, body.mid)
    number = np.sum(list(crossed.values()), axis=0)
    short = ~np.greater_equal(body.n_participants, body.important.information_size)
    return Imprecise(crossed, -np.where(number > 0, number, short))


def _reason(body: Body, target: str, crossed: list[str]) -> str:
    people, size = body.n_participants, body.important.information_size
    interval = f"the interval reaches {' and '.join(crossed)}" if crossed else "the interval stays on one side"
    needed = f"; {people:,.0f} people took part where one trial would need {size:,.0f}"
    if math.isnan(size):
        needed = "; how many people it takes to show it cannot be told without the risk in the comparison arms"
    return f"For {words_of(target, body.mid)}, {interval}{needed}."


def _crossed(pooled: Pooled | PooledBodies, mid: float) -> dict[str, Bools]:
    """Say of everything an interval can reach besides the target whether it does."""
    target = target_of(pooled.estimate, mid)
    little, (low, _) = target == LITTLE, towards(target, pooled.ci_low, pooled.ci_high)
    benefit, harm = little & np.greater_equal(pooled.ci_high, mid), little & np.less_equal(pooled.ci_low, -mid)
    return {
        "effects too small to matter": ~little & (low < mid),
        "an important benefit": benefit,
        # As much is open as where the middle of such an interval falls beyond the threshold.
        "no difference": np.where(little, benefit & harm, low <= 0),
        "an important disadvantage": harm,
        "an important difference the other way": ~little & (low <= -mid),
    }
