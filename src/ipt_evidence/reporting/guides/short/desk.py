"""What the short parts of a guide draw on, and the shape they have."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ipt_evidence.appraisal.absolute import SYMPTOMS
from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.guides.said import SHORT, Said
from ipt_evidence.reporting.guides.views import ClaimView, claims_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.labels import CERTAINTIES
from ipt_evidence.words.registers import Register, Voice
from ipt_evidence.words.sentences import NOT_TOLD

SUREST = ("strong", "moderate")
"""Labels of answers that a guide tells whatever they are on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a guide in two of its three lengths; the full one is a template.

    Attributes
    ----------
    part, heading : str
        Its name and its heading: of guides.yaml; for what stands below such a part, ``claims:...`` or ``question:...``.
    line : Said
        One sentence.
    short : tuple of Said
        What a site pastes.
    items : tuple of Part
        The parts below it: a question each, or the claims that get the same answer.
    works : tuple of str
        Keys of the works it lists.
    """

    part: str
    heading: str
    line: Said
    short: tuple[Said, ...]
    items: "tuple[Part, ...]" = ()
    works: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Desk:
    """What is at hand when a guide is written in one register.

    Attributes
    ----------
    review : Review
        The evidence base.
    guide : dict
        The guide, as in guides.yaml.
    voice : Voice
        The words.
    room : int
        Most words of a part.
    """

    review: Review
    guide: dict[str, Any]
    voice: Voice
    room: int = SHORT

    @classmethod
    def of(cls, review: Review, guide_id: str, register: Register, room: int = SHORT) -> "Desk":
        """Set the desk for a guide in a register."""
        return cls(review=review, guide=review.guides[guide_id], voice=review.voice(register), room=room)

    @property
    def is_plain(self) -> bool:
        """Whether the register prints no statistics."""
        return not self.voice.register.statistics

    @cached_property
    def claims(self) -> tuple[ClaimView, ...]:
        """The claims of the guide, in the order of the table."""
        return claims_of(self.review, self.guide["guide_id"], self.voice)

    @property
    def questions(self) -> list[dict[str, str]]:
        """What the guide asks, in its order."""
        return list(self.guide.get("questions", []))

    @cached_property
    def conditions(self) -> tuple[str, ...]:
        """The conditions that the guide speaks of, in the order of the vocabulary; all, if it names none."""
        named = {claim.condition for claim in self.claims} | {one["condition"] for one in self.questions}
        ordered = self.review.vocabulary.conditions["condition"]
        return tuple(name for name in ordered if name in named) or tuple(ordered)

    @cached_property
    def surest(self) -> tuple[Answer, ...]:
        """The answers of at least moderate strength on other outcomes at the end of treatment, with the therapy alone.

        On the conditions of the guide and those that pool them: what symptoms leave open, these may tell.
        """
        above = {up for name in self.conditions for up in self.review.vocabulary.ancestors_of(name)}
        return tuple(
            one
            for one in self.review.answers.values()
            if one.strength in SUREST
            and one.outcome != SYMPTOMS
            and (one.timepoint, one.phase, one.population) == ("post", "acute", "all")
            and one.intervention == self.voice.reviewed
            and one.condition in above.union(self.conditions)
        )

    def main(self, conditions: Iterable[str]) -> tuple[Answer, ...]:
        """Return the answers on symptoms at the end of treatment with the therapy alone, most to rely on first.

        By certainty, then people, then the order of the plan: how an answer turned out plays no part.
        """
        wanted, comparators = set(conditions), self.review.vocabulary.comparators
        found = [
            one
            for one in self.review.answers.values()
            if one.is_main
            and one.condition in wanted
            and one.population == "all"
            and one.intervention == self.voice.reviewed
            and one.comparator in comparators
        ]
        return tuple(sorted(found, key=_place))


def _place(answer: Answer) -> tuple[bool, int, float]:
    levels = [*CERTAINTIES, ""]
    return answer.strength in NOT_TOLD, levels.index(answer.certainty), -answer.rated.n_participants if answer.k else 0
