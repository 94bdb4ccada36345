"""The marks of the gap map: a disc filled by quarters for strength, its area for the number of people."""

from math import cos, pi, sin, sqrt

from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.style import MUTED, PAPER

UNASKED = "#dfe5ec"

STRENGTH_MARKS = {
    "strong": (4, "#1a7f4b"),
    "moderate": (3, "#1f6f8b"),
    "limited": (2, "#b45309"),
    "insufficient": (1, "#525c6b"),
}
"""Per label of strength: quarters of the disc that are filled, and colour."""

LARGEST, FEWEST, MOST = 7.4, 100.0, 1000.0
"""Largest radius in points, and the numbers of people below and above which the area changes no more."""

STEPS = 8
"""Corners by which a quarter of a circle is drawn."""


def radius(people: float) -> float:
    """Return the radius of a disc whose area stands for a number of people; few if that is not known."""
    known = people if people == people else 0.0
    return LARGEST * sqrt(min(max(known, FEWEST), MOST) / MOST)


def strength_disc(canvas: Canvas, x: float, y: float, strength: str, size: float) -> None:
    """Draw a disc filled clockwise from the top by as many quarters as the answer is strong."""
    quarters, colour = STRENGTH_MARKS[strength]
    canvas.disc(x, y, size, colour=colour if quarters == 4 else PAPER, edge=colour)
    if quarters < 4:
        angles = [place * pi / 2 / STEPS for place in range(quarters * STEPS + 1)]
        rim = [(x + size * sin(angle), y - size * cos(angle)) for angle in angles]
        canvas.polygon([(x, y), *rim], colour=colour)


def empty_ring(canvas: Canvas, x: float, y: float) -> None:
    """Draw what was asked and has no trial."""
    canvas.disc(x, y, radius(0), colour=PAPER, edge=MUTED)


def barred_ring(canvas: Canvas, x: float, y: float) -> None:
    """Draw what was asked and has results, none of which could be used."""
    empty_ring(canvas, x, y)
    reach = radius(0) / sqrt(2)
    canvas.line((x - reach, y + reach), (x + reach, y - reach), colour=MUTED, width=1.0)
