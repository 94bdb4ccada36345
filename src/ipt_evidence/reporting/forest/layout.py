"""Where everything of a forest plot lies: each text is measured first, so nothing is clipped or overlaps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from ipt_evidence.reporting.drawing.axis import Axis, axis_for
from ipt_evidence.reporting.drawing.canvas import Align, text_width, wrap
from ipt_evidence.reporting.drawing.effects import left_end
from ipt_evidence.reporting.drawing.style import GAP, HEADER_LINE, LINE, MARGIN, PADDING, SIZE, SMALL
from ipt_evidence.reporting.forest.content import Average, Forest
from ipt_evidence.words import numbers

PLOT_WIDTH = 260.0
"""Width of the plot itself."""

LABEL_LIMIT, ARMS_LIMIT = 150.0, 170.0
"""Wider labels and arms are wrapped."""

AXIS_LINES = 4.6
"""Lines under the axis: figures, directions on one line or two, name of the measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column beside the plot, or the plot itself.

    Attributes
    ----------
    header : tuple of str
        Lines of the header.
    cells : tuple of tuple of str
        Lines of each trial; empty for what is drawn.
    align : {"left", "right", "center"}
        Side on which texts line up.
    width, left : float
        Where the column lies, in points.
    """

    header: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    align: Align
    width: float
    left: float = 0.0

    @property
    def right(self) -> float:
        """The right edge."""
        return self.left + self.width

    @property
    def anchor(self) -> float:
        """The x at which texts of this column line up."""
        return self.left + {"left": 0.0, "center": self.width / 2, "right": self.width}[self.align]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A forest plot measured out, in points from the top left corner.

    Attributes
    ----------
    columns : mapping of str to Column
        label, arms, n1, n2, plot, effect, weight, risk.
    axis : Axis
        The effect axis.
    tops, heights : tuple of float
        Top and height of each trial's row.
    average_lines : tuple of str
        The label of the average, wrapped; empty without average.
    average_top, prediction_top, bottom : float
        Tops of the rows under the trials, and the axis line.
    notes : tuple of str
        Lines left of the axis figures.
    key_top, width : float
        Top of the key, and the width of the whole.
    """

    columns: Mapping[str, Column]
    axis: Axis
    tops: tuple[float, ...]
    heights: tuple[float, ...]
    average_lines: tuple[str, ...]
    average_top: float
    prediction_top: float
    bottom: float
    notes: tuple[str, ...]
    key_top: float
    width: float


def layout_of(forest: Forest) -> Layout:
    """Measure out a forest plot."""
    columns = _spread(_columns(forest))
    plot, average = columns["plot"], forest.average
    axis = axis_of(forest, plot.left, plot.right)
    beside = min(plot.left, left_end(axis.place(0.0), forest.comparator)) - GAP - MARGIN
    # Over the two columns of people stands a line of its own.
    lines_above = [len(one.header) + (name in ("n1", "n2")) for name, one in columns.items()]
    top = MARGIN + HEADER_LINE * max(lines_above) + PADDING
    heights = _row_heights(columns, len(forest.rows))
    average_top = top + sum(heights)
    lines = wrap(average.label, columns["arms"].right - MARGIN, SIZE, bold=True) if average else []
    prediction_top = average_top + (LINE * len(lines) + PADDING if lines else 0.0)
    bottom = prediction_top + (LINE + PADDING if average and average.is_predictive else 0.0) + 2
    notes = [line for note in forest.notes for line in wrap(note, beside, SMALL)]
    return Layout(
        columns=columns,
        axis=axis,
        tops=tuple(accumulate(heights[:-1], initial=top)),
        heights=tuple(heights),
        average_lines=tuple(lines),
        average_top=average_top,
        prediction_top=prediction_top,
        bottom=bottom,
        notes=tuple(notes),
        key_top=bottom + LINE * max(AXIS_LINES, len(notes)) + 10,
        width=columns["risk"].right + MARGIN,
    )


def _columns(forest: Forest) -> dict[str, Column]:
    """Measure the columns; totals stand in them, too, under the trials."""
    rows, average, measure = forest.rows, forest.average, forest.measure
    effects = [numbers.with_bounds(row.estimate, row.ci_low, row.ci_high, measure) for row in rows]
    first, second, below = [], [], []
    if average:
        first, second = [numbers.count(average.n1)], [numbers.count(average.n2)]
        below = [numbers.with_bounds(average.estimate, average.ci_low, average.ci_high, measure)]
        below += [numbers.span(average.pi_low, average.pi_high, measure)] if average.is_predictive else []
    heading = numbers.MEASURES[measure].heading
    effect_header = f"{heading} ({numbers.percent(100 * forest.level)}\N{NO-BREAK SPACE}CI)"
    return {
        "label": _column("Trial", [row.label for row in rows], limit=LABEL_LIMIT),
        "arms": _column("Compared", [row.arms for row in rows], limit=ARMS_LIMIT),
        "n1": _column(forest.intervention, [numbers.count(row.n1) for row in rows], first, align="right"),
        "n2": _column(forest.comparator, [numbers.count(row.n2) for row in rows], second, align="right"),
        "plot": Column(header=(), cells=(), align="center", width=PLOT_WIDTH),
        "effect": _column(effect_header, effects, below, align="right"),
        "weight": _column("Weight", [numbers.weight(row.weight) for row in rows], align="right"),
        "risk": _column("Risk\N{NO-BREAK SPACE}of bias", ["" for _ in rows], align="center"),
    }


def _column(
    header: str,
    texts: Sequence[str],
    totals: Sequence[str] = (),
    *,
    align: Align = "left",
    limit: float = 1e6,
) -> Column:
    """Measure a column; texts wider than ``limit`` points are wrapped, the header to their width."""
    cells = tuple(tuple(wrap(text, limit, SIZE)) for text in texts)
    widths = [text_width(line, SIZE) for lines in cells for line in lines]
    widths += [text_width(text, SIZE, bold=True) for text in totals]
    width = max([*widths, *(text_width(word, SMALL, bold=True) for word in header.split(" "))])
    lines = tuple(wrap(header, width + 0.01, SMALL, bold=True))
    return Column(header=lines, cells=cells, align=align, width=width)


def _spread(columns: Mapping[str, Column]) -> dict[str, Column]:
    """Set columns side by side."""
    placed, left = {}, MARGIN
    for name, one in columns.items():
        placed[name] = replace(one, left=left)
        left += one.width + GAP
    return placed


def _row_heights(columns: Mapping[str, Column], rows: int) -> list[float]:
    """Return the height of each row, made by its cell with the most lines."""
    filled = [one.cells for one in columns.values() if one.cells]
    return [LINE * max(1, *(len(cells[row]) for cells in filled)) + PADDING for row in range(rows)]


def axis_of(forest: Forest, left: float, right: float) -> Axis:
    """Lay out the axis of a forest plot between two points."""
    average: Average | None = forest.average
    bounds = [average.ci_low, average.ci_high, average.pi_low, average.pi_high] if average else []
    return axis_for(
        forest.measure,
        [row.estimate for row in forest.rows] + ([average.estimate] if average else []),
        [(row.ci_low, row.ci_high) for row in forest.rows],
        [bound for bound in bounds if not numbers.is_missing(bound)],
        forest.mid,
        left=left,
        right=right,
    )
