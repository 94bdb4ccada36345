"""One line on each question: what was asked, what came out, how far it can be relied on."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ipt_evidence.reporting.pages.figures import people
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers

MAIN = ("symptom_severity", "post", "acute")
"""Outcome, time point and phase of the questions that stand for a comparison in an overview."""

RATED = [
    "question_id", "mid", "low_risk_percent", "some_concerns_percent", "high_risk_percent", "unknown_risk_percent",
    "direction", "strength", "label", "rule_id", "reason",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSummary:
    """A question with its answer, in words.

    Attributes
    ----------
    question_id, condition, intervention, comparator, outcome, timepoint, phase : str
        The question, in the slugs of the plan.
    sides : tuple of str
        Labels of the two sides.
    aspect : str
        What is asked about them.
    is_primary : bool
        Whether the plan counts it among the main questions.
    k : int
        Trials pooled.
    n_participants : float
        People in them, where known.
    people, estimate : str
        People and effect with its interval, in words; a dash without trials.
    measure : str
        Measure of the effect.
    strength, strength_label, direction : str
        The rating; ``direction`` in words.
    facts : dict
        The row of ``syntheses.csv`` with the rating.
    """

    question_id: str
    condition: str
    intervention: str
    comparator: str
    outcome: str
    timepoint: str
    phase: str
    sides: tuple[str, str]
    aspect: str
    is_primary: bool
    k: int
    n_participants: float
    people: str
    estimate: str
    measure: str
    strength: str
    strength_label: str
    direction: str
    facts: dict[Any, Any]

    @property
    def comparison(self) -> str:
        """What is compared: ``IPT v CBT``."""
        return " v ".join(self.sides)

    @property
    def is_main(self) -> bool:
        """Whether it asks about symptoms at the end of acute treatment."""
        return (self.outcome, self.timepoint, self.phase) == MAIN

    @property
    def effect(self) -> str:
        """The effect without its interval: ``g = 0.48``."""
        return f"{numbers.MEASURES[self.measure].symbol}{numbers.effect(self.facts['estimate'], self.measure)}"

    @property
    def span(self) -> str:
        """The interval of the effect: ``0.35 to 0.60``."""
        return numbers.span(self.facts["ci_low"], self.facts["ci_high"], self.measure)

    @property
    def size(self) -> str:
        """Trials and people: ``8 trials, 434 people (numbers of 2 trials not known)``."""
        unknown = self.facts["k_without_n"]
        if unknown == self.k:
            return self.trials
        known = f"{self.trials}, {numbers.counted(int(self.n_participants), 'person', 'people')}"
        return f"{known} (numbers of {numbers.counted(unknown, 'trial')} not known)" if unknown else known

    @property
    def good(self) -> str:
        """Which way is good: ``above 0 favours IPT``."""
        return numbers.favourable(self.measure, self.sides[0])

    @property
    def is_ratio(self) -> bool:
        """Whether the effect is a ratio."""
        return numbers.MEASURES[self.measure].is_ratio

    @property
    def trials(self) -> str:
        """How many trials answer it: ``a single trial``."""
        return "a single trial" if self.k == 1 else numbers.counted(self.k, "trial")


@lru_cache(maxsize=1)
def summaries(review: Review) -> dict[str, QuestionSummary]:
    """Summarise every question of the plan, in its order, by question_id."""
    tables = review.tables
    asked = review.questions[["question_id", "primary"]]
    rows = asked.merge(tables["syntheses"], on="question_id").merge(tables["ratings"][RATED], on="question_id")
    return {row["question_id"]: _summary(row, review) for row in rows.to_dict("records")}


def _summary(row: dict[Any, Any], review: Review) -> QuestionSummary:
    sides = labels.sides(row, review.vocabulary)
    figures = row["estimate"], row["ci_low"], row["ci_high"]
    names = ("question_id", "condition", "intervention", "comparator", "outcome", "timepoint", "phase")
    return QuestionSummary(
        **{name: row[name] for name in names},
        sides=sides,
        aspect=labels.aspect(row, review.vocabulary),
        is_primary=bool(row["primary"]),
        k=int(row["k"]),
        n_participants=row["n_participants"],
        people=people(row) if row["k"] else numbers.MISSING,
        estimate=numbers.estimate(*figures, row["measure"], level=row["level"]) if row["k"] else numbers.MISSING,
        measure=row["measure"],
        strength=row["strength"],
        strength_label=labels.strength(row["strength"], row["label"]),
        direction=labels.direction(row, sides),
        facts=row,
    )
