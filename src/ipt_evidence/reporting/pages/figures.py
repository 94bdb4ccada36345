"""The figures of an answer, each with what it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ipt_evidence.words import labels, numbers
from ipt_evidence.words.vocabulary import Vocabulary

RATIO_OF = {"logOR": "odds", "logRR": "risk", "logHR": "hazard"}


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


def figures_of(question: Mapping[Any, Any], vocabulary: Vocabulary) -> tuple[Figure, ...]:
    """List the figures of an answered question.

    Parameters
    ----------
    question : mapping
        Its row of ``syntheses.csv`` with its ``mid``; with at least one trial.
    vocabulary : Vocabulary
        Labels, and whether an event is good.
    """
    measure, level = question["measure"], question["level"]
    bounds = question["ci_low"], question["ci_high"]
    name = "Average effect" if question["k"] > 1 else "Effect in the only trial"
    effect = numbers.estimate(question["estimate"], *bounds, measure, level=level)
    figures = [
        Figure(name, effect, scale(question, vocabulary)),
        Figure("Test of no difference", numbers.p_value(question["p_value"])),
    ]
    if not numbers.is_missing(question["mid"]):
        span = numbers.span(-question["mid"], question["mid"], measure)
        meaning = "effects between these bounds are too small to matter to people; the dashed lines of the plot"
        figures.append(Figure("Smallest important difference", span, meaning))
    return (*figures, *_spread(question)) if question["k"] > 1 else tuple(figures)


def _spread(question: Mapping[Any, Any]) -> list[Figure]:
    """List what is known of differences between trials."""
    measure, level = question["measure"], numbers.percent(100 * question["level"])
    bounds = question["pi_low"], question["pi_high"]
    predicted = numbers.span(*bounds, measure)
    if numbers.is_missing(bounds[0]):
        predicted = "not given: it takes three trials"
    tau2, i2 = (
        f"{written(question[name])} ({level} CI {written(question[low])} to {written(question[high])})"
        for name, low, high, written in (
            ("tau2", "tau2_low", "tau2_high", numbers.tau2),
            ("i2", "i2_low", "i2_high", numbers.i2),
        )
    )
    units = "squared units of the logarithm" if numbers.MEASURES[measure].is_ratio else "squared units of the effect"
    return [
        Figure(f"{level} prediction interval", predicted, "where the effect of a new, similar trial would lie"),
        Figure("τ²", tau2, f"variance of the true effects between trials, in {units}"),
        Figure("I²", i2, "share of the variation between results that is not chance, computed from τ²"),
    ]


def scale(question: Mapping[Any, Any], vocabulary: Vocabulary) -> str:
    """Say what the figures of a question measure, and which way is good."""
    first, second = labels.sides(question, vocabulary)
    measure = question["measure"]
    good = numbers.favourable(measure, first)
    if measure not in RATIO_OF:
        return f"{numbers.MEASURES[measure].name}: difference in standard deviations of the scores; {good}"
    outcomes = dict(zip(vocabulary.outcomes["outcome"], vocabulary.outcomes["label"], strict=True))
    event, what = labels.within(outcomes[question["outcome"]]), RATIO_OF[measure]
    above, below = (first, second) if vocabulary.event_good(question["outcome"]) else (second, first)
    return f"{what} of {event} with {above} divided by {what} with {below}; {good}"


def people(question: Mapping[Any, Any]) -> str:
    """Write how many people an answer rests on, and for how many trials that is not known."""
    known = numbers.count(question["n_participants"])
    if not question["k_without_n"]:
        return known
    if question["k_without_n"] == question["k"]:
        return "not known"
    return f"{known} (not known for {numbers.counted(question['k_without_n'], 'trial')})"
