"""One record per question: what was asked, what was found, how it was rated and on which trials it rests."""

from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.certainty import DOMAINS
from ipt_evidence.reporting.review import Review
from ipt_evidence.synthesis.fates import unusable

RATED = [
    "low_risk_percent", "some_concerns_percent", "high_risk_percent", "unknown_risk_percent",
    "direction", "strength", "reason", "basis", "certainty", *DOMAINS,
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A question of the plan with its pooled answer, its rating and its trials.

    Attributes
    ----------
    question_id, title, condition, intervention, comparator, outcome, timepoint, phase, measure : str
        The question, as in the review plan.
    primary : bool
        Whether the plan counts it among the main questions.
    model : str
        random_effects, single_trial or none.
    k, k_without_n : int
        Trials pooled, and how many of them do not report how many people they are about.
    n_participants : float
        People in the other trials.
    estimate, ci_low, ci_high, pi_low, pi_high, level : float
        Pooled effect (log scale for ratios, positive = favours IPT), confidence and prediction interval; NaN
        where there is none.
    low_risk_percent, some_concerns_percent, high_risk_percent, unknown_risk_percent : float
        Weight by risk of bias.
    direction, strength, reason : str
        The rating and the words of its rule.
    certainty : str
        high, moderate, low or very_low; empty text without trials.
    basis : str
        all_trials or without_high_risk: which trials the rating rests on; none without trials.
    downgraded : tuple of str
        Domains that took levels of certainty away.
    rated : tuple of int, float, float, float
        Trials, average and interval that the rating rests on.
    checks, checks_failed : int
        Sensitivity analyses of an answer whose interval excludes no difference, and how many of their intervals do
        not; 0 of 0 for other answers.
    trials : tuple of str
        Trials pooled, by weight, largest first.
    set_aside : tuple of str
        Trials that report something on the question none of which could be used.
    """

    question_id: str
    title: str
    condition: str
    intervention: str
    comparator: str
    outcome: str
    timepoint: str
    phase: str
    measure: str
    primary: bool
    model: str
    k: int
    k_without_n: int
    n_participants: float
    estimate: float
    ci_low: float
    ci_high: float
    pi_low: float
    pi_high: float
    level: float
    low_risk_percent: float
    some_concerns_percent: float
    high_risk_percent: float
    unknown_risk_percent: float
    direction: str
    strength: str
    reason: str
    certainty: str
    basis: str
    downgraded: tuple[str, ...]
    rated: tuple[int, float, float, float]
    checks: int
    checks_failed: int
    trials: tuple[str, ...]
    set_aside: tuple[str, ...]


@lru_cache(maxsize=1)
def answers(review: Review) -> dict[str, Answer]:
    """Return the answer to every question of the plan by question_id, in the order of the plan."""
    tables = review.tables
    ratings = tables["ratings"][["question_id", *RATED]].fillna({"certainty": ""})
    rested = dict(zip(tables["ratings"]["question_id"], _rested_on(tables["ratings"]), strict=True))
    asked = review.questions[["question_id", "title", "primary"]]
    rows = asked.merge(tables["syntheses"], on="question_id").merge(ratings, on="question_id").to_dict("records")
    pooled, set_aside = _trials_by_weight(tables["synthesis_weights"]), unusable(tables["fates"])
    wanted = {field.name for field in fields(Answer)} - {"trials", "set_aside", "downgraded", "rated"}
    rows = _with_checks(rows, tables["sensitivity"])
    found = {}
    for row in rows:
        facts = {name: row[name] for name in wanted}
        found[row["question_id"]] = Answer(
            **facts,
            downgraded=tuple(domain for domain in DOMAINS if row[domain] < 0),
            rated=rested[row["question_id"]],
            trials=pooled.get(row["question_id"], ()),
            set_aside=set_aside.get(row["question_id"], ()),
        )
    return found


def _rested_on(ratings: pd.DataFrame) -> list[tuple[int, float, float, float]]:
    """Return what each rating rests on: trials, average and interval."""
    return list(ratings[["k", "estimate", "ci_low", "ci_high"]].itertuples(index=False, name=None))


def _with_checks(rows: list[dict[Any, Any]], sensitivity: pd.DataFrame) -> list[dict[Any, Any]]:
    """Count the sensitivity analyses, and those that no longer exclude no difference."""
    bounds = {key: part[["ci_low", "ci_high"]] for key, part in sensitivity.groupby("question_id")}
    counted = []
    for row in rows:
        bound = {"favours_intervention": "ci_low", "favours_comparator": "ci_high"}.get(row["direction"])
        part = bounds.get(row["question_id"])
        if bound is None or part is None:
            counted.append({**row, "checks": 0, "checks_failed": 0})
            continue
        holds = part["ci_low"] > 0 if bound == "ci_low" else part["ci_high"] < 0
        counted.append({**row, "checks": len(part), "checks_failed": int((~holds).sum())})
    return counted


def _trials_by_weight(weights: pd.DataFrame) -> dict[Any, tuple[str, ...]]:
    ordered = weights.sort_values(["question_id", "weight_percent", "trial_id"], ascending=[True, False, True])
    return ordered.groupby("question_id")["trial_id"].agg(tuple).to_dict()
