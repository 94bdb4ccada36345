"""What our tables hold in the place of a claim: the answers it is about, or what the audit says."""

from collections.abc import Sequence
from dataclasses import replace

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.strength import INACTIVE
from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.guides.said import Said, first_that_fits, leading, length, of_answer, pointing_on
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.reporting.guides.views import ClaimView
from ipt_evidence.words.beside import balance, sound_alone
from ipt_evidence.words.brief import may, plainly_shown, ways
from ipt_evidence.words.guide_parts import CUT, TOPICS, in_plain_words
from ipt_evidence.words.labels import DELIVERIES, capital
from ipt_evidence.words.sentence_parts import Sentence, begun, headed, without_figures
from ipt_evidence.words.sentences import NOT_TOLD

UNCOMPARED = "No usable trial{of} in our tables compares {subject} with {comparator}."
"""What is said beside other comparisons: that a treatment does as well as another one does not say that it helps."""

OF = {"acute": " of treatment", "maintenance": " of maintenance treatment", "prevention": " of prevention"}
"""What such a trial would be of, by phase, where trials of another phase do compare with it."""

CLAIMS, COUNTS, GUIDELINES = "claims.html", "index.html#counts", "guidelines.html"
"""Pages that hold what the audit says of every claim, how much the tables cover, and what guidelines say."""

COUNTED = ("breadth", "dose", "guideline")
"""Kinds whose figures are counted over tables: no question answers them."""

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
    """Say that no trial compares with control, where an answer on another comparison stands for a condition.

    A trial that compares with it in another phase of treatment is not passed over.
    """
    reviewed, asked = desk.voice.reviewed, (decides.condition, desk.voice.reviewed, INACTIVE)
    answers = [one for one in desk.review.answers.values() if one.k]
    known = {one.phase for one in answers if (one.condition, one.intervention, one.comparator) == asked}
    if decides.phase in known or decides.k == 0:
        return ()
    of = OF[decides.phase] if known else ""
    return (of_answer(Sentence(UNCOMPARED.format(**desk.voice.sides(reviewed, INACTIVE), of=of)), decides),)


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
    if claim.kind == "breadth" and claim.condition:
        return _each(claim, desk), ()
    sentences = _sentences(claim, desk)
    found, cut = [_audited(one, claim, desk) for one in sentences], pointing_on(CUT, own)
    if claim.kind == "guideline":
        # All of them stand in one place.
        found[1:] = [_sentence(one, own, desk) for one in sentences[1:]]
    fitting = [one for place, one in enumerate(found) if length(found[: place + 1]) <= room]
    while len(fitting) < len(found) and fitting and length(fitting) + cut.length > room:
        fitting.pop()
    fitting += [cut] if fitting and len(fitting) < len(found) else []
    why = claim.why if claim.rule_id == "no_usable_result" else ()
    return tuple(fitting), tuple(_audited(one, claim, desk) for one in why)


def _sentences(claim: ClaimView, desk: Desk) -> list[Sentence]:
    """Return what the audit says of a claim as a whole, in the order of a short text."""
    reasons = claim.kind == "guideline" or not claim.instead or (claim.delivery and claim.verdict == "no_trials")
    sentences = claim.why[:: -1 if _is_turned(claim) else 1] if reasons else claim.instead
    return [headed(one) for one in sentences] if _is_headed(claim, desk) else list(sentences)


def _is_turned(claim: ClaimView) -> bool:
    """Tell whether what trials show comes before how many they are: of a part of them, where it can stand."""
    return claim.kind != "guideline" and claim.verdict == "supported" and not claim.instead


def lines_by_audit(claim: ClaimView, desk: Desk) -> list[Said]:
    """Say what the audit says first, with its figures and without them; of a part of the trials, which part it is."""
    found = _sentences(claim, desk)[:1]
    if claim.delivery and _is_turned(claim):
        found = [begun(f"{desk.voice.therapy} {DELIVERIES[claim.delivery]}: ", one) for one in found]
    return [_audited(way, claim, desk) for one in found for way in (one, without_figures(one))]


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
    return [of_answer(headed(one) if named else one, answer) for one in words]


def _audited(sentence: Sentence, claim: ClaimView, desk: Desk) -> Said:
    """Say a sentence of the audit; what no page of a question holds leads to where it is counted."""
    own = f"claim:{claim.claim_id}"
    if not (claim.delivery or claim.kind in COUNTED):
        return _sentence(sentence, own, desk)
    elsewhere = {"breadth": COUNTS, "guideline": f"{GUIDELINES}#{claim.condition}"}
    said = _sentence(sentence, own, desk, elsewhere.get(claim.kind, f"{CLAIMS}#{claim.claim_id}"))
    # What a part of the trials shows is no answer of the plan.
    return replace(said, rests_on=(own,)) if claim.delivery else said


def _sentence(sentence: Sentence, own: str, desk: Desk, elsewhere: str = "") -> Said:
    """Say a sentence of the audit; its figures, which stand in parentheses, only where the register prints figures.

    What it links leads to the question it answers, unless it leads elsewhere.
    """
    answers, question = desk.review.answers, sentence.question_id
    address = elsewhere or (question_address(answers[question]) if question else "")
    rests = (own, f"question:{question}") if question else (own,)
    if desk.is_plain:
        bare = in_plain_words(sentence)
        # What is said of a condition takes the place of its figures.
        sentence = replace(bare, before="", figures=bare.before) if question and bare.opening else bare
    return leading(sentence.start, sentence.figures, sentence.after, address, *rests)
