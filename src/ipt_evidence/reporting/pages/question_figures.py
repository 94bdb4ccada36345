"""The figures of an answer, each with what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.words import numbers
from ipt_evidence.words.figures import BAYES, EACH, TWO, WIDENED, Figures, PooledFigures
from ipt_evidence.words.labels import Labels, within
from ipt_evidence.words.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its meaning.

    Attributes
    ----------
    term, value, meaning : str
        What it is called, what it is, how to read it; the meaning may be empty.
    """

    term: str
    value: str
    meaning: str = ""


def figures_of(
    answer: Answer, bayes: Mapping[Any, Any] | None, vocabulary: Vocabulary, names: Labels
) -> tuple[Figure, ...]:
    """List the figures of an answered question.

    Parameters
    ----------
    answer : Answer
        An answer with at least one trial.
    bayes : mapping or None
        Its row of ``bayes.csv``; None for measures that have none.
    vocabulary : Vocabulary
        Whether an event is good.
    names : Labels
        What outcomes are called.
    """
    pooled, rated = answer.pooled, answer.rated
    name = "Average effect" if pooled.k > 1 else "Effect in the only trial"
    figures = [Figure(name, rated.written, scale(answer, vocabulary, names))]
    if rated.interval in (BAYES, WIDENED, EACH):
        few = "with so few trials its interval is too wide or too narrow to decide by"
        found = f"{pooled.effect if pooled.k == TWO else pooled.written}, {numbers.p_value(pooled.p_value)}"
        figures.append(Figure("By the primary model", found, few))
    else:
        figures.append(Figure("Test of no difference", numbers.p_value(pooled.p_value)))
    figures += _bayesian(answer, bayes) if bayes else []
    if not numbers.is_missing(answer.mid):
        span = numbers.span(-answer.mid, answer.mid, pooled.measure)
        meaning = "effects between these bounds are too small to matter to people; the dashed lines of the plot"
        figures.append(Figure("Smallest important difference", span, meaning))
    return (*figures, *_spread(pooled, rated)) if pooled.k > 1 else tuple(figures)


def _bayesian(answer: Answer, row: Mapping[Any, Any]) -> list[Figure]:
    """List the Bayesian answer and what it makes of a benefit."""
    found = numbers.estimate(
        row["estimate"], row["ci_low"], row["ci_high"], answer.pooled.measure, level=answer.pooled.level, kind=BAYES
    )
    first = answer.sides[0]
    chances = [f"{numbers.probability(row['p_benefit'])} that the average favours {first}"]
    if not numbers.is_missing(row["p_important"]):
        chances.append(f"{numbers.probability(row['p_important'])} that it does to an important degree")
    return [Figure("Bayesian answer", found, f"{row['prior']}; probability: {', '.join(chances)}")]


def _spread(pooled: PooledFigures, rated: Figures) -> list[Figure]:
    """List what is known of differences between trials."""
    level = numbers.percent(100 * pooled.level)
    predicted = numbers.span(rated.pi_low, rated.pi_high, pooled.measure)
    if numbers.is_missing(rated.pi_low):
        predicted = "not given: it takes three trials"
    tau2 = f"{numbers.tau2(pooled.tau2)} ({level} CI {pooled.tau2_span})"
    i2 = f"{numbers.i2(pooled.i2)} ({level} CI {pooled.i2_span})"
    units = "squared units of the logarithm" if pooled.is_ratio else "squared units of the effect"
    return [
        Figure(f"{level} prediction interval", predicted, "where the effect of a new, similar trial would lie"),
        Figure("τ²", tau2, f"variance of the true effects between trials, in {units}"),
        Figure("I²", i2, "share of the variation between results that is not chance, computed from τ²"),
    ]


def scale(answer: Answer, vocabulary: Vocabulary, names: Labels) -> str:
    """Say what the figures of a question measure, and which way is good."""
    how, (first, second) = numbers.MEASURES[answer.pooled.measure], answer.sides
    if not how.is_ratio:
        return f"{how.name}: difference in standard deviations of the scores; {answer.good}"
    event, what = within(names.outcomes[answer.outcome]), how.name.removesuffix(" ratio")
    above, below = (first, second) if vocabulary.event_good(answer.outcome) else (second, first)
    return f"{what} of {event} with {above} divided by {what} with {below}; {answer.good}"
