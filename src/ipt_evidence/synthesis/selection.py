"""Which effects answer a question, and why the others that come close do not."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from ipt_evidence.effects.rows import MEASUREMENT, identities

QUESTION_KEYS = [
    "condition",
    "population",
    "intervention",
    "comparator",
    "outcome",
    "timepoint",
    "phase",
    "measure",
]

SUBSETS = ("recovered_subset", "responders_reassessed")
"""Analyses of people chosen after randomisation: their arms are no longer comparable."""

BESIDE = ("other_domain", "chosen_after_randomisation")
"""Reasons for which a result does not bear on a question, although it is on what the question asks."""

ANALYSIS_ORDER = ("itt", "available", "observed", "completers")
"""Where one measurement is reported for several sets of people, the first of these is used."""

UNSOUND_REPORTS = ("retracted", "expression_of_concern")
"""What may have become of a trial's report after publication that bears on whether to pool it."""

RATIO_ORDER = ("counts", "contrast")
"""Where a trial reports both, counts by arm come before a printed ratio."""


def matching(question: pd.Series, results: pd.DataFrame, members: Collection[str]) -> "pd.Series[bool]":
    """Mark the results on what a question asks: people, treatments, outcome, time point, phase.

    Parameters
    ----------
    question : Series
        A row of the review plan.
    results : DataFrame
        Rows of ``effect_sizes`` or ``not_computed``, shape (n, ...).
    members : collection of str
        The condition of the question and all conditions under it.

    Returns
    -------
    Series of bool, shape (n,)
        The measure is not looked at: a result without an effect has none.
    """
    same = results["condition"].isin(members)
    for key in ("intervention", "comparator", "outcome", "timepoint", "phase"):
        same &= results[key].eq(question[key])
    if question["population"] != "all":
        same &= results["population"].eq(question["population"])
    return same


def beside(results: pd.DataFrame, domain: str | pd.Series) -> pd.Series:
    """Say of matching results which reason of :data:`BESIDE` keeps them from bearing on their question, if one does.

    Parameters
    ----------
    results : DataFrame
        Rows of ``effect_sizes`` or ``not_computed``, shape (n, ...).
    domain : str or Series
        The domain that answers their outcome; all others measure something else.

    Returns
    -------
    Series of str, shape (n,)
        Reason ids; empty text where a result bears on the question.
    """
    rules = [results["domain"].ne(domain).to_numpy(bool), results["analysis"].isin(SUBSETS).to_numpy(bool)]
    return pd.Series(np.select(rules, BESIDE, default=""), index=results.index, dtype=object)


def select(
    question: pd.Series,
    effects: pd.DataFrame,
    members: Sequence[str],
    domain: str,
    evidence_order: list[str],
    *,
    excluded_reports: Collection[str],
) -> pd.DataFrame:
    """Find the effects that match a question and say of each whether it is pooled.

    Parameters
    ----------
    question : Series
        A row of the review plan.
    effects : DataFrame
        Effect sizes of any number of conditions.
    members : sequence of str
        The condition of the question and all conditions under it.
    domain : str
        The domain whose effects answer a question on this outcome; all others measure something else.
    evidence_order : list of str
        Kinds of result an SMD question accepts, best first.
    excluded_reports : collection of str
        Those of ``UNSOUND_REPORTS`` whose trials are not pooled.

    Returns
    -------
    DataFrame
        The matching effects with ``question_id``, ``used``, ``reason_id`` (of ``words.reasons.LEFT_OUT``; empty where
        used), ``doubt_id`` and ``outranked_by`` (the doubt, and the better kind of result, that the reason speaks of).
    """
    same = matching(question, effects, members) & effects["measure"].eq(question["measure"])
    found = effects[same].assign(question_id=question["question_id"])
    order = evidence_order if question["measure"] in ("SMD", "MD") else list(RATIO_ORDER)
    found["reason_id"] = _of_each(found, domain, excluded_reports)
    found["doubt_id"] = _kept_out_by(found).where(found["reason_id"].eq("doubt"), "")
    found["reason_id"] = found["reason_id"].where(found["reason_id"].ne(""), _outranked_analysis(found))
    outranked, by = _outranked_evidence(found, order)
    found["outranked_by"] = by.where(found["reason_id"].eq(""), "")
    found["reason_id"] = found["reason_id"].where(found["reason_id"].ne(""), outranked)
    return found.assign(used=found["reason_id"].eq(""))


def _of_each(found: pd.DataFrame, domain: str, excluded_reports: Collection[str]) -> pd.Series:
    """Apply the rules that look at one effect at a time; the first that holds gives the reason."""
    aside, report = beside(found, domain), report_status(found)
    rules = [
        (aside.ne(""), aside),
        (report.isin(excluded_reports), report),
        (found["subgroup"].ne(""), "subgroup"),
        (_kept_out_by(found).notna(), "doubt"),
    ]
    conditions = [condition.to_numpy(bool) for condition, _ in rules]
    ids = [np.asarray(reason_id, dtype=object) for _, reason_id in rules]
    return pd.Series(np.select(conditions, ids, default=""), index=found.index, dtype=object)


def _kept_out_by(effects: pd.DataFrame) -> pd.Series:
    """Return the doubt that keeps each effect out of pools, as its flags say; missing where none does."""
    return effects["flags"].str.extract(r"(?:^|;)excluded:([^;]+)", expand=False)


def report_status(effects: pd.DataFrame) -> pd.Series:
    """Return what became of the report of each effect's trial, as its flags say; missing where nothing is known."""
    return effects["flags"].str.extract(r"(?:^|;)report:([^;]+)", expand=False)


def _outranked_analysis(found: pd.DataFrame) -> pd.Series:
    """Mark effects of one measurement that a better set of people also reports (all randomised before completers)."""
    places = {name: float(place) for place, name in enumerate(ANALYSIS_ORDER)}
    rank = found["analysis"].map(places).fillna(len(places)).where(found["reason_id"].eq(""), np.inf)
    measurement = ["trial_id", "arm1_id", "arm2_id", *(c for c in MEASUREMENT if c not in ("weeks", "analysis"))]
    # Post-treatment assessments of one scale are one measurement even if only one source states the week.
    week = found["weeks"].where(found["timepoint"].ne("post"))
    key = pd.Series(identities(found.assign(week=week), [*measurement, "week"]), index=found.index)
    best = rank.groupby(key).transform("min")
    return pd.Series(np.where(rank.gt(best), "fewer_of_those_randomised", ""), index=found.index, dtype=object)


def _outranked_evidence(found: pd.DataFrame, order: list[str]) -> tuple[pd.Series, pd.Series]:
    """Mark effects of a kind the plan does not accept, or that a better kind from the same trial (named) replaces."""
    rank = found["evidence"].map({name: float(place) for place, name in enumerate(order)}).astype(float).fillna(np.inf)
    best = rank.where(found["reason_id"].eq(""), np.inf).groupby(found["trial_id"]).transform("min")
    worse = rank.gt(best) & rank.lt(np.inf)
    ids = np.select([rank.eq(np.inf), worse], ["kind_not_pooled", "better_kind"], default="")
    return pd.Series(ids, index=found.index, dtype=object), best.map(dict(enumerate(order))).where(worse, "")
