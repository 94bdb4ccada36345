"""Draw a network: treatments as discs by people, comparisons as lines by trials, coloured by their risk of bias."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from math import cos, dist, pi, sin, sqrt

from ipt_evidence.reporting.drawing.canvas import Align, Canvas, text_width, wrap
from ipt_evidence.reporting.drawing.key import Entry, dot, draw_wrapped, stroke, wrapped
from ipt_evidence.reporting.drawing.style import INK, LINE, MARGIN, MUTED, PAPER, SIZE, SMALL
from ipt_evidence.reporting.forest.marks import RISK_COLOURS
from ipt_evidence.words import labels, numbers

WIDE, NARROW = 430.0, 246.0
"""Widths of the drawing in points: on a desk, and on a phone."""

ROOM, HIGH, MORE = 77.0, 125.0, 50.0
"""Room for a name beside a disc, half the height of their ring, and what each disc after the sixth adds to it."""

THIN, THICK = 1.6, 12.0
"""Width of the line of one trial, and of the comparison with most trials."""

SMALLEST, LARGEST = 3.5, 10.0
"""Radius of discs."""

PLACES = (0.5, 0.43, 0.57, 0.36, 0.64, 0.3, 0.7, 0.24, 0.76, 0.19, 0.81)
"""Where along a line its number of trials may stand, best first."""

APART = 18.0, 12.0
"""Distance of two numbers, along x or along y, at which neither covers the other."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A comparison that trials make.

    Attributes
    ----------
    first, second : int
        Places of the two treatments.
    trials : mapping of str to int
        Trials by risk of bias, least worrying first; none of them 0.
    """

    first: int
    second: int
    trials: Mapping[str, int]

    @property
    def k(self) -> int:
        """Number of trials."""
        return sum(self.trials.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The treatments of a network and the comparisons that trials make.

    Attributes
    ----------
    names : tuple of str
        The treatments.
    people : tuple of float
        People in each.
    edges : tuple of Edge
        The comparisons; at least one.
    """

    names: tuple[str, ...]
    people: tuple[float, ...]
    edges: tuple[Edge, ...]


def network_canvas(graph: Graph, width: float) -> Canvas:
    """Draw a network as wide as given, in points, and as high as it needs; :meth:`Canvas.svg` makes it an element."""
    high = HIGH + MORE * max(0, len(graph.names) - 6)
    middle = (width / 2, high + 3.4 * LINE)
    places = _ring(len(graph.names), (width / 2 - ROOM - LARGEST, high), middle)
    key = wrapped(_key(graph), width)
    top = middle[1] + high + 4.2 * LINE
    canvas = Canvas(width, top + LINE * sum(len(lines) for _, lines in key) + MARGIN)
    most = max(edge.k for edge in graph.edges)
    for edge in graph.edges:
        _draw_edge(canvas, places[edge.first], places[edge.second], edge, most)
    _draw_numbers(canvas, graph, places)
    for name, people, place in zip(graph.names, graph.people, places, strict=True):
        radius = max(SMALLEST, LARGEST * sqrt(people / max(graph.people))) if people else SMALLEST
        canvas.disc(*place, radius, colour=INK, edge=PAPER)
        _draw_name(canvas, name, place, middle, width)
    draw_wrapped(canvas, top, key)
    return canvas


def _ring(number: int, half: Point, middle: Point) -> list[Point]:
    """Place the treatments on a ring, the first at the top, clockwise."""
    turns = [2 * pi * place / number - pi / 2 for place in range(number)]
    return [(middle[0] + half[0] * cos(turn), middle[1] + half[1] * sin(turn)) for turn in turns]


def _along(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _draw_edge(canvas: Canvas, start: Point, end: Point, edge: Edge, most: int) -> None:
    """Draw a line in pieces as long as each risk of bias has trials."""
    width = THIN + (THICK - THIN) * (edge.k - 1) / max(most - 1, 1)
    before = 0
    for risk, number in edge.trials.items():
        piece = _along(start, end, before / edge.k), _along(start, end, (before + number) / edge.k)
        _stretch(canvas, *piece, risk, width)
        before += number


def _stretch(canvas: Canvas, start: Point, end: Point, risk: str, width: float) -> None:
    """Draw a line in the colour of a risk of bias; the pale one of the unknown has an edge."""
    inside = width
    if risk == "unknown":
        canvas.line(start, end, colour=MUTED, width=width)
        inside = max(width - 1, width / 2)
    canvas.line(start, end, colour=RISK_COLOURS[risk][0], width=inside)


def _draw_numbers(canvas: Canvas, graph: Graph, places: list[Point]) -> None:
    """Write the number of trials on each line, where it covers no other number."""
    taken: list[Point] = []
    # The longest first: they cross the others, and have the most places.
    for edge in sorted(graph.edges, key=lambda edge: -dist(places[edge.first], places[edge.second])):
        start, end = places[edge.first], places[edge.second]
        free = [_along(start, end, share) for share in PLACES]
        x, y = next((spot for spot in free if all(_clear(spot, other) for other in taken)), free[0])
        taken.append((x, y))
        text = numbers.count(edge.k)
        half = text_width(text, SMALL, bold=True) / 2 + 2
        canvas.box(x - half, y - 5.5, x + half, y + 5.5, colour=PAPER)
        canvas.text(x, y + 2.9, text, size=SMALL, colour=INK, align="center", bold=True)


def _clear(one: Point, other: Point) -> bool:
    return abs(one[0] - other[0]) > APART[0] or abs(one[1] - other[1]) > APART[1]


def _draw_name(canvas: Canvas, name: str, place: Point, middle: Point, width: float) -> None:
    """Write the name of a treatment outside the ring."""
    x, y = place
    aside = x - middle[0]
    if abs(aside) < 1:
        lines = wrap(name, width - 2 * MARGIN, SIZE)
        above = y < middle[1]
        first = y - LARGEST - 4 - LINE * (len(lines) - 1) if above else y + LARGEST + LINE
        _lines(canvas, lines, x, first, "center")
        return
    reach = LARGEST + 3 if aside > 0 else -LARGEST - 3
    room = (width - x if aside > 0 else x) - LARGEST - 3 - 2
    lines = wrap(name, room, SIZE)
    _lines(canvas, lines, x + reach, y + 3 - LINE * (len(lines) - 1) / 2, "left" if aside > 0 else "right")


def _lines(canvas: Canvas, lines: list[str], x: float, first: float, align: Align) -> None:
    for number, line in enumerate(lines):
        canvas.text(x, first + LINE * number, line, size=SIZE, colour=INK, align=align, bold=False)


def _key(graph: Graph) -> list[Entry]:
    found = {risk for edge in graph.edges for risk in edge.trials}
    risks = [
        Entry(draw=partial(_piece, risk=risk), words=f"trials with risk of bias {labels.RISKS[risk]}")
        for risk in RISK_COLOURS
        if risk in found
    ]
    return [
        stroke(MUTED, "line: trials that compare the two; the number says how many, wider is more", width=2),
        *risks,
        dot(4, INK, "disc: a treatment; its area goes by the people in it", edge=PAPER),
    ]


def _piece(canvas: Canvas, x: float, y: float, risk: str) -> None:
    _stretch(canvas, (x - 6, y), (x + 6, y), risk, 5)
