"""The rules of the strength label: what each asks of an answer, and the sentences made from its numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ipt_evidence.words import labels, numbers

if TYPE_CHECKING:
    import pandas as pd

LADDER = ("no_evidence", "insufficient", "limited", "moderate", "strong")
"""Strength of evidence, weakest first."""

DIRECTIONS = ("difference", "no_important_difference", "little_difference", "unclear")
"""Where an interval may lie, as rules tell it: on one side of no difference; short of the MID both ways; with its
average short of it and the interval beyond on one side at most; or none of these."""

CERTAINTIES = ("any", "low", "moderate", "high")
SIZES = ("any", "estimate")
"""What a rule may ask of certainty, and of size (an average beyond the MID); each word asks more than the last."""

CERTAINTY, SIZE, TRIALS, PEOPLE = range(4)
"""Places in what a rule asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StrengthRule:
    """A row of ``config/strength_rules.csv``.

    Attributes
    ----------
    rule_id, strength : str
        Its name, and the label it gives.
    direction : str
        One of :data:`DIRECTIONS`, or any.
    min_certainty, size : str
        One of :data:`CERTAINTIES`, one of :data:`SIZES`.
    min_k, min_participants : int
        Trials and people it asks for.
    sentence : str
        When it decides: what an answer then has, and what it then cannot have, as the rules before it did not hold.
    """

    rule_id: str
    strength: str
    direction: str
    min_certainty: str
    size: str
    min_k: int
    min_participants: int
    sentence: str = ""

    @property
    def asks(self) -> tuple[int, int, int, int]:
        """Least certainty, size (places on their scales), trials and people for which the rule holds."""
        places = CERTAINTIES.index(self.min_certainty), SIZES.index(self.size)
        return (*places, self.min_k, self.min_participants)

    @property
    def directions(self) -> tuple[str, ...]:
        """The directions in which the rule can hold."""
        return DIRECTIONS if self.direction == "any" else (self.direction,)


def rules_of(table: "pd.DataFrame") -> tuple[StrengthRule, ...]:
    """Return the rules of a checked table, in its order, each with its sentence."""
    rules = [StrengthRule(**{str(name): cell for name, cell in row.items()}) for row in table.to_dict("records")]
    return tuple(replace(rule, sentence=_sentence(rule, rules[:place])) for place, rule in enumerate(rules))


def never_decides(rule: StrengthRule, earlier: Sequence[StrengthRule]) -> bool:
    """Tell whether in each direction an earlier rule holds whenever this one does."""
    return all(
        any(direction in one.directions and _all_at_most(one.asks, rule.asks) for one in earlier)
        for direction in rule.directions
    )


FACTORS = (
    "the certainty of the evidence by the five domains of GRADE",
    "the size of the effect",
    "the number of trials",
    "the number of people",
)
PLAIN_FACTORS = (
    "how sure one can be of the result",
    "how large the difference is",
    "how many trials there are",
    "how many people took part",
)
"""What rules may ask of, in the order of what they ask, for professionals and in everyday words."""


def goes_by(rules: Iterable[StrengthRule], factors: Sequence[str] = FACTORS) -> str:
    """Name what the labels go by: of the factors those of which rules ask differently."""
    asked = [rule.asks for rule in rules if rule.strength != LADDER[0]]
    return labels.listed([word for place, word in enumerate(factors) if len({asks[place] for asks in asked}) > 1])


def needs(rules: Iterable[StrengthRule], strength: str) -> str:
    """Say how much certainty, and how many trials and people, the rules of one strength ask for."""
    asked = {
        ", ".join([*_certainty(rule.asks[CERTAINTY]), *_numbers(rule.asks)]): None
        for rule in rules
        if rule.strength == strength
    }
    return ", or ".join(asked)


def _sentence(rule: StrengthRule, before: Sequence[StrengthRule]) -> str:
    if rule.strength == LADDER[0]:
        return "no trial in the tables answers the question"
    earlier = [one for one in before if one.strength != LADDER[0]]
    bounds = [_bound(rule, earlier, place) for place in range(len(rule.asks))]
    lacks = [_below(place, bound) for place, bound in enumerate(bounds) if bound]
    direction = [DIRECTION_WORDS[rule.direction]] if rule.direction != "any" else []
    size = [f"an average beyond {SMALLEST}"] if rule.size != "any" else []
    parts = [*lacks, *_certainty(rule.asks[CERTAINTY]), *direction, *size, *_numbers(rule.asks)]
    return ", ".join(parts) or "no rule above holds"


def _bound(rule: StrengthRule, earlier: Sequence[StrengthRule], place: int) -> int:
    """Return what an answer stays below in one place whenever a rule decides; 0 if nothing follows.

    It follows where, in each direction, some earlier rule asks more there and no more elsewhere: it would have decided.
    """
    least = []
    for direction in rule.directions:
        nearly = [
            one.asks[place]
            for one in earlier
            if direction in one.directions and _all_at_most(_without(one.asks, place), _without(rule.asks, place))
        ]
        if not nearly:
            return 0
        least.append(min(nearly))
    bound = max(least)
    return bound if bound > rule.asks[place] else 0


def _all_at_most(some: Sequence[int], others: Sequence[int]) -> bool:
    return all(one <= other for one, other in zip(some, others, strict=True))


def _without(asks: Sequence[int], place: int) -> tuple[int, ...]:
    return (*asks[:place], *asks[place + 1 :])


DIRECTION_WORDS = {
    "difference": "an interval that excludes no difference",
    "no_important_difference": "the whole interval short of an important difference either way",
    "little_difference": "an average short of an important difference, an interval that reaches one at one end only",
    "unclear": "an interval that leaves open which treatment does better or whether they differ to an important degree",
}

SPELLED = ("", "", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

SMALLEST = "the smallest important difference"


def _certainty(place: int) -> list[str]:
    if not place:
        return []
    top = place == len(CERTAINTIES) - 1
    return [f"{'' if top else 'at least '}{CERTAINTIES[place]} certainty"]


def _numbers(asks: Sequence[int]) -> list[str]:
    trials, people = asks[TRIALS], asks[PEOPLE]
    parts = [_trials(trials)] if trials > 1 else []
    parts += [numbers.counted(people, "person", "people")] if people else []
    return [f"at least {' with '.join(parts)}"] if parts else []


def _below(place: int, bound: int) -> str:
    """Say that an answer has less than a bound in one place."""
    if place == CERTAINTY:
        return "very low certainty" if bound == 1 else f"less than {CERTAINTIES[bound]} certainty"
    if place == SIZE:
        return f"an average short of {SMALLEST}"
    if place == TRIALS:
        return "a single trial in our tables" if bound == 2 else f"fewer than {_trials(bound)}"
    return f"fewer than {numbers.counted(bound, 'person', 'people')} in all"


def _trials(number: int) -> str:
    """Write a number of trials that a rule asks for, at least two, in words as far as ten."""
    return f"{SPELLED[number]} trials" if number < len(SPELLED) else numbers.counted(number, "trial")
