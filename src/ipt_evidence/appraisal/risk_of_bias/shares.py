"""The risk of bias of trials and of results in answers, and how the weight of an answer is shared by it."""

import pandas as pd

from ipt_evidence.extraction.rob2 import SEVERITY

_ORDER = ("low", "some_concerns", "unknown", "high")
"""Least worrying first: what is unknown may be as bad as anything, but a high is known to be."""


def trial_overall(table: pd.DataFrame) -> pd.Series:
    """Return the least favourable overall judgement of each trial.

    Parameters
    ----------
    table : DataFrame
        ``trial_risk.csv``, from :func:`~ipt_evidence.appraisal.risk_of_bias.risk_table`.

    Returns
    -------
    Series of str, indexed by trial_id
        Without the trials of which it is unknown. Of a trial judged high for one result it is known whatever the
        others are; otherwise a result that is not judged to the end leaves it unknown.
    """
    return _known(_least_favourable(table, ["trial_id"]))


def result_risk(table: pd.DataFrame, used: pd.DataFrame) -> pd.Series:
    """Judge the result of each trial in each answer.

    Where every instrument whose figures entered was judged separately, the least favourable of these judgements
    holds; else that of the trial.

    Parameters
    ----------
    table : DataFrame
        ``trial_risk.csv``.
    used : DataFrame
        The effects that entered answers: ``question_id``, ``trial_id``, ``instrument``.

    Returns
    -------
    Series of str, indexed by question_id and trial_id
        Without the results of which it is unknown.
    """
    of_instrument = _least_favourable(table[table["instrument"].notna()], ["trial_id", "instrument"])
    rows = used[["question_id", "trial_id", "instrument"]].join(
        of_instrument.rename("overall"), on=["trial_id", "instrument"]
    )
    separately = rows["overall"].notna().groupby([rows["question_id"], rows["trial_id"]]).transform("all")
    of_trial = rows["trial_id"].map(_least_favourable(table, ["trial_id"]))
    rows["overall"] = rows["overall"].where(separately, of_trial).fillna("unknown")
    return _known(_least_favourable(rows, ["question_id", "trial_id"]))


def _least_favourable(rows: pd.DataFrame, keys: list[str]) -> pd.Series:
    places = rows["overall"].map(_ORDER.index).astype(int)
    worst = places.groupby([rows[key] for key in keys]).max()
    return worst.map(dict(enumerate(_ORDER))).astype(object).rename("risk")


def _known(risk: pd.Series) -> pd.Series:
    return risk[risk.ne("unknown")]


def weight_by_risk(weights: pd.DataFrame, risk: pd.Series) -> pd.DataFrame:
    """Share the weight of each question among trials by risk of bias.

    Parameters
    ----------
    weights : DataFrame
        ``question_id``, ``trial_id``, ``weight_percent``.
    risk : Series of str
        Judgements indexed by ``trial_id``, or by ``question_id`` and ``trial_id``; what is absent is unknown.

    Returns
    -------
    DataFrame
        ``question_id`` and the percent of weight in ``low``, ``some_concerns``, ``high`` and ``unknown``.
    """
    judged = weights.join(risk.rename("risk"), on=[str(name) for name in risk.index.names]).fillna({"risk": "unknown"})
    shares = judged.pivot_table(
        index="question_id", columns="risk", values="weight_percent", aggfunc="sum", fill_value=0.0
    )
    return shares.reindex(columns=[*SEVERITY, "unknown"], fill_value=0.0).rename_axis(columns=None).reset_index()
