"""The parts of a guide in their order, each in few words."""

from collections.abc import Callable, Mapping

from ipt_evidence.reporting.guides.said import GUIDE, LINE, SHORT, Said, plainly
from ipt_evidence.reporting.guides.short import gathered, on_claims, on_facts, on_guidelines, on_questions
from ipt_evidence.reporting.guides.short.desk import Desk, Part
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers
from ipt_evidence.words.guide_parts import HEADINGS
from ipt_evidence.words.registers import REGISTERS

FACTS: Mapping[str, Callable[[Desk], tuple[Said, ...]]] = {
    "adaptations": on_facts.adaptations,
    "guideline_support": on_guidelines.support,
    "last_evidence_review": on_facts.last_review,
    "limitations": on_facts.limitations,
    "recommended_reading": on_facts.reading,
    "references": on_facts.references,
    "source_registry": on_facts.sources,
}
"""Who writes a part that does not tell answers."""

WORKS: Mapping[str, Callable[[Desk], tuple[str, ...]]] = {
    "recommended_reading": on_facts.recommended,
    "references": on_facts.cited,
}
"""The works that a part lists."""

ROOMS = range(SHORT, 39, -1)
"""Most words of a part, where a guide with more would be too long."""

FRAME, NOTE, WORK = 80, 3, 36
"""Words of a guide round its parts: its title, date, advice and headings; of a note and of a work, at most.

The number of a note is a word where it stands, too. Whoever counts a whole guide counts what stands between spaces,
also the hyphen before a note.
"""

COUNTING = ("questions_and_answers", on_claims.QUOTING)
"""Parts that say how many questions or claims stand below them."""


def fitted(review: Review, guide_id: str) -> dict[str, tuple[Part, ...]]:
    """Return the parts of a guide by register, in the order of its readings.

    They have as many words each, all alike, as let the whole guide keep to its length.
    """
    found: dict[str, tuple[Part, ...]] = {}
    for room in ROOMS:
        desks = [Desk.of(review, guide_id, REGISTERS[name], room) for name in review.guides[guide_id]["readings"]]
        found = {desk.voice.register.name: parts_of(desk) for desk in desks}
        if _words(found) <= GUIDE:
            break
    return found


def _words(found: Mapping[str, tuple[Part, ...]]) -> int:
    """Count the words of a guide, a few more rather than less: works are set later, by the style of the guide."""
    every = [one for parts in found.values() for part in parts for one in (part, *part.items)]
    links = [piece.address for one in every for said in one.short for piece in said.pieces if piece.address]
    works = [key for one in every for key in one.works]
    told = sum(len(text.split()) for one in every for text in ("#", one.heading, *(said.text for said in one.short)))
    return told + FRAME + len(links) + NOTE * len(set(links)) + WORK * len(works)


def parts_of(desk: Desk) -> tuple[Part, ...]:
    """Return the parts of a guide in one register, in its order."""
    return tuple(_part(name, desk) for name in desk.guide["evidence_parts"])


def _part(name: str, desk: Desk) -> Part:
    items = on_questions.items(desk) if name == "questions_and_answers" else on_claims.items(name, desk)
    short = FACTS[name](desk) if name in FACTS else _answers(name, items, desk)
    if name == "guideline_support":
        lines = [on_guidelines.line(desk)]
    else:
        # Of what tells answers, a sentence alone may lack the finding, or what sound trials find.
        lines = [*short] if name in FACTS or name in COUNTING else [_line(desk)]
    works = WORKS[name](desk) if name in WORKS else ()
    plain, professional = HEADINGS[name]
    return Part(
        part=name, heading=plain if desk.is_plain else professional,
        line=next((one for one in lines if one.length <= LINE), _line(desk)), short=short, items=items,
        works=works,
    )  # fmt: skip


def _answers(name: str, items: tuple[Part, ...], desk: Desk) -> tuple[Said, ...]:
    """Tell the answers on the conditions of the guide; in one line where what stands below tells them one by one."""
    if name == "questions_and_answers":
        asked = numbers.counted(len(items), "question")
        return (plainly(f"The answers to {asked}, from what our tables hold.", "table:questions"),)
    if name == on_claims.QUOTING:
        return (_supported(desk),)
    if not _told_below(name, items, desk):
        return gathered.told(desk.conditions, desk, desk.room)
    lines = [gathered.line(desk.conditions, desk, room) for room in (desk.room, LINE)]
    # The longer line, unless only the shorter one leaves room for what is surest.
    return max(((one, *gathered.surest(desk, desk.room - one.length)) for one in lines), key=len)


def _told_below(name: str, items: tuple[Part, ...], desk: Desk) -> bool:
    """Tell whether what stands below a part, or below the part that quotes claims, tells the answers one by one."""
    kinds = {claim.claim_id: claim.kind for claim in desk.claims}
    if any(kinds.get(one.removeprefix("claim:")) == "efficacy" for item in items for one in item.part.split("; ")):
        return True
    quoted = on_claims.QUOTING in desk.guide["evidence_parts"] and "efficacy" in kinds.values()
    return quoted and bool(desk.surest)


def _line(desk: Desk) -> Said:
    return gathered.line(desk.conditions, desk)


def _supported(desk: Desk) -> Said:
    """Say how many claims our tables support."""
    verdicts = [claim.verdict for claim in desk.claims]
    whole, part = (verdicts.count(name) or "none" for name in ("supported", "partly_supported"))
    claims = numbers.counted(len(verdicts), "claim")
    ids = tuple(f"claim:{claim.claim_id}" for claim in desk.claims)
    return plainly(f"Of {claims}, our tables support {whole} as worded and {part} in part.", *ids)
