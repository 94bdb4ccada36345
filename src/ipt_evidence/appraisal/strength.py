"""The strength label: what an answer supports, by the rule table of the configuration."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import ge

from ipt_evidence.appraisal.certainty import LEVELS
from ipt_evidence.engine.intervals import excludes_null, short_of
from ipt_evidence.words.strength_rules import LADDER, StrengthRule

DIFFERENCES = ("favours_intervention", "favours_comparator")

LARGE = ("estimate_beyond", "beyond")
"""Intervals whose average is beyond the MID."""

INACTIVE = "control"
"""Class of comparators against which doing no better is no benefit, and doing worse is harm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Where an interval lies.

    Attributes
    ----------
    direction : str
        no_important_difference (the whole interval is short of the MID on both sides), else favours_intervention or
        favours_comparator (it excludes no difference), little_difference (the average is, and the interval reaches
        the MID on one side at most), unclear, or none without trials.
    interval_vs_null : str
        excludes or includes, or none.
    interval_vs_mid : str
        beyond (whole interval), estimate_beyond, short (whole interval on both sides), crosses, or none where the
        measure has no MID.
    """

    direction: str
    interval_vs_null: str
    interval_vs_mid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """A strength label and the rule that gave it.

    Attributes
    ----------
    strength : str
        strong, moderate, limited, insufficient or no_evidence.
    label : str
        The strength if it is one of a benefit, and else what it is one of: no_benefit or harm against control,
        no_difference or comparator_better against another treatment, little_difference against either; insufficient
        and no_evidence as they are.
    rule_id, reason : str
        The rule that decided, and when it does.
    """

    strength: str
    label: str
    rule_id: str
    reason: str


NOTHING = Reading(direction="none", interval_vs_null="none", interval_vs_mid="none")
"""The reading of a question without trials."""


def read_interval(estimate: float, low: float, high: float, mid: float) -> Reading:
    """Say where an interval lies against no difference and against the MID (NaN if there is none)."""
    excludes, short = excludes_null(low, high), short_of(low, high, mid)
    if math.isnan(mid):
        size = "none"
    elif low >= mid or high <= -mid:
        size = "beyond"
    elif all(short):
        size = "short"
    else:
        size = "estimate_beyond" if abs(estimate) >= mid else "crosses"
    if size == "short":
        direction = "no_important_difference"
    elif excludes:
        direction = "favours_intervention" if low > 0 else "favours_comparator"
    else:
        direction = "little_difference" if size == "crosses" and any(short) else "unclear"
    return Reading(direction=direction, interval_vs_null="excludes" if excludes else "includes", interval_vs_mid=size)


def strength_of(
    reading: Reading, *, certainty: str, k: int, n_participants: float, comparator: str, rules: Sequence[StrengthRule]
) -> Strength:
    """Apply the rule table to an answer; the first rule that holds decides.

    Parameters
    ----------
    reading : Reading
        Where the interval lies.
    certainty : str
        high, moderate, low or very_low; of no account without trials.
    k : int
        Trials pooled.
    n_participants : float
        People in them, where known.
    comparator : str
        Class of treatment compared with.
    rules : sequence of StrengthRule
        The rules, in their order; the check of ``config/strength_rules.csv`` sees to it that one always holds.
    """
    level = LEVELS.index(certainty) if k else 0
    has = (level, int(reading.interval_vs_mid in LARGE), k, n_participants)
    direction = "difference" if reading.direction in DIFFERENCES else reading.direction
    decides = next(
        rule
        for rule in rules
        if (k == 0) == (rule.strength == LADDER[0])
        and rule.direction in ("any", direction)
        and all(map(ge, has, rule.asks))
    )
    label = _label(decides.strength, reading.direction, comparator)
    return Strength(strength=decides.strength, label=label, rule_id=decides.rule_id, reason=decides.sentence)


def _label(strength: str, direction: str, comparator: str) -> str:
    if strength in LADDER[:2] or direction == "favours_intervention":
        return strength
    if direction == "favours_comparator":
        return "harm" if comparator == INACTIVE else "comparator_better"
    if direction == "little_difference":
        return direction
    return "no_benefit" if comparator == INACTIVE else "no_difference"
