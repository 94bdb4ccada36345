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

ANALYSIS_ORDER = ("itt", "available", "observed", "completers")
"""Where one measurement is reported for several sets of people, the first of these is used."""

UNSOUND_REPORTS = {"retracted": "is retracted", "expression_of_concern": "is under an expression of concern"}
"""What may have become of a trial's report after publication that bears on whether to pool it."""

RATIO_ORDER = ("counts", "contrast")
"""Where a trial reports both, counts by arm come before a printed ratio."""


def select(
    question: pd.Series,
    effects: pd.DataFrame,
    members: Sequence[str],
    domain: str,
    evidence_order: list[str],
    *,
    excluded_reports: Collection[str],
) -> pd.DataFrame:
    """Find the effects that bear on a question and say of each whether it is pooled.

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
        Keys of ``UNSOUND_REPORTS``: trials whose report has one of them are not pooled.

    Returns
    -------
    DataFrame
        The matching effects with ``question_id``, ``used`` and ``reason`` (empty where used).
    """
    same = effects["condition"].isin(members)
    for key in ("intervention", "comparator", "outcome", "timepoint", "phase", "measure"):
        same &= effects[key].eq(question[key])
    if question["population"] != "all":
        same &= effects["population"].eq(question["population"])
    found = effects[same].assign(question_id=question["question_id"], reason="")
    order = evidence_order if question["measure"] in ("SMD", "MD") else list(RATIO_ORDER)
    found["reason"] = _reasons(found, domain, excluded_reports)
    found["reason"] = found["reason"].where(found["reason"].ne(""), _outranked_analysis(found))
    found["reason"] = found["reason"].where(found["reason"].ne(""), _outranked_evidence(found, order))
    return found.assign(used=found["reason"].eq(""))


def _reasons(found: pd.DataFrame, domain: str, excluded_reports: Collection[str]) -> pd.Series:
    """Apply the rules that look at one effect at a time; the first that holds gives the reason."""
    doubt = found["flags"].str.extract(r"(?:^|;)excluded:([^;]+)", expand=False)
    report = report_status(found)
    rules = [
        (report.isin(excluded_reports), "the report " + report.map(UNSOUND_REPORTS).fillna("")),
        (found["domain"].ne(domain), "measures " + found["domain"] + ", not the outcome in question"),
        (found["subgroup"].ne(""), "describes part of the trial's participants"),
        (doubt.notna(), "kept out of pools by the doubt " + doubt.fillna("")),
        (found["analysis"].isin(SUBSETS), "counted among people chosen after randomisation"),
    ]
    conditions = [condition.to_numpy(bool) for condition, _ in rules]
    texts = [np.broadcast_to(np.asarray(text, dtype=object), len(found)) for _, text in rules]
    return pd.Series(np.select(conditions, texts, default=""), index=found.index, dtype=object)


def report_status(effects: pd.DataFrame) -> pd.Series:
    """Return what became of the report of each effect's trial, as its flags say; missing where nothing is known."""
    return effects["flags"].str.extract(r"(?:^|;)report:([^;]+)", expand=False)


def _outranked_analysis(found: pd.DataFrame) -> pd.Series:
    """Mark effects of one measurement that a better set of people also reports (all randomised before completers)."""
    places = {name: float(place) for place, name in enumerate(ANALYSIS_ORDER)}
    rank = found["analysis"].map(places).fillna(len(places)).where(found["reason"].eq(""), np.inf)
    measurement = ["trial_id", "arm1_id", "arm2_id", *(c for c in MEASUREMENT if c not in ("weeks", "analysis"))]
    # Post-treatment assessments of one scale are one measurement even if only one source states the week.
    week = found["weeks"].where(found["timepoint"].ne("post"))
    key = pd.Series(identities(found.assign(week=week), [*measurement, "week"]), index=found.index)
    best = rank.groupby(key).transform("min")
    text = "the same measurement is used as reported for more of those randomised"
    return pd.Series(np.where(rank.gt(best), text, ""), index=found.index, dtype=object)


def _outranked_evidence(found: pd.DataFrame, order: list[str]) -> pd.Series:
    """Mark effects of a kind the plan does not accept, or that a better kind from the same trial replaces."""
    rank = found["evidence"].map({name: place for place, name in enumerate(order)}).fillna(np.inf)
    open_rank = rank.astype(float).where(found["reason"].eq(""), np.inf)
    best = open_rank.groupby(found["trial_id"]).transform("min")
    label = dict(enumerate(order))
    reasons = [
        f"results of the kind '{kind}' are not pooled here"
        if np.isinf(own)
        else f"the trial offers a better kind of result ({label[int(top)]})"
        if own > top
        else ""
        for kind, own, top in zip(found["evidence"], rank, best, strict=True)
    ]
    return pd.Series(reasons, index=found.index, dtype=object)
