"""Draw Baujat's plot of trials, and the averages of subsets of trials (GOSH)."""

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.drawing.effects import AVERAGE, SINGLE
from ipt_evidence.reporting.drawing.key import Entry, dot, upright
from ipt_evidence.reporting.drawing.style import INK, MARGIN
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
    key = [dot(RADIUS, SINGLE, "one trial")]
    if any(row["influential"] for row in rows):
        key.append(Entry(draw=_marked, words="one influential trial"))
    across, up = (max(row[name] for row in rows) for name in ("baujat_x", "baujat_y"))
    names = "adds to the heterogeneity", "pulls the average"
    drawn = plane(across_from_zero(across), up_from_zero(up), names, key)
    for row in rows:
        point = drawn.point(row["baujat_x"], row["baujat_y"])
        if row["influential"]:
            _marked(drawn.canvas, *point)
        else:
            drawn.canvas.disc(*point, RADIUS, colour=SINGLE, edge=SINGLE)
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
        dot(RADIUS, SINGLE, f"subsets without {label}"),
        dot(RADIUS, RING, f"subsets with {label}", edge=AVERAGE),
        upright(AVERAGE, "average of all trials", dashes=DASHES),
    ]
    across = across_effects(measure, [cell["estimate"] for cell in cells])
    names = f"average: {numbers.MEASURES[measure].name}", "I² in percent"
    drawn = plane(across, up_from_zero(100.0), names, key)
    zero, middle = across.place(0.0), across.place(average)
    drawn.canvas.line((zero, MARGIN), (zero, BOTTOM), colour=INK, width=0.6)
    drawn.canvas.line((middle, MARGIN), (middle, BOTTOM), colour=AVERAGE, dashes=DASHES)
    most = max(cell["subsets"] for cell in cells)
    # Rings last: a disc under a ring still shows.
    for cell in sorted(cells, key=lambda cell: bool(cell["with_trial"])):
        radius = max(0.7, LARGEST * sqrt(cell["subsets"] / most))
        colour, edge = (RING, AVERAGE) if cell["with_trial"] else (SINGLE, SINGLE)
        drawn.canvas.disc(*drawn.point(cell["estimate"], cell["i2"]), radius, colour=colour, edge=edge)
    return drawn.canvas


def _marked(canvas: Canvas, x: float, y: float) -> None:
    canvas.box(x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS, colour=AVERAGE)
