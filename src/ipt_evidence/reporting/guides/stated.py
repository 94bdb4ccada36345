"""Which answers a guide states, in any of its lengths and registers."""

from collections.abc import Iterator
from functools import lru_cache

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.guides.short.desk import Desk
from ipt_evidence.reporting.guides.short.in_their_place import decides_on, within_it
from ipt_evidence.reporting.guides.short.on_questions import answers_to
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.beside import otherwise
from ipt_evidence.words.registers import REGISTERS

ALL_MAIN_QUESTIONS = ("strength_of_evidence", "indications")
QUESTIONS_ON_CLAIMED_CONDITIONS = ("evidence_summary", "effectiveness", "when_it_is_used")
"""Which answers the evidence parts state besides those that claims rest on; the other parts state none."""


@lru_cache(maxsize=1)
def stated(review: Review, guide_id: str) -> tuple[Answer, ...]:
    """Return the answers that a guide states, in the order of the plan."""
    parts, claims = set(review.guides[guide_id]["evidence_parts"]), review.tables["claims"]
    own = claims[claims["guide_id"].eq(guide_id)]
    claimed = set(own["condition"])
    of_claims = set(own["question_ids"].dropna().str.split(";").explode())
    desk = Desk.of(review, guide_id, REGISTERS[review.guides[guide_id]["readings"][0]])
    besides = within(desk).union(_asked(desk), (one.question_id for one in desk.surest))
    found = {
        answer.question_id: answer
        for answer in review.answers.values()
        if answer.question_id in besides.union(of_claims)
        or (answer.primary and parts.intersection(ALL_MAIN_QUESTIONS))
        or (answer.primary and answer.condition in claimed and parts.intersection(QUESTIONS_ON_CLAIMED_CONDITIONS))
    }
    # Numbers of people are those of the answer that counts them; what else the other main outcome says stands beside.
    told = {one.question_id for answer in found.values() for one in (answer.counted, otherwise(answer)) if one}
    told |= found.keys()
    return tuple(answer for name, answer in review.answers.items() if name in told)


def within(desk: Desk) -> set[str]:
    """Return the questions on conditions within one that a claim is about, where its own answer cannot be told."""
    found = (decides_on(claim, desk) for claim in desk.claims)
    return {one.question_id for decides in found if decides for one in within_it(decides, desk)}


def _asked(desk: Desk) -> Iterator[str]:
    """Yield the questions of the plan that answer what a guide asks."""
    for question in desk.questions:
        yield from (one.question_id for one in answers_to(question, desk))
