"""What an answer means for 100 people, as sure as its strength allows."""

from dataclasses import dataclass

from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.sentences import Answered

SURE = {"strong": "it is", "moderate": "it is probably", "limited": "it may be"}
"""How sure the number with the intervention sounds; an answer of less strength has none."""

FROM_SCORES = "These numbers are worked out from the average effect, not counted."
FROM_COUNTS = "These numbers are from people counted in trials."
"""What numbers of 100 people are, as a sentence."""

KINDS = {True: "estimated", False: "from counts"}
"""What numbers of people are, where there is room for a word or two: by whether they come from symptoms on a scale."""

IN_OTHERS = " (as in {condition})"
"""What follows a number that is from trials on a wider condition."""

EVENT_OF_SCALE = "response"
"""The event that symptoms on a scale are told through."""


def of_hundred(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how many of 100 people have the event on either side, in registers that count people.

    Nothing is said where the strength is insufficient, or where the answer leads to no numbers of people.
    """
    counted = counts(answer, voice)
    if counted is None:
        return ()
    found_in = Sentence(f"Of 100 people, {counted.compared}; {counted.treated} (", counted.span, ").")
    return (found_in, Sentence(FROM_SCORES if counted.of_scale else FROM_COUNTS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What an answer means for 100 people, in the parts of a sentence.

    Attributes
    ----------
    compared, treated : str
        How many have the event with what is compared with, and with the intervention, as sure as the strength allows.
    span : str
        From how few to how many these may be: ``36 to 53``.
    of_scale : bool
        Whether the numbers come from symptoms on a scale.
    """

    compared: str
    treated: str
    span: str
    of_scale: bool


def counts(asked: Answered, voice: Voice) -> Counts | None:
    """Count the people with the event on either side; None where the strength or the answer leads to no numbers.

    Where most of the trials on symptoms counted people who respond, the answer that counts them speaks: numbers worked
    out never stand in the place of counted ones, nor where these cannot be relied on.
    """
    answer = told_by(asked)
    found = answer.absolute
    if found is None or not voice.register.events or not {answer.strength, asked.strength} <= SURE.keys():
        return None
    does, sides = event_words(answer, voice), voice.sides(answer.intervention, answer.comparator)
    without, with_it, low, high = (
        found.of_hundred(share)
        for share in (found.control_risk, found.with_intervention, found.with_low, found.with_high)
    )
    return Counts(
        compared=f"{_about(without)} {does} with {sides['comparator']}{_others(answer, voice)}",
        treated=f"with {sides['subject']} {SURE[answer.strength]} {_about(with_it)}",
        span=f"{low} to {high}",
        of_scale=found.basis == EVENT_OF_SCALE,
    )


def told_by(answer: Answered) -> Answered:
    """Return the answer whose numbers of people speak for one: that which counts them, where most trials did."""
    return answer.counted or answer


def in_hundred(asked: Answered, sides: tuple[str, str], voice: Voice) -> str:
    """Say the same as a table does: ``44 (36 to 53) clearly improve with IPT, 28 with control``; else nothing."""
    answer = told_by(asked)
    found = answer.absolute
    if found is None or not {answer.strength, asked.strength} <= SURE.keys():
        return ""
    shares = (found.with_intervention, found.with_low, found.with_high, found.control_risk)
    with_it, low, high, without = map(found.of_hundred, shares)
    people = f"{with_it} ({low} to {high}) {event_words(answer, voice)} with {sides[0]}, {without} with {sides[1]}"
    return f"{people}{_others(answer, voice)}; {KINDS[found.basis == EVENT_OF_SCALE]}"


def _others(answer: Answered, voice: Voice) -> str:
    """Say on which wider condition the trials are that a control risk is from."""
    return IN_OTHERS.format(condition=voice.conditions[answer.risk_from]) if answer.risk_from else ""


def event_words(answer: Answered, voice: Voice) -> str:
    """Say what the people do who are counted: ``clearly improve``."""
    of_scale = answer.absolute is not None and answer.absolute.basis == EVENT_OF_SCALE
    outcome = EVENT_OF_SCALE if of_scale else answer.outcome
    return voice.register.events.get(outcome, f"have the outcome ({voice.outcomes[outcome]})")


def _about(people: str) -> str:
    return f"about {people}" if people.isdigit() else people
