"""What a page shows of the trials that one answer hangs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.influence.pictures import baujat_picture, gosh_picture
from ipt_evidence.reporting.picture import Picture, picture
from ipt_evidence.reporting.review import Review, by_question
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed

NAMED = 3
"""Trials that the picture names besides the influential ones."""

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangs:
    """The trials that one answer hangs on.

    Attributes
    ----------
    told : str
        Which trials are influential.
    pictures : tuple of Picture
        Baujat's plot, and the averages of subsets of the trials.
    pulls : tuple of dict of str to str
        What each trial does to the average, those that pull most first: its label, Cook's distance, DFFITS, the
        average without it, Baujat's coordinates, and whether it is influential.
    """

    told: str
    pictures: tuple[Picture, ...]
    pulls: tuple[dict[str, str], ...]


@lru_cache(maxsize=1)
def _rows(review: Review) -> dict[str, dict[str, list[dict[Any, Any]]]]:
    return {name: by_question(review, name) for name in ("influence", "gosh")}


def section(review: Review, answer: Answer) -> Hangs | None:
    """Lay out which trials an answer hangs on; None for too few trials.

    The template ``influence.html.j2`` makes HTML of it.
    """
    rows, cells = (_rows(review)[name].get(answer.question_id, []) for name in ("influence", "gosh"))
    if not rows:
        return None
    labels = review.labels.trials
    influential = [row for row in rows if row["influential"]]
    ordered = sorted(rows, key=lambda row: -row["baujat_y"])
    return Hangs(
        told=_influential(influential, labels, answer),
        pictures=(_baujat(answer, rows, ordered[:NAMED], labels), _gosh(answer, rows, cells, labels)),
        pulls=tuple(_pull(row, labels, answer) for row in ordered),
    )


def _baujat(answer: Answer, rows: Sequence[Row], pulling: Sequence[Row], labels: Mapping[str, str]) -> Picture:
    named = [row for row in rows if row["influential"] or row in pulling]
    words = (
        "The further right, the more a trial differs from the others; the higher, the more it moves the average. Those "
        f"that move it most: {listed([labels[row['trial_id']] for row in pulling])}."
    )
    canvas = baujat_picture(rows, named, labels)
    return picture(
        answer, "baujat", canvas, title="Trials that pull the average (Baujat’s plot)", words=words, rows=rows
    )


def _gosh(answer: Answer, rows: Sequence[Row], cells: Sequence[Row], labels: Mapping[str, str]) -> Picture:
    trial, pooled = cells[0]["trial_id"], answer.pooled
    (row,) = (row for row in rows if row["trial_id"] == trial)
    words = (
        f"Averages and I² of {_subsets(row)}; the larger a mark, the more subsets. The {_range(cells, answer)}. "
        f"{labels[trial]} moves them most: {_moved(row, answer)}. Two separate clouds would mean that one trial makes "
        "two answers."
    )
    canvas = gosh_picture(cells, pooled.measure, pooled.estimate, labels[trial])
    return picture(answer, "gosh", canvas, title="Averages of subsets of the trials (GOSH)", words=words, rows=cells)


def _pull(row: Row, labels: Mapping[str, str], answer: Answer) -> dict[str, str]:
    return {
        "trial": labels[row["trial_id"]],
        "cooks_distance": numbers.decimal(row["cooks_distance"]),
        "dffits": numbers.decimal(row["dffits"]),
        "without": numbers.effect(row["estimate_deleted"], answer.pooled.measure),
        "heterogeneity": numbers.decimal(row["baujat_x"]),
        "pull": numbers.decimal(row["baujat_y"]),
        "influential": "yes" if row["influential"] else "no",
    }


def _subsets(row: Row) -> str:
    kind = "all" if row["all_subsets"] else "a sample of"
    return f"{kind} {numbers.count(row['subsets'])} subsets of the {numbers.count(row['k'])} trials"


def _influential(rows: Sequence[Row], labels: Mapping[str, str], answer: Answer) -> str:
    measure = answer.pooled.measure
    if not rows:
        return "No trial is influential by the usual rule."
    without = [
        f"{labels[row['trial_id']]} (without it {numbers.effect(row['estimate_deleted'], measure)})" for row in rows
    ]
    verb = "is" if len(rows) == 1 else "are"
    told = f"Influential by the usual rule {verb} {listed(without)}"
    return f"{told}; with all trials the average is {answer.pooled.effect}."


def _moved(row: Row, answer: Answer) -> str:
    measure, shift = answer.pooled.measure, row["estimate_shift"]
    if numbers.MEASURES[measure].is_ratio:
        return f"in the mean, averages with it are {numbers.effect(shift, measure)} times those without it"
    way = "higher" if shift > 0 else "lower"
    return f"in the mean, averages with it are {numbers.effect(abs(shift), measure)} {way} than those without it"


def _range(cells: Sequence[Row], answer: Answer) -> str:
    low = min(cell["estimate"] - cell["estimate_width"] / 2 for cell in cells)
    high = max(cell["estimate"] + cell["estimate_width"] / 2 for cell in cells)
    return f"averages go from {numbers.span(low, high, answer.pooled.measure)}"
