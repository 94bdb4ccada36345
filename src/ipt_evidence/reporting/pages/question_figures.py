"""The figures of an answer, each with what it means."""

from dataclasses import dataclass

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.words import numbers
from ipt_evidence.words.figures import PooledFigures
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


def figures_of(answer: Answer, vocabulary: Vocabulary, names: Labels) -> tuple[Figure, ...]:
    """List the figures of an answered question.

    Parameters
    ----------
    answer : Answer
        An answer with at least one trial.
    vocabulary : Vocabulary
        Whether an event is good.
    names : Labels
        What outcomes are called.
    """
    pooled = answer.pooled
    figures = [
        Figure(
            "Average effect" if pooled.k > 1 else "Effect in the only trial",
            pooled.written,
            scale(answer, vocabulary, names),
        ),
        Figure("Test of no difference", numbers.p_value(pooled.p_value)),
    ]
    if not numbers.is_missing(answer.mid):
        span = numbers.span(-answer.mid, answer.mid, pooled.measure)
        meaning = "effects between these bounds are too small to matter to people; the dashed lines of the plot"
        figures.append(Figure("Smallest important difference", span, meaning))
    return (*figures, *_spread(pooled)) if pooled.k > 1 else tuple(figures)


def _spread(pooled: PooledFigures) -> list[Figure]:
    """List what is known of differences between trials."""
    level = numbers.percent(100 * pooled.level)
    predicted = numbers.span(pooled.pi_low, pooled.pi_high, pooled.measure)
    if numbers.is_missing(pooled.pi_low):
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
