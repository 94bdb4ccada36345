"""What the free words of a registry record say: instruments, times, directions, kinds of figures."""

import re

from ipt_evidence.exchange.metapsy.words import INSTRUMENTS

NAMED = (
    (r"hamilton (?:depression|rating scale for depression)|\bHRSD\b|\bHDRS\b|\bHAMD\b", "HAM-D"),
    (r"beck depression inventory[- ,(]*(?:ii|2|second)|\bBDI[- ]?2\b", "BDI-II"),
    (r"beck depression inventory", "BDI"),
    (r"edinburgh postnatal depression", "EPDS"),
    (r"patient health questionnaire[- (]*9|\bPHQ9\b", "PHQ-9"),
    (r"montgomery[- ]?(?:å|a)sberg", "MADRS"),
    (r"epidemiologic\w* stud\w*[- ]depression|\bCESD\b", "CES-D"),
)
"""Names of instruments as records spell them out; the first that fits counts."""

DIRECTION = re.compile(
    r"(higher|lower) (?:scores?|values?|numbers?) (?:mean|indicate|reflect|represent|denote)s? (?:an? )?"
    r"(worse|better|poorer) outcomes?"
)
CHANGE = re.compile(r"\bchanges? (?:from|in|scores?|of|between)\b|\bfrom baseline\b|^change\b", re.IGNORECASE)
_TURNED = re.compile(r"\b(?:reduc|decreas|declin|improve|drop in)", re.IGNORECASE)
_BEFORE_MINUS_AFTER = re.compile(
    r"\b(?:baseline|pre)\b[\w ()-]{0,30} (?:minus|[-−–]) (?:the )?(?:post|week|end|follow|value at|score at)"
    r"|subtract\w*[\w ]{0,40} from (?:the )?baseline",
    re.IGNORECASE,
)
BASELINE = re.compile(r"\W*(?:(?:at )?baseline|pre-?(?:treatment|test)|week 0|day 0)\W*", re.IGNORECASE)
TIME_TO = re.compile(r"\b(?:time|days|weeks|months) (?:to|until|till)\b", re.IGNORECASE)
NEGATED = re.compile(r"(?:no|not|non|none|without)\b", re.IGNORECASE)
FOLLOWUP = re.compile(r"follow[- ]?up|after (?:the )?(?:end of )?treatment|post-?treatment follow", re.IGNORECASE)

_UNITS = {"day": 1 / 7, "week": 1.0, "wk": 1.0, "month": 52 / 12, "year": 52.0}
_TIME = re.compile(r"(\d+(?:\.\d+)?)[- ]*(day|week|wk|month|year)s?\b|\b(day|week|month|year)s? (\d+(?:\.\d+)?)", re.I)


def instrument_in(text: str) -> str:
    """Return the one instrument that a text names, empty text if it names none or several."""
    exact = {
        name for name in INSTRUMENTS if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) and name.isascii()
    }
    if exact:
        return exact.pop() if len(exact) == 1 else ""
    return next((name for pattern, name in NAMED if re.search(pattern, text, re.IGNORECASE)), "")


def lower_is_better(text: str) -> str:
    """Return ``true`` or ``false`` where a description says it in the registry's own phrase, else empty text."""
    said = {(side == "higher") == (worth != "better") for side, worth in DIRECTION.findall(text.lower())}
    return str(said.pop()).lower() if len(said) == 1 else ""


def turned(title: str, described: str) -> bool:
    """Return whether figures count what was gained or lost, so that their sign is not that of the scale."""
    return bool(_TURNED.search(title) or _BEFORE_MINUS_AFTER.search(described))


def weeks_in(text: str) -> str:
    """Return the one time that a text names in weeks, empty text if it names none or several; baseline is none."""
    found = {
        round(float(number or later) * _UNITS[(unit or before).lower()], 1)
        for number, unit, before, later in _TIME.findall(text)
    } - {0.0}
    return f"{found.pop():g}" if len(found) == 1 else ""


def names_a_time(text: str) -> bool:
    """Return whether a text names a time at all."""
    return bool(_TIME.search(text))


def kind(text: str) -> str:
    """Return a code of the registry in one spelling: ``Standard Deviation`` and ``STANDARD_DEVIATION`` are one."""
    return re.sub(r"[^A-Z0-9.]+", "_", text.upper()).strip("_")
