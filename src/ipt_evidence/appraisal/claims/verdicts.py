"""The verdict on one claim, and how it compares strength of evidence."""

from dataclasses import dataclass

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.words.sentence_parts import Sentence
from ipt_evidence.words.strength_rules import LADDER

BENEFIT = LADDER[2:]
"""Labels of an answer that the therapy does better, and is to be relied on at least a little."""

VERDICTS = ("supported", "partly_supported", "not_supported", "contradicted", "no_trials", "not_assessable")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the tables say of a claim.

    Attributes
    ----------
    verdict : str
        One of ``VERDICTS``.
    rule_id : str
        The rule that decided.
    why : tuple of Sentence
        The reason, in one to three plain sentences; figures stand in parentheses.
    instead : tuple of Sentence
        What could be printed where the claim says more, or less, than the evidence; none if it can stand.
    question_ids : tuple of str
        Questions of the plan that are on the claim, the deciding one first.
    beside : tuple of str
        Those of them that another one decided before.
    singled_out : tuple of str
        Trials of the deciding question that the claim is about, where it is not about all of them.
    answer : Answer or None
        The answer that decided, whole or of the trials singled out; None if no answer did.
    """

    verdict: str
    rule_id: str
    why: tuple[Sentence, ...]
    instead: tuple[Sentence, ...] = ()
    question_ids: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    singled_out: tuple[str, ...] = ()
    answer: Answer | None = None

    @property
    def deciding(self) -> tuple[str, ...]:
        """The questions whose answers the verdict rests on."""
        return tuple(one for one in self.question_ids if one not in self.beside)


def reaches(found: str, needed: str) -> bool:
    """Tell whether a strength is at least as high on the ladder as another."""
    return LADDER.index(found) >= LADDER.index(needed)
