"""The effect of each trial by the number of sessions it planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from ipt_evidence.reporting.curves.frame import LEFT, WIDTH, draw_key, draw_upward_scale, height_of_key
from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import Axis, axis_for, ticks_from_zero
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.key import Entry, upright
from ipt_evidence.reporting.drawing.style import INK, LINE, MARGIN, MUTED, SMALL
from ipt_evidence.reporting.forest.marks import square_side
from ipt_evidence.words import numbers

HEIGHT = 140.0
"""Height of the plot, in points."""


@dataclass(frozen=True, slots=True)
class Dose:
    """A trial by its dose.

    Attributes
    ----------
    sessions : int
        Sessions planned.
    estimate, ci_low, ci_high : float
        Its effect with its interval, on the scale of the tables.
    weight : float
        Its weight in the answer.
    """

    sessions: int
    estimate: float
    ci_low: float
    ci_high: float
    weight: float


def dose_canvas(found: Sequence[Dose], measure: str) -> Canvas:
    """Draw each trial over its number of sessions: a square by weight, with its interval."""
    top, bottom = MARGIN, MARGIN + HEIGHT
    intervals = [(one.ci_low, one.ci_high) for one in found]
    axis = axis_for(measure, [one.estimate for one in found], intervals, left=bottom, right=top)
    most = 1.05 * max(one.sessions for one in found)
    across = Axis(low=0.0, high=most, ticks=ticks_from_zero(most, least=1.0), left=LEFT, right=WIDTH - MARGIN)
    beyond = "; cut where it leaves the picture" if axis.cuts(*chain(*intervals)) else ""
    name = f"one trial, area by weight ({numbers.MEASURES[measure].name})"
    key = [
        Entry(draw=lambda c, x, y: effects.square(c, x, y, 7), words=name),
        upright(effects.SINGLE, f"its interval{beyond}", width=0.8),
    ]
    below = bottom + 2.3 * LINE
    canvas = Canvas(WIDTH, below + height_of_key(key))
    draw_upward_scale(canvas, axis)
    for value, words in across.ticks:
        canvas.text(across.place(value), bottom + LINE, words, size=SMALL, colour=INK, align="center")
    canvas.text((LEFT + WIDTH - MARGIN) / 2, below, "sessions planned", size=SMALL, colour=MUTED, align="center")
    heaviest = max(one.weight for one in found)
    for one in found:
        x = across.place(one.sessions)
        canvas.line((x, axis.place(one.ci_low)), (x, axis.place(one.ci_high)), colour=effects.SINGLE, width=0.8)
        effects.square(canvas, x, axis.place(one.estimate), square_side(one.weight, heaviest))
    draw_key(canvas, below, key)
    return canvas
