"""Indirectness: how far the trials sit from the question."""

from functools import lru_cache

import numpy as np

from ipt_evidence.appraisal.certainty.body import Body, Pooled
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.checks import Bools
from ipt_evidence.engine.frozen import frozen

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
    marked, twice = (pooled.share(_with_marks(body.marks, least)) for least in (1, 2))
    setting, from_setting = _largest_setting(body, pooled)
    marks = (marked >= thresholds.indirect_percent) + (twice >= thresholds.indirect_percent)
    one_setting = from_setting >= thresholds.one_setting_percent
    downgrade = -min(MOST, int(marks) + int(one_setting))
    return Judgement(
        domain="indirectness",
        downgrade=downgrade,
        rule=f"marks_{int(marks)}" + ("_one_setting" if one_setting else ""),
        say=lambda: _reason(body, pooled, marked, setting, from_setting),
        show=lambda: {
            "marked_percent": marked, "marked_twice_percent": twice, "setting": setting,
            "setting_percent": from_setting, "marks": sorted(frozenset().union(*body.marks)),
        },
    )  # fmt: skip


# Kept, as a body is rated under many choices that leave its trials as they are.
@lru_cache(maxsize=1024)
def _with_marks(marks: tuple[frozenset[str], ...], least: int) -> Bools:
    """Return which trials have so many marks."""
    return frozen(np.array([len(one) >= least for one in marks], dtype=bool))


def _largest_setting(body: Body, pooled: Pooled) -> tuple[str, float]:
    """Return the special group with most of the weight, and its share; empty text and 0 if there is none."""
    shares: dict[str, float] = {}
    for setting, weight in zip(body.settings, pooled.weights.tolist(), strict=True) if any(body.settings) else ():
        if setting:
            shares[setting] = shares.get(setting, 0.0) + weight
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
