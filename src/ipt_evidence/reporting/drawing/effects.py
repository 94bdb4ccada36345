"""Marks along an effect axis: squares with whiskers, diamonds, and the axis itself with the two sides under it."""

from ipt_evidence.reporting.drawing.axis import Axis
from ipt_evidence.reporting.drawing.canvas import Canvas, text_width
from ipt_evidence.reporting.drawing.key import Entry
from ipt_evidence.reporting.drawing.marks import arrowhead
from ipt_evidence.reporting.drawing.style import GAP, INK, LINE, MARGIN, MUTED, SMALL
from ipt_evidence.words import numbers

SINGLE, AVERAGE = "#1f6f8b", "#12324a"
"""Colours of squares and of diamonds."""

DIAMOND, ARROW = 5.5, 4.5
"""Half height of a diamond, and the length of an arrowhead."""

BASELINE = 3.2
"""How far the baseline of a text lies under its middle, in points."""


def square(canvas: Canvas, x: float, y: float, side: float) -> None:
    """Draw a square around an effect."""
    half = side / 2
    canvas.box(x - half, y - half, x + half, y + half, colour=SINGLE)


def interval(canvas: Canvas, axis: Axis, low: float, high: float, y: float, *, colour: str, width: float = 1.2) -> None:
    """Draw an interval as far as the axis reaches, with an arrowhead where it goes on."""
    start, end = axis.place(low), axis.place(high)
    # The head of a bar stands out on both sides of it, and the bar ends where its head begins.
    head = max(ARROW, 2 * width)
    left, right = head if low < axis.low else 0.0, head if high > axis.high else 0.0
    canvas.line((start + left, y), (end - right, y), colour=colour, width=width)
    if left:
        arrow(canvas, start, y, -1, colour=colour, length=head)
    if right:
        arrow(canvas, end, y, 1, colour=colour, length=head)


def arrow(canvas: Canvas, x: float, y: float, side: int, *, colour: str, length: float = ARROW) -> None:
    """Draw an arrowhead whose tip is at ``x``, pointing left (-1) or right (1)."""
    arrowhead(canvas, (x, y), (side, 0), length=length, colour=colour)


def diamond(canvas: Canvas, axis: Axis, estimate: float, low: float, high: float, y: float) -> None:
    """Draw an average with its interval; what is beyond the axis is cut off and gets an arrowhead."""
    corners = [(axis.place(estimate), y - DIAMOND)]
    for bound, end, side in ((high, axis.high, 1), (low, axis.low, -1)):
        cut = bound > end if side > 0 else bound < end
        half = DIAMOND * (bound - end) / (bound - estimate) if cut else 0.0
        x = axis.place(bound)
        corners += [(x, y - side * half), (x, y + side * half)]
        corners += [(axis.place(estimate), y + DIAMOND)] if side > 0 else []
        if cut:
            arrow(canvas, x + side * ARROW, y, side, colour=AVERAGE)
    canvas.polygon(corners, colour=AVERAGE)


def diamond_of_key(canvas: Canvas, x: float, y: float) -> None:
    """Draw a diamond as a key shows it."""
    height = 0.8 * DIAMOND
    canvas.polygon([(x - 6, y), (x, y - height), (x + 6, y), (x, y + height)], colour=AVERAGE)


def _arrow_of_key(canvas: Canvas, x: float, y: float) -> None:
    canvas.line((x - 6, y), (x + 3, y), colour=INK, width=1.2)
    arrow(canvas, x + 6, y, 1, colour=INK)


def beyond(axis: Axis, *bounds: float) -> list[Entry]:
    """Return the entry of a key for ends of intervals that lie beyond an axis; none if none do."""
    return [Entry(draw=_arrow_of_key, words="goes on beyond the axis")] if axis.cuts(*bounds) else []


def scale(canvas: Canvas, axis: Axis, y: float, measure: str, sides: tuple[str, str], width: float) -> None:
    """Draw an axis with its figures, the side that each direction favours, and the name of the measure.

    Parameters
    ----------
    canvas : Canvas
        Where it is drawn.
    axis : Axis
        The axis.
    y : float
        How far down it lies.
    measure : str
        A measure of the tables.
    sides : tuple of str
        What is favoured above no difference, and below.
    width : float
        Width of the drawing; a label that would leave it is moved back.
    """
    canvas.line((axis.left, y), (axis.right, y), colour=INK, width=0.8)
    for value, words in axis.ticks:
        x = axis.place(value)
        canvas.line((x, y), (x, y + 3), colour=INK, width=0.8)
        canvas.text(x, y + LINE, words, size=SMALL, colour=INK, align="center")
    below = _directions(canvas, axis.place(0.0), y + 2.1 * LINE, sides, width)
    logarithmic = ", logarithmic axis" if numbers.MEASURES[measure].is_ratio else ""
    words = f"{numbers.MEASURES[measure].name}{logarithmic}"
    half = text_width(words, SMALL) / 2
    middle = min(max((axis.left + axis.right) / 2, MARGIN + half), width - MARGIN - half)
    canvas.text(middle, below + 1.1 * LINE, words, size=SMALL, colour=MUTED, align="center")


def left_end(null: float, side: str) -> float:
    """Return how far left the words for what is favoured below no difference reach, with their arrow, in points."""
    width = text_width(f"favours {side}", SMALL, bold=True)
    return max(null - GAP, MARGIN + GAP + width) - width - 15


def _directions(canvas: Canvas, null: float, y: float, sides: tuple[str, str], width: float) -> float:
    """Say which side each direction favours, on two lines where one is too short; return the last baseline."""
    right, left = (f"favours {side}" for side in sides)
    wide = {words: text_width(words, SMALL, bold=True) for words in (left, right)}
    end = max(null - GAP, MARGIN + GAP + wide[left])
    start = min(null + GAP, width - MARGIN - GAP - wide[right])
    lower = y + LINE if end + GAP / 2 > start else y
    canvas.text(end, y, left, size=SMALL, colour=INK, align="right", bold=True)
    canvas.text(start, lower, right, size=SMALL, colour=INK, bold=True)
    for x, line, side in ((end - wide[left] - 9, y, -1), (start + wide[right] + 9, lower, 1)):
        canvas.line((x - side * 6, line - 2.8), (x, line - 2.8), colour=INK)
        arrow(canvas, x, line - 2.8, side, colour=INK)
    return lower
