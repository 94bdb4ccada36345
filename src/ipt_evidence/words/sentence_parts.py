"""A sentence in parts: what begins it, its figures, how it ends without them; none is read back from its text."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ipt_evidence.words.labels import capital, within


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence whose figures can be linked to where they come from.

    Attributes
    ----------
    before, figures, after : str
        The sentence in three parts, each of which may be empty.
    question_id : str
        The question the figures answer, where the sentence does not stand with it already; else empty.
    opening : str
        What comes before all of them, and may be left out under a heading that says it: ``For dysthymia, ``.
    briefly : str
        What follows in the place of ``after`` where there is no room for the figures; empty where ``after`` does.
    kind : str
        Which kind its numbers of people are, in the words of ``frequencies.KINDS``; empty where it says none.
    """

    before: str
    figures: str = ""
    after: str = ""
    question_id: str = ""
    opening: str = ""
    briefly: str = ""
    kind: str = ""

    @property
    def start(self) -> str:
        """What comes before the figures."""
        return f"{self.opening}{self.before}"

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return f"{self.start}{self.figures}{self.after}"


def unquoted(sentence: Sentence) -> Sentence:
    """Take the figures that :func:`quoted` set, and their parentheses, out of a sentence; others stay as they are."""
    if not (sentence.figures and sentence.question_id):
        return sentence
    return replace(
        sentence, before=sentence.before.removesuffix(" ("), figures="", after=sentence.after.removeprefix(")")
    )


def without_figures(sentence: Sentence) -> Sentence:
    """Say a sentence in a line that has no room for its figures."""
    bare = unquoted(sentence)
    return replace(bare, after=bare.briefly or bare.after)


def whole(text: str) -> Sentence:
    """Say, up to the full stop, something all of which leads to where it stands: what no question answers."""
    return Sentence("", text, ".")


def begun(opening: str, sentence: Sentence) -> Sentence:
    """Begin a sentence with other words: ``On depression: the trials favour ...``."""
    return replace(sentence, before=f"{opening}{within(sentence.start)}", opening="")


def headed(sentence: Sentence) -> Sentence:
    """Leave out the opening of a sentence, which a heading has said already: ``Of 100 people, ...``."""
    if not sentence.opening:
        return sentence
    if sentence.before:
        return replace(sentence, before=capital(sentence.before), opening="")
    return replace(sentence, figures=capital(sentence.figures), opening="")


def joined(sentences: Iterable[Sentence]) -> str:
    """Join sentences to plain text."""
    return " ".join(sentence.text for sentence in sentences)


def parts_of(sentence: Sentence) -> tuple[str, str, str, str, str, str]:
    """Take a sentence apart for a table: the first three parts are all of its text, so that readers need no more.

    What comes before its figures, the figures, what comes after, the question; then the opening, with which the first
    part begins, and how it ends briefly.
    """
    return (
        sentence.start, sentence.figures, sentence.after, sentence.question_id, sentence.opening, sentence.briefly
    )  # fmt: skip


def of_parts(start: str, figures: str, after: str, question_id: str, opening: str, briefly: str) -> Sentence:
    """Put a sentence together again that :func:`parts_of` took apart."""
    return Sentence(start.removeprefix(opening), figures, after, question_id, opening, briefly)
