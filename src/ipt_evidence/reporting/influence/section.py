"""What a page shows of the trials that one answer hangs on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.influence.pictures import baujat_picture, gosh_picture
from ipt_evidence.reporting.review import Review, by_question
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import listed

NAMED = 3
"""Trials that the picture names besides the influential ones."""

Row = Mapping[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """What one trial does to the average, in words.

    Attributes
    ----------
    trial, cooks_distance, dffits, without, heterogeneity, pull, influential : str
        Its label, Cook's distance, DFFITS, the average without it, Baujat's coordinates, and whether it is influential.
    """

    trial: str
    cooks_distance: str
    dffits: str
    without: str
    heterogeneity: str
    pull: str
    influential: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hangs:
    """The trials that one answer hangs on.

    Attributes
    ----------
    sentences : tuple of str
        Which trials are influential, and what the subsets show.
    baujat, gosh : Markup
        The pictures.
    pulls : tuple of Pull
        The trials, those that pull most first.
    """

    sentences: tuple[str, ...]
    baujat: Markup
    gosh: Markup
    pulls: tuple[Pull, ...]


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
    pulling = ordered[:NAMED]
    named = [row for row in rows if row["influential"] or row in pulling]
    most, subsets = labels[cells[0]["trial_id"]], _subsets(rows[0])
    shift = next(row for row in rows if row["trial_id"] == cells[0]["trial_id"])
    moved = _moved(shift, answer)
    told = _influential(influential, labels, answer)
    # ElementTree has escaped all text in the pictures.
    return Hangs(
        sentences=(told, f"In {subsets}, {_range(cells, answer)}. {most} moves them most: {moved}."),
        baujat=Markup(
            baujat_picture(rows, named, labels).svg(
                title=f"Which trials pull the average: {answer.asked}",
                description=f"{told} Those that pull most: {listed([labels[row['trial_id']] for row in pulling])}.",
                name=f"baujat-{answer.question_id}",
            )
        ),
        gosh=Markup(
            gosh_picture(cells, answer.pooled.measure, answer.pooled.estimate, most).svg(
                title=f"Averages of subsets of the trials: {answer.asked}",
                description=f"In {subsets}, {_range(cells, answer)}. {most} moves them most: {moved}.",
                name=f"gosh-{answer.question_id}",
            )
        ),
        pulls=tuple(_pull(row, labels, answer) for row in ordered),
    )


def _pull(row: Row, labels: Mapping[str, str], answer: Answer) -> Pull:
    return Pull(
        trial=labels[row["trial_id"]],
        cooks_distance=numbers.decimal(row["cooks_distance"]),
        dffits=numbers.decimal(row["dffits"]),
        without=numbers.effect(row["estimate_deleted"], answer.pooled.measure),
        heterogeneity=numbers.decimal(row["baujat_x"]),
        pull=numbers.decimal(row["baujat_y"]),
        influential="yes" if row["influential"] else "no",
    )


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
