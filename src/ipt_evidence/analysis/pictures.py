"""Forest plots and networks from tables, drawn as the reports draw them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.analysis.answering import Answered
from ipt_evidence.appraisal.risk_of_bias import LEVELS
from ipt_evidence.errors import EvidenceError
from ipt_evidence.files import write_file
from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.forest.content import Average, Forest, ForestRow
from ipt_evidence.reporting.forest.drawing import forest_canvas
from ipt_evidence.reporting.networks.drawing import WIDE, Edge, Graph, network_canvas
from ipt_evidence.synthesis.networks.answers import people_of
from ipt_evidence.words import labels, numbers

NAN = float("nan")
OF_TRIALS = ("label", "yi", "ci_low", "ci_high")
OF_CONTRASTS = ("trial_id", "study", "treatment1", "treatment2", "n1", "n2")
"""Columns that a table must have to be drawn."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with its description; Jupyter shows it.

    Attributes
    ----------
    svg : str
        The drawing.
    description : str
        What it shows, for those who cannot see it.
    """

    svg: str
    description: str

    def save(self, path: str | Path) -> None:
        """Write the drawing as an SVG file."""
        write_file(f"{self.svg}\n", path)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"image/svg+xml": self.svg, "text/plain": self.description}


def forest_plot(
    trials: pd.DataFrame,
    average: Mapping[str, Any] | None = None,
    *,
    measure: str = "SMD",
    sides: tuple[str, str] = ("the first", "the second"),
    mid: float | None = None,
    level: float = 0.95,
    title: str = "Forest plot",
    notes: Sequence[str] = (),
) -> Picture:
    """Draw trials and their average.

    Parameters
    ----------
    trials : DataFrame
        One row per trial, in the order shown: ``label``, ``yi``, ``ci_low``, ``ci_high``; and if there are such columns
        ``n1``, ``n2`` (people), ``weight_percent``, ``risk`` (low, some_concerns, high_or_unclear, high, unknown) and
        ``arms`` (treatments in words). Effects of ratios are logarithms.
    average : mapping, optional
        ``estimate``, ``ci_low``, ``ci_high`` and, if known, ``pi_low``, ``pi_high``, ``label``: ``asdict`` of what
        :func:`ipt_evidence.synthesis.pool` returns.
    measure : {"SMD", "MD", "logOR", "logRR", "logHR", "RD"}
        The measure of the effects.
    sides : (str, str)
        What is favoured above no difference, and below.
    mid : float, optional
        Smallest difference that matters, on the scale of ``yi``.
    level : float
        Coverage of the intervals.
    title : str
        Name of the drawing.
    notes : sequence of str
        Remarks under the trials.

    Raises
    ------
    EvidenceError
        If the table has no rows, lacks a column, or names a measure or a risk that there is not.
    """
    _check(trials, OF_TRIALS, measure)
    rows = tuple(_row(row, len(trials)) for row in trials.to_dict("records"))
    known = None if average is None else _average(average, rows)
    forest = Forest(
        measure=measure, level=level, intervention=sides[0], comparator=sides[1], rows=rows, average=known,
        mid=None if numbers.is_missing(mid) else mid, notes=tuple(notes),
    )  # fmt: skip
    return _picture(forest_canvas(forest), title, _described(forest))


def forest_of(answered: Answered) -> Picture:
    """Draw what :func:`ipt_evidence.analysis.answer` found."""
    first, second = answered.sides
    return forest_plot(
        answered.trials, answered.figures if len(answered.trials) > 1 else None, measure=answered.measure,
        sides=answered.sides, mid=answered.mid, level=answered.level, title=f"{labels.capital(first)} v {second}",
    )  # fmt: skip


def network_plot(
    contrasts: pd.DataFrame, names: Mapping[str, str] | None = None, *, title: str = "Network of treatments"
) -> Picture:
    """Draw which treatments trials compare.

    Parameters
    ----------
    contrasts : DataFrame
        One row per trial and pair of treatments, as :func:`network_contrasts` makes them; with ``risk``, if known.
    names : mapping of str to str, optional
        What the treatments are called: ``evidence.labels.classes``.
    title : str
        Name of the drawing.

    Raises
    ------
    EvidenceError
        If the table has no rows or lacks a column.
    """
    _check(contrasts, OF_CONTRASTS)
    treatments = list(dict.fromkeys([*contrasts["treatment1"], *contrasts["treatment2"]]))
    called = {name: (names or {}).get(name, name) for name in treatments}
    graph = Graph(
        names=tuple(called.values()),
        people=tuple(_people(contrasts, treatments)),
        edges=tuple(_edges(contrasts, treatments)),
    )
    pairs = [
        f"{graph.names[edge.first]} v {graph.names[edge.second]}, {numbers.counted(edge.k, 'trial')}"
        for edge in graph.edges
    ]
    return _picture(network_canvas(graph, WIDE), title, f"{'; '.join(pairs)}.")


def _check(table: pd.DataFrame, needed: Sequence[str], measure: str = "SMD") -> None:
    if missing := [name for name in needed if name not in table]:
        raise EvidenceError(f"the table has no column {', '.join(missing)}; a plot of it needs {', '.join(needed)}")
    if table.empty:
        raise EvidenceError("the table has no rows: there is nothing to draw")
    if measure not in numbers.MEASURES:
        raise EvidenceError(f"there is no measure '{measure}'; the measures are {', '.join(numbers.MEASURES)}")
    if "risk" in table and (strange := set(table["risk"]) - set(LEVELS)):
        raise EvidenceError(f"there is no risk of bias '{min(map(str, strange))}'; the risks are {', '.join(LEVELS)}")


def _row(row: Mapping[Any, Any], k: int) -> ForestRow:
    return ForestRow(
        label=str(row["label"]), arms=str(row.get("arms", "")), n1=_number(row, "n1"), n2=_number(row, "n2"),
        risk=str(row.get("risk", "unknown")), weight=float(row.get("weight_percent", 100 / k)),
        estimate=float(row["yi"]), ci_low=float(row["ci_low"]), ci_high=float(row["ci_high"]),
    )  # fmt: skip


def _number(row: Mapping[Any, Any], name: str) -> float:
    value = row.get(name)
    return NAN if pd.isna(value) else float(value)


def _average(figures: Mapping[str, Any], rows: Sequence[ForestRow]) -> Average:
    known = [row for row in rows if not numbers.is_missing(row.n1 + row.n2)]
    return Average(
        label=str(figures.get("label", f"Average of {numbers.counted(len(rows), 'trial')}")),
        n1=sum(row.n1 for row in known) if known else NAN,
        n2=sum(row.n2 for row in known) if known else NAN,
        **{name: float(figures[name]) for name in ("estimate", "ci_low", "ci_high")},
        **{name: _number(figures, name) for name in ("pi_low", "pi_high")},
    )


def _described(forest: Forest) -> str:
    every: list[ForestRow | Average] = [*forest.rows, *([forest.average] if forest.average else [])]
    found = [
        f"{row.label}: {numbers.effect(row.estimate, forest.measure)} "
        f"({numbers.span(row.ci_low, row.ci_high, forest.measure)})"
        for row in every
    ]
    return f"{labels.capital(numbers.MEASURES[forest.measure].name)}. {'; '.join(found)}."


def _people(contrasts: pd.DataFrame, treatments: Sequence[str]) -> list[float]:
    """Count the people of each treatment, each arm of a trial once."""
    people = people_of(contrasts).groupby("treatment")["n"].sum()
    return [float(people[name]) for name in treatments]


def _edges(contrasts: pd.DataFrame, treatments: Sequence[str]) -> list[Edge]:
    risk = contrasts["risk"] if "risk" in contrasts else pd.Series("unknown", index=contrasts.index)
    trials: dict[tuple[int, int], dict[str, set[str]]] = {}
    for first, second, trial, judged in zip(
        contrasts["treatment1"], contrasts["treatment2"], contrasts["trial_id"], risk, strict=True
    ):
        one, other = sorted((treatments.index(first), treatments.index(second)))
        trials.setdefault((one, other), {}).setdefault(judged, set()).add(trial)
    return [
        Edge(first=pair[0], second=pair[1], trials={name: len(found[name]) for name in LEVELS if name in found})
        for pair, found in trials.items()
    ]


def _picture(canvas: Canvas, title: str, description: str) -> Picture:
    name = f"picture-{hashlib.sha256(description.encode()).hexdigest()[:8]}"
    return Picture(canvas.svg(title=title, description=description, name=name), description)
