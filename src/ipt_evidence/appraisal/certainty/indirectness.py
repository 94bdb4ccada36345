"""Indirectness: how far the trials sit from the question."""

from collections import Counter

import numpy as np

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.thresholds import Thresholds

MARKS = {
    "adapted_treatment": "an adapted form of the treatment",
    "arm_in_doubt": "an arm whose treatment is in doubt",
}
"""In what ways a trial can sit apart from its question, in words."""

MOST = 2


def indirectness(body: Body, pooled: Pooled, thresholds: Thresholds) -> Judgement:
    """Judge indirectness.

    One level if trials with one mark or more have at least ``indirect_percent`` of the weight, two if those with two
    marks have; one level if ``one_setting_percent`` comes from one special group that the question does not name; two
    at most.
    """
    marked = pooled.share(np.array([bool(marks) for marks in body.marks], dtype=bool))
    twice = pooled.share(np.array([len(marks) > 1 for marks in body.marks], dtype=bool))
    setting, from_setting = _largest_setting(body, pooled)
    marks = (marked >= thresholds.indirect_percent) + (twice >= thresholds.indirect_percent)
    one_setting = from_setting >= thresholds.one_setting_percent
    downgrade = -min(MOST, int(marks) + int(one_setting))
    return Judgement(
        domain="indirectness",
        downgrade=downgrade,
        rule=f"marks_{int(marks)}" + ("_one_setting" if one_setting else ""),
        reason=_reason(body, pooled, marked, setting, from_setting),
        inputs={
            "marked_percent": marked, "marked_twice_percent": twice, "setting": setting,
            "setting_percent": from_setting, "marks": sorted(frozenset().union(*body.marks)),
        },
    )  # fmt: skip


def _largest_setting(body: Body, pooled: Pooled) -> tuple[str, float]:
    """Return the special group with most of the weight, and its share; empty text and 0 if there is none."""
    shares: Counter[str] = Counter()
    for setting, weight in zip(body.settings, pooled.weights.tolist(), strict=True):
        if setting:
            shares[setting] += weight
    return min(shares.items(), key=lambda pair: (-pair[1], pair[0])) if shares else ("", 0.0)


def _reason(body: Body, pooled: Pooled, marked: float, setting: str, from_setting: float) -> str:
    parts = []
    if marked:
        kinds = [f"{words} ({pooled.share(_with(body, mark)):.0f}%)" for mark, words in MARKS.items()
                 if any(mark in marks for marks in body.marks)]  # fmt: skip
        parts.append(f"{marked:.0f}% of the weight comes from trials that sit apart from the question: "
                     + ", ".join(kinds))  # fmt: skip
    if setting:
        parts.append(f"{from_setting:.0f}% comes from one special group ({setting.replace('_', ' ')})")
    return "; ".join(parts) + "." if parts else "The trials fit the question."


def _with(body: Body, mark: str) -> np.ndarray:
    return np.array([mark in marks for marks in body.marks], dtype=bool)
