"""The marks of a forest plot: squares with whiskers, diamond, prediction bar, discs for risk of bias."""

from math import sqrt

from ipt_evidence.reporting.drawing.axis import Axis
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.marks import arrowhead
from ipt_evidence.reporting.drawing.style import INK, MUTED
from ipt_evidence.words import labels

TRIAL, AVERAGE, PREDICTION, IMPORTANT = "#1f6f8b", "#12324a", "#b45309", "#6b7684"

RISK_COLOURS = {
    "low": ("#1a7f4b", "#ffffff"),
    "some_concerns": ("#f2c53d", INK),
    "high_or_unclear": ("#e2893b", INK),
    "high": ("#b3261e", "#ffffff"),
    "unknown": ("#e6e9ed", INK),
}
"""Per judgement of a trial: colour of the disc and of its letter, as in the style sheet of the pages."""

LARGEST_SQUARE, SMALLEST_SQUARE = 11.0, 2.5
DIAMOND, BAR, ARROW = 5.5, 2.2, 4.5
"""Half heights of the diamond and the prediction bar, and the length of an arrowhead."""


def square_side(weight: float, heaviest: float) -> float:
    """Return the side of a trial's square: area proportional to weight, down to a size still seen."""
    return max(SMALLEST_SQUARE, LARGEST_SQUARE * sqrt(weight / heaviest))


def square(canvas: Canvas, x: float, y: float, side: float) -> None:
    """Draw the square of a trial around its effect."""
    half = side / 2
    canvas.box(x - half, y - half, x + half, y + half, colour=TRIAL)


def interval(canvas: Canvas, axis: Axis, low: float, high: float, y: float, *, colour: str, width: float = 1.2) -> None:
    """Draw an interval as far as the axis reaches, with an arrowhead where it goes on."""
    start, end = axis.place(low), axis.place(high)
    canvas.line((start, y), (end, y), colour=colour, width=width)
    if low < axis.low:
        arrow(canvas, start, y, -1, colour=colour)
    if high > axis.high:
        arrow(canvas, end, y, 1, colour=colour)


def arrow(canvas: Canvas, x: float, y: float, side: int, *, colour: str) -> None:
    """Draw an arrowhead whose tip is at ``x``, pointing left (-1) or right (1)."""
    arrowhead(canvas, (x, y), (side, 0), length=ARROW, colour=colour)


def diamond(canvas: Canvas, axis: Axis, estimate: float, low: float, high: float, y: float) -> None:
    """Draw the average with its interval; what is beyond the axis is cut off and gets an arrowhead."""
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


def prediction(canvas: Canvas, axis: Axis, low: float, high: float, y: float) -> None:
    """Draw the prediction interval as a bar."""
    interval(canvas, axis, low, high, y, colour=PREDICTION, width=2 * BAR)


def risk_disc(canvas: Canvas, x: float, y: float, risk: str) -> None:
    """Draw the judgement on risk of bias as a disc with a letter: its meaning does not hang on the colour."""
    colour, ink = RISK_COLOURS[risk]
    canvas.disc(x, y, 5.2, colour=colour, edge=MUTED if risk == "unknown" else colour)
    canvas.text(x, y + 2.6, labels.RISK_LETTERS[risk], size=7, colour=ink, align="center", bold=True)
