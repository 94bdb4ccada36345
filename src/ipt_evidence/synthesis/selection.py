"""Which effects answer a question, and why the others that come close do not."""

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ipt_evidence.effects.rows import MEASUREMENT, identities

Texts = NDArray[np.object_]

QUESTION_KEYS = [
    "condition", "population", "intervention", "comparator", "outcome", "timepoint", "phase", "measure",
]  # fmt: skip

COMPARED = ["intervention", "comparator", "outcome", "timepoint", "phase"]
"""What a result and the question it bears on have in common to the letter, whatever the measure."""

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
    same = results["condition"].isin(members).to_numpy(bool)
    keys = COMPARED if question["population"] == "all" else [*COMPARED, "population"]
    for key in keys:
        same = same & (results[key].to_numpy(object) == question[key])
    return pd.Series(same, index=results.index)


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
    found = effects[same]
    order = evidence_order if question["measure"] in ("SMD", "MD") else list(RATIO_ORDER)
    doubt = _flagged(found, "excluded:")
    reason = _of_each(found, domain, excluded_reports, doubt)
    doubt = np.where(reason == "doubt", doubt, "")
    reason = np.where(reason == "", _outranked_analysis(found, reason == ""), reason)
    outranked, by = _outranked_evidence(found, order, reason == "")
    by = np.where(reason == "", by, "")
    reason = np.where(reason == "", outranked, reason)
    return found.assign(
        question_id=question["question_id"], reason_id=reason, doubt_id=doubt, outranked_by=by, used=reason == ""
    )


def _of_each(found: pd.DataFrame, domain: str, excluded_reports: Collection[str], doubt: Texts) -> Texts:
    """Apply the rules that look at one effect at a time; the first that holds gives the reason."""
    aside, report = beside(found, domain).to_numpy(object), _flagged(found, "report:")
    rules = [
        (aside != "", aside),
        (np.isin(report, list(excluded_reports)), report),
        (found["subgroup"].to_numpy(object) != "", "subgroup"),
        (doubt != "", "doubt"),
    ]
    reasons = [np.asarray(reason_id, dtype=object) for _, reason_id in rules]
    return np.asarray(np.select([holds for holds, _ in rules], reasons, default=""), dtype=object)


def _flagged(effects: pd.DataFrame, start: str) -> Texts:
    """Return what the first flag of each effect that begins so goes on to say; empty text where none does."""
    flags = (f";{text}".partition(f";{start}")[2] for text in effects["flags"].to_numpy(object))
    return np.array([rest.partition(";")[0] for rest in flags], dtype=object)


def report_status(effects: pd.DataFrame) -> Texts:
    """Return what became of the report of each effect's trial, as its flags say; empty where nothing is known."""
    return _flagged(effects, "report:")


def _lowest(ranks: Sequence[float], keys: Sequence[str], open_: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return for each effect the lowest rank among the open ones with its key; infinite if none is."""
    lowest: dict[str, float] = {}
    for rank, key, counts in zip(ranks, keys, open_, strict=True):
        if counts:
            lowest[key] = min(rank, lowest.get(key, np.inf))
    return np.array([lowest.get(key, np.inf) for key in keys], dtype=float)


def _outranked_analysis(found: pd.DataFrame, open_: NDArray[np.bool_]) -> Texts:
    """Mark effects of one measurement that a better set of people also reports (all randomised before completers)."""
    places = {name: float(place) for place, name in enumerate(ANALYSIS_ORDER)}
    ranks = [places.get(analysis, float(len(places))) for analysis in found["analysis"].to_numpy(object)]
    measurement = ["trial_id", "arm1_id", "arm2_id", *(c for c in MEASUREMENT if c not in ("weeks", "analysis"))]
    # Post-treatment assessments of one scale are one measurement even if only one source states the week.
    week = found["weeks"].where(found["timepoint"].ne("post"))
    keys = identities(found.assign(week=week), [*measurement, "week"])
    worse = np.array(ranks) > _lowest(ranks, keys, open_)
    return np.where(worse, "fewer_of_those_randomised", "").astype(object)


def _outranked_evidence(found: pd.DataFrame, order: list[str], open_: NDArray[np.bool_]) -> tuple[Texts, Texts]:
    """Mark effects of a kind the plan does not accept, or that a better kind from the same trial (named) replaces."""
    kinds = found["evidence"].to_numpy(object)
    ranks = np.array([order.index(kind) if kind in order else np.inf for kind in kinds], dtype=float)
    best = _lowest(ranks.tolist(), found["trial_id"].to_numpy(object).tolist(), open_)
    worse = (ranks > best) & (ranks < np.inf)
    ids = np.select([ranks == np.inf, worse], ["kind_not_pooled", "better_kind"], default="").astype(object)
    by = [order[int(place)] if outranked else "" for place, outranked in zip(best, worse, strict=True)]
    return ids, np.array(by, dtype=object)
