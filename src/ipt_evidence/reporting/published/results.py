"""Published pooled results in words, each beside our answer to a question or with the reason why it is beside none."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import agreement, labels, numbers
from ipt_evidence.words.labels import TIMES, within


@dataclass(frozen=True, slots=True)
class Drawn:
    """A published result on the scale of our tables.

    Attributes
    ----------
    estimate, low, high : float
        Average and interval, of 95 % in a report; both bounds NaN where it prints none.
    """

    estimate: float
    low: float
    high: float

    @property
    def has_interval(self) -> bool:
        """Whether the report prints an interval."""
        return not numbers.is_missing(self.low)

    def written(self, measure: str) -> str:
        """Write it as shown on a measure: ``0.63 (0.36 to 0.90)``."""
        if not self.has_interval:
            return numbers.effect(self.estimate, measure)
        return numbers.with_bounds(self.estimate, self.low, self.high, measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedResult:
    """A published pooled result, beside our answer to one question or to none.

    Attributes
    ----------
    benchmark_id, label, reference, address : str
        The report, and the web address where it can be read.
    condition : str
        The condition it is on; empty if that is not known.
    comparison, printed : str
        What it compares and its figures, as the report prints them.
    on_our_scale : str
        Its figures on the scale of our answer; empty where they are as printed, or where the two are not compared.
    question : Answer or None
        The question it stands beside.
    compared : Drawn or None
        Its figures on the scale of our answer; None where the two cannot be compared.
    how_far : str
        How far ours is from it, as a sentence; empty where the two are not compared.
    shared : str
        How many trials of ours are known to be in it, as a sentence; empty if none of its trials is known.
    certainty : str
        How certain the report says the evidence is; empty where what we read does not.
    reason : str
        Why the two are not compared, as a sentence; empty where they are.
    facts : tuple of str
        What is known of the two that may set them apart, as sentences.
    """

    benchmark_id: str
    label: str
    reference: str
    address: str
    condition: str
    comparison: str
    printed: str
    on_our_scale: str
    question: Answer | None
    compared: Drawn | None
    how_far: str
    shared: str
    certainty: str
    reason: str
    facts: tuple[str, ...]


@lru_cache(maxsize=1)
def published_results(review: Review) -> tuple[PublishedResult, ...]:
    """Return every row of ``agreement.csv`` in words, in the order of the table."""
    reports = {row["id"]: row for row in rows_of(review.tables["benchmarks"])}
    rows = rows_of(review.tables["agreement"], empty=None)
    return tuple(_result(row, reports[row["benchmark_id"]], review.answers) for row in rows)


def beside(review: Review, question_id: str) -> tuple[PublishedResult, ...]:
    """Return the published results beside one question."""
    found = published_results(review)
    return tuple(one for one in found if one.question and one.question.question_id == question_id)


def _result(row: Mapping[str, Any], report: Mapping[str, Any], answers: Mapping[str, Answer]) -> PublishedResult:
    question = answers[row["question_id"]] if row["question_id"] else None
    facts = _facts(row, report, question)
    compared = _drawn(row) if row["published_estimate"] is not None else None
    return PublishedResult(
        **{name: report[name] for name in ("label", "reference", "condition", "comparison")},
        benchmark_id=report["id"],
        address=f"https://doi.org/{report['doi']}" if report["doi"] else report["url"],
        printed=_printed(report),
        question=question,
        compared=compared,
        on_our_scale=_on_our_scale(compared, row["measure"], report) if compared else "",
        how_far=_how_far(row) if compared else "",
        shared=_shared(row, question),
        certainty=_certainty(row),
        reason="".join(agreement.said(row["reason_id"] or "", facts)),
        facts=agreement.said(row["facts"] or "", facts),
    )


def _facts(row: Mapping[str, Any], report: Mapping[str, Any], question: Answer | None) -> dict[str, str]:
    """Return what sentences on a published result speak of, in words."""
    facts = {
        "differs_in": report["differs_in"],
        "published_measure": agreement.MEASURES[report["measure"]],
        "year": labels.text(report["year"] and f"{report['year']:.0f}"),
        **{name: numbers.count(row[name]) for name in ("published_k", "later_trials", "converted_trials")},
    }
    if question is None:
        return facts
    when = f"{TIMES[question.timepoint]} ({labels.PHASES[question.phase] or 'acute treatment'})"
    measure = within(numbers.MEASURES[question.rated.measure].name)
    return {**facts, "measure": measure, "trials": question.rated.trials, "when": when}


def _drawn(row: Mapping[str, Any]) -> Drawn:
    bounds = (row[name] for name in ("published_ci_low", "published_ci_high"))
    return Drawn(row["published_estimate"], *(float("nan") if bound is None else bound for bound in bounds))


def _printed(report: Mapping[str, Any]) -> str:
    figure = f"{agreement.MEASURES[report['measure']]} {numbers.number(report['estimate'])}"
    if report["ci_low"] == "":
        return f"{figure}, without an interval"
    return f"{figure} (95% interval {numbers.number(report['ci_low'])} to {numbers.number(report['ci_high'])})"


def _on_our_scale(compared: Drawn, measure: str, report: Mapping[str, Any]) -> str:
    if report["favours_intervention"] == "above":
        return ""
    return f"{numbers.MEASURES[measure].symbol}{compared.written(measure)}"


def _how_far(row: Mapping[str, Any]) -> str:
    lying = agreement.intervals(row["overlap"], row["within"])
    return f"Ours is {agreement.difference(row['difference'], row['measure'])}{'; ' if lying else ''}{lying}."


def _shared(row: Mapping[str, Any], question: Answer | None) -> str:
    if question is None or row["shared_trials"] is None:
        return ""
    known = labels.capital(numbers.counted(int(row["shared_trials"]), "trial"))
    return f"{known} of our answer {'is' if row['shared_trials'] == 1 else 'are'} known to be in it."


def _certainty(row: Mapping[str, Any]) -> str:
    if not row["published_certainty"]:
        return ""
    return f"{row['published_certainty']}{f' ({tool})' if (tool := row['published_tool']) else ''}"
