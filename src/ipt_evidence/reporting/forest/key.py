"""The key under a forest plot: only what the plot shows."""

from functools import partial

from ipt_evidence.reporting.drawing.axis import Axis
from ipt_evidence.reporting.drawing.effects import beyond, diamond_of_key, square
from ipt_evidence.reporting.drawing.key import Entry, broken, stroke, upright
from ipt_evidence.reporting.forest import marks
from ipt_evidence.reporting.forest.content import Forest
from ipt_evidence.words import labels, numbers


def key_lines(forest: Forest, axis: Axis, width: float) -> list[list[Entry]]:
    """Break the key into lines that fit the width of the plot; risk of bias begins a line of its own."""
    return [*broken(key_of_marks(forest, axis), width), *broken(key_of_risks(forest), width)]


def key_of_marks(forest: Forest, axis: Axis) -> list[Entry]:
    """List the marks that occur along the axis."""
    level = numbers.percent(100 * forest.level)
    entries = [Entry(draw=lambda c, x, y: square(c, x, y, 7), words=f"one trial with {level} CI, area by weight")]
    if forest.average:
        entries.append(Entry(draw=diamond_of_key, words=f"average with {level} CI"))
    if forest.average and forest.average.is_predictive:
        entries.append(
            stroke(marks.PREDICTION, "where the effect of a new, similar trial would lie", width=2 * marks.BAR)
        )
    if forest.mid is not None:
        low, high = numbers.effect(-forest.mid, forest.measure), numbers.effect(forest.mid, forest.measure)
        words = f"smallest important difference either way ({low}, {high})"
        entries.append(upright(marks.IMPORTANT, words, dashes=(3, 2), width=1.0))
    return [*entries, *beyond(axis, *_bounds(forest))]


def _bounds(forest: Forest) -> list[float]:
    bounds = [bound for row in forest.rows for bound in (row.ci_low, row.ci_high)]
    if one := forest.average:
        bounds += [one.ci_low, one.ci_high, one.pi_low, one.pi_high]
    return bounds


def key_of_risks(forest: Forest) -> list[Entry]:
    """List the judgements that occur, least worrying first."""
    found = {row.risk for row in forest.rows}
    return [
        Entry(draw=partial(marks.risk_disc, risk=risk), words=f"risk of bias {labels.RISKS[risk]}")
        for risk in marks.RISK_COLOURS
        if risk in found
    ]
