"""Indirectness: how far the trials sit from the question."""

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ipt_evidence.appraisal.certainty.body import Bodies, Body, Pooled, PooledBodies
from ipt_evidence.appraisal.certainty.judgement import Judgement
from ipt_evidence.appraisal.certainty.thresholds import Thresholds
from ipt_evidence.engine.checks import Bools
from ipt_evidence.engine.frozen import frozen
from ipt_evidence.words.labels import SPECIAL

MARKS = {"adapted_treatment": "an adapted form of the treatment", "arm_in_doubt": "an arm whose treatment is in doubt"}
"""In what ways a trial can sit apart from its question, in words."""

MOST = 2


def indirectness(body: Body, pooled: Pooled, thresholds: Thresholds) -> Judgement:
    """Judge indirectness.

    One level if trials with one mark or more have at least ``indirect_percent`` of the weight, two if those with two
    marks have; one level if ``one_setting_percent`` comes from one special group that the question does not name; two
    at most.
    """
    found = indirect(body, pooled, thresholds)
    setting, from_setting = min(found.settings.items(), key=lambda pair: (-pair[1], pair[0]), default=("", 0.0))
    return Judgement(
        domain="indirectness",
        downgrade=int(found.downgrade),
        rule=f"marks_{int(found.marks)}" + ("_one_setting" if found.one_setting else ""),
        say=lambda: _reason(body, pooled, found.marked, setting, float(from_setting)),
        show=lambda: {
            "marked_percent": found.marked, "marked_twice_percent": found.twice, "setting": setting,
            "setting_percent": float(from_setting), "marks": sorted(frozenset().union(*body.marks)),
        },
    )  # fmt: skip


class Indirect(NamedTuple):
    """How far trials sit from the question; each for one body or many.

    Attributes
    ----------
    marked, twice : float or ndarray
        Percent of the weight of trials with one mark or more, and with two or more.
    settings : dict of str to float or ndarray
        Percent of the weight by special group.
    marks : ndarray of int
        Levels for marks.
    one_setting : ndarray of bool
        Whether a level goes for one special group.
    downgrade : ndarray of int
        Levels taken away.
    """

    marked: Any
    twice: Any
    settings: dict[str, Any]
    marks: NDArray[np.int64]
    one_setting: Bools
    downgrade: NDArray[np.int64]


def indirect(body: Body | Bodies, pooled: Pooled | PooledBodies, thresholds: Thresholds) -> Indirect:
    """Apply the rule of :func:`indirectness` to one body or many."""
    marked, twice = (pooled.share(_with_marks(body.marks, least)) for least in (1, 2))
    settings: dict[str, Any] = {
        name: pooled.share(np.array(body.settings) == name) for name in sorted({*body.settings} - {""})
    }
    marks = np.sum([np.greater_equal(one, thresholds.indirect_percent) for one in (marked, twice)], axis=0)
    largest = np.max([np.zeros_like(marked), *settings.values()], axis=0)
    one_setting = largest >= thresholds.one_setting_percent
    return Indirect(marked, twice, settings, marks, one_setting, -np.minimum(MOST, marks + one_setting))


# Kept, as a body is rated under many choices that leave its trials as they are.
@lru_cache(maxsize=1024)
def _with_marks(marks: tuple[frozenset[str], ...], least: int) -> Bools:
    """Return which trials have so many marks."""
    return frozen(np.array([len(one) >= least for one in marks], dtype=bool))


def _reason(body: Body, pooled: Pooled, marked: float, setting: str, from_setting: float) -> str:
    parts = []
    if marked:
        having = {words: np.array([mark in marks for marks in body.marks]) for mark, words in MARKS.items()}
        kinds = [f"{words} ({pooled.share(chosen):.0f}%)" for words, chosen in having.items() if chosen.any()]
        parts.append(f"{marked:.0f}% of the weight comes from trials that sit apart from the question: "
                     + ", ".join(kinds))  # fmt: skip
    if setting:
        parts.append(f"{from_setting:.0f}% comes from one special group (people {SPECIAL[setting]})")
    return "; ".join(parts) + "." if parts else "The trials fit the question."
