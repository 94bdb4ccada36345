"""What an answer means for 100 people, as sure as its strength allows."""

from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentences import Answered, Sentence

SURE = {"strong": "it is", "moderate": "it is probably", "limited": "it may be"}
"""How sure the number with the intervention sounds; an answer of less strength has none."""

EVENT_OF_SCALE = "response"
"""The event that symptoms on a scale are told through."""


def of_hundred(answer: Answered, voice: Voice) -> tuple[Sentence, ...]:
    """Say how many of 100 people have the event on either side, in registers that count people.

    Nothing is said where the strength is insufficient, or where the answer leads to no numbers of people.
    """
    found = answer.absolute
    if found is None or not voice.register.events or answer.strength not in SURE:
        return ()
    of_scale, does = found.basis == EVENT_OF_SCALE, event_words(answer, voice)
    without, with_it, low, high = (
        found.of_hundred(share)
        for share in (found.control_risk, found.with_intervention, found.with_low, found.with_high)
    )
    sides = voice.sides(answer.intervention, answer.comparator)
    compared = f"{_about(without)} {does} with {sides['comparator']}"
    treated = f"with {sides['subject']} {SURE[answer.strength]} {_about(with_it)}"
    found_in = Sentence(f"Of 100 people, {compared}; {treated} (", f"{low} to {high}", ").")
    return (found_in, Sentence("These numbers are worked out from symptom scores.")) if of_scale else (found_in,)


def in_hundred(answer: Answered, sides: tuple[str, str], voice: Voice) -> str:
    """Say the same as a table does: ``44 (36 to 53) clearly improve with IPT, 28 with control``; else nothing."""
    found = answer.absolute
    if found is None or answer.strength not in SURE:
        return ""
    shares = (found.with_intervention, found.with_low, found.with_high, found.control_risk)
    with_it, low, high, without = map(found.of_hundred, shares)
    return f"{with_it} ({low} to {high}) {event_words(answer, voice)} with {sides[0]}, {without} with {sides[1]}"


def event_words(answer: Answered, voice: Voice) -> str:
    """Say what the people do who are counted: ``clearly improve``."""
    of_scale = answer.absolute is not None and answer.absolute.basis == EVENT_OF_SCALE
    outcome = EVENT_OF_SCALE if of_scale else answer.outcome
    return voice.register.events.get(outcome, f"have the outcome ({voice.outcomes[outcome]})")


def _about(people: str) -> str:
    return f"about {people}" if people.isdigit() else people
