"""Risk of bias of a trial from its judged domains."""

import pandas as pd

ROB1_ITEMS = (
    "sequence_generation",
    "allocation_concealment",
    "blinding_of_assessors",
    "incomplete_outcome_data",
)

SEVERITY = ("low", "some_concerns", "high")
"""Overall judgements, least worrying first."""


def trial_risk(judgements: pd.DataFrame) -> pd.Series:
    """Judge each assessed trial as a whole: low, some_concerns or high.

    Parameters
    ----------
    judgements : DataFrame
        ``trial_id``, ``tool`` (RoB1 or RoB2), ``instrument``, ``domain``, ``judgement``.

    Returns
    -------
    Series of str, indexed by trial_id
        Trials without judgements are absent: unknown is not low. A trial assessed for several outcome measures gets
        its least favourable result.

    Notes
    -----
    RoB 2: the overall judgement as made, which is the least favourable domain. RoB 1 has no overall judgement; our
    reading: low if all items are low; high if any item is high; otherwise some concerns. An outcome rated by the
    patients themselves (``self_report``) has no assessor to blind, and that item is not counted against it.
    """
    results = judgements.groupby(["trial_id", "tool", "instrument"], dropna=False).apply(_result_risk)
    if results.empty:
        return pd.Series(dtype=object, name="risk")
    order = results.map(SEVERITY.index)
    return order.groupby("trial_id").max().map(lambda place: SEVERITY[place]).rename("risk")


def _result_risk(rows: pd.DataFrame) -> str:
    judged = dict(zip(rows["domain"], rows["judgement"], strict=True))
    if "overall" in judged:
        return judged["overall"]
    if "high" in judged.values():
        return "high"
    complete = all(judged.get(item) in ("low", "self_report") for item in ROB1_ITEMS)
    return "low" if complete else "some_concerns"


def weight_by_risk(weights: pd.DataFrame, risk: pd.Series) -> pd.DataFrame:
    """Share the weight of each question among trials by risk of bias.

    Returns
    -------
    DataFrame
        ``question_id`` and the percent of weight in ``low``, ``some_concerns``, ``high`` and ``unknown``.
    """
    judged = weights.assign(risk=[risk.get(trial, "unknown") for trial in weights["trial_id"]])
    shares = judged.pivot_table(
        index="question_id", columns="risk", values="weight_percent", aggfunc="sum", fill_value=0.0
    )
    return shares.reindex(columns=[*SEVERITY, "unknown"], fill_value=0.0).rename_axis(columns=None).reset_index()
