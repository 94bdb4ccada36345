"""The page of published results: each beside our answer, or with the reason why it is beside none."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from markupsafe import Markup

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.grouping import grouped
from ipt_evidence.reporting.page import page_of
from ipt_evidence.reporting.published.drawing import Block, Line, published_canvas
from ipt_evidence.reporting.published.results import Drawn, PublishedResult, published_results
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import numbers
from ipt_evidence.words.labels import capital, within


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
        pictures=_pictures(asked, review.labels.conditions),
        asked=asked,
        unplaced=grouped((one.reason, one) for one in results if one.question is None),
        # One result for each report.
        reports=list({one.reference: one for one in reversed(results)}.values())[::-1],
    )


def on_questions(results: Iterable[PublishedResult], review: Review) -> list[tuple[Answer, list[PublishedResult]]]:
    """Sort the results beside a question by question, in the order of the plan."""
    found = grouped((one.question.question_id, one) for one in results if one.question)
    return [(answer, found[name]) for name, answer in review.answers.items() if name in found]


def _pictures(
    asked: Iterable[tuple[Answer, Iterable[PublishedResult]]], conditions: Mapping[str, str]
) -> list[tuple[str, Markup]]:
    """Draw what is compared, one picture for each measure, which it is named after: they do not share an axis."""
    blocks = []
    for answer, results in asked:
        if published := tuple(Line(one.label, one.compared) for one in results if one.compared):
            ours = answer.rated
            line = Line(f"Ours, {ours.trials}", Drawn(ours.estimate, ours.ci_low, ours.ci_high))
            question = f"{conditions[answer.condition]}: {answer.asked}"
            blocks.append(((ours.measure, ours.level), Block(question, line, published)))
    return [_picture(*scale, drawn) for scale, drawn in grouped(blocks).items()]


def _picture(measure: str, level: float, blocks: list[Block]) -> tuple[str, Markup]:
    name = numbers.MEASURES[measure].name
    said = [
        f"{block.question}. {', '.join(f'{line.label}: {line.result.written(measure)}' for line in block.lines)}."
        for block in blocks
    ]
    svg = published_canvas(measure, level, blocks).svg(
        title=f"Published results and our answers: {within(name)}",
        description=" ".join(said),
        name=f"published-{measure.lower()}",
    )
    # ElementTree has escaped all text in it.
    return capital(name), Markup(svg)
