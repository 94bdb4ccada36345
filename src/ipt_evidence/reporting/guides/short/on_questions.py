"""What a guide asks, answered as it is asked: like questions get like answers, whatever a guide says elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.claims.dose import course, took
from ipt_evidence.appraisal.strength import INACTIVE
from ipt_evidence.reporting.addresses import trials_address
from ipt_evidence.reporting.guides.said import (
    LINE,
    Said,
    filled,
    leading,
    length,
    lines_of,
    of_answer,
    plainly,
    together,
)
from ipt_evidence.reporting.guides.short import gathered
from ipt_evidence.reporting.guides.short.desk import Desk, Part
from ipt_evidence.reporting.guides.short.in_their_place import besides, shortened, uncompared, within_it
from ipt_evidence.words import numbers
from ipt_evidence.words.beside import otherwise
from ipt_evidence.words.brief import beside, finding_of, may, short
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import headed
from ipt_evidence.words.sentences import NOT_TOLD

Question = Mapping[str, str]

METHOD = "Our tables compare results. They do not record what is done in a session."
METHOD_BRIEFLY = "Our tables do not record what is done in a session."
TRIED = "{therapy} was also tried on {others}, which alone shows no benefit."


def items(desk: Desk) -> tuple[Part, ...]:
    """Return the questions of a guide with their answers, in its order."""
    return tuple(_item(place, question, desk) for place, question in enumerate(desk.questions, start=1))


def answers_to(question: Question, desk: Desk) -> tuple[Answer, ...]:
    """Return the answers of the plan that a question is about, that which decides first.

    Against control before anything else, then by certainty and people: how an answer turned out plays no part. Of two
    treatments, that on symptoms decides, then by people. Of what else the therapy was tried on: all other conditions.
    """
    condition, comparator = question["condition"], question.get("comparator", "")
    if question["asks"] == "only":
        return desk.main(_beyond(condition, desk))
    if not comparator:
        return tuple(sorted(desk.main([condition]), key=lambda one: (one.k == 0, one.comparator != INACTIVE)))
    found = [
        one
        for one in desk.review.answers.values()
        if (one.condition, one.intervention, one.comparator) == (condition, desk.voice.reviewed, comparator)
        and (one.timepoint, one.phase) == ("post", "acute")
    ]
    return tuple(sorted(found, key=lambda one: (not one.is_main, -one.rated.n_participants if one.k else 0)))


def _item(place: int, question: Question, desk: Desk) -> Part:
    told = ANSWERS[question["asks"]](question, desk)
    decides = answers_to(question, desk)[:1] if question["asks"] in ("helps", "differs") else ()
    lines = [*(line for one in decides for line in lines_of(one, desk.voice)), *told]
    if question["asks"] == "how_long":
        label, therapy = desk.voice.conditions[question["condition"]], desk.voice.therapy
        spreads = course(question["condition"], desk.review.tables, desk.review.vocabulary)
        each = filter(None, (took([one], label, therapy) for one in spreads))
        lines = [*(plainly(one.text, "table:arms") for one in each), *told]
    line = next((one for one in lines if one.length <= LINE), lines[0])
    return Part(part=f"question:{place}", heading=question["text"], line=line, short=told)


def _how_long(question: Question, desk: Desk) -> tuple[Said, ...]:
    label, therapy = desk.voice.conditions[question["condition"]], desk.voice.therapy
    spreads = course(question["condition"], desk.review.tables, desk.review.vocabulary)
    said = took(spreads, label, therapy)
    if not said:
        return (plainly(f"No trial on {label} in our tables says how long {therapy} took.", "table:arms"),)
    reports = numbers.counted(spreads[0].reports + spreads[0].unreported, "group")
    known = f"Of {reports} given {therapy}, {spreads[0].reports} say how many sessions they had."
    place = trials_address(question["condition"])
    return (
        leading(said.start, said.figures, said.after, place, "table:arms", "table:outcomes"),
        plainly(known, "table:arms"),
    )


def _helps(question: Question, desk: Desk) -> tuple[Said, ...]:
    found = answers_to(question, desk)
    if not found:
        label = desk.voice.conditions[question["condition"]]
        return (plainly(f"Our plan does not ask this of {label}.", "table:questions"),)
    decides, *others = found
    last = uncompared(decides, desk)
    first = [*shortened(decides, desk, desk.room - length(last), named=False), *last]
    shown = besides((*others, *within_it(decides, desk)), desk, desk.room - length(first))
    # What the first rests on would be read as what all rest on.
    more = (of_answer(one, decides) for one in may(decides, desk.voice))
    return (*first, *shown) if shown else filled(first, more, desk.room)


def _only(question: Question, desk: Desk) -> tuple[Said, ...]:
    therapy, beyond = desk.voice.therapy, _beyond(question["condition"], desk)
    if not beyond:
        return (plainly(f"Our tables hold no trial of {therapy} on any other condition.", "table:trials"),)
    others = numbers.counted(len(beyond), "other condition")
    first = plainly(TRIED.format(therapy=therapy, others=others), "table:trials")
    return (first, *gathered.told(beyond, desk, desk.room - first.length))


def _beyond(condition: str, desk: Desk) -> list[str]:
    """Return the conditions with a trial that do not belong to one."""
    vocabulary, trials = desk.review.vocabulary, desk.review.tables["trials"]["condition"]
    inside = set(vocabulary.members_of(condition))
    return [name for name in vocabulary.conditions["condition"] if name not in inside and trials.eq(name).any()]


def _differs(question: Question, desk: Desk) -> tuple[Said, ...]:
    found = answers_to(question, desk)
    if not found:
        return (plainly("Our plan does not ask how the two compare.", "table:questions"),)
    decides, *others = found
    first = shortened(decides, desk, desk.room - plainly(METHOD_BRIEFLY).length, named=False)
    # The first names the condition, and tells an answer that says something else than it on the other main outcome.
    others = [replace(one, counterpart=None) for one in others if one is not otherwise(decides)]
    # What must stand beside a finding enters with it, or the finding does not.
    voice = _abbreviating(decides.comparator, desk)
    blocks = [
        together(of_answer(headed(part), one) for part in (finding_of(one, voice), *beside(one, voice)))
        for one in others
        if one.strength not in NOT_TOLD
    ]
    ways = []
    for words in (METHOD, METHOD_BRIEFLY):
        method = plainly(words, "table:arms")
        ways.append((filled((), blocks, desk.room - length(first) - method.length), method))
    # What comes first in the order enters before what comes after it.
    told, method = max(ways, key=lambda way: [block in way[0] for block in blocks])
    return (*first, *told, method)


def _abbreviating(treatment: str, desk: Desk) -> Voice:
    """Return the words that name a treatment by its abbreviation, which a sentence before has spelled out."""
    classes = desk.voice.classes
    return replace(desk.voice, classes={**classes, treatment: short(classes[treatment])})


ANSWERS: dict[str, Callable[[Question, Desk], tuple[Said, ...]]] = {
    "how_long": _how_long,
    "helps": _helps,
    "only": _only,
    "differs": _differs,
}
"""Who answers a question, by what it asks."""
