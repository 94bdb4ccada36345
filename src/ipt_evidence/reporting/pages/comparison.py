"""The page on one comparison: its answers in a table, its summary of findings, and each question in short."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.addresses import comparison_name
from ipt_evidence.reporting.pages.overview import main_of
from ipt_evidence.reporting.pages.question_view import QuestionView, question_views
from ipt_evidence.reporting.pages.summary import Summary, summary_of
from ipt_evidence.reporting.review import Review
from ipt_evidence.reporting.templating import environment
from ipt_evidence.words.frequencies import in_hundred
from ipt_evidence.words.registers import PLAIN


@dataclass(frozen=True, slots=True)
class Comparison:
    """The questions on a condition that compare the same two sides.

    Attributes
    ----------
    name, comparison : str
        Its name in addresses, and what is compared.
    answers : tuple of Answer
        The questions with their answers, in the order of the plan.
    """

    name: str
    comparison: str
    answers: tuple[Answer, ...]

    @property
    def main(self) -> Answer:
        """The answer that stands for the comparison."""
        return main_of(self.answers) or self.answers[0]


def comparisons_on(review: Review, condition: str) -> tuple[Comparison, ...]:
    """Sort the questions on a condition by comparison: the therapy alone first, and control before other treatments."""
    found: dict[tuple[str, str], list[Answer]] = {}
    for answer in review.answers.values():
        if answer.condition == condition:
            found.setdefault((answer.intervention, answer.comparator), []).append(answer)
    first = review.vocabulary.interventions
    classes = [*review.vocabulary.comparators, *first, *review.vocabulary.treatment_classes["class"]]
    return tuple(
        Comparison(comparison_name(*sides), found[sides][0].comparison, tuple(found[sides]))
        for sides in sorted(found, key=lambda sides: (first.index(sides[0]), classes.index(sides[1])))
    )


def hundred(review: Review) -> Callable[[Answer], str]:
    """Return what says of an answer how many of 100 people it is about; empty text where that cannot be said."""
    voice = review.voice(PLAIN)
    return lambda answer: in_hundred(answer, answer.sides, voice)


def comparison_page(review: Review, condition: str, comparison: Comparison, templates: Path) -> str:
    """Write the page on one comparison.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    condition : str
        The condition.
    comparison : Comparison
        One of those on it.
    templates : Path
        ``workflow/templates``.

    Returns
    -------
    str
        HTML that needs nothing else.
    """
    views = question_views(review)
    asked: tuple[QuestionView, ...] = tuple(views.view(answer.question_id) for answer in comparison.answers)
    return (
        environment(templates)
        .get_template("comparison.html.j2")
        .render(
            labels=review.labels,
            settings=review.settings["review"],
            condition=condition,
            comparison=comparison,
            summary=summary_on(review, comparison, comparison.name),
            views=asked,
            hundred=hundred(review),
        )
    )


def summary_on(review: Review, comparison: Comparison, anchor: str) -> Summary | None:
    """Return the summary of findings of a comparison; None where no trial answers any of its questions.

    Parameters
    ----------
    review : Review
        The evidence base with its answers.
    comparison : Comparison
        The comparison.
    anchor : str
        Where in the page or document it is.
    """
    one = comparison.answers[0]
    rows = _summaries(review).get((one.condition, one.intervention, one.comparator), [])
    return summary_of(review, rows, anchor, len(comparison.answers)) if rows else None


@lru_cache(maxsize=1)
def _summaries(review: Review) -> dict[tuple[str, ...], list[dict[str, object]]]:
    found: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in review.tables["summary_of_findings"].to_dict("records"):
        cells = {str(name): cell for name, cell in row.items()}
        key = cells["condition"], cells["intervention"], cells["comparator"]
        found.setdefault(key, []).append(cells)
    return found
