"""What the free words of a RevMan file say: treatments, outcomes, domains of bias, the better side of a plot."""

import re

from ipt_evidence.exchange.metapsy.words import TREATMENTS
from ipt_evidence.exchange.names import word
from ipt_evidence.exchange.revman.rows import Analysis

LABELS = TREATMENTS | {
    "care as usual": "care_as_usual",
    "usual care": "care_as_usual",
    "treatment as usual": "care_as_usual",
    "waiting list": "wait_list",
    "wait list": "wait_list",
    "waitlist": "wait_list",
}

OUTCOMES = (
    (r"drop-?\s?outs?\b|left the study|attrition", "dropout"),
    (r"\bremission|\bremitt", "remission"),
    (r"\brespon(?:se|ders?)\b", "response"),
    (r"\brelapse|\brecurren", "relapse"),
    (r"\brecover", "recovery"),
    (r"function(?:ing)?\b", "functioning"),
    (r"(?:symptom\w*|depress\w*|anxiety) (?:severity|scores?|symptoms)|severity of ", "symptom_severity"),
)
"""Patterns of outcome names in small letters, and the outcome they stand for; the first that fits counts."""

DOMAINS = (
    (r"sequence generation", "sequence_generation"),
    (r"allocation conceal", "allocation_concealment"),
    (r"blinding.*assess|detection bias", "blinding_of_assessors"),
    (r"incomplete outcome", "incomplete_outcome_data"),
)

FIRST = frozenset({"experimental", "intervention", "treatment"})
SECOND = frozenset({"control", "comparator", "comparison", "placebo"})


def treatment_of(label: str) -> str:
    """Return the word for a group label."""
    return LABELS.get(" ".join(label.lower().split()), word(label)) or "unnamed"


def outcome_of(name: str) -> str:
    """Return the outcome a name clearly speaks of, empty text if none."""
    return _first_match(OUTCOMES, name)


def domain_of(item: str) -> str:
    """Return the domain of RoB 1 an item judges, empty text if the raw table does not hold it."""
    return _first_match(DOMAINS, item)


def _first_match(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((found for pattern, found in patterns if re.search(pattern, text.lower())), "")


def better_side(analysis: Analysis, signed: float) -> int:
    """Return which group does better, 1 or 2, given the sign of an effect; 0 if the file does not say.

    The labels under the forest plot say it: an effect on the left, below the line of no effect, favours whom the left
    label names. Both labels must name different groups, and one is enough.
    """
    left, right = (_favoured(side, analysis) for side in analysis.sides)
    if left == right or signed == 0:
        return 0
    left = left or 3 - right
    return left if signed < 0 else 3 - left


def _favoured(label: str, analysis: Analysis) -> int:
    """Return the group that ``Favours ...`` names, 0 if it names neither."""
    found = re.fullmatch(r"favou?rs\s+(.+)", " ".join(label.lower().split()))
    if not found:
        return 0
    named = found[1]
    first, second = (each.lower() for each in analysis.labels)
    if named == first or (named in FIRST and named != second):
        return 1
    return 2 if named == second or named in SECOND else 0
