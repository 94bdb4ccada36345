"""Draw Baujat's plot of trials, and the averages of subsets of trials (GOSH)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt
from typing import Any

from ipt_evidence.reporting.curves.frame import dash_of_key, upright
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.effects import AVERAGE, SINGLE
from ipt_evidence.reporting.drawing.key import Entry
from ipt_evidence.reporting.drawing.style import MARGIN
from ipt_evidence.reporting.influence.plane import (
    BOTTOM,
    across_effects,
    across_from_zero,
    name_points,
    plane,
    up_from_zero,
)
from ipt_evidence.words import numbers

RADIUS, LARGEST, RING, DASHES = 3.0, 4.5, "none", (3.0, 2.0)

Row = Mapping[Any, Any]


def baujat_picture(rows: Sequence[Row], named: Sequence[Row], labels: Mapping[str, str]) -> Canvas:
    """Draw each trial by what it adds to the heterogeneity and how far it pulls the average.

    Parameters
    ----------
    rows : sequence of mapping
        Rows of ``influence.csv`` of one question.
    named : sequence of mapping
        Those whose trials are named.
    labels : mapping of str to str
        Labels of the trials.
    """
    key = [Entry(draw=_dot, words="one trial")]
    if any(row["influential"] for row in rows):
        key.append(Entry(draw=_marked, words="one influential trial"))
    across, up = (max(row[name] for row in rows) for name in ("baujat_x", "baujat_y"))
    names = "adds to the heterogeneity", "pulls the average"
    drawn = plane(across_from_zero(across), up_from_zero(up), names, key)
    for row in rows:
        mark = _marked if row["influential"] else _dot
        mark(drawn.canvas, *drawn.point(row["baujat_x"], row["baujat_y"]))
    points = [(row["baujat_x"], row["baujat_y"]) for row in rows]
    name_points(drawn, points, [(row["baujat_x"], row["baujat_y"], labels[row["trial_id"]]) for row in named])
    return drawn.canvas


def gosh_picture(cells: Sequence[Row], measure: str, average: float, label: str) -> Canvas:
    """Draw averages and I2 of subsets of the trials of one question, apart for those with one trial.

    Parameters
    ----------
    cells : sequence of mapping
        Rows of ``gosh.csv``.
    measure : str
        Measure of the averages.
    average : float
        That of all trials.
    label : str
        The trial.
    """
    key = [
        Entry(draw=_dot, words=f"subsets without {label}"),
        Entry(draw=_ring, words=f"subsets with {label}"),
        replace(dash_of_key(AVERAGE, DASHES), words="average of all trials"),
    ]
    across = across_effects(measure, [cell["estimate"] for cell in cells])
    names = f"average: {numbers.MEASURES[measure].name}", "I² in percent"
    drawn = plane(across, up_from_zero(100.0), names, key)
    upright(drawn.canvas, across.place(0.0), MARGIN, BOTTOM, width=0.6)
    upright(drawn.canvas, across.place(average), MARGIN, BOTTOM, colour=AVERAGE, dashes=DASHES)
    most = max(cell["subsets"] for cell in cells)
    # Rings last: a disc under a ring still shows.
    for cell in sorted(cells, key=lambda cell: bool(cell["with_trial"])):
        radius = max(0.7, LARGEST * sqrt(cell["subsets"] / most))
        colour, edge = (RING, AVERAGE) if cell["with_trial"] else (SINGLE, SINGLE)
        drawn.canvas.disc(*drawn.point(cell["estimate"], cell["i2"]), radius, colour=colour, edge=edge)
    return drawn.canvas


def _dot(canvas: Canvas, x: float, y: float) -> None:
    canvas.disc(x, y, RADIUS, colour=SINGLE, edge=SINGLE)


def _ring(canvas: Canvas, x: float, y: float) -> None:
    canvas.disc(x, y, RADIUS, colour=RING, edge=AVERAGE)


def _marked(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS, colour=AVERAGE)
