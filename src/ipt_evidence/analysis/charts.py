"""Charts with matplotlib in the colours of the reports, each shown with a text that says what it shows."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from types import MappingProxyType
from typing import Any

import pandas as pd
from IPython.display import display
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ipt_evidence.reporting.drawing.effects import AVERAGE, SINGLE
from ipt_evidence.reporting.drawing.style import INK, MUTED, RULE, STRIPE
from ipt_evidence.reporting.forest.marks import IMPORTANT, PREDICTION
from ipt_evidence.words import numbers

COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ink": INK, "muted": MUTED, "rule": RULE, "stripe": STRIPE, "trial": SINGLE, "average": AVERAGE,
        "important": IMPORTANT, "prediction": PREDICTION,
    }
)  # fmt: skip
"""Colours of the drawings of the reports by what they mark."""

STYLE: dict[Any, Any] = {
    "figure.dpi": 144, "font.size": 10, "text.color": INK, "axes.edgecolor": RULE, "axes.labelcolor": INK,
    "xtick.color": INK, "ytick.color": INK, "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "ytick.left": False, "legend.frameon": False,
}  # fmt: skip


def effect_axis(
    measure: str, sides: tuple[str, str], *, mid: float | None = None, height: float = 3.0, width: float = 6.4
) -> tuple[Figure, Axes]:
    """Begin a chart of effects: a line at no difference, dashed lines at the smallest differences that matter.

    Parameters
    ----------
    measure : str
        A measure of the tables; effects of ratios are drawn as logarithms and labelled as ratios.
    sides : (str, str)
        What is favoured above no difference, and below.
    mid : float, optional
        Smallest difference that matters; none or NaN draws no lines.
    height, width : float
        Size in inches.
    """
    how = numbers.MEASURES[measure]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(width, height), layout="constrained")
    axes.axvline(0, color=INK, linewidth=0.8)
    if not numbers.is_missing(mid):
        for side in (-float(mid or 0), float(mid or 0)):
            axes.axvline(side, color=IMPORTANT, linewidth=0.8, linestyle="--")
    axes.set_xlabel(f"{how.heading}: left favours {sides[1]}, right favours {sides[0]}")
    axes.xaxis.set_major_formatter(lambda value, _: numbers.effect(value, measure))
    return figure, axes


def draw_intervals(axes: Axes, names: Sequence[str], rows: pd.DataFrame, *, colour: str = AVERAGE) -> None:
    """Draw one interval under the other, the first on top, prediction intervals behind them if there are any.

    Parameters
    ----------
    axes : Axes
        Where they are drawn.
    names : sequence of str, length n
        What stands beside them.
    rows : DataFrame, n rows
        ``estimate``, ``ci_low``, ``ci_high``; and if known ``pi_low``, ``pi_high``.
    colour : str
        Of intervals and dots.
    """
    places = list(range(len(rows)))
    if {"pi_low", "pi_high"} <= set(rows):
        axes.hlines(places, rows["pi_low"], rows["pi_high"], color=PREDICTION, linewidth=2.5)
    axes.hlines(places, rows["ci_low"], rows["ci_high"], color=colour, linewidth=1.4)
    axes.plot(rows["estimate"], places, "s", color=colour, markersize=5)
    axes.set_yticks(places, list(names))
    axes.set_ylim(len(places) - 0.4, -0.6)


def show(figure: Figure, description: str) -> None:
    """Show a chart with a text that says what it shows, and close it.

    Parameters
    ----------
    figure : Figure
        The chart.
    description : str
        Read out in place of the chart.
    """
    drawn = BytesIO()
    FigureCanvasAgg(figure).print_png(drawn)  # type: ignore[no-untyped-call] # draws once, savefig twice
    plt.close(figure)
    forms = {"image/png": b64encode(drawn.getvalue()).decode(), "text/plain": repr(figure)}
    display(forms, raw=True, metadata={"image/png": {"alt": description}})  # type: ignore[no-untyped-call]
