"""The marks of a forest plot besides squares, whiskers and diamonds: prediction bar, discs for risk of bias."""

from math import sqrt

from ipt_evidence.reporting.drawing.axis import Axis
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.effects import interval
from ipt_evidence.reporting.drawing.style import INK, MUTED, ON_BRIGHT, ON_DEEP
from ipt_evidence.words import labels

PREDICTION, IMPORTANT = "#b45309", "#6b7684"

RISK_COLOURS = {
    "low": ("#1a7f4b", ON_DEEP),
    "some_concerns": ("#f2c53d", ON_BRIGHT),
    "high_or_unclear": ("#e2893b", ON_BRIGHT),
    "high": ("#b3261e", ON_DEEP),
    "unknown": ("#e6e9ed", ON_BRIGHT),
}
"""Per judgement of a trial: colour of the disc and of its letter, as in the style sheet of the pages."""

LARGEST_SQUARE, SMALLEST_SQUARE = 11.0, 2.5
BAR = 2.2
"""Half height of the prediction bar."""


def square_side(weight: float, heaviest: float) -> float:
    """Return the side of a trial's square: area proportional to weight, down to a size still seen."""
    return max(SMALLEST_SQUARE, LARGEST_SQUARE * sqrt(weight / heaviest))


def reference_lines(canvas: Canvas, axis: Axis, mid: float | None, top: float, bottom: float) -> None:
    """Draw the line of no difference, and those of the smallest important difference either way."""
    for side in () if mid is None else (-mid, mid):
        x = axis.place(side)
        canvas.line((x, top), (x, bottom), colour=IMPORTANT, width=0.8, dashes=(3, 2))
    x = axis.place(0.0)
    canvas.line((x, top), (x, bottom), colour=INK, width=0.8)


def prediction(canvas: Canvas, axis: Axis, low: float, high: float, y: float) -> None:
    """Draw the prediction interval as a bar."""
    interval(canvas, axis, low, high, y, colour=PREDICTION, width=2 * BAR)


def risk_disc(canvas: Canvas, x: float, y: float, risk: str) -> None:
    """Draw the judgement on risk of bias as a disc with a letter: its meaning does not hang on the colour."""
    colour, ink = RISK_COLOURS[risk]
    canvas.disc(x, y, 5.2, colour=colour, edge=MUTED if risk == "unknown" else colour)
    canvas.text(x, y + 2.6, labels.RISK_LETTERS[risk], size=7, colour=ink, align="center", bold=True)
