"""The summary of findings of a comparison as a page shows it: rows of figures, with numbered reasons under them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ipt_evidence.appraisal.answers import Answer
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
    sentence : str
        The answer in plain words.
    """

    answer: Answer
    marks: tuple[int, ...]
    reasons: tuple[int, ...]
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary of findings.

    Attributes
    ----------
    anchor, comparison : str
        Where in the page, and what is compared.
    sides : tuple of str
        Labels of the two sides.
    rows : tuple of Finding
        The questions, the most important first.
    notes : tuple of str
        What the numbers in the rows refer to, the first of them numbered 1.
    left_out : int
        Questions on the comparison that are less important than these.
    """

    anchor: str
    comparison: str
    sides: tuple[str, str]
    rows: tuple[Finding, ...]
    notes: tuple[str, ...]
    left_out: int


class Notes:
    """Numbers notes in the order in which they are first needed; the same words have the same number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, note: str) -> int:
        """Return the number of a note."""
        return self._numbers.setdefault(note, len(self._numbers) + 1)

    @property
    def all(self) -> tuple[str, ...]:
        """All notes by number."""
        return tuple(self._numbers)


def summary_of(review: Review, rows: Iterable[Mapping[Any, Any]], anchor: str, asked: int) -> Summary | None:
    """Lay out the summary of findings of one comparison; None where no trial answers any of its questions.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    rows : iterable of mapping
        Rows of ``summary_of_findings.csv`` on the comparison.
    anchor : str
        Where in the page the comparison is.
    asked : int
        Questions of the plan on the comparison.
    """
    notes = Notes()
    found = tuple(_finding(review, row, notes) for row in rows)
    if not any(one.answer.k for one in found):
        return None
    return Summary(
        anchor=f"{anchor}-summary",
        comparison=found[0].answer.comparison,
        sides=found[0].answer.sides,
        rows=found,
        notes=notes.all,
        left_out=asked - len(found),
    )


def _finding(review: Review, row: Mapping[Any, Any], notes: Notes) -> Finding:
    answer = review.answers[row["question_id"]]
    marks = tuple(notes.number(note) for note in _marks(review, answer))
    reasons = tuple(
        notes.number(f"{labels.CERTAINTY_DOMAINS[domain]} ({_levels(why['levels'])}): {why['reason']}")
        for domain, why in json.loads(row["footnotes"]).items()
    )
    return Finding(answer=answer, marks=marks, reasons=reasons, sentence=row["sentence"])


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
