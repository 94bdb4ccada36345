"""What the free words of a RevMan file say: treatments, outcomes, domains of bias, the better side of a plot."""

import re

from ipt_evidence.exchange.metapsy.words import ABSENT, TREATMENTS
from ipt_evidence.exchange.names import word
from ipt_evidence.exchange.revman.rows import Analysis

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

IN_PERCENT = re.compile(r"percent|per cent|%|\brelative\b", re.IGNORECASE)
A_CHANGE = re.compile(r"\b(?:change|reduction|improvement|decrease)", re.IGNORECASE)
PERCENT_CHANGE = "a change in per cent: it is no change in points of a scale"

DOMAINS = (
    (r"randomi[sz]ation process", ("RoB2", "randomisation")),
    (r"deviations? from (?:the )?intended", ("RoB2", "deviations")),
    (r"missing outcome data", ("RoB2", "missing_data")),
    (r"measurement of (?:the )?outcome", ("RoB2", "measurement")),
    (r"selection of (?:the )?reported result", ("RoB2", "reporting")),
    (r"^overall(?: risk of)?(?: bias)?\b", ("RoB2", "overall")),
    (r"sequence generation", ("RoB1", "sequence_generation")),
    (r"allocation conceal", ("RoB1", "allocation_concealment")),
    (r"blinding.*assess|detection bias", ("RoB1", "blinding_of_assessors")),
    (r"incomplete outcome", ("RoB1", "incomplete_outcome_data")),
)
"""Patterns of items in small letters, with the tool and the domain they stand for; the first that fits counts."""

VERDICTS = {"yes": "low", "no": "high", "unknown": "unclear", "some_concern": "some_concerns"}

FIRST = frozenset({"experimental", "intervention", "treatment"})
SECOND = frozenset({"control", "comparator", "comparison", "placebo"})
UNTOLD = (FIRST | SECOND) - {"placebo"}
"""Labels that say which side a group is on, and nothing on what it was given."""

VERSUS = re.compile(r"\s+(?:versus|vs\.?|v\.?|compared (?:with|to))\s+", re.IGNORECASE)


def treatment_of(label: str, comparison: str = "", side: int = 1) -> str:
    """Return the word for a group label; where it only says control, what a comparison ``A versus B`` names there."""
    named = _bare(label)
    parts = VERSUS.split(" ".join(comparison.split()))
    if named in UNTOLD and len(parts) == 2:
        label = re.sub(r"\s*(?:\(.*|\[.*|[:,;].*|\s[-–]\s.*)$", "", re.sub(r"^[\d.]+\s+", "", parts[side - 1])) or label
        named = _bare(label)
    return TREATMENTS.get(named, word(label)) or "unnamed"


def is_percent_change(name: str) -> bool:
    """Return whether the name or unit of means says that they are changes in per cent of where people began."""
    return bool(IN_PERCENT.search(name) and A_CHANGE.search(name))


def outcome_of(name: str) -> str:
    """Return the outcome a name clearly speaks of, empty text if it is none or the absence of one."""
    if ABSENT.search(name.lower()):
        return ""
    return next((found for pattern, found in OUTCOMES if re.search(pattern, name.lower())), "")


def measured_domain(outcome: str, name: str) -> str:
    """Return what an outcome measures: the trial's own condition, unless its word or name clearly says otherwise."""
    if outcome in ("dropout", "functioning"):
        return outcome
    if re.search(r"quality of life|\bqol\b", name.lower()):
        return "quality_of_life"
    return "wellbeing" if re.search(r"well-?\s?being", name.lower()) else "target"


def domain_of(item: str) -> tuple[str, str]:
    """Return the tool and the domain an item judges, empty texts if the raw table does not hold it."""
    return next((found for pattern, found in DOMAINS if re.search(pattern, item.lower())), ("", ""))


def verdict_of(result: str) -> str:
    """Return a judgement in the words of the raw table, as ``some_concerns``; other results as they stand."""
    plain = re.sub(r"(?<=[a-z])[\s_]+risk(?:[\s_]+of[\s_]+bias)?$", "", result.strip().lower())
    plain = "_".join(plain.split())
    return VERDICTS.get(plain, plain)


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
    """Return the group that ``Favours ...`` names, 0 if it names neither; brackets do not count."""
    found = re.fullmatch(r"favou?rs\s+(.+)", _bare(label))
    if not found:
        return 0
    named, first, second = (_alone(each) for each in (found[1], *analysis.labels))
    if named == first or (named in FIRST and named != second):
        return 1
    return 2 if named == second or named in SECOND else 0


def _bare(label: str) -> str:
    """Return a label in small letters without brackets, quotes and colons."""
    return " ".join(re.sub(r"[\[\](){}<>\"'“”‘’:*]", " ", label.lower()).split())


def _alone(label: str) -> str:
    """Return a label as `_bare` does, without the article before it and the word group behind it."""
    return re.sub(r"^the | groups?$", "", _bare(label))
