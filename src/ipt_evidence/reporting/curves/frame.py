"""What these pictures share: the width of a phone, an effect axis with its reference lines, and words under it."""

from collections.abc import Sequence

from ipt_evidence.reporting.drawing.axis import Axis, axis_for
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.effects import BASELINE
from ipt_evidence.reporting.drawing.key import Entry, draw_wrapped, wrapped
from ipt_evidence.reporting.drawing.style import GAP, INK, LINE, MARGIN, RULE, SMALL

WIDTH = 250.0
"""Width in points: what a phone shows without scrolling."""

LEFT = MARGIN + 30
"""Left edge of a plot beside an axis that runs up the page, in points."""

AXIS_ROOM, KEY_GAP = 4.8 * LINE, 4.0
"""Room under an axis for its figures and directions, and above the key."""


def axis_over(measure: str, values: Sequence[float], *, left: float, right: float = WIDTH - MARGIN - GAP) -> Axis:
    """Lay out an axis on which all values are seen whole."""
    return axis_for(measure, values, [(value, value) for value in values], left=left, right=right)


def height_of_key(entries: list[Entry]) -> float:
    """Return how high a key is, in points."""
    return KEY_GAP + LINE * sum(len(lines) for _, lines in wrapped(entries, WIDTH)) + MARGIN


def draw_key(canvas: Canvas, top: float, entries: list[Entry]) -> None:
    """Draw a key, an entry a line."""
    draw_wrapped(canvas, top + KEY_GAP, wrapped(entries, WIDTH))


def draw_upward_scale(canvas: Canvas, axis: Axis) -> None:
    """Draw an axis that runs up the page, with a line across at each figure."""
    for value, words in axis.ticks:
        y = axis.place(value)
        canvas.line((LEFT - 3, y), (WIDTH - MARGIN, y), colour=INK if value == 0 else RULE, width=0.6)
        canvas.text(LEFT - 5, y + BASELINE, words, size=SMALL, colour=INK, align="right")
