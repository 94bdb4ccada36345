"""From pooled answers to ratings, gaps and the questions behind each claim."""

import json
from dataclasses import asdict

import pandas as pd

from ipt_evidence.appraisal.risk_of_bias import trial_risk, weight_by_risk
from ipt_evidence.appraisal.strength import mid_for, rate
from ipt_evidence.extraction.vocabulary import Vocabulary

TRACE_KEYS = ["k", "n_participants", "estimate", "ci_low", "ci_high", "mid", "low_risk_percent"]

RISK_COLUMNS = ["low_risk_percent", "some_concerns_percent", "high_risk_percent", "unknown_risk_percent"]

RATING_COLUMNS = [
    "question_id", "k", "n_participants", "estimate", "ci_low", "ci_high", "mid", *RISK_COLUMNS,
    "direction", "interval_vs_null", "interval_vs_mid", "strength", "rule_id", "reason", "trace",
]  # fmt: skip


def rate_questions(
    syntheses: pd.DataFrame,
    weights: pd.DataFrame,
    judgements: pd.DataFrame,
    rules: pd.DataFrame,
    *,
    mid_smd: float,
) -> pd.DataFrame:
    """Rate every question by the rule table, with the inputs of each decision beside it.

    Parameters
    ----------
    syntheses, weights : DataFrame
        Pooled answers and the weight of each trial in them.
    judgements : DataFrame
        Risk-of-bias judgements by trial and domain.
    rules : DataFrame
        The rule table.
    mid_smd : float
        Minimal important difference, SMD.
    """
    shares = weight_by_risk(weights, trial_risk(judgements)).set_axis(["question_id", *RISK_COLUMNS], axis=1)
    rows = syntheses.merge(shares, on="question_id", how="left")
    rows[RISK_COLUMNS] = rows[RISK_COLUMNS].fillna(0.0)
    rows["mid"] = rows["measure"].map({measure: mid_for(measure, mid_smd) for measure in rows["measure"].unique()})
    inputs = [
        dict(zip(TRACE_KEYS, cells, strict=True)) for cells in rows[TRACE_KEYS].itertuples(index=False, name=None)
    ]
    ratings = [asdict(rate(**values, rules=rules)) for values in inputs]
    traces = [_trace(values) for values in inputs]
    return rows.assign(**pd.DataFrame(ratings, index=rows.index), trace=traces)[RATING_COLUMNS]


def _trace(inputs: dict[str, float]) -> str:
    """Write the inputs of a decision as JSON; what does not exist (no trial, no MID) is null."""
    return json.dumps({name: None if pd.isna(value) else value for name, value in inputs.items()}, sort_keys=True)


def evidence_gaps(questions: pd.DataFrame, ratings: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Lay out condition x comparator x outcome with the best-filled question of each cell, empty cells included.

    Returns
    -------
    DataFrame
        ``condition``, ``comparator``, ``outcome``, ``question_id`` (empty if nothing is asked), ``k``,
        ``n_participants``, ``strength``.
    """
    classes = vocabulary.treatment_classes
    comparators = classes.loc[classes["class"].ne("ipt"), "class"]
    cells = pd.MultiIndex.from_product(
        [vocabulary.conditions["condition"], comparators, vocabulary.outcomes["outcome"]],
        names=["condition", "comparator", "outcome"],
    ).to_frame(index=False)
    asked = questions.merge(ratings[["question_id", "k", "n_participants", "strength"]], on="question_id")
    best = asked.sort_values(["k", "n_participants", "question_id"], ascending=[False, False, True])
    best = best.drop_duplicates(["condition", "comparator", "outcome"])
    columns = ["condition", "comparator", "outcome", "question_id", "k", "n_participants", "strength"]
    gaps = cells.merge(best[columns], on=["condition", "comparator", "outcome"], how="left")
    return gaps.fillna({"k": 0, "n_participants": 0, "strength": "no_evidence"}).astype({"k": int})


def claim_questions(claims: pd.DataFrame, questions: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """Find the questions of the plan that bear on each claim of the guides.

    A claim bears on a condition, a comparator (or any), an outcome and a phase; where it names none of them it is
    about something the plan does not ask (a dose, a reading list) and has no row.

    Returns
    -------
    DataFrame
        ``claim_id``, ``guide_id``, ``question_id``; a claim may have several questions or none.
    """
    classes = {"": "ipt"} | dict(zip(vocabulary.treatments["treatment"], vocabulary.treatments["class"], strict=True))
    rows = []
    for claim in claims.fillna("").to_dict("records"):
        if not claim["condition"] or not claim["outcome"]:
            continue
        same = questions["condition"].eq(claim["condition"]) & questions["outcome"].eq(claim["outcome"])
        same &= questions["phase"].eq(claim["phase"] or "acute")
        if claim["comparator"] in ("", "any"):
            same &= questions["intervention"].isin(["ipt", "combined"])
        else:
            same &= questions["comparator"].eq(claim["comparator"]) & questions["intervention"].eq(
                classes[claim["treatment"]]
            )
        rows += [(claim["claim_id"], claim["guide_id"], question) for question in questions.loc[same, "question_id"]]
    return pd.DataFrame(rows, columns=["claim_id", "guide_id", "question_id"])
