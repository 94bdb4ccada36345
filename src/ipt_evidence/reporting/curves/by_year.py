"""The answer as it would have been after each trial, in the order of their years."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ipt_evidence.reporting.curves.frame import AXIS_ROOM, WIDTH, draw_key, height_of_key
from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import axis_for
from ipt_evidence.reporting.drawing.canvas import Canvas, text_width
from ipt_evidence.reporting.drawing.key import Entry
from ipt_evidence.reporting.drawing.style import GAP, INK, LINE, MARGIN, SMALL

ROW = LINE
"""Height of a row."""


@dataclass(frozen=True, slots=True)
class Step:
    """The average after one more trial.

    Attributes
    ----------
    label : str
        The trial that was added, with its year.
    estimate, ci_low, ci_high : float
        The average of it and of all before it, on the scale of the tables.
    """

    label: str
    estimate: float
    ci_low: float
    ci_high: float


def by_year_canvas(steps: Sequence[Step], measure: str, sides: tuple[str, str]) -> Canvas:
    """Draw the averages one under the other."""
    left = MARGIN + min(max(text_width(step.label, SMALL) for step in steps), 0.42 * WIDTH) + GAP / 2
    intervals = [(step.ci_low, step.ci_high) for step in steps]
    axis = axis_for(measure, [step.estimate for step in steps], intervals, left=left, right=WIDTH - MARGIN - GAP)
    bottom = MARGIN + ROW * len(steps) + 4
    entries = [Entry(draw=_mark, words="average of this trial and all before it, with its interval")]
    entries += effects.beyond(axis, *chain(*intervals))
    canvas = Canvas(WIDTH, bottom + AXIS_ROOM + height_of_key(entries))
    canvas.line((axis.place(0.0), MARGIN), (axis.place(0.0), bottom), colour=INK, width=0.8)
    for place, step in enumerate(steps):
        y = MARGIN + ROW * (place + 0.5)
        canvas.text(
            MARGIN, y + effects.BASELINE - 0.4, _cut(step.label, left - GAP / 2 - MARGIN), size=SMALL, colour=INK
        )
        effects.interval(canvas, axis, step.ci_low, step.ci_high, y, colour=effects.AVERAGE)
        canvas.disc(axis.place(step.estimate), y, 2.4, colour=effects.AVERAGE, edge=effects.AVERAGE)
    effects.scale(canvas, axis, bottom, measure, sides, WIDTH)
    draw_key(canvas, bottom + AXIS_ROOM, entries)
    return canvas


def _cut(words: str, width: float) -> str:
    """Return a label that fits, its end cut where it is too long; the forest plot has it whole."""
    if text_width(words, SMALL) <= width:
        return words
    while words and text_width(f"{words}…", SMALL) > width:
        words = words[:-1]
    return f"{words.rstrip()}…"


def _mark(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - 6, y), (x + 6, y), colour=effects.AVERAGE, width=1.2)
    canvas.disc(x, y, 2.4, colour=effects.AVERAGE, edge=effects.AVERAGE)
