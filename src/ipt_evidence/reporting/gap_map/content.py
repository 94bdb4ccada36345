"""What the gap map shows: every combination of condition, comparator and outcome, asked or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.review import Review


@dataclass(frozen=True, slots=True)
class Heading:
    """A comparator or an outcome.

    Attributes
    ----------
    slug, label : str
        Its word in the tables, and in a heading.
    """

    slug: str
    label: str


@dataclass(frozen=True, slots=True)
class MapRow:
    """A condition of the map.

    Attributes
    ----------
    condition, label : str
        Its word in the tables, and in a heading.
    depth : int
        How many conditions that pool it stand above it.
    """

    condition: str
    label: str
    depth: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cells are filled.

    Attributes
    ----------
    answered, unusable, empty, unasked : int
        Cells with at least one trial; with trials none of whose results could be used; asked and without any; never
        asked.
    """

    answered: int
    unusable: int
    empty: int
    unasked: int


@dataclass(frozen=True, eq=False, kw_only=True)
class GapMap:
    """The map.

    Attributes
    ----------
    rows : tuple of MapRow
        Conditions, children under their parents.
    comparators, outcomes : tuple of Heading
        Columns and panels.
    cells : mapping of (str, str, str) to Answer or None
        By condition, comparator and outcome: the question with most trials, None where nothing is asked.
    """

    rows: tuple[MapRow, ...]
    comparators: tuple[Heading, ...]
    outcomes: tuple[Heading, ...]
    cells: Mapping[tuple[str, str, str], Answer | None]

    def counts(self, outcomes: Iterable[Heading]) -> Counts:
        """Count the cells of some outcomes."""
        wanted = {outcome.slug for outcome in outcomes}
        found = [cell for (_, _, outcome), cell in self.cells.items() if outcome in wanted]
        asked = [cell for cell in found if cell is not None]
        answered = sum(cell.k > 0 for cell in asked)
        unusable = sum(cell.is_unusable for cell in asked)
        return Counts(
            answered=answered,
            unusable=unusable,
            empty=len(asked) - answered - unusable,
            unasked=len(found) - len(asked),
        )


def gap_map(review: Review) -> GapMap:
    """Lay out the map from ``gaps.csv``."""
    gaps, words = review.tables["gaps"], review.vocabulary
    named = review.labels.conditions
    keys = zip(gaps["condition"], gaps["comparator"], gaps["outcome"], strict=True)
    comparators = _headings(words.treatment_classes, "class", set(gaps["comparator"]))
    return GapMap(
        rows=tuple(MapRow(condition, named[condition], depth) for condition, depth in words.in_order()),
        comparators=comparators,
        outcomes=_headings(words.outcomes, "outcome", set(gaps["outcome"])),
        cells=dict(zip(keys, map(review.answers.get, gaps["question_id"]), strict=True)),
    )


def _headings(table: pd.DataFrame, name: str, used: set[str]) -> tuple[Heading, ...]:
    pairs = zip(table[name], table["label"], strict=True)
    return tuple(Heading(slug, label) for slug, label in pairs if slug in used)
