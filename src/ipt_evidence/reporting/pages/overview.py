"""The overview of the index page: conditions down, comparators across, one answer in each cell."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.pages.comparisons import Comparison, comparisons_of
from ipt_evidence.reporting.review import Review


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """A condition with its answer against each comparator.

    Attributes
    ----------
    condition, label : str
        The condition.
    depth : int
        How many conditions that pool it stand above it.
    cells : tuple of Comparison or None
        One per comparator of the overview; None where nothing was asked.
    """

    condition: str
    label: str
    depth: int
    cells: tuple[Comparison | None, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """Condition by comparator, for one intervention.

    Attributes
    ----------
    intervention : str
        Its label.
    comparators : tuple of str
        Labels of the columns.
    rows : tuple of OverviewRow
        Conditions, children under their parents.
    """

    intervention: str
    comparators: tuple[str, ...]
    rows: tuple[OverviewRow, ...]


def overviews(review: Review, asked: Iterable[Answer]) -> tuple[Overview, ...]:
    """Lay out the answers, one overview for each intervention that the plan asks about."""
    questions = grouped((one.intervention, one) for one in asked)
    classes = review.vocabulary.treatment_classes["class"]
    return tuple(_overview(review, questions[name]) for name in classes if name in questions)


def _overview(review: Review, questions: list[Answer]) -> Overview:
    classes = review.vocabulary.treatment_classes
    # First what the therapy is asked against most often.
    asked = Counter(one.comparator for one in questions)
    used = sorted((name for name in classes["class"] if asked[name]), key=lambda name: -asked[name])
    sides = {one.comparator: one.sides for one in questions}
    here, rows = grouped((one.condition, one) for one in questions), []
    for condition, depth in review.vocabulary.in_order():
        if condition in here:
            compared = {one.main.comparator: one for one in comparisons_of(here[condition])}
            cells = tuple(compared.get(name) for name in used)
            rows.append(OverviewRow(condition, review.labels.conditions[condition], depth, cells))
    return Overview(questions[0].sides[0], tuple(sides[name][1] for name in used), tuple(rows))
