"""The risk of bias of trials and of results in answers, and how the weight of an answer is shared by it."""

import pandas as pd

from ipt_evidence.appraisal.risk_of_bias.assessments import HIGH_OR_UNCLEAR, LEVELS
from ipt_evidence.extraction.choices import TOOL_DOMAINS

DOMAINS = tuple(domain for judged in TOOL_DOMAINS.values() for domain in judged if domain != "overall")
"""What the tools judge besides the result as a whole."""

_ORDER = ("low", "self_report", "unclear", "some_concerns", HIGH_OR_UNCLEAR, "unknown", "high")
"""Least worrying first: what is unknown may be as bad as anything, but a high is known to be."""


def trial_overall(table: pd.DataFrame) -> pd.Series:
    """Return the least favourable overall judgement of each trial, of those that count.

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
    return _known(_least_favourable(_counting(table), ["trial_id"]))


def result_risk(table: pd.DataFrame, used: pd.DataFrame) -> pd.Series:
    """Judge the result of each trial in each answer.

    Where every instrument whose figures entered was judged separately, the least favourable of these judgements
    holds; else that of the trial. What RoB 2 judged is not judged by RoB 1 as well.

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
    return _known(_least_favourable(_bearing(_counting(table), used), ["question_id", "trial_id"]))


def _counting(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["counts"].astype(bool)]


def _bearing(table: pd.DataFrame, used: pd.DataFrame) -> pd.DataFrame:
    """Return the assessments that bear on each trial in each answer, one a row with its ``question_id``."""
    result = ["question_id", "trial_id"]
    # A column that is empty throughout was read as one of numbers.
    table, used = (one.astype({"instrument": object}) for one in (table, used))
    measured = used[[*result, "instrument"]].drop_duplicates()
    judged = table.loc[table["instrument"].notna(), ["trial_id", "instrument"]].drop_duplicates()
    found = measured.merge(judged.assign(separately=True), on=["trial_id", "instrument"], how="left")
    separately = found["separately"].notna().groupby([found[key] for key in result]).all().reset_index()
    rows = separately.merge(table, on="trial_id").merge(
        measured.assign(named=True), on=[*result, "instrument"], how="left"
    )
    return rows[~rows["separately"] | rows["named"].notna()]


def weight_by_domain(table: pd.DataFrame, used: pd.DataFrame, weights: pd.DataFrame) -> pd.DataFrame:
    """Share the weight of each question by what each tool says of each domain.

    Parameters
    ----------
    table : DataFrame
        ``trial_risk.csv``.
    used : DataFrame
        The effects that entered answers: ``question_id``, ``trial_id``, ``instrument``.
    weights : DataFrame
        ``question_id``, ``trial_id``, ``weight_percent``.

    Returns
    -------
    DataFrame
        ``question_id``, ``tool``, ``domain``, ``judgement`` and ``weight_percent``; what is missing to 100 percent was
        not assessed by that tool.
    """
    keys = ["question_id", "trial_id", "tool"]
    assessments = _bearing(table, used)[[*keys, *DOMAINS]].melt(keys, var_name="domain", value_name="overall").dropna()
    said = _least_favourable(assessments, [*keys, "domain"]).rename("judgement").reset_index()
    weighed = said.merge(weights[["question_id", "trial_id", "weight_percent"]])
    return weighed.groupby([*keys[::2], "domain", "judgement"])["weight_percent"].sum().reset_index()


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
        ``question_id`` and the percent of weight at each of the ``LEVELS``.
    """
    judged = weights.join(risk.rename("risk"), on=[str(name) for name in risk.index.names]).fillna({"risk": "unknown"})
    shares = judged.pivot_table(
        index="question_id", columns="risk", values="weight_percent", aggfunc="sum", fill_value=0.0
    )
    return shares.reindex(columns=LEVELS, fill_value=0.0).rename_axis(columns=None).reset_index()
