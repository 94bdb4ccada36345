"""Published pooled results beside our own answers: on one scale, the same way round, with what may set them apart."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import isnan, log, nan
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.extraction.choices import PHASES, TIMEPOINTS, WITHIN_GROUP
from ipt_evidence.files import rows_of
from ipt_evidence.words.agreement import FACTS

SCALES = {"SMD": "SMD", "OR": "logOR", "RR": "logRR", "HR": "logHR"}
"""Measure of our answers that a published one is compared with; others have a scale that is not ours."""

PLACED = ("condition", "intervention", "comparator", "outcome")
"""What must be known of a published result to set it beside a question."""

WHEN = {"phase": PHASES, "timepoint": TIMEPOINTS}
"""What may be left open, with its words in the order in which they are tried."""

AGREEMENT_COLUMNS = (
    "benchmark_id", "question_id", "reason_id", "facts", "measure", "k", "estimate", "ci_low", "ci_high",
    "published_k", "published_estimate", "published_ci_low", "published_ci_high", "difference", "overlap", "within",
    "shared_trials", "later_trials", "converted_trials", "certainty", "published_certainty", "published_tool",
)  # fmt: skip

COUNTS = ("k", "published_k", "shared_trials", "later_trials", "converted_trials")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """A pooled result on the scale of our tables: positive favours the intervention, ratios as logarithms.

    Attributes
    ----------
    estimate, low, high : float
        Average and bounds of its interval; both bounds NaN where there is none.
    """

    estimate: float
    low: float = nan
    high: float = nan

    @property
    def has_interval(self) -> bool:
        """Whether it has an interval."""
        return not isnan(self.low)


def on_our_scale(printed: Result, *, is_ratio: bool, favours: str) -> Result:
    """Put a result as printed on the scale of our tables.

    Parameters
    ----------
    printed : Result
        The figures with the sign as printed; ratios as ratios, above 0.
    is_ratio : bool
        Whether they are ratios.
    favours : {"above", "below"}
        On which side of no difference printed figures favour the intervention.
    """
    figures = (printed.estimate, printed.low, printed.high)
    estimate, low, high = (log(one) if is_ratio else one for one in figures)
    return Result(estimate, low, high) if favours == "above" else Result(-estimate, -high, -low)


def difference(ours: Result, published: Result) -> float:
    """Return how far our estimate lies above a published one, on the scale of our tables."""
    return ours.estimate - published.estimate


def overlap(one: Result, other: Result) -> bool | None:
    """Tell whether two intervals share a point, their ends included; None where one of them has none.

    Two intervals may overlap while the results differ, and the results may share trials: this is no test.
    """
    if not (one.has_interval and other.has_interval):
        return None
    return one.low <= other.high and other.low <= one.high


def within(ours: Result, published: Result) -> bool | None:
    """Tell whether our estimate lies in the published interval; None where there is none."""
    return published.low <= ours.estimate <= published.high if published.has_interval else None


def agreement(
    benchmarks: pd.DataFrame, answers: Sequence[Answer], trials: pd.DataFrame, selections: pd.DataFrame
) -> pd.DataFrame:
    """Set every published result beside the answers to the questions it is on.

    Parameters
    ----------
    benchmarks : DataFrame
        The validated published results.
    answers : sequence of Answer
        Every question of the plan, in its order.
    trials : DataFrame
        The trials, with the year of each.
    selections : DataFrame
        The effects that match each question.

    Returns
    -------
    DataFrame
        ``AGREEMENT_COLUMNS``, a row per published result and question it is on, and one without question for each that
        is on none. ``reason_id`` says why the two are not compared (:data:`ipt_evidence.words.agreement.REASONS`);
        without it, the published figures stand on the scale of our tables, and ``difference`` is ours less theirs.
    """
    years = dict(zip(trials["trial_id"], trials["year"], strict=True))
    converted = _converted(selections)
    rows = []
    for row in rows_of(benchmarks, empty=None):
        found = beside(row, answers)
        rows += [_compared(row, one, years, converted.get(one.question_id, 0)) for one in found] or [_alone(row)]
    # A count that is missing in one row is no decimal number in the others.
    return pd.DataFrame(rows, columns=list(AGREEMENT_COLUMNS)).astype(dict.fromkeys(COUNTS, "Int64"))


def beside(row: Row, answers: Iterable[Answer]) -> list[Answer]:
    """Return the answers on the same condition, sides, outcome, time point and phase as a published result.

    A phase or time point that it does not tell is left open: of the questions that are the same in all else, those
    stand beside it that come first, acute treatment before other phases and the end of treatment before follow-up, and
    the table says that it is not told (``time_not_stated``).
    """
    if row["measure"] in WITHIN_GROUP or not all(row[name] for name in PLACED):
        return []
    same = [one for one in answers if all(getattr(one, name) == row[name] for name in PLACED)]
    phases, times = ((row[name],) if row[name] else usual for name, usual in WHEN.items())
    moments = product(phases, times)
    at_each = ([one for one in same if (one.phase, one.timepoint) == moment] for moment in moments)
    return next(filter(None, at_each), [])


def _alone(row: Row) -> dict[str, Any]:
    """Return the row of a published result that stands beside no question."""
    placed = all(row[name] for name in PLACED)
    reason = "within_group" if row["measure"] in WITHIN_GROUP else "not_asked" if placed else "not_placed"
    return {**_published(row), "reason_id": reason, "facts": "differs_in" if row["differs_in"] else ""}


def _published(row: Row) -> dict[str, Any]:
    return {
        "benchmark_id": row["id"],
        "published_k": row["k"],
        "published_certainty": row["certainty"],
        "published_tool": row["certainty_tool"],
    }


def _compared(row: Row, answer: Answer, years: Mapping[str, int], converted: int) -> dict[str, Any]:
    reason = _reason(row, answer)
    found: dict[str, Any] = {
        **_published(row),
        "question_id": answer.question_id,
        "reason_id": reason,
        "measure": answer.pooled.measure,
        "certainty": answer.certainty or None,
        **{name: getattr(answer.pooled, name) for name in ("k", "estimate", "ci_low", "ci_high")},
    }
    if answer.k:
        known = set(row["trials"].split(";")) if row["trials"] else None
        found["shared_trials"] = len(known & set(answer.trials)) if known else None
        found["later_trials"] = sum(years[name] > row["year"] for name in answer.trials) if row["year"] else None
        found["converted_trials"] = converted
    if not reason:
        found |= _figures(row, answer)
    return {**found, "facts": ";".join(_facts(row, found))}


def _reason(row: Row, answer: Answer) -> str | None:
    """Return why a published result is not compared with the answer it stands beside; None if it is."""
    if answer.k == 0:
        return "no_trials"
    if SCALES.get(row["measure"]) != answer.pooled.measure:
        return "other_measure"
    return None if row["favours_intervention"] else "no_direction"


def _figures(row: Row, answer: Answer) -> dict[str, Any]:
    limits = () if row["ci_low"] is None else (row["ci_low"], row["ci_high"])
    ours = Result(answer.pooled.estimate, answer.pooled.ci_low, answer.pooled.ci_high)
    published = on_our_scale(
        Result(row["estimate"], *limits), is_ratio=answer.pooled.is_ratio, favours=row["favours_intervention"]
    )
    return {
        "published_estimate": published.estimate,
        "published_ci_low": published.low,
        "published_ci_high": published.high,
        "difference": difference(ours, published),
        "overlap": overlap(ours, published),
        "within": within(ours, published),
    }


def _facts(row: Row, found: Row) -> list[str]:
    """Return the ids of what is known of the two that may set them apart, in the order of :data:`FACTS`."""
    theirs, ours = row["k"], found["k"]
    same = theirs == ours == found["shared_trials"] == 1
    holds = {"differs_in": row["differs_in"], "time_not_stated": not all(row[name] for name in WHEN)}
    if found["reason_id"]:
        # Nothing is compared, so all there is to tell is in what the two are not on the same.
        return [name for name in holds if holds[name]]
    holds |= {
        "same_trial": same,
        "single_trial": theirs == 1 and not same,
        "other_k": theirs and theirs != 1 and theirs != ours,
        "later_trials": found["later_trials"],
        "converted_trials": found["converted_trials"],
    }
    # What is not known explains nothing.
    holds |= {"unexplained": not any(holds.values()), "unknown_k": not theirs, "no_interval": row["ci_low"] is None}
    return [name for name in FACTS if holds[name]]


def _converted(selections: pd.DataFrame) -> dict[str, int]:
    """Count, by question, the trials in its answer that have an effect converted from another kind of result."""
    used = selections[selections["used"] & selections["evidence"].eq("converted")]
    return {str(name): int(count) for name, count in used.groupby("question_id")["trial_id"].nunique().items()}
