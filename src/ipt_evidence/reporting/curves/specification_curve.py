"""A specification curve: the answer under every combination of defensible choices, with the label of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from ipt_evidence.reporting.curves.frame import LEFT, WIDTH, draw_key, draw_upward_scale, height_of_key
from ipt_evidence.reporting.drawing import effects
from ipt_evidence.reporting.drawing.axis import axis_for
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.key import Entry, dot, stroke, swatch
from ipt_evidence.reporting.drawing.style import LINE, MARGIN, MUTED, SMALL
from ipt_evidence.words import labels, numbers

HEIGHT, STRIP = 130.0, 9.0
"""Height of the plot, and the height of the strip of labels, in points."""

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
    # Intervals far beyond the averages are cut.
    intervals = [(one.ci_low, one.ci_high) for one in ordered]
    axis = axis_for(measure, [one.estimate for one in ordered], intervals, left=bottom, right=top)
    step = (WIDTH - MARGIN - LEFT) / len(ordered)
    middles = [LEFT + step * (place + 0.5) for place in range(len(ordered))]
    key = _key(ordered, measure)
    canvas = Canvas(WIDTH, bottom + STRIP + 6 + LINE + height_of_key(key))
    upper = [(x, axis.place(one.ci_high)) for x, one in zip(middles, ordered, strict=True)]
    lower = [(x, axis.place(one.ci_low)) for x, one in zip(middles, ordered, strict=True)]
    canvas.polygon([*upper, *reversed(lower)], colour=BAND)
    draw_upward_scale(canvas, axis)
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


def _key(found: Sequence[Specification], measure: str) -> list[Entry]:
    primary = [dot(3, MARK, "by the choices of the primary model")] if any(one.is_primary for one in found) else []
    labelled = (
        swatch(COLOURS[label], f"label {labels.LABELS[label].lower()}: {share}") for label, share in shares(found)
    )
    return [
        stroke(effects.AVERAGE, f"average ({numbers.MEASURES[measure].name})", width=1.4),
        swatch(BAND, "its interval; cut where it leaves the picture"),
        *primary,
        *labelled,
    ]


def shares(found: Sequence[Specification]) -> list[tuple[str, str]]:
    """Say how many of the combinations have each label, the most frequent first: ``200 of 432 (46%)``."""
    counts = {label: sum(one.label == label for one in found) for label in labels.LABELS}
    ordered = sorted(((count, label) for label, count in counts.items() if count), key=lambda pair: -pair[0])
    return [
        (label, f"{count} of {len(found)} ({numbers.percent(100 * count / len(found))})") for count, label in ordered
    ]
