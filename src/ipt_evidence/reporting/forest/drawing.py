"""Draw a forest plot as wide and as high as its texts need, the way the field is used to reading it."""

from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.effects import BASELINE
from ipt_evidence.reporting.drawing.key import draw_key
from ipt_evidence.reporting.drawing.style import (
    HEADER_LINE,
    INK,
    LINE,
    MARGIN,
    MUTED,
    PADDING,
    RULE,
    SIZE,
    SMALL,
    STRIPE,
)
from ipt_evidence.reporting.forest import marks
from ipt_evidence.reporting.forest.content import Average, Forest, ForestRow
from ipt_evidence.reporting.forest.key import key_lines
from ipt_evidence.reporting.forest.layout import Layout, layout_of
from ipt_evidence.words import numbers


def forest_canvas(forest: Forest) -> Canvas:
    """Draw a forest plot; :meth:`Canvas.svg` makes it an element of a page."""
    layout = layout_of(forest)
    key = key_lines(forest, layout.axis, layout.width)
    canvas = Canvas(layout.width, layout.key_top + LINE * len(key) + MARGIN)
    _draw_stripes(canvas, layout)
    _draw_header(canvas, layout)
    marks.reference_lines(canvas, layout.axis, forest.mid, layout.tops[0], layout.bottom)
    heaviest = max(row.weight for row in forest.rows)
    for place, row in enumerate(forest.rows):
        _draw_texts(canvas, layout, place)
        _draw_trial(canvas, layout, place, row, heaviest)
    if forest.average:
        _draw_average(canvas, forest, layout, forest.average)
    _draw_axis(canvas, forest, layout)
    _draw_notes(canvas, layout)
    draw_key(canvas, layout.key_top, key)
    return canvas


def _draw_stripes(canvas: Canvas, layout: Layout) -> None:
    """Shade every other row, to lead the eye across."""
    for top, height in list(zip(layout.tops, layout.heights, strict=True))[1::2]:
        canvas.box(0, top, layout.width, top + height, colour=STRIPE)


def _draw_header(canvas: Canvas, layout: Layout) -> None:
    floor = layout.tops[0] - PADDING
    for column in layout.columns.values():
        for place, line in enumerate(reversed(column.header)):
            y = floor - HEADER_LINE * place
            canvas.text(column.anchor, y, line, size=SMALL, colour=INK, align=column.align, bold=True)
    first, second = layout.columns["n1"], layout.columns["n2"]
    over = floor - HEADER_LINE * max(len(first.header), len(second.header))
    middle = (first.left + second.right) / 2
    canvas.text(middle, over - 1, "People", size=SMALL, colour=INK, align="center", bold=True)
    canvas.line((first.left, over + 2.2), (second.right, over + 2.2), colour=RULE, width=0.8)
    canvas.line((0, floor + 4), (layout.width, floor + 4), colour=INK, width=0.8)


def _draw_texts(canvas: Canvas, layout: Layout, place: int) -> None:
    """Write the cells of one trial, each block of lines around the middle of the row."""
    middle = layout.tops[place] + layout.heights[place] / 2
    for column in layout.columns.values():
        lines = column.cells[place] if column.cells else ()
        for number, line in enumerate(lines):
            y = middle + LINE * (number - (len(lines) - 1) / 2) + BASELINE
            canvas.text(column.anchor, y, line, size=SIZE, colour=INK, align=column.align)


def _draw_trial(canvas: Canvas, layout: Layout, place: int, row: ForestRow, heaviest: float) -> None:
    y = layout.tops[place] + layout.heights[place] / 2
    effects.interval(canvas, layout.axis, row.ci_low, row.ci_high, y, colour=effects.SINGLE)
    effects.square(canvas, layout.axis.place(row.estimate), y, marks.square_side(row.weight, heaviest))
    marks.risk_disc(canvas, layout.columns["risk"].anchor, y, row.risk)


def _draw_average(canvas: Canvas, forest: Forest, layout: Layout, average: Average) -> None:
    canvas.line((0, layout.average_top), (layout.width, layout.average_top), colour=RULE, width=0.8)
    y = (layout.average_top + layout.prediction_top) / 2
    for number, line in enumerate(layout.average_lines):
        shift = LINE * (number - (len(layout.average_lines) - 1) / 2) + BASELINE
        canvas.text(MARGIN, y + shift, line, size=SIZE, colour=INK, bold=True)
    effect = numbers.with_bounds(average.estimate, average.ci_low, average.ci_high, forest.measure)
    texts = {"n1": numbers.count(average.n1), "n2": numbers.count(average.n2), "effect": effect}
    for name, text in texts.items():
        column = layout.columns[name]
        canvas.text(column.anchor, y + BASELINE, text, size=SIZE, colour=INK, align=column.align, bold=True)
    effects.diamond(canvas, layout.axis, average.estimate, average.ci_low, average.ci_high, y)
    if average.is_predictive:
        y = layout.prediction_top + (LINE + PADDING) / 2
        span = numbers.span(average.pi_low, average.pi_high, forest.measure)
        column = layout.columns["effect"]
        canvas.text(MARGIN, y + BASELINE, forest.prediction_label, size=SIZE, colour=INK)
        canvas.text(column.anchor, y + BASELINE, span, size=SIZE, colour=INK, align=column.align)
        marks.prediction(canvas, layout.axis, average.pi_low, average.pi_high, y)


def _draw_axis(canvas: Canvas, forest: Forest, layout: Layout) -> None:
    sides = forest.intervention, forest.comparator
    effects.scale(canvas, layout.axis, layout.bottom, forest.measure, sides, layout.width)


def _draw_notes(canvas: Canvas, layout: Layout) -> None:
    for place, line in enumerate(layout.notes):
        canvas.text(MARGIN, layout.bottom + LINE * (place + 1), line, size=SMALL, colour=MUTED)
