"""RoB 2 as published: its signalling questions, the answers they allow, and the flowcharts from answers to judgement.

Sterne et al. 2019, RoB 2: a revised tool for assessing risk of bias in randomised trials (doi:10.1136/bmj.l4898), with
the full guidance of 22 August 2019; for individually randomised parallel trials and the effect of assignment.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SEVERITY = ("low", "some_concerns", "high")
"""Judgements, least worrying first."""

LOW, SOME, HIGH = SEVERITY

ANSWERS = ("Y", "PY", "PN", "N", "NI")
"""Yes, probably yes, probably no, no, no information."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One question of a flowchart, and where each answer leads: to the next question or to a judgement.

    Attributes
    ----------
    question : str
        Its number in the tool.
    yes, no, unknown : Ask or str
        Where Y and PY, N and PN, and NI lead.
    """

    question: str
    yes: "Ask | str"
    no: "Ask | str"
    unknown: "Ask | str"

    def next(self, answer: str) -> "Ask | str":
        """Return where an answer leads."""
        return {"Y": self.yes, "PY": self.yes, "N": self.no, "PN": self.no, "NI": self.unknown}[answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the algorithm makes of the answers on one domain.

    Attributes
    ----------
    judgement : str or None
        low, some_concerns or high; None while a question it asks is not answered.
    missing : tuple of str
        The questions it comes to that have no answer.
    """

    judgement: str | None
    missing: tuple[str, ...]


def _unless_no(question: str, otherwise: Ask | str, reassured: Ask | str) -> Ask:
    """Return a step at which only a no reassures; having no information counts as a yes."""
    return Ask(question, yes=otherwise, no=reassured, unknown=otherwise)


def _unless_yes(question: str, otherwise: Ask | str, reassured: Ask | str) -> Ask:
    """Return a step at which only a yes reassures; having no information counts as a no."""
    return Ask(question, yes=reassured, no=otherwise, unknown=otherwise)


def _assessors(best: str) -> Ask:
    """Return the questions on those who assess the outcome; ``best`` is what they can still reach."""
    influenced = _unless_no("4.5", HIGH, SOME)
    return _unless_no("4.3", _unless_no("4.4", influenced, best), best)


_CONCEALED = Ask("1.3", yes=SOME, no=LOW, unknown=LOW)
_PERHAPS_CONCEALED = Ask("1.3", yes=HIGH, no=SOME, unknown=SOME)
_RANDOM = Ask("1.1", yes=_CONCEALED, no=SOME, unknown=_CONCEALED)

_CONTEXT = Ask("2.3", yes=_unless_no("2.4", _unless_yes("2.5", HIGH, SOME), SOME), no=LOW, unknown=SOME)
_AWARE = _unless_no("2.1", _CONTEXT, _unless_no("2.2", _CONTEXT, LOW))
_ANALYSED = _unless_yes("2.6", _unless_no("2.7", HIGH, SOME), LOW)

_DEPENDS = _unless_no("3.3", _unless_no("3.4", HIGH, SOME), LOW)

_ALIKE = Ask("4.2", yes=HIGH, no=_assessors(LOW), unknown=_assessors(SOME))

_ANALYSES = Ask("5.3", yes=HIGH, no=_unless_yes("5.1", SOME, LOW), unknown=SOME)
_PERHAPS_SELECTED = Ask("5.3", yes=HIGH, no=SOME, unknown=SOME)

FLOWCHARTS: Mapping[str, tuple[Ask, ...]] = {
    "randomisation": (Ask("1.2", yes=_RANDOM, no=HIGH, unknown=_PERHAPS_CONCEALED),),
    "deviations": (_AWARE, _ANALYSED),
    "missing_data": (_unless_yes("3.1", _unless_yes("3.2", _DEPENDS, LOW), LOW),),
    "measurement": (Ask("4.1", yes=HIGH, no=_ALIKE, unknown=_ALIKE),),
    "reporting": (Ask("5.2", yes=HIGH, no=_ANALYSES, unknown=_PERHAPS_SELECTED),),
}
"""The flowcharts of each domain; where there are two, the less favourable judgement holds."""

DOMAINS = tuple(FLOWCHARTS)

ALWAYS_ASKED = ("1.1", "1.2", "1.3", "2.1", "2.2", "2.6", "3.1", "4.1", "4.2", "5.1", "5.2", "5.3")

QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "randomisation": ("1.1", "1.2", "1.3"),
    "deviations": ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6", "2.7"),
    "missing_data": ("3.1", "3.2", "3.3", "3.4"),
    "measurement": ("4.1", "4.2", "4.3", "4.4", "4.5"),
    "reporting": ("5.1", "5.2", "5.3"),
}
"""The signalling questions of each domain."""


def answers_to(question: str) -> tuple[str, ...]:
    """Return the answers a question allows: ``NA`` where it is not always asked, ``NI`` everywhere but in 3.2."""
    words = ANSWERS if question in ALWAYS_ASKED else (*ANSWERS, "NA")
    return tuple(word for word in words if (question, word) != ("3.2", "NI"))


def judge_domain(domain: str, answers: Mapping[str, str]) -> Verdict:
    """Judge one domain by its flowcharts.

    Parameters
    ----------
    domain : str
        One of :data:`DOMAINS`.
    answers : mapping of str to str
        Answers by number of the question; those the flowcharts do not come to are not looked at.
    """
    ends = [_end(chart, answers) for chart in FLOWCHARTS[domain]]
    missing = tuple(end.question for end in ends if isinstance(end, Ask))
    judgement = None if missing else worst([end for end in ends if isinstance(end, str)])
    return Verdict(judgement=judgement, missing=missing)


def _end(step: Ask | str, answers: Mapping[str, str]) -> Ask | str:
    """Follow a flowchart to its judgement, or to the first question that has no answer."""
    while isinstance(step, Ask):
        answer = answers.get(step.question, "NA")
        if answer not in answers_to(step.question) or answer == "NA":
            return step
        step = step.next(answer)
    return step


def judge_overall(domains: Mapping[str, str]) -> str | None:
    """Judge a result by its domains: high if any is, low if all are, some concerns otherwise.

    That several domains with some concerns may together be high is a judgement the tool leaves to people.

    Returns
    -------
    str or None
        None if a domain is not judged, unless another is high already.
    """
    judged = [domains[name] for name in DOMAINS if name in domains]
    if HIGH in judged:
        return HIGH
    return worst(judged) if len(judged) == len(DOMAINS) else None


def worst(judgements: list[str]) -> str:
    """Return the least favourable of some judgements."""
    return max(judgements, key=SEVERITY.index)
