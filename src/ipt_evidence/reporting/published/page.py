"""The page of published results: each beside our answer, or with the reason why it is beside none."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.published.drawing import Block, Line, published_canvas
from ipt_evidence.reporting.published.results import Drawn, PublishedResult, published_results
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import within


@dataclass(frozen=True, slots=True)
class Picture:
    """The results on one measure, drawn.

    Attributes
    ----------
    measure : str
        The measure in words, with a capital.
    plot : Markup
        The drawing.
    """

    measure: str
    plot: Markup


@dataclass(frozen=True, slots=True)
class OnQuestion:
    """The published results beside one question.

    Attributes
    ----------
    question : Answer
        The question with our answer.
    condition : str
        Label of its condition.
    results : tuple of PublishedResult
        The results, in the order of the table.
    """

    question: Answer
    condition: str
    results: tuple[PublishedResult, ...]


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Published results beside no question, for one reason.

    Attributes
    ----------
    reason : str
        The reason, as a sentence.
    results : tuple of PublishedResult
        The results, in the order of the table.
    """

    reason: str
    results: tuple[PublishedResult, ...]


def published_page(review: Review, templates: Path) -> str:
    """Write the page of published results, as :func:`page_of` does."""
    results = published_results(review)
    asked = on_questions(results, review)
    return page_of(
        review,
        templates,
        "published",
        count=numbers.counted(len({one.benchmark_id for one in results}), "published result"),
        compared=numbers.count(len({one.benchmark_id for one in results if one.compared})),
        pictures=_pictures(asked),
        asked=asked,
        unplaced=_unplaced(results),
        # One result for each report.
        reports=list({one.reference: one for one in reversed(results)}.values())[::-1],
    )


def on_questions(results: Iterable[PublishedResult], review: Review) -> tuple[OnQuestion, ...]:
    """Sort the results beside a question by question, in the order of the plan."""
    found: dict[str, list[PublishedResult]] = {name: [] for name in review.answers}
    for one in results:
        if one.question:
            found[one.question.question_id].append(one)
    conditions = review.labels.conditions
    return tuple(
        OnQuestion(review.answers[name], conditions[review.answers[name].condition], tuple(group))
        for name, group in found.items()
        if group
    )


def _unplaced(results: Iterable[PublishedResult]) -> tuple[Unplaced, ...]:
    found: dict[str, list[PublishedResult]] = {}
    for one in results:
        if one.question is None:
            found.setdefault(one.reason, []).append(one)
    return tuple(Unplaced(reason, tuple(group)) for reason, group in found.items())


def _pictures(asked: Iterable[OnQuestion]) -> tuple[Picture, ...]:
    """Draw what is compared, one picture for each measure: they do not share an axis."""
    found: dict[str, list[Block]] = {}
    for group in asked:
        if published := tuple(Line(one.label, one.compared) for one in group.results if one.compared):
            ours = group.question.rated
            line = Line(f"Ours, {ours.trials}", Drawn(ours.estimate, ours.ci_low, ours.ci_high))
            question = f"{group.condition}: {group.question.asked}"
            found.setdefault(ours.measure, []).append(Block(question, line, published))
    return tuple(_picture(measure, blocks) for measure, blocks in found.items())


def _picture(measure: str, blocks: list[Block]) -> Picture:
    name = numbers.MEASURES[measure].name
    said = [f"{block.question}. {', '.join(_told(line, measure) for line in block.lines)}." for block in blocks]
    svg = published_canvas(measure, blocks).svg(
        title=f"Published results and our answers: {within(name)}",
        description=" ".join(said),
        name=f"published-{measure.lower()}",
    )
    # ElementTree has escaped all text in it.
    return Picture(name[:1].upper() + name[1:], Markup(svg))


def _told(line: Line, measure: str) -> str:
    return f"{line.label}: {line.result.written(measure)}"
