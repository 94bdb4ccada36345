"""Claims about the length of a course: the numbers claimed against what the trials gave."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.claims.base import Base, Claim, Tables, reviewed_arms
from ipt_evidence.appraisal.claims.verdicts import Verdict
from ipt_evidence.words import numbers
from ipt_evidence.words.sentence_parts import Sentence, whole
from ipt_evidence.words.vocabulary import Vocabulary

UNITS = {"sessions": ("sessions",), "weeks": ("weeks",), "weekly_sessions": ("sessions", "weeks")}
"""What a claimed range counts."""

MOST, HALF = 2 / 3, 1 / 2
"""Shares of the reports that must lie in the claimed range to support it, and to support it in part."""

FEW = 5
"""Fewer reports than this say nothing on what is usual."""

NAMES = {"sessions": ("group", "groups"), "weeks": ("trial", "trials")}
"""What is counted for each unit, one and several."""

REPORTS = {"sessions": (" given {therapy}", "number of sessions"), "weeks": ("", "end of treatment")}
"""What follows the number of these where they are many words away from the therapy, and what they report."""

NO_LENGTH = "Session length is not recorded."


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How the reports of one unit lie against a claimed range.

    Attributes
    ----------
    unit : str
        sessions or weeks.
    reports, unreported, inside, middle : int
        Those that report a figure, those that do not, those within the claimed range, and those between the quartiles
        as they are printed: where many report the same, these are more than half.
    least, lower, median, upper, most : float
        Over the reports; NaN without any.
    low, high : int
        The claimed range.
    """

    unit: str
    reports: int
    unreported: int
    inside: int
    middle: int
    least: float
    lower: float
    median: float
    upper: float
    most: float
    low: int
    high: int


def judge(claim: Claim, base: Base) -> Verdict:
    """Judge a claimed number of sessions or weeks; the length of a session is not a column of the tables."""
    if not claim.unit:
        why = "The claim names no range of sessions or weeks that our tables could be held against."
        return Verdict(verdict="not_assessable", rule_id="no_range", why=(Sentence(why),))
    arms = reviewed_arms(base.tables, base.vocabulary, claim.condition, claim.phase)
    spreads = [spread_of(reports(arms, unit, base.tables), unit, claim.low, claim.high) for unit in UNITS[claim.unit]]
    verdict, rule_id = against_range(spreads)
    if claim.session_minutes and verdict == "supported":
        verdict, rule_id = "partly_supported", "length_not_recorded"
    extra = (Sentence(NO_LENGTH),) if claim.session_minutes else ()
    label, therapy = base.voice.conditions[claim.condition], base.voice.therapy
    counts = ". ".join(_counts(spread, therapy) for spread in spreads)
    why = f"This is about trials of {therapy} for {label}. {counts}"
    said = took(spreads, label, therapy)
    instead = (said, *extra) if said else ()
    return Verdict(
        verdict=verdict, rule_id=rule_id, why=(whole(why), *extra),
        instead=() if verdict == "supported" else instead,
    )  # fmt: skip


def course(condition: str, tables: Tables, vocabulary: Vocabulary) -> list[Spread]:
    """Describe how many sessions and weeks the therapy took in trials on a condition."""
    arms = reviewed_arms(tables, vocabulary, condition)
    return [spread_of(reports(arms, unit, tables), unit, 0, 0) for unit in NAMES]


def took(spreads: list[Spread], label: str, therapy: str) -> Sentence | None:
    """Say how long the therapy took in trials on a condition; None where none reports it."""
    known = [_course(spread) for spread in spreads if spread.reports]
    return whole(f"In trials on {label}, {therapy} {'; it '.join(known)}") if known else None


def reports(arms: pd.DataFrame, unit: str, tables: Tables) -> "pd.Series[float]":
    """Return what each arm given the therapy (sessions) or its trial (weeks) reports; NaN where it does not.

    Weeks are those from randomisation to the last assessment at the end of treatment, as outcomes and contrasts give
    them: the nearest thing to the length of a course that the tables hold.
    """
    if unit == "sessions":
        return arms["n_sessions"].astype(float)
    assessed = pd.concat([tables[name][["trial_id", "timepoint", "weeks"]] for name in ("outcomes", "contrasts")])
    last = assessed[assessed["timepoint"].eq("post")].groupby("trial_id")["weeks"].max()
    return last.reindex(arms["trial_id"].unique()).astype(float)


def spread_of(values: "pd.Series[float]", unit: str, low: int, high: int) -> Spread:
    """Describe reports against a claimed range."""
    known = values.dropna()
    quantiles = known.quantile([0, 0.25, 0.5, 0.75, 1]).tolist() if len(known) else [np.nan] * 5
    least, lower, median, upper, most = quantiles
    return Spread(
        unit=unit, reports=len(known), unreported=int(values.isna().sum()), inside=int(known.between(low, high).sum()),
        middle=int(known.between(round(lower), round(upper)).sum()) if len(known) else 0,
        least=least, lower=lower, median=median, upper=upper, most=most, low=low, high=high,
    )  # fmt: skip


def against_range(spreads: list[Spread]) -> tuple[str, str]:
    """Judge a claimed range by the unit that supports it least.

    Supported if two thirds of the reports lie in it and no more are silent than report; partly if half of them or the
    median do; contradicted if none does; not assessable with fewer than five reports.
    """
    return max((_one(spread) for spread in spreads), key=lambda found: ORDER.index(found[0]))


ORDER = ("supported", "partly_supported", "not_supported", "contradicted", "not_assessable", "no_trials")


def _one(spread: Spread) -> tuple[str, str]:
    if spread.reports + spread.unreported == 0:
        return "no_trials", "no_trials"
    if spread.reports < FEW:
        return "not_assessable", "few_reports"
    if spread.inside == 0:
        return "contradicted", "none_in_range"
    share = spread.inside / spread.reports
    if share >= MOST:
        enough = spread.reports >= spread.unreported
        return ("supported", "most_in_range") if enough else ("partly_supported", "most_unreported")
    if share >= HALF or spread.low <= spread.median <= spread.high:
        return "partly_supported", "middle_in_range"
    return "not_supported", "few_in_range"


def _counts(spread: Spread, therapy: str) -> str:
    given, what = (text.format(therapy=therapy) for text in REPORTS[spread.unit])
    if spread.reports == 0:
        return f"For none of {numbers.counted(spread.unreported, *NAMES[spread.unit])}{given} the {what} is known"
    silent = (
        f"; {numbers.counted(spread.unreported, 'more does', 'more do')} not report it" if spread.unreported else ""
    )
    return (
        f"Of {numbers.counted(spread.reports, *NAMES[spread.unit])}{given} whose {what} is known, {spread.inside} had "
        f"{spread.low} to {spread.high} {spread.unit}; the median is {round(spread.median, 1):g}{silent}"
    )


def _course(spread: Spread) -> str:
    """Say what the reports span and how many of them lie in the middle; weeks are to the last check, not the course."""
    counted = numbers.counted(spread.reports, *NAMES[spread.unit])
    span, middle = _span(spread.least, spread.most), _span(spread.lower, spread.upper)
    took = f"took {span} sessions" if spread.unit == "sessions" else f"ended after {span} weeks"
    return f"{took} ({counted})" if middle == span else f"{took}, {middle} in {spread.middle} of {counted}"


def _span(low: float, high: float) -> str:
    return " to ".join(dict.fromkeys((f"{low:.0f}", f"{high:.0f}")))
