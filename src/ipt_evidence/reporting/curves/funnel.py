"""A funnel plot with contours of significance, and what adjusting for small-study effects would add."""

from collections.abc import Sequence
from dataclasses import dataclass

from scipy.special import ndtri

from ipt_evidence.reporting.curves.frame import AXIS_ROOM, LEFT, WIDTH, axis_over, draw_key, height_of_key
from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import Axis, ticks_from_zero
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.key import Entry, dot, swatch, upright
from ipt_evidence.reporting.drawing.style import INK, LINE, MARGIN, MUTED, PAPER, SMALL
from ipt_evidence.words import numbers

HEIGHT, DOT = 150.0, 2.6
"""Height of the plot, and the radius of a trial, in points."""

CONTOURS = ((0.01, "#e6f1f5"), (0.05, "#dfe5ec"), (0.10, PAPER))
"""Two-sided p-values of a single trial, and the colour of what lies inside of each."""

FILLED, EXTRAPOLATED = "#b45309", "#6b7684"


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """What a funnel plot shows; effects on the scale of the tables.

    Attributes
    ----------
    measure : str
        Measure of the effects.
    sides : tuple of str
        What is favoured above no difference, and below.
    trials, added : sequence of (float, float)
        Effect and standard error of each trial, and of those that trim and fill adds.
    average, filled, extrapolated : float
        The average, and those of trim and fill and of PET-PEESE.
    """

    measure: str
    sides: tuple[str, str]
    trials: Sequence[tuple[float, float]]
    added: Sequence[tuple[float, float]]
    average: float
    filled: float
    extrapolated: float


def funnel_canvas(funnel: Funnel) -> Canvas:
    """Draw a funnel plot: precise trials at the top."""
    points = [*funnel.trials, *funnel.added]
    values = [*(effect for effect, _ in points), funnel.average, funnel.filled, funnel.extrapolated]
    axis, deepest = axis_over(funnel.measure, values, left=LEFT), 1.05 * max(error for _, error in points)
    top, bottom = MARGIN + LINE, MARGIN + LINE + HEIGHT
    key = _key(funnel)
    canvas = Canvas(WIDTH, bottom + AXIS_ROOM + height_of_key(key))
    for p_value, colour in CONTOURS:
        reach = float(ndtri(1 - p_value / 2))
        canvas.polygon(
            [(axis.place(x), top + HEIGHT * y / deepest) for x, y in _cone(axis, reach, deepest)], colour=colour
        )
    _draw_errors(canvas, deepest, top)
    reference: tuple[tuple[float, str, float, tuple[float, float] | None], ...] = (
        (0.0, INK, 0.8, None),
        (funnel.average, effects.AVERAGE, 1.4, None),
        (funnel.filled, FILLED, 1.0, (4, 2)),
        (funnel.extrapolated, EXTRAPOLATED, 1.0, (1.5, 1.5)),
    )
    for value, colour, width, dashes in reference:
        x = axis.place(value)
        canvas.line((x, top), (x, bottom), colour=colour, width=width, dashes=dashes)
    for found, colour in ((funnel.added, PAPER), (funnel.trials, effects.SINGLE)):
        for effect, error in found:
            canvas.disc(axis.place(effect), top + HEIGHT * error / deepest, DOT, colour=colour, edge=effects.SINGLE)
    effects.scale(canvas, axis, bottom, funnel.measure, funnel.sides, WIDTH)
    draw_key(canvas, bottom + AXIS_ROOM, key)
    return canvas


def _cone(axis: Axis, reach: float, deepest: float) -> list[tuple[float, float]]:
    """Return the corners of where a trial is not significant, as effect and standard error, cut off at the axis."""
    right, left = (min(abs(end) / reach, deepest) for end in (axis.high, axis.low))
    below = [(axis.high, deepest)] if right < deepest else []
    below += [(axis.low, deepest)] if left < deepest else []
    return [(0.0, 0.0), (right * reach, right), *below, (-left * reach, left)]


def _draw_errors(canvas: Canvas, deepest: float, top: float) -> None:
    """Write the standard errors beside the plot."""
    canvas.text(MARGIN, top - 6, "standard error", size=SMALL, colour=MUTED)
    for error, words in ticks_from_zero(deepest, most=4):
        y = top + HEIGHT * error / deepest
        canvas.line((LEFT - 3, y), (LEFT, y), colour=INK, width=0.8)
        canvas.text(LEFT - 5, y + effects.BASELINE, words, size=SMALL, colour=INK, align="right")


def _key(funnel: Funnel) -> list[Entry]:
    shown = {
        name: numbers.effect(getattr(funnel, name), funnel.measure) for name in ("average", "filled", "extrapolated")
    }
    entries = [
        dot(DOT, effects.SINGLE, "one trial"),
        upright(effects.AVERAGE, f"average {shown['average']}"),
        upright(FILLED, f"average {shown['filled']} by trim and fill", dashes=(4, 2)),
        upright(EXTRAPOLATED, f"{shown['extrapolated']} by PET-PEESE", dashes=(1.5, 1.5)),
        swatch(CONTOURS[0][1], "there a trial by itself has p from 0.01 to 0.05"),
        swatch(CONTOURS[1][1], "there a trial by itself has p from 0.05 to 0.10"),
    ]
    if funnel.added:
        words = f"{numbers.counted(len(funnel.added), 'trial')} that trim and fill adds; nobody has seen them"
        entries.insert(1, dot(DOT, PAPER, words, edge=effects.SINGLE))
    return entries
