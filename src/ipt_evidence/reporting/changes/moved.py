"""What is said of each question and claim, and where two reviews say something else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.guides.short.parts import fitted
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.audit import VERDICTS
from ipt_evidence.words.registers import REGISTERS, Voice
from ipt_evidence.words.statements import state

QUESTION, CLAIM, GUIDE = "question", "claim", "guide"
TRIALS = "trials"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is said.

    Attributes
    ----------
    kind, name : str
        A question, a claim or a guide, and its id.
    what : str
        What of it: ``estimate``, ``label``, ``plain sentence``; of a guide, the heading of what is to be pasted.
    """

    kind: str
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Something that two reviews say otherwise.

    Attributes
    ----------
    place : Place
        Where.
    title : str
        The question, the claim or the guide in words.
    old, new : tuple of str
        What is said now no longer, and what was not said before; of sentences, only those that differ.
    """

    place: Place
    title: str
    old: tuple[str, ...]
    new: tuple[str, ...]


def said_in(review: Review) -> dict[Place, tuple[str, ...]]:
    """Return all that is said of the questions and claims of a review and in its guides, as it is printed: rounded."""
    voices = {name: review.voice(register) for name, register in REGISTERS.items()}
    found: dict[Place, tuple[str, ...]] = {}
    for name, answer in review.answers.items():
        found |= {Place(QUESTION, name, what): said for what, said in _of_answer(answer, review, voices)}
    for row in rows_of(review.tables["claims"]):
        verdict = VERDICTS[row["verdict"]][1]
        parts = {"verdict": verdict, "reason": row["why"], "suggested instead": row["instead"]}
        found |= {Place(CLAIM, row["claim_id"], what): (text,) if text else () for what, text in parts.items()}
    return found | dict(_in_guides(review))


def _in_guides(review: Review) -> Iterator[tuple[Place, tuple[str, ...]]]:
    """Yield what sites paste: the short form of each guide, heading by heading."""
    for name, guide in review.guides.items():
        for reading, parts in fitted(review, name).items():
            apart = f" ({REGISTERS[reading].heading.lower()})" if len(guide["readings"]) > 1 else ""
            for part in parts:
                for one in (part, *part.items):
                    heading = part.heading if one is part else f"{part.heading}: {one.heading}"
                    yield Place(GUIDE, name, f"{heading}{apart}"), tuple(said.text for said in one.short)


def _of_answer(answer: Answer, review: Review, voices: Mapping[str, Voice]) -> Iterator[tuple[str, tuple[str, ...]]]:
    names = review.labels.trials
    yield TRIALS, tuple(sorted(names[trial] for trial in answer.trials))
    if answer.k:
        rated = answer.rated
        yield "people", (numbers.count(rated.n_participants),)
        yield "estimate", (rated.effect,)
        yield "interval", (rated.ci,)
        yield "certainty", (labels.CERTAINTIES[answer.certainty],)
    yield "label", (answer.strength_label,)
    yield "direction", (answer.favours,)
    yield "rule", (answer.rule_id,)
    for register, speaker in voices.items():
        yield f"{register} sentence", tuple(sentence.text for sentence in state(answer, speaker).sentences)


def moved_between(old: Review, new: Review) -> tuple[Moved, ...]:
    """Return what two reviews say otherwise, in the order of the newer one, then what only the older one says.

    What changed only behind the digits that are printed is said alike.
    """
    before, after = said_in(old), said_in(new)
    titles = {**_titles(old), **_titles(new)}
    found = []
    for place in dict.fromkeys((*after, *before)):
        was, now = before.get(place, ()), after.get(place, ())
        if was != now:
            found.append(Moved(place, titles[place.kind, place.name], _only(was, now), _only(now, was)))
    return tuple(found)


def _titles(review: Review) -> dict[tuple[str, str], str]:
    conditions = review.labels.conditions
    asked = {
        (QUESTION, name): f"{conditions[answer.condition]}: {answer.asked}" for name, answer in review.answers.items()
    }
    claims = review.tables["claims"][["claim_id", "claim"]].itertuples(index=False)
    guides = {(GUIDE, name): f"Text for the {labels.words(name)}" for name in review.guides}
    return asked | {(CLAIM, name): text for name, text in claims} | guides


def _only(said: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in said if one not in other)
