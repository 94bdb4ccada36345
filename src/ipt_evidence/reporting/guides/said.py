"""Sentences of a short text: their words, where they lead, and what they rest on."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.words.beside import otherwise
from ipt_evidence.words.brief import in_a_line
from ipt_evidence.words.guide_parts import IN_FULL
from ipt_evidence.words.registers import Voice
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.sentences import Answered, answered_by

LINE, SHORT, GUIDE = 25, 60, 1500
"""Most words of a line, of a part, and of a whole guide in its short form."""

WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a sentence that lead somewhere, or nowhere.

    Attributes
    ----------
    text : str
        The words.
    address : str
        A web address, or a path below ``reports``; empty where they lead nowhere.
    """

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, or a few that stay together.

    Attributes
    ----------
    pieces : tuple of Piece
        Its words, in order.
    rests_on : tuple of str
        What it says rests on, each by kind and id: ``question:...``, ``claim:...``, ``guideline:...``, ``guide:...``,
        ``work:...``, ``table:...``, ``setting:...``.
    points_on : bool
        Whether it says no more than that something stands in the full text.
    kinds : tuple of str
        Which kinds its numbers of people are, in the words of ``frequencies.KINDS``.
    """

    pieces: tuple[Piece, ...]
    rests_on: tuple[str, ...]
    points_on: bool = False
    kinds: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words alone."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def length(self) -> int:
        """The number of its words."""
        return words_in(self.text)


def words_in(text: str) -> int:
    """Count the words of a text: what stands between spaces and holds a letter or a digit."""
    return len(WORD.findall(text))


def questions(answers: Iterable[Answered]) -> tuple[str, ...]:
    """Return what sentences on answers rest on."""
    return tuple(f"question:{one.question_id}" for one in answers)


def plainly(text: str, *rests_on: str) -> Said:
    """Say something that leads nowhere."""
    return Said((Piece(text),), rests_on)


def pointing_on(what: str, *rests_on: str) -> Said:
    """Say that something stands in the full text."""
    return replace(plainly(f"{what} {IN_FULL}", *rests_on), points_on=True)


def leading(before: str, linked: str, after: str, address: str, *rests_on: str) -> Said:
    """Say something of which some words lead to an address."""
    return Said(tuple(piece for piece in (Piece(before), Piece(linked, address), Piece(after)) if piece.text), rests_on)


def of_answer(sentence: Sentence, answer: Answered) -> Said:
    """Say a sentence on an answer; its figures lead to the page of the question that they answer."""
    source = answered_by(sentence, answer)
    ids = dict.fromkeys(questions((answer, source)))
    said = leading(sentence.start, sentence.figures, sentence.after, question_address(source), *ids)
    return replace(said, kinds=(sentence.kind,)) if sentence.kind else said


def lines_of(answer: Answered, voice: Voice) -> list[Said]:
    """Say what was found in one sentence, the longest way first; beside it rests what the other main outcome says.

    Last, for a line that has room for none of them, where it stands.
    """
    other = otherwise(answer)
    beside = questions((other,)) if other else ()
    elsewhere = Sentence(f"What trials found on {voice.conditions[answer.condition]} stands {IN_FULL}")
    said = (of_answer(one, answer) for one in (*in_a_line(answer, voice), elsewhere))
    return [replace(one, rests_on=(*one.rests_on, *beside)) for one in said]


def together(parts: Iterable[Said]) -> Said:
    """Keep sentences together."""
    parts = [part for part in parts if part.text]
    pieces = [piece for part in parts for piece in (Piece(" "), *part.pieces)][1:]
    return Said(
        tuple(pieces),
        tuple(dict.fromkeys(one for part in parts for one in part.rests_on)),
        kinds=tuple(dict.fromkeys(one for part in parts for one in part.kinds)),
    )


def listing(names: Sequence[Piece]) -> tuple[Piece, ...]:
    """List names as a sentence does, each still leading where it leads."""
    commas = any("," in name.text for name in names)
    between, last = ("; ", "; and ") if commas and len(names) > 2 else (", ", " and ")
    pieces: list[Piece] = []
    for place, name in enumerate(names):
        if place:
            pieces.append(Piece(last if place == len(names) - 1 else between))
        pieces.append(name)
    return tuple(pieces)


def length(parts: Iterable[Said]) -> int:
    """Count the words of sentences."""
    return sum(part.length for part in parts)


def first_that_fits(choices: Iterable[Sequence[Said]], room: int) -> tuple[Said, ...]:
    """Return the first of several ways to say the same that fits; none if none does."""
    return next((tuple(choice) for choice in choices if length(choice) <= room), ())


def filled(must: Sequence[Said], may: Iterable[Said], room: int) -> tuple[Said, ...]:
    """Return what must be said, and as much of what may be said besides, in its order, as there is room for."""
    found = list(must)
    for one in may:
        if length(found) + one.length <= room:
            found.append(one)
    return tuple(found)
