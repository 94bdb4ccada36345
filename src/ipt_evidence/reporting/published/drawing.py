"""Draw published results and our answers on one axis: a block for each question, ours first."""

from collections.abc import Sequence
from dataclasses import dataclass

from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import Axis, axis_for
from ipt_evidence.reporting.drawing.canvas import Canvas, text_width, wrap
from ipt_evidence.reporting.drawing.effects import BASELINE
from ipt_evidence.reporting.drawing.key import Entry, broken, draw_key
from ipt_evidence.reporting.drawing.style import GAP, INK, LINE, MARGIN, PADDING, PAPER, RULE, SIZE
from ipt_evidence.reporting.published.results import Drawn
from ipt_evidence.words import numbers

PLOT_WIDTH = 260.0
"""Width of the plot itself."""

AXIS_LINES = 3.6
"""Lines under the axis: figures, directions, name of the measure."""

SIDE = 6.5
"""Side of the square of a published result."""

SIDES = ("the first-named side", "the second")


@dataclass(frozen=True, slots=True)
class Line:
    """A result in the picture.

    Attributes
    ----------
    label : str
        Whose it is.
    result : Drawn
        The result, on the scale of our tables.
    """

    label: str
    result: Drawn


@dataclass(frozen=True, slots=True)
class Block:
    """One question with the results on it.

    Attributes
    ----------
    question : str
        What is asked.
    ours : Line
        Our answer; it has an interval.
    published : tuple of Line
        The published results; at least one.
    """

    question: str
    ours: Line
    published: tuple[Line, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """All results, ours first."""
        return (self.ours, *self.published)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where things lie, in points."""

    width: float
    figures: float
    axis: Axis
    bottom: float


def published_canvas(measure: str, level: float, blocks: Sequence[Block]) -> Canvas:
    """Draw the results on one measure, ours at one level of coverage; :meth:`Canvas.svg` makes an element of a page."""
    layout = _layout(measure, blocks)
    key = broken(_key(layout.axis, level, blocks), layout.width)
    key_top = layout.bottom + LINE * AXIS_LINES + 10
    canvas = Canvas(layout.width, key_top + LINE * len(key) + MARGIN)
    null = layout.axis.place(0.0)
    canvas.line((null, MARGIN), (null, layout.bottom), colour=INK, width=0.8)
    top = MARGIN
    for block in blocks:
        top = _draw_block(canvas, layout, measure, block, top)
    effects.scale(canvas, layout.axis, layout.bottom, measure, SIDES, layout.width)
    draw_key(canvas, key_top, key)
    return canvas


def _layout(measure: str, blocks: Sequence[Block]) -> _Layout:
    lines = [line for block in blocks for line in block.lines]
    labels = max(text_width(line.label, SIZE, bold=True) for line in lines)
    figures = max(text_width(line.result.written(measure), SIZE, bold=True) for line in lines)
    left = MARGIN + labels + GAP
    axis = axis_for(
        measure,
        [line.result.estimate for line in lines],
        [(line.result.low, line.result.high) for line in lines if line.result.has_interval],
        left=left,
        right=left + PLOT_WIDTH,
    )
    width = axis.right + GAP + figures + MARGIN
    return _Layout(
        width=width,
        figures=width - MARGIN,
        axis=axis,
        bottom=MARGIN + sum(_height(block, width) for block in blocks) + 2,
    )


def _heading(block: Block, width: float) -> list[str]:
    return wrap(block.question, width - 2 * MARGIN, SIZE, bold=True)


def _height(block: Block, width: float) -> float:
    return LINE * len(_heading(block, width)) + (LINE + PADDING) * len(block.lines) + 2 * PADDING


def _draw_block(canvas: Canvas, layout: _Layout, measure: str, block: Block, top: float) -> float:
    """Draw one question and return how far down the next one begins."""
    heading, bottom = _heading(block, layout.width), top + _height(block, layout.width)
    # The line of no difference does not run through words.
    canvas.box(0, top, layout.width, top + LINE * len(heading) + PADDING, colour=PAPER)
    canvas.line((0, top), (layout.width, top), colour=RULE, width=0.8)
    for place, text in enumerate(heading):
        canvas.text(MARGIN, top + LINE * (place + 0.5) + BASELINE + 2, text, size=SIZE, colour=INK, bold=True)
    y = top + LINE * len(heading) + PADDING + (LINE + PADDING) / 2
    for line in block.lines:
        _draw_line(canvas, layout, measure, line, y, is_ours=line is block.ours)
        y += LINE + PADDING
    return bottom


def _draw_line(canvas: Canvas, layout: _Layout, measure: str, line: Line, y: float, *, is_ours: bool) -> None:
    axis, result = layout.axis, line.result
    canvas.text(MARGIN, y + BASELINE, line.label, size=SIZE, colour=INK)
    canvas.text(layout.figures, y + BASELINE, result.written(measure), size=SIZE, colour=INK, align="right")
    if is_ours:
        effects.diamond(canvas, axis, result.estimate, result.low, result.high, y)
        return
    if result.has_interval:
        effects.interval(canvas, axis, result.low, result.high, y, colour=effects.SINGLE)
    effects.square(canvas, axis.place(result.estimate), y, SIDE)


def _key(axis: Axis, level: float, blocks: Sequence[Block]) -> list[Entry]:
    """List the marks that the picture shows."""
    bounds = (bound for block in blocks for line in block.lines for bound in (line.result.low, line.result.high))
    return [
        Entry(draw=effects.diamond_of_key, words=f"our answer with {numbers.percent(100 * level)} CI"),
        Entry(
            draw=lambda c, x, y: effects.square(c, x, y, SIDE),
            words="published result, with its 95% interval where it prints one",
        ),
        *effects.beyond(axis, *bounds),
    ]
