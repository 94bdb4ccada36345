"""What our tables hold in the place of a claim: the answers it is about, or what the audit says."""

import re
from collections.abc import Sequence
from dataclasses import replace

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.strength import INACTIVE
from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.guides.said import Said, first_that_fits, leading, length, of_answer, plainly
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.reporting.guides.views import ClaimView
from ipt_evidence.words.beside import balance, sound_alone
from ipt_evidence.words.brief import headed, may, plainly_shown, ways, without_condition
from ipt_evidence.words.guide_parts import CUT, TOPICS, without_scales
from ipt_evidence.words.labels import capital
from ipt_evidence.words.sentences import NOT_TOLD, Sentence, unquoted

UNCOMPARED = "No usable trial in our tables compares {subject} with {comparator}."
"""What is said beside other comparisons: that a treatment does as well as another one does not say that it helps."""

CLAIMS, COUNTS, GUIDELINES = "claims.html", "index.html#counts", "guidelines.html"
"""Pages that hold what the audit says of every claim, how much the tables cover, and what guidelines say."""

COUNTED = ("breadth", "dose", "guideline")
"""Kinds whose figures are counted over tables: no question answers them."""

FIGURE = re.compile(r"\d")

REWORDED = ("efficacy", "non_indication")
"""Kinds whose claims give way to what is said of the answers they rest on."""


def in_its_place(claim: ClaimView, desk: Desk, room: int) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Return what must be printed in the place of a claim, and what may be printed besides."""
    decides = decides_on(claim, desk)
    if decides:
        return _by_answer(claim, decides, desk, room)
    return _by_audit(claim, desk, room)


def besides(others: Sequence[Answer], desk: Desk, room: int, *, named: bool = False) -> tuple[Said, ...]:
    """Say of other comparisons what can be told, and what trials plainly show, as far as there is room.

    Parameters
    ----------
    others : sequence of Answer
        The other comparisons.
    desk : Desk
        The words.
    room : int
        Most words.
    named : bool
        Whether a heading names the condition.
    """
    found: list[Said] = []
    for one in others:
        told = one.strength not in NOT_TOLD
        choices = ways(one, desk.voice) if told else (plainly_shown(one, desk.voice),)
        found += first_that_fits((_of(way, one, desk, named=named) for way in choices), room - length(found))
    return tuple(found)


def shortened(answer: Answer, desk: Desk, room: int, *, named: bool) -> tuple[Said, ...]:
    """Tell an answer in the longest way that fits, or in the shortest there is."""
    choices = [_of(way, answer, desk, named=named) for way in ways(answer, desk.voice)]
    return first_that_fits(choices, room) or tuple(choices[-1])


def within_it(decides: Answer, desk: Desk) -> tuple[Answer, ...]:
    """Return what can be told of conditions within one whose own answer cannot be, unless the guide names them too."""
    if decides.strength not in NOT_TOLD:
        return ()
    inside = set(desk.review.vocabulary.members_of(decides.condition)) - set(desk.conditions)
    return tuple(one for one in desk.main(inside) if one.strength not in NOT_TOLD)


def uncompared(decides: Answer, desk: Desk) -> tuple[Said, ...]:
    """Say that no trial compares with control, where an answer on another comparison stands for a condition."""
    reviewed, answers = desk.voice.reviewed, desk.review.answers.values()
    asked = (decides.condition, reviewed, INACTIVE, decides.phase)
    known = any(one.k and (one.condition, one.intervention, one.comparator, one.phase) == asked for one in answers)
    if known or decides.k == 0:
        return ()
    return (of_answer(Sentence(UNCOMPARED.format(**desk.voice.sides(reviewed, INACTIVE))), decides),)


def decides_on(claim: ClaimView, desk: Desk) -> Answer | None:
    """Return the answer that takes the place of a claim, if one as a whole does."""
    whole = claim.kind in REWORDED and not claim.delivery and claim.verdict not in ("no_trials", "not_assessable")
    if not claim.statements or not (whole or claim.kind == "exclusive"):
        return None
    return desk.review.answers[claim.statements[0].answer.question_id]


def _by_answer(claim: ClaimView, decides: Answer, desk: Desk, room: int) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Say what our tables hold on the condition of a claim, what decided first."""
    named = _is_headed(claim, desk)
    exclusive = claim.kind == "exclusive"
    last: tuple[Said, ...] = (_sentence(claim.instead[-1], f"claim:{claim.claim_id}", desk),) if exclusive else ()
    if claim.kind in REWORDED and claim.comparator in ("", desk.voice.classes[INACTIVE]):
        last = uncompared(decides, desk)
    first = (*shortened(decides, desk, room - length(last), named=named), *last)
    if exclusive:
        return first, ()
    # The same comparison on another outcome would be read as a second finding.
    others = [one for one in desk.main([claim.condition]) if one.comparator != decides.comparator]
    shown = besides(others, desk, room - length(first), named=named)
    shown += besides(within_it(decides, desk), desk, room - length((*first, *shown)))
    # What the first rests on would be read as what all rest on.
    return (*first, *shown), () if shown else tuple(of_answer(one, decides) for one in may(decides, desk.voice))


def _is_headed(claim: ClaimView, desk: Desk) -> bool:
    """Tell whether the heading over what stands for a claim names its condition."""
    return "claims_by_condition" not in desk.guide["evidence_parts"] and claim.kind not in TOPICS and bool(claim.label)


def _by_audit(claim: ClaimView, desk: Desk, room: int) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Say what the audit says instead, or of claims that can stand why they can."""
    own = f"claim:{claim.claim_id}"
    sentences = list(claim.instead)
    if claim.kind == "breadth" and claim.condition:
        return _each(claim, desk), ()
    if claim.kind == "guideline" or not claim.instead:
        # Of a part of the trials, what they show comes before how many they are.
        turned = claim.verdict == "supported" and claim.kind != "guideline"
        sentences = list(reversed(claim.why)) if turned else list(claim.why)
    if claim.delivery and claim.verdict == "no_trials":
        sentences = list(claim.why)
    if _is_headed(claim, desk):
        sentences = list(without_condition(sentences, claim.label))
    found, cut = [_audited(one, claim, desk) for one in sentences], plainly(CUT, own)
    if claim.kind == "guideline":
        # All of them stand in one place.
        found[1:] = [_sentence(one, own, desk) for one in sentences[1:]]
    fitting = [one for place, one in enumerate(found) if length(found[: place + 1]) <= room]
    while len(fitting) < len(found) and fitting and length(fitting) + cut.length > room:
        fitting.pop()
    fitting += [cut] if fitting and len(fitting) < len(found) else []
    why = claim.why if claim.rule_id == "no_usable_result" else ()
    return tuple(fitting), tuple(_audited(one, claim, desk) for one in why)


def _each(claim: ClaimView, desk: Desk) -> tuple[Said, ...]:
    """Say in a few words what each answer comes to that a claim on several groups of people rests on."""
    said = []
    for statement in claim.statements:
        one = desk.review.answers[statement.answer.question_id]
        if not one.is_main:
            continue
        label = desk.voice.conditions[one.condition]
        # What stands beside it follows at once, so it needs no name of its own.
        words = (Sentence(f"{capital(label)}: ", one.in_brief, "."), *sound_alone(one, desk.voice))
        said += [of_answer(each, one) for each in (*words, *balance(one, desk.voice))]
    return tuple(said)


def _of(words: Sequence[Sentence], answer: Answer, desk: Desk, *, named: bool) -> list[Said]:
    return [of_answer(one, answer) for one in (headed(words, answer, desk.voice) if named else words)]


def _audited(sentence: Sentence, claim: ClaimView, desk: Desk) -> Said:
    """Say a sentence of the audit; what no page of a question holds leads to where it is counted."""
    said = _sentence(sentence, f"claim:{claim.claim_id}", desk)
    if claim.delivery:
        # What a part of the trials shows is no answer of the plan.
        said = replace(said, rests_on=(f"claim:{claim.claim_id}",))
    if not (claim.delivery or claim.kind in COUNTED) or not FIGURE.search(said.text):
        return said
    elsewhere = {"breadth": COUNTS, "guideline": f"{GUIDELINES}#{claim.condition}"}
    place = elsewhere.get(claim.kind, f"{CLAIMS}#{claim.claim_id}")
    if any(piece.address for piece in said.pieces):
        return replace(said, pieces=tuple(replace(one, address=one.address and place) for one in said.pieces))
    return leading("", said.text.removesuffix("."), ".", place, *said.rests_on)


def _sentence(sentence: Sentence, own: str, desk: Desk) -> Said:
    """Say a sentence of the audit; its figures, which stand in parentheses, only where the register prints figures."""
    answers, question = desk.review.answers, sentence.question_id
    address = question_address(answers[question]) if question else ""
    rests = (own, f"question:{question}") if question else (own,)
    if desk.is_plain:
        sentence = replace(sentence, before=without_scales(sentence.before))
    if sentence.figures and desk.is_plain:
        bare = unquoted(sentence)
        start, comma, words = bare.before.partition(", ")
        return leading(f"{start}{comma}", words, bare.after, address, *rests)
    return leading(sentence.before, sentence.figures, sentence.after, address, *rests)
