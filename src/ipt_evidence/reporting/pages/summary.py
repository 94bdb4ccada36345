"""The summaries of findings of a comparison as a page shows it: rows of figures, with numbered reasons under them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.summary import COMPARED
from ipt_evidence.extraction.choices import PHASES
from ipt_evidence.files import rows_of
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.pages.comparisons import Comparison
from ipt_evidence.reporting.pages.question_figures import scale
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers

RESPONSE_MARK = (
    "Symptoms are measured on scales. The numbers of people are those who would respond (clearly improve), worked out "
    "from the standardised mean difference and the share that responds {where} (Furukawa & Leucht 2011)."
)
HERE = "in the trials on response in this comparison"
WIDER = "in the trials on response in the same comparison on {condition}, because those on this condition have none"
COUNTED_MARK = "Most of these trials counted the people who respond: what they counted is the row on response."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A row of a summary of findings.

    Attributes
    ----------
    answer : Answer
        The question with its answer.
    marks : tuple of int
        Numbers of the notes on its numbers of people.
    reasons : tuple of int
        Numbers of the notes on its certainty.
    reads : str
        Which way of the effect is good; of a ratio that was turned round, also what it divides.
    sentence : str
        The answer in plain words.
    """

    answer: Answer
    reads: str
    marks: tuple[int, ...]
    reasons: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary of findings.

    Attributes
    ----------
    anchor, comparison : str
        Where in the page, and what is compared, with the phase where that is not acute treatment.
    sides : tuple of str
        Labels of the two sides.
    rows : tuple of Finding
        The questions, the most important first.
    notes : tuple of str
        What the numbers in the rows refer to, the first of them numbered 1.
    left_out : int
        Questions on the same that are less important than these.
    """

    anchor: str
    comparison: str
    sides: tuple[str, str]
    rows: tuple[Finding, ...]
    notes: tuple[str, ...]
    left_out: int


def summaries_on(review: Review, comparison: Comparison, anchor: str) -> tuple[Summary, ...]:
    """Lay out the summaries of findings of a comparison: one of each phase in which a trial answers a question.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    comparison : Comparison
        The comparison.
    anchor : str
        Where in the page or document it is.
    """
    one, rows = comparison.main, _rows(review)
    found = []
    for phase in PHASES:
        asked = [other for other in comparison.answers if other.phase == phase]
        if any(other.k for other in asked):
            part = rows[one.condition, one.intervention, one.comparator, phase]
            found.append(_summary(review, part, f"{anchor}-summary-{phase}", len(asked)))
    return tuple(found)


@lru_cache(maxsize=1)
def _rows(review: Review) -> dict[tuple[str, ...], list[dict[str, Any]]]:
    return grouped(
        (tuple(row[name] for name in COMPARED), row) for row in rows_of(review.tables["summary_of_findings"])
    )


def _summary(review: Review, rows: Iterable[Mapping[Any, Any]], anchor: str, asked: int) -> Summary:
    notes: dict[str, int] = {}
    found = tuple(_finding(review, row, notes) for row in rows)
    answer = found[0].answer
    phase = labels.PHASES[answer.phase]
    return Summary(
        anchor=anchor,
        comparison=f"{answer.comparison}, {phase}" if phase else answer.comparison,
        sides=answer.sides,
        rows=found,
        notes=tuple(notes),
        left_out=asked - len(found),
    )


def _finding(review: Review, row: Mapping[Any, Any], notes: dict[str, int]) -> Finding:
    """Lay out a row; the notes it needs are numbered as they come, the same words by the same number."""
    answer = review.answers[row["question_id"]]
    marks = tuple(_numbered(note, notes) for note in _marks(review, answer))
    reasons = tuple(
        _numbered(f"{labels.REASONS[domain]} ({_levels(why['levels'])}): {why['reason']}", notes)
        for domain, why in json.loads(row["footnotes"]).items()
    )
    return Finding(answer=answer, reads=_reads(review, answer), marks=marks, reasons=reasons, sentence=row["sentence"])


def _numbered(note: str, notes: dict[str, int]) -> int:
    return notes.setdefault(note, len(notes) + 1)


def _reads(review: Review, answer: Answer) -> str:
    """Say which way is good; beside risks of an unwanted event, the ratio would else seem to point the other way."""
    if answer.rated.is_ratio and not review.vocabulary.event_good(answer.outcome):
        return scale(answer, review.vocabulary, review.labels)
    return answer.good


def _marks(review: Review, answer: Answer) -> tuple[str, ...]:
    if answer.absolute is None or answer.absolute.basis != "response":
        return ()
    source = review.answers[answer.absolute.control_question_id]
    where = HERE if source.condition == answer.condition else WIDER.format(
        condition=labels.within(review.labels.conditions[source.condition])
    )  # fmt: skip
    return (RESPONSE_MARK.format(where=where), *([COUNTED_MARK] if answer.counted else []))


def _levels(taken: int) -> str:
    return f"{numbers.MINUS}{abs(taken)} {'level' if abs(taken) == 1 else 'levels'}"
