"""The questions on a condition that compare the same two sides, and which of their answers stand for them."""

from collections.abc import Iterable
from dataclasses import dataclass

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.addresses import comparison_name
from ipt_evidence.reporting.review import Review
from ipt_evidence.words.frequencies import SURE

LEAST = list(SURE)[-1]
"""The least strength with which something is said."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The questions on a condition that compare the same two sides.

    Attributes
    ----------
    name, comparison : str
        Its name in addresses, and what is compared.
    answers : tuple of Answer
        The questions with their answers, in the order of the plan.
    """

    name: str
    comparison: str
    answers: tuple[Answer, ...]

    @property
    def main(self) -> Answer:
        """The answer that stands for the comparison: symptoms at the end of acute treatment, else the best filled."""
        main = [one for one in self.answers if one.k and one.is_main]
        filled = sorted(self.answers, key=lambda one: (one.k, one.pooled.n_participants), reverse=True)
        return [*main, *filled][0]

    @property
    def sure(self) -> tuple[Answer, ...]:
        """The answers with evidence enough to say something: the main one first, the others by strength."""
        order = list(SURE)
        found = [one for one in self.answers if one.strength in SURE]
        return tuple(sorted(found, key=lambda one: (one is not self.main, order.index(one.strength))))

    def besides(self, shown: Answer) -> tuple[Answer, ...]:
        """Return the other answers with evidence enough to say something."""
        return tuple(one for one in self.sure if one is not shown)

    @property
    def told(self) -> Answer | None:
        """The answer to tell first: the main one, or one of more than limited strength; None if neither is sure."""
        if not self.sure or (self.sure[0] is not self.main and self.sure[0].strength == LEAST):
            return None
        return self.sure[0]

    def against(self, shown: Answer) -> tuple[Answer, ...]:
        """Return the answers without which one misleads: the main one, unsure as it is, the firmer, and the opposed."""
        order = list(SURE)
        opposed = (
            one
            for one in self.besides(shown)
            if one.direction != shown.direction or order.index(one.strength) < order.index(shown.strength)
        )
        unsure = [one for one in (self.main,) if one is not shown and one.strength not in SURE]
        return (*unsure, *opposed)


def comparisons_of(answers: Iterable[Answer]) -> tuple[Comparison, ...]:
    """Sort questions on one condition by comparison, in the order of the plan."""
    found = grouped(((answer.intervention, answer.comparator), answer) for answer in answers)
    return tuple(Comparison(comparison_name(*sides), rows[0].comparison, tuple(rows)) for sides, rows in found.items())


def comparisons_on(review: Review, condition: str) -> tuple[Comparison, ...]:
    """Sort the questions on a condition by comparison: the therapy alone first, and control before other treatments."""
    first = review.vocabulary.interventions
    classes = [*review.vocabulary.comparators, *first, *review.vocabulary.treatment_classes["class"]]
    found = comparisons_of(one for one in review.answers.values() if one.condition == condition)
    return tuple(
        sorted(found, key=lambda one: (first.index(one.main.intervention), classes.index(one.main.comparator)))
    )
