"""Why a published result is not compared with ours, and what may set the two apart: ids of tables, and their words."""

from collections.abc import Mapping
from typing import Any

from ipt_evidence.words import numbers

REASONS = {
    "within_group": "It describes what happened within one group: it compares nothing.",
    "not_placed": "What we read does not say on which condition, treatments or outcome it is, or our vocabulary has "
    "no word for one of them.",
    "not_asked": "No question of the review plan asks this.",
    "no_trials": "No trial in our tables answers the question it would stand beside.",
    "other_measure": "It is on another measure than our answer ({published_measure}; ours: {measure}): the two figures "
    "cannot be subtracted.",
    "no_direction": "What we read does not say which side its sign favours.",
}
"""Why a published result is not compared with an answer, in the order in which the rules are tried."""

FACTS = {
    "differs_in": "The published result is not on quite the same: {differs_in}.",
    "time_not_stated": "What we read does not give both time point and phase; ours is {when}.",
    "same_trial": "Both rest on the same single trial: any difference lies in the figures taken from it or in the "
    "formula.",
    "single_trial": "It is the result of a single trial; ours rests on {trials}.",
    "other_k": "It pools {published_k} trials or comparisons; ours rests on {trials}.",
    "unknown_k": "What we read does not say how many trials it pools; ours rests on {trials}.",
    "later_trials": "Of ours, {later_trials} appeared after {year}, the year of the report.",
    "converted_trials": "Conversions from another kind of result give {converted_trials} of ours.",
    "no_interval": "What we read prints no interval for it.",
    "unexplained": "Nothing in our tables tells why the two differ.",
}
"""What is known of the two that may set them apart, in the order in which it is said."""

MEASURES = {
    "SMD": "standardised mean difference",  # reports do not always say whether it is Hedges' g
    "MD": numbers.MEASURES["MD"].name,
    "OR": numbers.MEASURES["logOR"].name,
    "RR": numbers.MEASURES["logRR"].name,
    "HR": numbers.MEASURES["logHR"].name,
    "RD": numbers.MEASURES["RD"].name,
    "SMC": "standardised change within a group",
    "proportion": "proportion within a group",
}
"""Measures of published results."""


def said(ids: str, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """Put the ids of a row of ``agreement.csv`` into sentences.

    Parameters
    ----------
    ids : str
        Ids of :data:`REASONS` and :data:`FACTS`, joined by semicolons.
    facts : mapping
        The row and the published result it is on, with ``trials`` and ``when`` of our answer in words.
    """
    words = {**REASONS, **FACTS}
    return tuple(words[name].format_map(facts) for name in filter(None, ids.split(";")))


def difference(value: float, measure: str) -> str:
    """Say how far our estimate is from a published one: ``0.12 lower``, ``1.20 times the published one``."""
    if numbers.MEASURES[measure].is_ratio:
        return f"{numbers.effect(value, measure)} times the published one"
    if abs(value) < 0.005:
        return "the same to two decimals"
    return f"{numbers.decimal(abs(value))} {'higher' if value > 0 else 'lower'}"


def intervals(overlap: bool | None, within: bool | None) -> str:
    """Say how two intervals lie; nothing where the published result has none."""
    if overlap is None or within is None:
        return ""
    if not overlap:
        return "the intervals do not overlap"
    return f"the intervals overlap, and our estimate lies {'within' if within else 'outside'} the published one"
