"""A hundred people on either side, each a disc: what an answer means, for those who read no tables."""

from ipt_evidence.reporting.drawing.canvas import Canvas, wrap
from ipt_evidence.reporting.drawing.style import INK, LINE, MUTED, PAPER, SIZE, SMALL
from ipt_evidence.words.figures import AbsoluteFigures
from ipt_evidence.words.frequencies import told_by
from ipt_evidence.words.statements import Statement

FULL, LIKELY, OPEN = "#0b5d7a", "#5b9bb3", "#a9cbd8"
"""Discs of people who have the event, of those who have it by the best estimate, and of those who may.

From the full ones alone an intervention would seem to do as badly as the interval allows.
"""

ROW, PITCH, RADIUS = 10, 9.0, 3.6
SIDE = ROW * PITCH
BETWEEN, EDGE = 22.0, 3.0
WIDTH, KEY = 2 * EDGE + 2 * SIDE + BETWEEN, EDGE + 3 * RADIUS
"""People in a row, and sizes in points: a phone shows both sides next to each other."""


def icon_array(statement: Statement, labels: tuple[str, str], does: str) -> Canvas | None:
    """Draw the people of an answer of which numbers of people are told; None for other answers.

    Parameters
    ----------
    statement : Statement
        The answer in plain words.
    labels : tuple of str
        What the side compared with and the other one are called.
    does : str
        What the people do who are counted.
    """
    found = told_by(statement.answer).absolute
    if found is None or not statement.people:
        return None
    heads = [wrap(label, SIDE, SIZE, bold=True) for label in labels]
    top = EDGE + LINE * max(map(len, heads))
    key = [(colour, wrap(words, WIDTH - EDGE - KEY, SMALL)) for colour, words in _key(found, does)]
    canvas = Canvas(WIDTH, top + SIDE + LINE * (sum(len(lines) for _, lines in key) + 2) + EDGE)
    lefts = EDGE, EDGE + SIDE + BETWEEN
    for left, lines, shares, said in zip(lefts, heads, _shares(found), _said(found), strict=True):
        for place, line in enumerate(lines, start=1):
            canvas.text(left, EDGE + LINE * place - 3, line, size=SIZE, colour=INK, bold=True)
        _people(canvas, left, top, shares)
        canvas.text(left, top + SIDE + LINE, said, size=SIZE, colour=INK)
    base = top + SIDE + LINE + 3
    for colour, lines in key:
        canvas.disc(EDGE + RADIUS, base + LINE - RADIUS + 0.5, RADIUS, colour=colour, edge=FULL)
        for line in lines:
            base += LINE
            canvas.text(KEY, base, line, size=SMALL, colour=MUTED)
    return canvas


def _shares(found: AbsoluteFigures) -> tuple[tuple[float, ...], ...]:
    """Return, for either side, the shares of people up to which discs are full, likely and open."""
    return (found.control_risk,) * 3, (found.with_low, found.with_intervention, found.with_high)


def _said(found: AbsoluteFigures) -> tuple[str, str]:
    low, high = found.of_hundred(found.with_low), found.of_hundred(found.with_high)
    return found.of_hundred(found.control_risk), f"{found.of_hundred(found.with_intervention)} ({low} to {high})"


def _key(found: AbsoluteFigures, does: str) -> tuple[tuple[str, str], ...]:
    low, middle, high = (round(100 * share) for share in _shares(found)[1])
    likely = ((LIKELY, "these too, by the best estimate"),) if low < middle else ()
    possible = ((OPEN, "people who may"),) if middle < high else ()
    return ((FULL, f"people who {does}"), *likely, *possible, (PAPER, "others"))


def _people(canvas: Canvas, left: float, top: float, shares: tuple[float, ...]) -> None:
    """Set a hundred discs, filled row by row from the top."""
    ends = [round(100 * share) for share in shares]
    for person in range(ROW * ROW):
        fills = (colour for end, colour in zip(ends, (FULL, LIKELY, OPEN), strict=True) if person < end)
        row, column = divmod(person, ROW)
        x, y = left + (column + 0.5) * PITCH, top + (row + 0.5) * PITCH
        canvas.disc(x, y, RADIUS, colour=next(fills, PAPER), edge=FULL)
