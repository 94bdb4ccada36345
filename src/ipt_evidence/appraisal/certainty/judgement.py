"""What a domain's rule hands back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

LEVELS = ("very_low", "low", "moderate", "high")
"""Levels of certainty, lowest first."""

DOMAINS = ("risk_of_bias", "inconsistency", "indirectness", "imprecision", "publication_bias")
"""Reasons to take levels away, in the order in which GRADE lists them."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgement:
    """How many levels a domain takes away, and why.

    Attributes
    ----------
    domain : str
        One of :data:`DOMAINS`.
    downgrade : int
        0, -1, -2 or -3.
    rule : str
        Name of the rule that decided.
    say, show : callable
        Give :attr:`reason` and :attr:`inputs`: of most judgements, those under other choices, nobody asks for them.
    """

    domain: str
    downgrade: int
    rule: str
    say: Callable[[], str]
    show: Callable[[], Mapping[str, Any]]

    @property
    def reason(self) -> str:
        """One sentence with the figures it rests on."""
        return self.say()

    @property
    def inputs(self) -> Mapping[str, Any]:
        """Everything the rule looked at, by name; NaN where a figure does not exist."""
        return self.show()
