"""The page of the gap map, and its drawing as a file of its own."""

from collections import Counter
from pathlib import Path

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.gap_map.content import Counts, GapMap, Heading, MapRow, gap_map
from ipt_evidence.reporting.gap_map.drawing import gap_canvas
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels
from ipt_evidence.words.registers import PLAIN

Cell = tuple[Answer | None, str]
"""The question with most trials, None where nothing is asked; and what sets it apart from the therapy alone at the end
of acute treatment."""

Panel = tuple[Heading, Counts, list[tuple[MapRow, list[Cell]]]]
"""One outcome as a table: a row per condition with a cell per comparator."""


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
    rows = [
        (row, [_cell(shown.cells[row.condition, one.slug, outcome.slug], reviewed) for one in shown.comparators])
        for row in shown.rows
    ]
    return outcome, shown.counts([outcome]), rows


def _cell(question: Answer | None, reviewed: str) -> Cell:
    if question is None:
        return None, ""
    parts = (
        question.sides[0] if question.intervention != reviewed else "",
        labels.TIMES[question.timepoint] if question.timepoint != "post" else "",
        labels.PHASES[question.phase],
    )
    return question, ", ".join(filter(None, parts))
