"""What a guide claims: whether it holds, and what could be printed in its place.

Where a guide prints its claims as such, they are quoted with their verdict. Elsewhere readers want what is known, not
what a text used to say: the place of a claim is taken by what our tables hold on its topic.
"""

from collections.abc import Sequence

from ipt_evidence.appraisal.absolute import SYMPTOMS
from ipt_evidence.appraisal.answers import IMPROVED
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.guides.said import LINE, Said, filled, lines_of, plainly
from ipt_evidence.reporting.guides.short import gathered
from ipt_evidence.reporting.guides.short.desk import Desk, Part
from ipt_evidence.reporting.guides.short.in_their_place import decides_on, in_its_place, lines_by_audit
from ipt_evidence.reporting.guides.views import ClaimView
from ipt_evidence.words.guide_parts import NO_TRIAL_ON, SETTLES, TOPICS, UNRECORDED, verdict_in_words
from ipt_evidence.words.labels import DELIVERIES, capital, listed

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

BETTER = (SYMPTOMS, *IMPROVED)
"""Outcomes that ask whether people get better, which a heading need not say."""

ALIKE = ("no_trials", "unrecorded")
"""Claims that are answered together: no trial bears on them, or no table."""

ASKED = {"helps": "efficacy", "how_long": "dose", "differs": "comparative"}
"""The kind of claim that a question of a guide answers as well."""


def items(part: str, desk: Desk) -> tuple[Part, ...]:
    """Return what stands for the claims in a part of a guide, in their order.

    Claims that no trial, or no table, bears on get one answer together. What a question of the guide asks is answered
    there.
    """
    here = [one for one in desk.claims if place_of(one, desk) == part]
    groups = grouped(
        (_answered_alike(one), one) for one in here if part == QUOTING or not _answered_elsewhere(one, desk)
    )
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


def _answered_elsewhere(claim: ClaimView, desk: Desk) -> bool:
    """Tell whether a question of the guide asks what a claim says, or a part of the guide is what it is about."""
    return claim.kind == "reading_list" or any(
        (ASKED.get(one["asks"]), one["condition"]) == (claim.kind, claim.condition) for one in desk.questions
    )


def _answered_alike(claim: ClaimView) -> str:
    if claim.kind == "unrecorded":
        return "unrecorded"
    # Of a form of the therapy there may be trials on another condition: the audit says so, claim by claim.
    return "no_trials" if claim.verdict == "no_trials" and not claim.delivery else claim.claim_id


def _quoted(claims: Sequence[ClaimView], desk: Desk) -> Part:
    """Quote claims with their verdict and what could be printed in their place."""
    ids, first = _ids(claims), claims[0]
    sentences = verdict_in_words(first.verdict, first.rule_id)
    verdict = plainly(" ".join(sentences), *ids)
    short: tuple[Said, ...] = (verdict,)
    if _answered_alike(first) not in ALIKE:
        known, more = in_its_place(first, desk, desk.room - verdict.length)
        short = filled((verdict, *known), more, desk.room) if known else short
    return Part(
        part="; ".join(ids), heading=" ".join(one.text for one in claims),
        line=_line(first, plainly(sentences[0], *ids), desk, ids), short=short,
    )  # fmt: skip


def _on_topic(claims: Sequence[ClaimView], desk: Desk) -> Part:
    """Say what our tables hold on the topic of claims."""
    ids, first = _ids(claims), claims[0]
    if _answered_alike(first) in ALIKE:
        topics = [_topic(one, desk) for one in claims]
        words = UNRECORDED if first.kind == "unrecorded" else NO_TRIAL_ON
        sentences = [one.format(topics=listed(topics), therapy=desk.voice.therapy) for one in words]
        line, said = plainly(sentences[0], *ids), plainly(" ".join(sentences), *ids)
        return Part(part="; ".join(ids), heading=capital(listed(topics)), line=line, short=(said,))
    known, more = in_its_place(first, desk, desk.room)
    return Part(
        part="; ".join(ids), heading=capital(_topic(first, desk)),
        line=_line(first, plainly(SETTLES.format(topic=capital(_topic(first, desk))), *ids), desk, ids),
        short=filled(known, more, desk.room),
    )  # fmt: skip


def _ids(claims: Sequence[ClaimView]) -> tuple[str, ...]:
    return tuple(f"claim:{claim.claim_id}" for claim in claims)


def _topic(claim: ClaimView, desk: Desk) -> str:
    """Name what a claim is about."""
    if claim.kind == "unrecorded":
        return listed(claim.not_measured.split(";"))
    if claim.delivery:
        return f"{desk.voice.therapy} {DELIVERIES[claim.delivery]}, for {claim.label}"
    if claim.kind in TOPICS:
        return TOPICS[claim.kind]
    return claim.label if claim.outcome in ("", *BETTER) else f"{desk.voice.outcomes[claim.outcome]}, for {claim.label}"


def _line(claim: ClaimView, otherwise: Said, desk: Desk, ids: tuple[str, ...]) -> Said:
    """Say what our tables hold in one sentence, without its figures if need be; if too long for a line, another one."""
    decides = decides_on(claim, desk)
    groups = dict.fromkeys(one.answer.condition for one in claim.statements)
    if claim.kind == "breadth" and groups:
        known = [gathered.line(tuple(groups), desk)]
    elif decides:
        known = lines_of(decides, desk.voice)
    else:
        known = lines_by_audit(claim, desk)
    said = next((one for one in known if one.length <= LINE), otherwise)
    return Said(said.pieces, tuple(dict.fromkeys((*said.rests_on, *ids))))
