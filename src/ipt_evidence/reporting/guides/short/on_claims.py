"""What a guide claims: whether it holds, and what could be printed in its place.

Where a guide prints its claims as such, they are quoted with their verdict. Elsewhere readers want what is known, not
what a text used to say: the place of a claim is taken by what our tables hold on its topic.
"""

from collections.abc import Sequence

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.guides.said import LINE, SHORT, Said, filled, leading, length, of_answer, plainly
from ipt_evidence.reporting.guides.short.desk import Desk, Part
from ipt_evidence.reporting.guides.views import ClaimView
from ipt_evidence.words.brief import finding_of, headed, in_a_line, may, must, plainly_shown
from ipt_evidence.words.guide_parts import NO_TRIAL_ON, SETTLES, TOPICS, UNRECORDED, VERDICTS
from ipt_evidence.words.labels import DELIVERIES, capital, listed
from ipt_evidence.words.sentences import NOT_TOLD, Sentence, unquoted

QUOTING = "claims_by_condition"
"""The part that prints claims as such."""

PLACES = {
    "efficacy": (QUOTING, "when_it_is_used", "effectiveness", "indications"),
    "comparative": (QUOTING, "effectiveness", "evidence_summary"),
    "dose": (QUOTING, "when_it_is_used", "evidence_summary"),
    "delivery": (QUOTING, "adaptations"),
    "adaptation": (QUOTING, "adaptations"),
    "unrecorded": (QUOTING, "when_it_is_used", "limitations"),
    "reading_list": ("recommended_reading",),
}
"""In which part of a guide a claim of a kind stands: the first of these that the guide has, else of ``OTHERWISE``."""

OTHERWISE = (QUOTING, "evidence_summary", "effectiveness", "when_it_is_used", "indications")

BETTER = ("symptom_severity", "response", "remission", "recovery")
"""Outcomes that ask whether people get better, which a heading need not say."""

REWORDED = ("efficacy", "non_indication")
"""Kinds whose claims give way to what is said of the answers they rest on."""

ASKED = {"helps": "efficacy", "how_long": "dose", "differs": "comparative"}
"""The kind of claim that a question of a guide answers as well."""


def items(part: str, desk: Desk) -> tuple[Part, ...]:
    """Return what stands for the claims in a part of a guide, in their order.

    Claims that no trial, or no table, bears on get one answer together. What a question of the guide asks is answered
    there.
    """
    groups: dict[str, list[ClaimView]] = {}
    for claim in desk.claims:
        if place_of(claim, desk) == part and (part == QUOTING or not _answered_elsewhere(claim, desk)):
            groups.setdefault(_answered_alike(claim), []).append(claim)
    make = _quoted if part == QUOTING else _on_topic
    return tuple(make(group, desk) for group in groups.values())


def placed(desk: Desk) -> dict[str, list[ClaimView]]:
    """Return the claims that stand in each part, where the guide does not print its claims as such.

    What a question asks as well stands with the questions.
    """
    found: dict[str, list[ClaimView]] = {}
    if QUOTING in desk.guide["evidence_parts"]:
        return found
    for claim in desk.claims:
        asked = _answered_elsewhere(claim, desk) and "questions_and_answers" in desk.guide["evidence_parts"]
        part = "questions_and_answers" if asked else place_of(claim, desk)
        if part:
            found.setdefault(part, []).append(claim)
    return found


def place_of(claim: ClaimView, desk: Desk) -> str:
    """Return the part of the guide in which a claim stands; empty if the guide has none for it."""
    parts = desk.guide["evidence_parts"]
    return next((one for one in (*PLACES.get(claim.kind, ()), *OTHERWISE) if one in parts), "")


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
        words = must(one, desk.voice) if one.strength not in NOT_TOLD else plainly_shown(one, desk.voice)
        said = _of(words, one, desk, named=named)
        if said and length(found) + length(said) > room and one.strength not in NOT_TOLD:
            said = _of((finding_of(one, desk.voice),), one, desk, named=named)
        if length(found) + length(said) <= room:
            found += said
    return tuple(found)


def _of(words: Sequence[Sentence], answer: Answer, desk: Desk, *, named: bool) -> list[Said]:
    return [of_answer(one, answer) for one in (headed(words, answer, desk.voice) if named else words)]


def _answered_elsewhere(claim: ClaimView, desk: Desk) -> bool:
    """Tell whether a question of the guide asks what a claim says, or a part of the guide is what it is about."""
    return claim.kind == "reading_list" or any(
        (ASKED.get(one["asks"]), one["condition"]) == (claim.kind, claim.condition) for one in desk.questions
    )


def _answered_alike(claim: ClaimView) -> str:
    if claim.kind == "unrecorded":
        return "unrecorded"
    return "no_trials" if claim.verdict == "no_trials" else claim.claim_id


def _quoted(claims: Sequence[ClaimView], desk: Desk) -> Part:
    """Quote claims with their verdict and what could be printed in their place."""
    ids, first = _ids(claims), claims[0]
    verdict = plainly(VERDICTS[first.verdict], *ids)
    known, more = (
        _in_its_place(first, desk, SHORT - verdict.length)
        if first.kind != "unrecorded" and len(claims) == 1
        else ((), ())
    )
    alone = first.verdict == "no_trials" or not known
    short = (verdict,) if alone else filled((verdict, *known), more)
    return Part(
        part="; ".join(ids), heading=" ".join(one.text for one in claims), line=_line(first, verdict, desk, ids),
        short=short,
    )  # fmt: skip


def _on_topic(claims: Sequence[ClaimView], desk: Desk) -> Part:
    """Say what our tables hold on the topic of claims."""
    ids, first = _ids(claims), claims[0]
    if first.verdict == "no_trials" or first.kind == "unrecorded":
        topics = [_topic(one, desk) for one in claims]
        words = UNRECORDED if first.kind == "unrecorded" else NO_TRIAL_ON
        said = plainly(words.format(topics=listed(topics), therapy=desk.voice.therapy), *ids)
        line = plainly(said.text.partition(". ")[0].removesuffix(".") + ".", *ids)
        return Part(part="; ".join(ids), heading=capital(listed(topics)), line=line, short=(said,))
    known, more = _in_its_place(first, desk)
    return Part(
        part="; ".join(ids), heading=capital(_topic(first, desk)),
        line=_line(first, plainly(SETTLES.format(topic=capital(_topic(first, desk))), *ids), desk, ids),
        short=filled(known, more),
    )  # fmt: skip


def _ids(claims: Sequence[ClaimView]) -> tuple[str, ...]:
    return tuple(f"claim:{claim.claim_id}" for claim in claims)


def _topic(claim: ClaimView, desk: Desk) -> str:
    """Name what a claim is about."""
    if claim.kind == "unrecorded":
        return listed(claim.not_measured.split(";"))
    if claim.delivery:
        return f"{desk.voice.therapy} {DELIVERIES[claim.delivery]}"
    if claim.kind in TOPICS:
        return TOPICS[claim.kind]
    return claim.label if claim.outcome in ("", *BETTER) else f"{claim.label}: {desk.voice.outcomes[claim.outcome]}"


def _line(claim: ClaimView, verdict: Said, desk: Desk, ids: tuple[str, ...]) -> Said:
    """Say what our tables hold in one sentence; where that is too long for a line, the verdict."""
    decides = _decides(claim, desk)
    known = [of_answer(in_a_line(decides, desk.voice), decides)] if decides else _in_its_place(claim, desk)[0][:1]
    fits = known and known[0].length <= LINE
    said = known[0] if fits else verdict
    return Said(said.pieces, tuple(dict.fromkeys((*said.rests_on, *ids))))


def _decides(claim: ClaimView, desk: Desk) -> Answer | None:
    """Return the answer that takes the place of a claim, if one as a whole does."""
    whole = claim.kind in REWORDED and not claim.delivery and claim.verdict not in ("no_trials", "not_assessable")
    if not claim.statements or not (whole or claim.kind == "exclusive"):
        return None
    return desk.review.answers[claim.statements[0].answer.question_id]


def _in_its_place(claim: ClaimView, desk: Desk, room: int = SHORT) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Return what must be printed in the place of a claim, and what may be printed besides."""
    decides = _decides(claim, desk)
    if decides:
        return _by_answer(claim, decides, desk, room)
    return _by_audit(claim, desk, room)


def _by_answer(claim: ClaimView, decides: Answer, desk: Desk, room: int) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Say what our tables hold on the condition of a claim, what decided first."""
    named = QUOTING not in desk.guide["evidence_parts"] and claim.kind != "exclusive"
    first = _of(must(decides, desk.voice), decides, desk, named=named)
    if claim.kind == "exclusive":
        return (*first, _sentence(claim.instead[-1], f"claim:{claim.claim_id}", desk)), ()
    others = [one for one in desk.main([claim.condition]) if one.question_id != decides.question_id]
    shown = besides(others, desk, room - length(first), named=named)
    # What the first rests on would be read as what all rest on.
    return (*first, *shown), () if shown else tuple(of_answer(one, decides) for one in may(decides, desk.voice))


def _by_audit(claim: ClaimView, desk: Desk, room: int) -> tuple[tuple[Said, ...], tuple[Said, ...]]:
    """Say what the audit says instead, or of claims that can stand why they can."""
    own = f"claim:{claim.claim_id}"
    sentences = list(claim.instead)
    if claim.kind == "breadth" and claim.condition:
        sentences = [unquoted(one) for one in claim.why]
    elif claim.kind == "guideline" or not claim.instead:
        # Of a part of the trials, what they show comes before how many they are.
        sentences = list(reversed(claim.why)) if claim.delivery else list(claim.why)
    found = [_sentence(one, own, desk) for one in sentences]
    fitting = [one for place, one in enumerate(found) if length(found[: place + 1]) <= room]
    why = claim.why if claim.rule_id == "no_usable_result" else ()
    return tuple(fitting), tuple(_sentence(one, own, desk) for one in why)


def _sentence(sentence: Sentence, own: str, desk: Desk) -> Said:
    """Say a sentence of the audit; its figures, which stand in parentheses, only where the register prints figures."""
    answers, question = desk.review.answers, sentence.question_id
    address = question_address(answers[question]) if question else ""
    rests = (own, f"question:{question}") if question else (own,)
    if sentence.figures and desk.is_plain:
        bare = unquoted(sentence)
        start, comma, words = bare.before.partition(", ")
        return leading(f"{start}{comma}", words, bare.after, address, *rests)
    return leading(sentence.before, sentence.figures, sentence.after, address, *rests)
