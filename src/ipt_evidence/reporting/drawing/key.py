"""The key under a drawing: marks with their words, in as many lines as the width needs."""

from collections.abc import Callable
from dataclasses import dataclass

from ipt_evidence.reporting.drawing.canvas import Canvas, text_width, wrap
from ipt_evidence.reporting.drawing.style import LINE, MARGIN, MUTED, SMALL

ROOM, SPACE = 17.0, 15.0
"""Width kept for a mark, and space between two entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One mark with its words.

    Attributes
    ----------
    draw : callable
        Draws the mark around a point of a canvas.
    words : str
        What it means.
    """

    draw: Callable[[Canvas, float, float], None]
    words: str


def swatch(colour: str, words: str) -> Entry:
    """Return an entry that shows a filled box."""
    return Entry(draw=lambda c, x, y: c.box(x - 6, y - 4, x + 6, y + 4, colour=colour), words=words)


def dot(radius: float, colour: str, words: str, *, edge: str = "") -> Entry:
    """Return an entry that shows a disc, with an edge of its own colour unless another is named."""
    return Entry(draw=lambda c, x, y: c.disc(x, y, radius, colour=colour, edge=edge or colour), words=words)


def stroke(colour: str, words: str, *, width: float) -> Entry:
    """Return an entry that shows a line across."""
    return Entry(draw=lambda c, x, y: c.line((x - 6, y), (x + 6, y), colour=colour, width=width), words=words)


def upright(colour: str, words: str, *, dashes: tuple[float, float] | None = None, width: float = 1.2) -> Entry:
    """Return an entry that shows a line down the picture."""
    return Entry(
        draw=lambda c, x, y: c.line((x, y - 5), (x, y + 5), colour=colour, dashes=dashes, width=width), words=words
    )


def broken(entries: list[Entry], width: float) -> list[list[Entry]]:
    """Break a key into lines that fit a width in points."""
    lines: list[list[Entry]] = [[]]
    for entry in entries:
        if lines[-1] and sum(map(_width, [*lines[-1], entry])) > width - 2 * MARGIN:
            lines.append([])
        lines[-1].append(entry)
    return lines


def draw_key(canvas: Canvas, top: float, lines: list[list[Entry]]) -> None:
    """Draw a key whose first line begins ``top`` points down."""
    for place, line in enumerate(lines):
        left, baseline = MARGIN, top + LINE * (place + 0.8)
        for entry in line:
            entry.draw(canvas, left + ROOM / 2 - 2, baseline - 2.8)
            canvas.text(left + ROOM, baseline, entry.words, size=SMALL, colour=MUTED)
            left += _width(entry)


def wrapped(entries: list[Entry], width: float) -> list[tuple[Entry, list[str]]]:
    """Give each entry of a key lines of its own that fit a narrow width in points."""
    return [(entry, wrap(entry.words, width - 2 * MARGIN - ROOM, SMALL)) for entry in entries]


def draw_wrapped(canvas: Canvas, top: float, entries: list[tuple[Entry, list[str]]]) -> None:
    """Draw a key that :func:`wrapped` broke, beginning ``top`` points down."""
    baseline = top - 0.2 * LINE
    for entry, lines in entries:
        entry.draw(canvas, MARGIN + ROOM / 2 - 2, baseline + LINE - 2.8)
        for line in lines:
            baseline += LINE
            canvas.text(MARGIN + ROOM, baseline, line, size=SMALL, colour=MUTED)


def _width(entry: Entry) -> float:
    return ROOM + text_width(entry.words, SMALL) + SPACE
