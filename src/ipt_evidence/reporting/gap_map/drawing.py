"""Draw the gap map: a panel for each outcome, conditions down, comparators across."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ipt_evidence.reporting.drawing.canvas import Canvas, text_width, wrap
from ipt_evidence.reporting.drawing.key import Entry, broken, draw_key, swatch
from ipt_evidence.reporting.drawing.style import INK, LINE, MARGIN, MUTED, PAPER, RULE, SMALL
from ipt_evidence.reporting.gap_map import marks
from ipt_evidence.reporting.gap_map.content import GapMap, Heading
from ipt_evidence.words import labels, numbers

CELL, ROW, BETWEEN, INDENT = 26.0, 17.5, 10.0, 8.0
"""Width and height of a cell, space between panels, and how far a level stands in, in points."""

PANELS = 4
"""Panels side by side, so that the map fits a page of 1200 pixels."""

TITLE, COUNT, TINY, BASELINE = 9.5, 7.0, 7.0, 2.6

SIZES = 22.0
"""Height kept for the key of sizes, in points."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Sizes of the map, in points."""

    names: float
    panel: float
    head: float
    band: float
    width: float

    def left(self, place: int) -> float:
        """Return the left edge of the panel at a place of its band."""
        return self.names + place * (self.panel + BETWEEN)


def gap_canvas(shown: GapMap) -> Canvas:
    """Draw the map; :meth:`Canvas.svg` makes it an element of a page, or a file."""
    layout = _layout(shown)
    bands = [shown.outcomes[start : start + PANELS] for start in range(0, len(shown.outcomes), PANELS)]
    key = broken(_key(), layout.width)
    bottom = MARGIN + layout.band * len(bands)
    height = bottom + LINE * len(key) + SIZES + MARGIN
    canvas = Canvas(layout.width, height)
    # Stands alone as a file, too, on whatever background.
    canvas.box(0, 0, layout.width, height, colour=PAPER)
    for place, outcomes in enumerate(bands):
        _draw_band(canvas, shown, layout, outcomes, MARGIN + layout.band * place)
    draw_key(canvas, bottom, key)
    _draw_sizes(canvas, bottom + LINE * len(key) + SIZES / 2)
    return canvas


def _layout(shown: GapMap) -> _Layout:
    names = max(text_width(row.label, SMALL, bold=not row.depth) + INDENT * row.depth for row in shown.rows)
    panel = CELL * len(shown.comparators)
    counts = max(len(_count_lines(shown, outcome, panel)) for outcome in shown.outcomes)
    comparators = max(text_width(one.label, SMALL, bold=True) for one in shown.comparators)
    head = TITLE + 4 + COUNT * 1.3 * counts + 6 + comparators + 6
    left = MARGIN + names + BETWEEN
    side_by_side = min(PANELS, len(shown.outcomes))
    panels = left + side_by_side * panel + (side_by_side - 1) * BETWEEN
    sizes = max(start + 2 * size + 4 + text_width(words, SMALL) for start, size, words in _sizes())
    return _Layout(
        names=left,
        panel=panel,
        head=head,
        band=head + ROW * len(shown.rows) + 2 * BETWEEN,
        width=max(panels, sizes) + MARGIN,
    )


def _count_lines(shown: GapMap, outcome: Heading, width: float) -> list[str]:
    counts = shown.counts([outcome])
    unusable = f"{counts.unusable} reported, not usable, " if counts.unusable else ""
    words = f"{counts.answered} with trials, {unusable}{counts.empty} without, {counts.unasked} not asked"
    return wrap(words, width, COUNT)


def _draw_band(canvas: Canvas, shown: GapMap, layout: _Layout, outcomes: Sequence[Heading], top: float) -> None:
    """Draw panels side by side, with the conditions in front of them."""
    first = top + layout.head
    for place, row in enumerate(shown.rows):
        y = first + ROW * place
        if place and not row.depth:
            canvas.line((MARGIN, y), (layout.width - MARGIN, y), colour=RULE, width=0.6)
        x = MARGIN + INDENT * row.depth
        canvas.text(x, y + ROW / 2 + BASELINE, row.label, size=SMALL, colour=INK, bold=not row.depth)
    for place, outcome in enumerate(outcomes):
        left = layout.left(place)
        _draw_head(canvas, shown, layout, outcome, left, top)
        for line, row in enumerate(shown.rows):
            for column, comparator in enumerate(shown.comparators):
                cell = left + CELL * column, first + ROW * line
                _draw_cell(canvas, shown, (row.condition, comparator.slug, outcome.slug), cell)


def _draw_head(canvas: Canvas, shown: GapMap, layout: _Layout, outcome: Heading, left: float, top: float) -> None:
    canvas.text(left, top + TITLE, outcome.label, size=TITLE, colour=INK, bold=True)
    for number, line in enumerate(_count_lines(shown, outcome, layout.panel)):
        y = top + TITLE + 4 + COUNT * 1.3 * (number + 0.8)
        canvas.text(left, y, line, size=COUNT, colour=MUTED)
    for column, comparator in enumerate(shown.comparators):
        x = left + CELL * (column + 0.5) + BASELINE
        canvas.upward(x, top + layout.head - 4, comparator.label, size=SMALL, colour=INK)


def _draw_cell(canvas: Canvas, shown: GapMap, key: tuple[str, str, str], corner: tuple[float, float]) -> None:
    """Draw one combination: people, strength and number of trials; a ring without trials; grey if not asked."""
    left, top = corner
    question = shown.cells[key]
    if question is None:
        canvas.box(left + 0.8, top + 0.8, left + CELL - 0.8, top + ROW - 0.8, colour=marks.UNASKED)
        return
    x, y = left + marks.LARGEST + 0.3, top + ROW / 2
    size = marks.radius(question.pooled.n_participants)
    if question.k:
        marks.strength_disc(canvas, x, y, question.strength, size)
    elif question.is_unusable:
        marks.barred_ring(canvas, x, y)
    else:
        marks.empty_ring(canvas, x, y)
    canvas.text(x + size + 1.0, y + BASELINE, str(question.k), size=TINY, colour=INK, bold=question.k > 0)


def _key() -> list[Entry]:
    disc = partial(marks.strength_disc, size=LINE / 2 - 1)
    return [
        *(
            Entry(draw=partial(disc, strength=name), words=labels.STRENGTHS[name].lower())
            for name in marks.STRENGTH_MARKS
        ),
        Entry(draw=marks.barred_ring, words=labels.UNUSABLE.lower()),
        Entry(draw=marks.empty_ring, words="asked, no trial in our tables"),
        swatch(marks.UNASKED, "not asked"),
        Entry(draw=_number, words="number of trials"),
    ]


def _sizes() -> list[tuple[float, float, str]]:
    """Return left edge, marks.radius and words of each size that the key shows."""
    few, many = numbers.count(marks.FEWEST), numbers.count(marks.MOST)
    entries, left = [], MARGIN
    for people, words in (
        (marks.FEWEST, f"{few} people or fewer, or not known"),
        (500.0, "500"),
        (marks.MOST, f"{many} or more"),
    ):
        size = marks.radius(people)
        entries.append((left, size, words))
        left += 2 * size + 4 + text_width(words, SMALL) + 15
    return entries


def _draw_sizes(canvas: Canvas, y: float) -> None:
    """Show what the area of a disc says, in the sizes of the map."""
    for left, size, words in _sizes():
        canvas.disc(left + size, y, size, colour=PAPER, edge=MUTED)
        canvas.text(left + 2 * size + 4, y + BASELINE, words, size=SMALL, colour=MUTED)


def _number(canvas: Canvas, x: float, y: float) -> None:
    canvas.text(x, y + BASELINE, "5", size=TINY, colour=INK, align="center", bold=True)
