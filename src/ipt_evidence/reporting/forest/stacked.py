"""Draw a forest plot for narrow windows: each trial by name, and its effect under the name."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import Axis
from ipt_evidence.reporting.drawing.canvas import Canvas, text_width, wrap
from ipt_evidence.reporting.drawing.key import draw_wrapped, wrapped
from ipt_evidence.reporting.drawing.style import GAP, INK, LINE, MARGIN, MUTED, PADDING, RULE, SIZE, SMALL, STRIPE
from ipt_evidence.reporting.forest import marks
from ipt_evidence.reporting.forest.content import Average, Forest, ForestRow
from ipt_evidence.reporting.forest.key import key_of_marks, key_of_risks
from ipt_evidence.reporting.forest.layout import AXIS_LINES, axis_of
from ipt_evidence.words import numbers

WIDTH = 246.0
"""Width in points: what a phone shows without scrolling."""

STRIP = 15.0
"""Height of the strip in which an effect lies."""

DISC = 14.0
"""Room at the right edge for the judgement on risk of bias."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its words, how they look, and words at the right end of it."""

    words: str
    size: float = SIZE
    colour: str = INK
    bold: bool = False
    end: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of text over a strip of the plot, with what is drawn in it: a trial, the average or the prediction."""

    lines: list[Line] = field(default_factory=list)
    trial: ForestRow | None = None
    average: Average | None = None
    prediction: Average | None = None

    @property
    def height(self) -> float:
        """Height in points."""
        return PADDING + LINE * len(self.lines) + STRIP


def stacked_canvas(forest: Forest) -> Canvas:
    """Draw a forest plot so that a narrow window shows all of it."""
    blocks = list(_blocks(forest))
    axis = axis_of(forest, MARGIN + GAP, WIDTH - MARGIN - GAP)
    bottom = MARGIN + sum(block.height for block in blocks) + PADDING
    notes = [line for note in forest.notes for line in wrap(note, WIDTH - 2 * MARGIN, SMALL)]
    key = wrapped([*key_of_marks(forest, axis), *key_of_risks(forest)], WIDTH)
    notes_top = bottom + LINE * AXIS_LINES
    key_top = notes_top + LINE * len(notes) + PADDING
    canvas = Canvas(WIDTH, key_top + LINE * sum(len(lines) for _, lines in key) + MARGIN)
    heaviest, top = max(row.weight for row in forest.rows), MARGIN
    for place, block in enumerate(blocks):
        if place % 2:
            canvas.box(0, top, WIDTH, top + block.height, colour=STRIPE)
        if block.average:
            canvas.line((0, top), (WIDTH, top), colour=RULE, width=0.8)
        _draw_lines(canvas, block, top)
        _draw_strip(canvas, forest, axis, block, top + block.height - STRIP, heaviest)
        top += block.height
    effects.scale(canvas, axis, bottom, forest.measure, (forest.intervention, forest.comparator), WIDTH)
    for place, line in enumerate(notes, start=1):
        canvas.text(MARGIN, notes_top + LINE * place, line, size=SMALL, colour=MUTED)
    draw_wrapped(canvas, key_top, key)
    return canvas


def _blocks(forest: Forest) -> Iterator[Block]:
    for row in forest.rows:
        found = numbers.with_bounds(row.estimate, row.ci_low, row.ci_high, forest.measure)
        people = f"{numbers.count(row.n1)} v {numbers.count(row.n2)} people"
        facts = f"{row.arms}; {people}; weight {numbers.weight(row.weight)}"
        yield Block([*_headed(row.label, found, DISC), *_small(facts, DISC)], trial=row)
    if average := forest.average:
        found = numbers.with_bounds(average.estimate, average.ci_low, average.ci_high, forest.measure)
        people = f"{numbers.count(average.n1)} v {numbers.count(average.n2)} people"
        yield Block([*_headed(average.label, found, 0.0), *_small(people, 0.0)], average=average)
        if average.is_predictive:
            span = numbers.span(average.pi_low, average.pi_high, forest.measure)
            yield Block(_headed(forest.prediction_label, span, 0.0), prediction=average)


def _headed(name: str, found: str, kept: float) -> list[Line]:
    """Set a name with what was found: at the end of its last line if there is room, else under it."""
    width = WIDTH - 2 * MARGIN - kept
    lines = [Line(line, bold=True) for line in wrap(name, width, SIZE, bold=True)]
    room = width - text_width(lines[-1].words, SIZE, bold=True) - GAP
    if text_width(found, SIZE) <= room:
        return [*lines[:-1], Line(lines[-1].words, bold=True, end=found)]
    return [*lines, Line(found)]


def _small(words: str, kept: float) -> list[Line]:
    return [Line(line, SMALL, MUTED) for line in wrap(words, WIDTH - 2 * MARGIN - kept, SMALL)]


def _draw_lines(canvas: Canvas, block: Block, top: float) -> None:
    end = WIDTH - MARGIN - (DISC if block.trial else 0.0)
    for place, line in enumerate(block.lines, start=1):
        y = top + PADDING / 2 + LINE * place - effects.BASELINE / 2
        canvas.text(MARGIN, y, line.words, size=line.size, colour=line.colour, bold=line.bold)
        if line.end:
            canvas.text(end, y, line.end, size=line.size, colour=INK, align="right")
    if block.trial:
        marks.risk_disc(canvas, WIDTH - MARGIN - 5.2, top + PADDING / 2 + LINE - 4.6, block.trial.risk)


def _draw_strip(canvas: Canvas, forest: Forest, axis: Axis, block: Block, top: float, heaviest: float) -> None:
    """Draw an effect between the lines of no difference and of the smallest important difference."""
    marks.reference_lines(canvas, axis, forest.mid, top, top + STRIP)
    y = top + STRIP / 2
    if row := block.trial:
        effects.interval(canvas, axis, row.ci_low, row.ci_high, y, colour=effects.SINGLE)
        effects.square(canvas, axis.place(row.estimate), y, marks.square_side(row.weight, heaviest))
    if one := block.average:
        effects.diamond(canvas, axis, one.estimate, one.ci_low, one.ci_high, y)
    if one := block.prediction:
        marks.prediction(canvas, axis, one.pi_low, one.pi_high, y)
