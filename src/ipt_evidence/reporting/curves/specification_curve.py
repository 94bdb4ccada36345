"""A specification curve: the answer under every combination of defensible choices, with the label of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby

from ipt_evidence.reporting.curves.frame import WIDTH, draw_key, height_of_key
from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import Axis, axis_for
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.key import Entry
from ipt_evidence.reporting.drawing.style import INK, LINE, MARGIN, MUTED, RULE, SMALL
from ipt_evidence.words import labels, numbers

HEIGHT, LEFT, STRIP = 130.0, MARGIN + 30, 9.0
"""Height of the plot, its left edge, and the height of the strip of labels, in points."""

BAND, MARK = "#a9cbd8", "#b45309"

COLOURS = {
    "strong": "#1a7f4b", "moderate": "#1f6f8b", "limited": "#b45309", "insufficient": "#b9c0ca",
    "no_evidence": "#dfe5ec", "no_benefit": "#0b5d7a", "harm": "#b3261e", "no_difference": "#6b7684",
    "comparator_better": "#12324a", "little_difference": "#525c6b",
}  # fmt: skip
"""Colour of each label; the key says how often each occurs."""


@dataclass(frozen=True, slots=True)
class Specification:
    """The answer under one combination of choices.

    Attributes
    ----------
    estimate, ci_low, ci_high : float
        Average with its interval, on the scale of the tables.
    label : str
        Label of its rating.
    is_primary : bool
        Whether these are the choices of the review.
    """

    estimate: float
    ci_low: float
    ci_high: float
    label: str
    is_primary: bool


def curve_canvas(found: Sequence[Specification], measure: str) -> Canvas:
    """Draw the answers in the order of their averages, each with its interval, over a strip of their labels."""
    ordered = sorted(found, key=lambda one: (one.estimate, one.label))
    top, bottom = MARGIN, MARGIN + HEIGHT
    axis = _axis(ordered, measure, top, bottom)
    step = (WIDTH - MARGIN - LEFT) / len(ordered)
    middles = [LEFT + step * (place + 0.5) for place in range(len(ordered))]
    key = _key(ordered, measure)
    canvas = Canvas(WIDTH, bottom + STRIP + 6 + LINE + height_of_key(key))
    upper = [(x, axis.place(one.ci_high)) for x, one in zip(middles, ordered, strict=True)]
    lower = [(x, axis.place(one.ci_low)) for x, one in zip(middles, ordered, strict=True)]
    canvas.polygon([*upper, *reversed(lower)], colour=BAND)
    _draw_scale(canvas, axis)
    canvas.path(
        [(x, axis.place(one.estimate)) for x, one in zip(middles, ordered, strict=True)], colour=effects.AVERAGE
    )
    for place, one in enumerate(ordered):
        if one.is_primary:
            x = middles[place]
            canvas.line((x, top), (x, bottom + STRIP + 5), colour=MARK, dashes=(3, 2))
            canvas.disc(x, axis.place(one.estimate), 3, colour=MARK, edge=MARK)
    start = 0
    for label, run in groupby(one.label for one in ordered):
        end = start + len(list(run))
        canvas.box(LEFT + step * start, bottom + 5, LEFT + step * end, bottom + 5 + STRIP, colour=COLOURS[label])
        start = end
    words = f"{len(ordered)} combinations, lowest average first"
    canvas.text((LEFT + WIDTH - MARGIN) / 2, bottom + STRIP + 5 + LINE, words, size=SMALL, colour=MUTED, align="center")
    draw_key(canvas, bottom + STRIP + 6 + LINE, key)
    return canvas


def _axis(found: Sequence[Specification], measure: str, top: float, bottom: float) -> Axis:
    """Lay out the axis of effects, which runs up the page here; intervals far beyond the averages are cut."""
    intervals = [(one.ci_low, one.ci_high) for one in found]
    return axis_for(measure, [one.estimate for one in found], intervals, [], None, left=bottom, right=top)


def _draw_scale(canvas: Canvas, axis: Axis) -> None:
    for value, words in axis.ticks:
        y = axis.place(value)
        canvas.line((LEFT - 3, y), (WIDTH - MARGIN, y), colour=INK if value == 0 else RULE, width=0.6)
        canvas.text(LEFT - 5, y + effects.BASELINE, words, size=SMALL, colour=INK, align="right")


def _key(found: Sequence[Specification], measure: str) -> list[Entry]:
    name = numbers.MEASURES[measure].name
    entries = [
        Entry(draw=partial(_line, colour=effects.AVERAGE), words=f"average ({name})"),
        Entry(draw=partial(_box, colour=BAND), words="its interval; cut where it leaves the picture"),
    ]
    if any(one.is_primary for one in found):
        entries.append(Entry(draw=partial(_dot, colour=MARK), words="by the choices of the primary model"))
    return [
        *entries,
        *(
            Entry(draw=partial(_box, colour=COLOURS[label]), words=f"label {labels.LABELS[label].lower()}: {share}")
            for label, share in shares(found)
        ),
    ]


def shares(found: Sequence[Specification]) -> list[tuple[str, str]]:
    """Say how many of the combinations have each label, the most frequent first: ``200 of 432 (46%)``."""
    counts = {label: sum(one.label == label for one in found) for label in labels.LABELS}
    ordered = sorted(((count, label) for label, count in counts.items() if count), key=lambda pair: -pair[0])
    return [
        (label, f"{count} of {len(found)} ({numbers.percent(100 * count / len(found))})") for count, label in ordered
    ]


def _line(canvas: Canvas, x: float, y: float, *, colour: str) -> None:
    canvas.line((x - 6, y), (x + 6, y), colour=colour, width=1.4)


def _box(canvas: Canvas, x: float, y: float, *, colour: str) -> None:
    canvas.box(x - 6, y - 4, x + 6, y + 4, colour=colour)


def _dot(canvas: Canvas, x: float, y: float, *, colour: str) -> None:
    canvas.disc(x, y, 3, colour=colour, edge=colour)
