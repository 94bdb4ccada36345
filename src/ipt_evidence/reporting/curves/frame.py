"""What these pictures share: the width of a phone, an effect axis with its reference lines, and words under it."""

from collections.abc import Sequence

from ipt_evidence.reporting.drawing.axis import Axis, axis_for
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.key import Entry, draw_wrapped, wrapped
from ipt_evidence.reporting.drawing.style import GAP, INK, LINE, MARGIN

WIDTH = 250.0
"""Width in points: what a phone shows without scrolling."""

AXIS_ROOM, KEY_GAP = 4.8 * LINE, 4.0
"""Room under an axis for its figures and directions, and above the key."""


def axis_over(measure: str, values: Sequence[float], *, left: float, right: float = WIDTH - MARGIN - GAP) -> Axis:
    """Lay out an axis on which all values are seen whole."""
    return axis_for(measure, values, [(value, value) for value in values], [], None, left=left, right=right)


def height_of_key(entries: list[Entry]) -> float:
    """Return how high a key is, in points."""
    return KEY_GAP + LINE * sum(len(lines) for _, lines in wrapped(entries, WIDTH)) + MARGIN


def draw_key(canvas: Canvas, top: float, entries: list[Entry]) -> None:
    """Draw a key, an entry a line."""
    draw_wrapped(canvas, top + KEY_GAP, wrapped(entries, WIDTH))


def upright(canvas: Canvas, x: float, top: float, bottom: float, *, colour: str = INK,
            dashes: tuple[float, float] | None = None, width: float = 1.0) -> None:  # fmt: skip
    """Draw a line down the picture."""
    canvas.line((x, top), (x, bottom), colour=colour, width=width, dashes=dashes)


def dash_of_key(colour: str, dashes: tuple[float, float] | None = None) -> Entry:
    """Return an entry of a key, without words, that shows such a line."""
    return Entry(draw=lambda c, x, y: c.line((x, y - 5), (x, y + 5), colour=colour, dashes=dashes, width=1.2), words="")
