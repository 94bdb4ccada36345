"""A plane with two axes, for pictures in which each trial or set of trials is a point."""

from collections.abc import Sequence
from dataclasses import dataclass

from ipt_evidence.reporting.curves.frame import WIDTH, axis_over, draw_key, height_of_key
from ipt_evidence.reporting.drawing.axis import Axis, ticks_from_zero
from ipt_evidence.reporting.drawing.canvas import Canvas, text_width
from ipt_evidence.reporting.drawing.effects import BASELINE
from ipt_evidence.reporting.drawing.key import Entry
from ipt_evidence.reporting.drawing.style import INK, LINE, MARGIN, MUTED, RULE, SMALL

LEFT, RIGHT, BOTTOM = 42.0, WIDTH - MARGIN, 155.0
"""Edges of the plane in points; its top is at the margin."""

FOOT = 2.4 * LINE
"""Room for the figures and the name of the lower axis."""

BESIDE, CLEAR = 6.0, 3.5
"""Distance of a name from its point, and half the width kept free around a point."""

SHIFTS = tuple(1.1 * SMALL * lines for lines in (0, -1, 1, -2, 2, -3, 3))
"""How far a name may stand above or below its point, the best place first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """A canvas with two axes drawn on it.

    Attributes
    ----------
    canvas : Canvas
        Where marks are drawn.
    across, up : Axis
        The axes.
    """

    canvas: Canvas
    across: Axis
    up: Axis

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies on the canvas."""
        return self.across.place(x), self.up.place(y)


def across_effects(measure: str, effects: Sequence[float]) -> Axis:
    """Lay out the lower axis so that it shows all effects and no difference."""
    return axis_over(measure, effects, left=LEFT, right=RIGHT - MARGIN)


def across_from_zero(most: float) -> Axis:
    """Lay out the lower axis from zero."""
    return _from_zero(most, LEFT, RIGHT)


def up_from_zero(most: float) -> Axis:
    """Lay out the upward axis from zero."""
    return _from_zero(most, BOTTOM, MARGIN)


def _from_zero(most: float, left: float, right: float) -> Axis:
    # Trials that are all alike, up to rounding, pull nothing.
    high = 1.05 * most if most > 1e-9 else 1.0
    return Axis(low=0.0, high=high, ticks=ticks_from_zero(high, most=5), left=left, right=right)


def plane(across: Axis, up: Axis, names: tuple[str, str], key: list[Entry]) -> Plane:
    """Draw two axes with their names, and the key under them."""
    canvas = Canvas(WIDTH, BOTTOM + FOOT + height_of_key(key))
    for value, words in across.ticks:
        x = across.place(value)
        canvas.line((x, BOTTOM), (x, BOTTOM + 3), colour=INK, width=0.8)
        canvas.text(x, BOTTOM + LINE, words, size=SMALL, colour=INK, align="center")
    for value, words in up.ticks:
        y = up.place(value)
        canvas.line((LEFT, y), (RIGHT, y), colour=INK if value == 0 else RULE, width=0.4)
        canvas.text(LEFT - 4, y + BASELINE, words, size=SMALL, colour=INK, align="right")
    canvas.line((LEFT, BOTTOM), (LEFT, MARGIN), colour=INK, width=0.8)
    canvas.text((LEFT + RIGHT) / 2, BOTTOM + 2.1 * LINE, names[0], size=SMALL, colour=MUTED, align="center")
    centre = (BOTTOM + MARGIN + text_width(names[1], SMALL, bold=True)) / 2
    canvas.upward(MARGIN + SMALL, centre, names[1], size=SMALL, colour=MUTED)
    draw_key(canvas, BOTTOM + FOOT, key)
    return Plane(canvas=canvas, across=across, up=up)


def name_points(drawn: Plane, points: Sequence[tuple[float, float]], named: Sequence[tuple[float, float, str]]) -> None:
    """Write names beside some of the points, where they lie over no point and no other name as far as there is room.

    Parameters
    ----------
    drawn : Plane
        The plane.
    points : sequence of (float, float)
        All points, in the units of the axes.
    named : sequence of (float, float, str)
        Those with a name.
    """
    taken = [_box(x - CLEAR, y - CLEAR, 2 * CLEAR, 2 * CLEAR) for x, y in (drawn.point(*one) for one in points)]
    for across, up, words in named:
        x, y = drawn.point(across, up)
        width = text_width(words, SMALL)
        places = [
            _box(left, y + shift - SMALL / 2, width, SMALL)
            for shift in SHIFTS
            for left in (x + BESIDE, x - BESIDE - width)
            if left >= LEFT and left + width <= RIGHT and MARGIN <= y + shift <= BOTTOM
        ] or [_box(min(x + BESIDE, RIGHT - width), y - SMALL / 2, width, SMALL)]
        best = min(places, key=lambda place: sum(_meet(place, other) for other in taken))
        drawn.canvas.text(best[0], best[1] + SMALL / 2 + BASELINE, words, size=SMALL, colour=INK)
        taken.append(best)


def _box(left: float, top: float, width: float, height: float) -> tuple[float, float, float, float]:
    return left, top, left + width, top + height


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
