"""The tables of differences between trials: every planned moderator on every question, with its credibility."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.bodies import Tables
from ipt_evidence.appraisal.credibility import credibility, items
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.synthesis.moderated import REGRESSION_COLUMNS, SUBGROUP_COLUMNS, Fit, moderated
from ipt_evidence.synthesis.moderators import RUN, Characteristics, Moderator

RATED = ["credibility", "credibility_items"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """Differences between trials; the attributes are the names of the tables they become.

    Attributes
    ----------
    subgroups : DataFrame
        One row per question, categorical moderator and group; where it was not run, one row that says why.
    regressions : DataFrame
        One row per question and continuous moderator.
    """

    subgroups: pd.DataFrame
    regressions: pd.DataFrame


def moderate(
    known: Tables,
    weights: pd.DataFrame,
    studies: Studies,
    moderators: Iterable[Moderator],
    model: Mapping[str, Any],
) -> Moderation:
    """Hold the effects of every question with two trials or more against the planned moderators.

    Parameters
    ----------
    known : Tables
        Answers, the effects behind them and their risk of bias.
    weights : DataFrame
        ``synthesis_weights.csv``.
    studies : Studies
        The trials.
    moderators : iterable of Moderator
        The plan.
    model : mapping
        ``method``, ``interval`` and ``level`` of the review, among others.
    """
    planned = tuple(moderators)
    characteristics = Characteristics(studies, known.risk)
    fit = Fit(**{name: model[name] for name in ("method", "interval", "level")})
    used = dict(iter(known.selections[known.selections["used"]].groupby("question_id")))
    of_question = dict(iter(weights.groupby("question_id")))
    subgroups, regressions = [], []
    for question in known.syntheses[known.syntheses["k"].ge(2)].to_dict("records") if planned else []:
        key = question["question_id"]
        groups, slopes = moderated(question, of_question[key], used[key], planned, characteristics, fit)
        subgroups += _rated(groups)
        regressions += _rated(slopes)
    return Moderation(
        subgroups=pd.DataFrame(subgroups, columns=[*SUBGROUP_COLUMNS, *RATED]),
        regressions=pd.DataFrame(regressions, columns=[*REGRESSION_COLUMNS, *RATED]),
    )


def _rated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add the credibility to the rows of moderators that were run."""
    smallest: dict[str, int] = {}
    for row in rows:
        if row.get("compared", row["status"] == RUN):
            size = row.get("group_k", row["k"])
            smallest[row["moderator_id"]] = min(size, smallest.get(row["moderator_id"], size))
    return [row | _credibility(row, smallest) for row in rows]


def _credibility(row: Mapping[str, Any], smallest: Mapping[str, int]) -> dict[str, Any]:
    if row["status"] != RUN:
        return {}
    found = items(row, categorical="group" in row, smallest=smallest[row["moderator_id"]])
    return {"credibility": credibility(found), "credibility_items": json.dumps(found, sort_keys=True)}
