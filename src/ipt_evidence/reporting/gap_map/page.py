"""The page of the gap map, and its drawing as a file of its own."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.gap_map.content import Counts, GapMap, Heading, MapRow, gap_map
from ipt_evidence.reporting.gap_map.drawing import gap_canvas
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels
from ipt_evidence.words.registers import PLAIN


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of the map as the table shows it.

    Attributes
    ----------
    question : Answer or None
        The question with most trials; None where nothing is asked.
    special : str
        What sets it apart from the therapy alone at the end of acute treatment; else empty.
    """

    question: Answer | None
    special: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One outcome as a table.

    Attributes
    ----------
    outcome : Heading
        The outcome.
    counts : Counts
        How many of its cells are filled.
    rows : tuple of (MapRow, tuple of TableCell)
        A row per condition with a cell per comparator.
    """

    outcome: Heading
    counts: Counts
    rows: tuple[tuple[MapRow, tuple[TableCell, ...]], ...]


def gap_page(review: Review, templates: Path) -> str:
    """Write the page of the gap map, as :func:`page_of` does."""
    shown = gap_map(review)
    return page_of(
        review,
        templates,
        "gaps",
        # ElementTree has escaped all text in it.
        plot=Markup(_svg(shown)),
        counts=shown.counts(shown.outcomes),
        others=_others(review, shown),
        comparators=shown.comparators,
        panels=[_panel(shown, outcome, review.labels.reviewed) for outcome in shown.outcomes],
    )


def _others(review: Review, shown: GapMap) -> tuple[tuple[str, int], ...]:
    """Count the filled cells of each class under review but the therapy alone."""
    filled = Counter(cell.intervention for cell in shown.cells.values() if cell is not None and cell.k)
    called = review.voice(PLAIN).subjects
    names = [name for name in review.vocabulary.interventions if name != review.labels.reviewed]
    return tuple((called[name], filled[name]) for name in names)


def gap_svg(review: Review) -> str:
    """Draw the gap map as SVG that stands alone."""
    return _svg(gap_map(review))


def _svg(shown: GapMap) -> str:
    counts = shown.counts(shown.outcomes)
    return gap_canvas(shown).svg(
        title="Evidence gap map: conditions by comparators, for each outcome",
        description=f"{counts.answered} combinations with at least one trial, {counts.unusable} reported and not "
        f"usable, {counts.empty} asked and without any trial, {counts.unasked} not asked.",
        name="gap-map",
    )


def _panel(shown: GapMap, outcome: Heading, reviewed: str) -> Panel:
    rows = tuple(
        (row, tuple(_cell(shown.cells[row.condition, one.slug, outcome.slug], reviewed) for one in shown.comparators))
        for row in shown.rows
    )
    return Panel(outcome, shown.counts([outcome]), rows)


def _cell(question: Answer | None, reviewed: str) -> TableCell:
    if question is None:
        return TableCell(None, "")
    parts = [
        question.sides[0] if question.intervention != reviewed else "",
        labels.TIMES[question.timepoint] if question.timepoint != "post" else "",
        labels.PHASES[question.phase],
    ]
    return TableCell(question, ", ".join(part for part in parts if part))
