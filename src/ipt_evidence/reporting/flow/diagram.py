"""Draw the flow in the shape of the PRISMA 2020 diagram; each box is as high as its measured texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from ipt_evidence.reporting.drawing.canvas import Canvas, text_width, wrap
from ipt_evidence.reporting.drawing.marks import arrowhead
from ipt_evidence.reporting.drawing.style import INK, MUTED
from ipt_evidence.reporting.flow.counts import Box

EDGE, BAND = "#0b5d7a", "#e6f1f5"
SIZE, LINE, PADDING = 9.5, 12.5, 8.0
"""Size of type, distance of lines, and space between the edge of a box and its text, in points."""

BAND_WIDTH, MAIN_WIDTH, SIDE_WIDTH = 96.0, 240.0, 290.0
GAP, ROW_GAP, MARGIN, INDENT = 34.0, 22.0, 4.0, 30.0
"""Space between columns, between rows and at the edges, and room for the number of a part."""

ROWS = (
    ("records_identified", "records_removed"),
    ("records_screened", "records_excluded"),
    ("reports_sought", "reports_not_retrieved"),
    ("reports_assessed", "reports_excluded"),
    ("trials", ""),
    ("trials_in_an_answer", "trials_in_no_answer"),
)
"""Boxes of each row: the way in, and what leaves it there; the main reports stand in the box of their trials."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A box with its place.

    Attributes
    ----------
    left, top, right, bottom : float
        Edges, in points.
    head : tuple of str
        Lines in bold.
    parts : tuple of (str, tuple of str)
        Numbers of the parts, with the lines of their words; the number is empty for a plain line.
    is_known : bool
        Whether its number is recorded.
    """

    left: float
    top: float
    right: float
    bottom: float
    head: tuple[str, ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    is_known: bool


def flow_canvas(boxes: Sequence[Box]) -> Canvas:
    """Draw the flow; :meth:`Canvas.svg` makes it an element of a page.

    Parameters
    ----------
    boxes : sequence of Box
        The flow, as :func:`~ipt_evidence.reporting.flow.counts.count_flow` counts it.
    """
    rows = layout_of(boxes)
    width = MARGIN * 2 + BAND_WIDTH + MAIN_WIDTH + SIDE_WIDTH + 2 * GAP - GAP / 2
    canvas = Canvas(width, max(box.bottom for _, row in rows for box in row) + MARGIN)
    for stage, group in groupby(rows, key=lambda row: row[0]):
        _draw_band(canvas, stage.capitalize(), [box for _, row in group for box in row])
    for _, row in rows:
        for box in row:
            _draw_box(canvas, box)
        for side in row[1:]:
            _draw_arrow(canvas, (row[0].right, _middle(row[0])), (side.left, _middle(row[0])))
    for (_, above), (_, below) in pairwise(rows):
        x = (above[0].left + above[0].right) / 2
        _draw_arrow(canvas, (x, above[0].bottom), (x, below[0].top))
    return canvas


def layout_of(boxes: Sequence[Box]) -> list[tuple[str, tuple[Drawn, ...]]]:
    """Place the boxes row by row, each row under its stage."""
    by_name = {box.name: box for box in boxes}
    main_left = MARGIN + BAND_WIDTH + GAP / 2
    side_left = main_left + MAIN_WIDTH + GAP
    rows, top = [], MARGIN
    for main, side in ROWS:
        placed = [_placed(by_name[main], main_left, MAIN_WIDTH, top, _notes(main, by_name))]
        if side:
            placed.append(_placed(by_name[side], side_left, SIDE_WIDTH, top, ()))
        rows.append((by_name[main].stage, tuple(placed)))
        top = max(box.bottom for box in placed) + ROW_GAP
    return rows


def _notes(name: str, boxes: dict[str, Box]) -> tuple[str, ...]:
    main = boxes["main_reports"]
    return (f"{main.words}: n = {main.n}",) if name == "trials" else ()


def _placed(box: Box, left: float, width: float, top: float, notes: Iterable[str]) -> Drawn:
    """Measure the texts of a box, and make it high enough for them."""
    room = width - 2 * PADDING
    number = "not recorded" if box.n is None else f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{box.n}"
    head = tuple(wrap(f"{box.words} ({number})", room, SIZE, bold=True))
    listed = [(str(part.n), tuple(wrap(part.words, room - INDENT, SIZE))) for part in box.parts]
    listed += [("", tuple(wrap(note, room, SIZE))) for note in notes]
    lines = len(head) + sum(len(words) for _, words in listed)
    bottom = top + 2 * PADDING + LINE * lines
    return Drawn(left, top, left + width, bottom, head, tuple(listed), box.n is not None)


def _middle(box: Drawn) -> float:
    return (box.top + box.bottom) / 2


def _draw_band(canvas: Canvas, words: str, boxes: Sequence[Drawn]) -> None:
    """Draw the name of a stage beside its rows."""
    top, bottom = min(box.top for box in boxes), max(box.bottom for box in boxes)
    canvas.box(MARGIN, top, MARGIN + BAND_WIDTH, bottom, colour=BAND)
    baseline = (top + bottom) / 2 + SIZE * 0.35
    canvas.text(MARGIN + BAND_WIDTH / 2, baseline, words, size=SIZE, colour=INK, align="center", bold=True)


def _draw_box(canvas: Canvas, box: Drawn) -> None:
    colour, dashes = (EDGE, None) if box.is_known else (MUTED, (3.0, 2.0))
    corners = [(box.left, box.top), (box.right, box.top), (box.right, box.bottom), (box.left, box.bottom)]
    for start, end in zip(corners, [*corners[1:], corners[0]], strict=True):
        canvas.line(start, end, colour=colour, width=1.0, dashes=dashes)
    ink, y = INK if box.is_known else MUTED, box.top + PADDING - LINE + SIZE
    for line in box.head:
        canvas.text(box.left + PADDING, y := y + LINE, line, size=SIZE, colour=ink, bold=True)
    for number, lines in box.parts:
        indent = INDENT if number else 0.0
        if number:
            x = box.left + PADDING + INDENT - text_width("  ", SIZE)
            canvas.text(x, y + LINE, number, size=SIZE, colour=ink, align="right")
        for line in lines:
            canvas.text(box.left + PADDING + indent, y := y + LINE, line, size=SIZE, colour=ink)


def _draw_arrow(canvas: Canvas, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw an arrow to the right or downwards."""
    canvas.line(start, end, colour=INK)
    arrowhead(canvas, end, (1, 0) if start[1] == end[1] else (0, 1), length=5.0, colour=INK)
