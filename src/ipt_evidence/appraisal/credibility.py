"""How credible a difference between trials is: the items of ICEMAN, answered by rule from what the tables hold.

Schandelmaier et al. (2020) for the instrument; what it leaves to judgement is in decision 36.
"""

from collections.abc import Mapping
from typing import Any

SCALE = ("definitely_less", "probably_less", "probably_more", "definitely_more")
"""What an answer does to credibility."""

DEFINITELY_LESS, PROBABLY_LESS, PROBABLY_MORE, DEFINITELY_MORE = SCALE

VERY_LOW, LOW, MODERATE, HIGH = LEVELS = ("very_low", "low", "moderate", "high")

GROUP_SIZES = (2, 4, 9)
NUMBERS = (5, 10, 15)
"""The most trials that are very few, rather few and rather many: of the smallest group, or of a regression."""

CHANCES = (0.05, 0.01, 0.005)
"""P values above which chance is a very likely and a likely explanation, and may not be one."""

FEW_TESTED = (3, 10)
"""The most moderators tested on a question that are few, and that are not many."""


def items(row: Mapping[Any, Any], *, categorical: bool, smallest: int) -> dict[str, str]:
    """Answer the items for one moderator that was run on one question.

    Parameters
    ----------
    row : mapping
        Its row of ``subgroups.csv`` or ``regressions.csv``.
    categorical : bool
        Whether it parts trials into groups.
    smallest : int
        Trials in the smallest group compared, or in the regression.

    Returns
    -------
    dict of str to str
        What each item does to credibility. The similarity from trial to trial is not among them: it is asked of
        comparisons within trials only.
    """
    sizes = GROUP_SIZES if categorical else NUMBERS
    return {
        "within_trials": DEFINITELY_LESS,
        "many_trials": SCALE[sum(smallest > most for most in sizes)],
        "direction": _direction(row["as_expected"]),
        "chance": SCALE[sum(max(row["qm_p_value"], row["permutation_p_value"]) <= p for p in CHANCES)],
        "few_tested": SCALE[2 - sum(row["n_tested"] > most for most in FEW_TESTED)],
        "random_effects": PROBABLY_LESS if row["method"] == "CE" else DEFINITELY_MORE,
        **({} if categorical else {"cut_points": DEFINITELY_MORE}),
    }


def _direction(as_expected: object) -> str:
    """Rate an expectation; that of a plan which nobody registered is at best probably one."""
    if as_expected is None or as_expected != as_expected:
        return PROBABLY_LESS
    return PROBABLY_MORE if as_expected else DEFINITELY_LESS


def credibility(found: Mapping[str, str]) -> str:
    """Return the overall credibility of answered items: the published ceilings, lowered where several hold.

    Notes
    -----
    ICEMAN: one answer that definitely, or two that probably reduce credibility allow for moderate at most, two that
    definitely do for low, and all for very low. Ours: both ceilings of moderate together give low, three answers that
    definitely reduce it very low.
    """
    definitely = sum(answer == DEFINITELY_LESS for answer in found.values())
    probably = sum(answer == PROBABLY_LESS for answer in found.values())
    if definitely >= 3 or definitely + probably == len(found):
        return VERY_LOW
    if definitely == 2 or (definitely and probably >= 2):
        return LOW
    return MODERATE if definitely or probably else HIGH
