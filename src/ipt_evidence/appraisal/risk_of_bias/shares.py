"""The risk of bias of trials and of results in answers, and how the weight of an answer is shared by it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.risk_of_bias.assessments import HIGH_OR_UNCLEAR, LEVELS
from ipt_evidence.extraction.choices import TOOL_DOMAINS
from ipt_evidence.files import records
from ipt_evidence.grouping import grouped
from ipt_evidence.words.labels import text

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
    counting = _counting(table)
    worst = _least_favourable(zip(counting["trial_id"], counting["overall"], strict=True))
    return _known(worst, ["trial_id"])


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
    bearing = _bearing(_counting(table), used)
    worst = _least_favourable(((question, row["trial_id"]), row["overall"]) for question, row in bearing)
    return _known(worst, ["question_id", "trial_id"])


def _counting(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["counts"].astype(bool)]


def _bearing(table: pd.DataFrame, used: pd.DataFrame) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each question with each assessment that bears on a trial in its answer, a row by column."""
    results = zip(used["question_id"], used["trial_id"], used["instrument"], strict=True)
    measured = grouped(((question, trial), text(instrument, "")) for question, trial, instrument in results)
    judged = grouped((row["trial_id"], row) for row in records(table))
    for (question, trial), instruments in measured.items():
        rows = judged.get(trial, [])
        separately = set(instruments) <= {text(row["instrument"], "") for row in rows} - {""}
        yield from ((question, row) for row in rows if not separately or row["instrument"] in instruments)


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
    worst = _least_favourable(
        ((question, row["trial_id"], row["tool"], domain), row[domain])
        for question, row in _bearing(table, used)
        for domain in DOMAINS
        if not pd.isna(row[domain])
    )
    keys = ["question_id", "trial_id", "tool", "domain"]
    said = pd.DataFrame([(*key, judgement) for key, judgement in sorted(worst.items())], columns=[*keys, "judgement"])
    weighed = said.merge(weights[["question_id", "trial_id", "weight_percent"]])
    return weighed.groupby([*keys[::2], "domain", "judgement"])["weight_percent"].sum().reset_index()


def _least_favourable(judgements: Iterable[tuple[Any, str]]) -> dict[Any, str]:
    """Return the least favourable judgement by key, of those given with it."""
    worst: dict[Any, int] = {}
    for key, judgement in judgements:
        worst[key] = max(worst.get(key, 0), _ORDER.index(judgement))
    return {key: _ORDER[place] for key, place in worst.items()}


def _known(worst: Mapping[Any, str], keys: list[str]) -> pd.Series:
    known = sorted((key, risk) for key, risk in worst.items() if risk != "unknown")
    places = [key for key, _ in known]
    index = pd.Index(places, name=keys[0]) if len(keys) == 1 else pd.MultiIndex.from_tuples(places, names=keys)
    return pd.Series([risk for _, risk in known], index=index, dtype=object, name="risk")


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
