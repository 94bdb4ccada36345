"""Draw a traffic light: trials down, domains across, a disc with a letter for each judgement."""

from dataclasses import dataclass

from ipt_evidence.reporting.bias_plots.content import TrafficLight
from ipt_evidence.reporting.forest import marks
from ipt_evidence.reporting.forest.canvas import Canvas, text_width, wrap
from ipt_evidence.reporting.forest.key import Entry, broken, draw_key, risk_entries
from ipt_evidence.reporting.forest.layout import GAP, HEADER_LINE, LINE, MARGIN, PADDING, SIZE, SMALL

NARROWEST, ROW = 56.0, 17.0
"""Least width of a domain and height of a row, in points."""

BASELINE = 3.2
STAR = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """Where the parts of a traffic light lie, in points."""

    instrument: float
    cells: float
    cell: float
    headers: tuple[tuple[str, ...], ...]
    top: float
    width: float

    def middle(self, column: int) -> float:
        """Return the x in the middle of a domain; overall stands a little apart."""
        return self.cells + self.cell * (column + 0.5) + (GAP if column == len(self.headers) - 1 else 0.0)

    def row(self, place: int) -> float:
        """Return the y in the middle of a row."""
        return self.top + ROW * (place + 0.5)


def traffic_light_canvas(light: TrafficLight) -> Canvas:
    """Draw a traffic light; :meth:`Canvas.svg` makes it an element of a page."""
    layout = _layout(light)
    key = broken(_key(light), layout.width)
    bottom = layout.top + ROW * len(light.rows)
    canvas = Canvas(layout.width, bottom + PADDING + LINE * len(key) + MARGIN)
    _draw_header(canvas, light, layout)
    for place in range(len(light.rows)):
        _draw_row(canvas, light, layout, place)
    canvas.line((0, bottom), (layout.width, bottom), colour=marks.RULE, width=0.8)
    draw_key(canvas, bottom + PADDING, key)
    return canvas


def _layout(light: TrafficLight) -> _Layout:
    labels = max(text_width(text, SIZE) for text in ("Trial", *(row.label for row in light.rows)))
    named = [row.instrument for row in light.rows if row.instrument]
    instruments = max(map(_small, ["Instrument", *named]), default=0.0) if named else 0.0
    cell = max(NARROWEST, *(_small(word) + PADDING for column in light.columns for word in column.split(" ")))
    headers = tuple(tuple(wrap(column, cell - 4, SMALL, bold=True)) for column in light.columns)
    instrument = MARGIN + labels + GAP
    cells = instrument + (instruments + GAP if named else 0.0)
    width = cells + cell * len(headers) + GAP + MARGIN
    return _Layout(
        instrument=instrument,
        cells=cells,
        cell=cell,
        headers=headers,
        top=MARGIN + LINE + PADDING + HEADER_LINE * max(map(len, headers)) + PADDING,
        width=max(width, 2 * MARGIN + text_width(light.title, SIZE, bold=True)),
    )


def _small(text: str) -> float:
    return text_width(text, SMALL, bold=True)


def _draw_header(canvas: Canvas, light: TrafficLight, layout: _Layout) -> None:
    canvas.text(MARGIN, MARGIN + SIZE, light.title, size=SIZE, colour=marks.INK, bold=True)
    floor = layout.top - PADDING
    canvas.text(MARGIN, floor, "Trial", size=SMALL, colour=marks.INK, bold=True)
    if layout.cells > layout.instrument:
        canvas.text(layout.instrument, floor, "Instrument", size=SMALL, colour=marks.INK, bold=True)
    for column, lines in enumerate(layout.headers):
        for above, line in enumerate(reversed(lines)):
            y = floor - HEADER_LINE * above
            canvas.text(layout.middle(column), y, line, size=SMALL, colour=marks.INK, align="center", bold=True)
    canvas.line((0, layout.top - 1.5), (layout.width, layout.top - 1.5), colour=marks.INK, width=0.8)


def _draw_row(canvas: Canvas, light: TrafficLight, layout: _Layout, place: int) -> None:
    row, y = light.rows[place], layout.row(place)
    if place % 2:
        canvas.box(0, y - ROW / 2, layout.width, y + ROW / 2, colour=marks.STRIPE)
    canvas.text(MARGIN, y + BASELINE, row.label, size=SIZE, colour=marks.INK)
    if row.instrument:
        canvas.text(layout.instrument, y + BASELINE, row.instrument, size=SMALL, colour=marks.MUTED)
    for column, (judgement, departs) in enumerate(zip(row.judgements, row.departs, strict=True)):
        x = layout.middle(column)
        marks.risk_disc(canvas, x, y, judgement)
        if departs:
            canvas.text(x + 7, y + BASELINE, STAR, size=SIZE, colour=marks.INK, bold=True)


def _key(light: TrafficLight) -> list[Entry]:
    entries = risk_entries({judgement for row in light.rows for judgement in row.judgements})
    if any(departs for row in light.rows for departs in row.departs):
        entries.append(Entry(draw=_star, words="not what the algorithm gives; see the remarks"))
    return entries


def _star(canvas: Canvas, x: float, y: float) -> None:
    canvas.text(x, y + BASELINE, STAR, size=SIZE, colour=marks.INK, align="center", bold=True)
