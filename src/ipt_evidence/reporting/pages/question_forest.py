"""The forest plot of one question, from the tables of the review."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.appraisal.risk_of_bias import result_risk, trial_overall
from ipt_evidence.reporting.forest.content import Average, Forest, ForestRow
from ipt_evidence.reporting.review import Review
from ipt_evidence.words import labels, numbers

DAGGER = "†"
"""Stands after trials on which there is a remark under the plot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFacts:
    """What a forest plot says of a trial besides its effect.

    Attributes
    ----------
    label : mapping of str to str
        Label by trial_id.
    year : mapping of str to int
        Year by trial_id.
    risk : mapping of str to str
        Judged risk of bias by trial_id; trials without judgement are absent.
    result_risk : mapping of (str, str) to str
        That of its result in an answer, by question_id and trial_id.
    treatment : mapping of (str, str) to str
        Treatment in words by trial_id and arm_id.
    sessions : mapping of (str, str) to float
        Sessions planned by trial_id and arm_id; NaN where our tables name none.
    """

    label: Mapping[str, str]
    year: Mapping[str, int]
    risk: Mapping[str, str]
    result_risk: Mapping[tuple[str, str], str]
    treatment: Mapping[tuple[str, str], str]
    sessions: Mapping[tuple[str, str], float]


@lru_cache(maxsize=1)
def trial_facts(review: Review) -> TrialFacts:
    """Collect what forest plots say of the trials of a review."""
    trials, arms, named = review.tables["trials"], review.tables["arms"], review.labels
    judged, selections = review.tables["trial_risk"], review.tables["selections"]
    results = result_risk(judged, selections[selections["used"]]).reset_index()
    keys = list(zip(arms["trial_id"], arms["arm_id"], strict=True))
    return TrialFacts(
        label=named.trials,
        year=dict(zip(trials["trial_id"], trials["year"], strict=True)),
        risk={str(trial): risk for trial, risk in trial_overall(judged).items()},
        result_risk=dict(
            zip(zip(results["question_id"], results["trial_id"], strict=True), results["risk"], strict=True)
        ),
        treatment=dict(zip(keys, arms["treatment"].map(named.treatments), strict=True)),
        sessions=dict(zip(keys, arms["n_sessions"], strict=True)),
    )


def forest_of(
    answer: Answer,
    weights: Sequence[Mapping[Any, Any]],
    used: Sequence[Mapping[Any, Any]],
    facts: TrialFacts,
    remarked: Iterable[str],
) -> Forest:
    """Set up the forest plot of an answered question.

    Parameters
    ----------
    answer : Answer
        The question with its answer.
    weights : sequence of mapping
        Its rows of ``synthesis_weights.csv``; at least one.
    used : sequence of mapping
        Its effects, from ``selections.csv``.
    facts : TrialFacts
        What there is to say of the trials.
    remarked : iterable of str
        Trials on which there is a remark.
    """
    marks = set(remarked)
    order = sorted(weights, key=lambda row: (facts.year[row["trial_id"]], facts.label[row["trial_id"]]))
    rows = tuple(
        ForestRow(
            label=facts.label[row["trial_id"]] + (DAGGER if row["trial_id"] in marks else ""),
            arms=_arms([effect for effect in used if effect["trial_id"] == row["trial_id"]], facts),
            risk=facts.result_risk.get((answer.question_id, row["trial_id"]), "unknown"),
            estimate=row["yi"],
            weight=row["weight_percent"],
            **{name: row[name] for name in ("n1", "n2", "ci_low", "ci_high")},
        )
        for row in order
    )
    return Forest(
        measure=answer.pooled.measure,
        level=answer.pooled.level,
        intervention=answer.sides[0],
        comparator=answer.sides[1],
        rows=rows,
        average=_average(answer, weights) if len(rows) > 1 else None,
        mid=None if numbers.is_missing(answer.mid) else answer.mid,
        notes=tuple(notes_on(answer)),
    )


def _arms(effects: Sequence[Mapping[Any, Any]], facts: TrialFacts) -> str:
    """Name the treatments compared: each once, in the order of the effects."""
    sides = []
    for arm in ("arm1_id", "arm2_id"):
        treatments = [facts.treatment[effect["trial_id"], effect[arm]] for effect in effects]
        sides.append(", ".join(dict.fromkeys(treatments)))
    return labels.capital(" v ".join(sides))


MODELS = {
    "bayes": "Bayesian",
    "widened": "weighted mean, interval of the most precise trial widened by their spread",
    "each_trial": "Bayesian, interval of the trials",
}
"""How the average of few trials was made."""

DECIDED = labels.INTERVALS | {
    "bayes": "a Bayesian model with a half-normal prior for τ",
    "widened": "the weighted mean; its interval is that of the most precise trial, widened by the spread of the trials",
    "each_trial": "a Bayesian model, the interval from the lowest to the highest limit of the trials",
}
"""What the average and its interval rest on."""


def _average(answer: Answer, weights: Sequence[Mapping[Any, Any]]) -> Average:
    known = [(row["n1"], row["n2"]) for row in weights if not numbers.is_missing(row["n1"] + row["n2"])]
    n1, n2 = map(sum, zip(*known, strict=True)) if known else (float("nan"), float("nan"))
    pooled, rated = answer.pooled, answer.rated
    usual = "random effects" if pooled.model == "random_effects" else "common effect"
    return Average(
        label=f"Average of {numbers.counted(pooled.k, 'trial')} ({MODELS.get(rated.interval, usual)})",
        n1=n1,
        n2=n2,
        **{name: getattr(rated, name) for name in ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")},
    )


def notes_on(answer: Answer) -> list[str]:
    """Say under a forest plot what is known of the spread between trials, and how the average was made."""
    pooled, rated = answer.pooled, answer.rated
    if pooled.k == 1:
        return ["A single trial: nothing is pooled, and nothing is known of differences between trials."]
    level = numbers.percent(100 * pooled.level)
    tau2 = f"τ² = {numbers.tau2(pooled.tau2)}, {level} CI {pooled.tau2_span}"
    i2 = f"I² = {numbers.i2(pooled.i2)}, {level} CI {pooled.i2_span}"
    freedom = f"{numbers.count(pooled.q_df)} df"
    q = f"Q = {numbers.decimal(pooled.q)} on {freedom}, {numbers.p_value(pooled.q_p_value)}"
    method, by = labels.TAU2_METHODS[pooled.method], DECIDED[rated.interval]
    notes = [
        f"Differences between trials: {tau2}; {i2}; {q}.",
        f"τ² by {method}. Average and interval by {by}.",
    ]
    if numbers.is_missing(rated.pi_low):
        notes.append("No prediction interval: it is given from three trials on.")
    return notes
