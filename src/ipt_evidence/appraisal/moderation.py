"""The tables of differences between trials: every planned moderator on every question, with its credibility."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.bodies import Tables
from ipt_evidence.appraisal.credibility import credibility, items
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.moderated import REGRESSION_COLUMNS, SUBGROUP_COLUMNS, moderated
from ipt_evidence.synthesis.moderators import RUN, Characteristics, Moderator

RATED = ["credibility", "credibility_items"]


def moderate(
    known: Tables, weights: pd.DataFrame, studies: Studies, planned: Sequence[Moderator], model: Model
) -> dict[str, pd.DataFrame]:
    """Hold the effects of every question with two trials or more against the planned moderators.

    Returns ``subgroups`` and ``regressions``; ``weights`` is ``synthesis_weights.csv``.
    """
    characteristics = Characteristics(studies, known.risk)
    used = dict(iter(known.selections[known.selections["used"]].groupby("question_id")))
    of_question = dict(iter(weights.groupby("question_id")))
    subgroups, regressions = [], []
    for question in known.syntheses[known.syntheses["k"].ge(2)].to_dict("records") if planned else []:
        key = question["question_id"]
        groups, slopes = moderated(question, of_question[key], used[key], planned, characteristics, model)
        subgroups += _rated(groups)
        regressions += _rated(slopes)
    return {
        "subgroups": pd.DataFrame(subgroups, columns=[*SUBGROUP_COLUMNS, *RATED]),
        "regressions": pd.DataFrame(regressions, columns=[*REGRESSION_COLUMNS, *RATED]),
    }


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
