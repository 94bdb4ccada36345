"""Which arms of a trial are compared, every pair with the therapy under review, its arm first, and on what."""

from itertools import combinations

import pandas as pd

from ipt_evidence.extraction.choices import RESULT
from ipt_evidence.grouping import grouped
from ipt_evidence.words.vocabulary import Vocabulary

PAIR_COLUMNS = ["trial_id", "arm1_id", "arm2_id", "intervention", "comparator"]

CONVERTIBLE = ("response", "remission", "recovery")
"""Counts that may stand in for symptom severity: people who are well or better at the time point."""


def reviewed_pairs(arms: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """List every pair of arms of one trial of which one at least was given the therapy under review.

    Parameters
    ----------
    arms : DataFrame
        The arms of any number of trials, with ``trial_id``, ``arm_id`` and ``treatment``.
    vocabulary : Vocabulary
        Gives each treatment its class, and the order in which classes come first in a pair.

    Returns
    -------
    DataFrame
        One row a pair: ``trial_id``, ``arm1_id``, ``arm2_id``, ``intervention`` (class of the first arm) and
        ``comparator`` (class of the second). Two arms of one class keep the order of the table.
    """
    pairs = _pairs(arms, vocabulary)
    return pairs[pairs["intervention"].isin(vocabulary.interventions)].reset_index(drop=True)


def other_pairs(arms: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """List, as :func:`reviewed_pairs` does, every pair of arms neither of which was given the therapy under review."""
    pairs = _pairs(arms, vocabulary)
    return pairs[~pairs["intervention"].isin(vocabulary.interventions)].reset_index(drop=True)


def _pairs(arms: pd.DataFrame, vocabulary: Vocabulary) -> pd.DataFrame:
    """List every pair of arms of one trial, the class that comes first in the vocabulary first."""
    rank = {name: position for position, name in enumerate(vocabulary.treatment_classes["class"])}
    columns = zip(*(arms[name].to_numpy(object) for name in ("trial_id", "arm_id", "treatment")), strict=True)
    of_trial = grouped((trial, (arm, vocabulary.treatment_class(treatment))) for trial, arm, treatment in columns)
    rows = []
    for trial_id, known in sorted(of_trial.items()):
        for pair in combinations(known, 2):
            (first, one), (second, other) = sorted(pair, key=lambda arm: rank[arm[1]])
            rows.append((trial_id, first, second, one, other))
    return pd.DataFrame(rows, columns=PAIR_COLUMNS)


def measured_pairs(pairs: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Set the rows of both arms of each pair side by side, one row per pair and measurement.

    Columns in which the arms may differ end in ``1`` and ``2``, but for ``arm1_id`` and ``row1_id`` and their like. A
    measurement that only one of the two arms reports is left out here and found by :func:`unpaired`.
    """
    own = [name for name in outcomes if name not in RESULT]
    sides = [
        outcomes.rename(
            columns={name: f"{name}{side}" for name in own} | {"arm_id": f"arm{side}_id", "row_id": f"row{side}_id"}
        )
        for side in (1, 2)
    ]
    return pairs.merge(sides[0], on=["trial_id", "arm1_id"]).merge(sides[1], on=[*RESULT, "arm2_id"])


def unpaired(pairs: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Find measurements of an arm that no arm it is paired with reports, so that no effect can follow from them.

    Returns
    -------
    DataFrame
        Each such row of ``outcomes`` once, with the first of its pairs (``arm1_id``, ``arm2_id``, ``intervention``,
        ``comparator``) and ``other_instrument``: whether an arm it is paired with reports the same outcome at the same
        time under another name of the instrument.
    """
    sides = [
        pairs.assign(arm_id=pairs[own], partner=pairs[other]).merge(outcomes, on=["trial_id", "arm_id"])
        for own, other in (("arm1_id", "arm2_id"), ("arm2_id", "arm1_id"))
    ]
    found = pd.concat(sides, ignore_index=True)
    partners = outcomes.rename(columns={"arm_id": "partner"})
    found["paired"] = _held(found, partners, [*RESULT, "partner"])
    found["other_instrument"] = _held(found, partners, [name for name in (*RESULT, "partner") if name != "instrument"])
    key = ["arm_id", *RESULT]
    anywhere = found.groupby(key, dropna=False)[["paired", "other_instrument"]].transform("any")
    alone = found.assign(other_instrument=anywhere["other_instrument"])[~anywhere["paired"]]
    return alone.drop_duplicates(key).drop(columns=["arm_id", "partner", "paired"])


def _held(rows: pd.DataFrame, others: pd.DataFrame, key: list[str]) -> pd.Series:
    """Say of each row whether another table holds its key; cells that are missing are alike."""
    marked = rows[key].merge(others[key].drop_duplicates(), on=key, how="left", indicator=True)
    return pd.Series(marked["_merge"].eq("both").to_numpy(), index=rows.index, dtype=bool)


def oriented(pairs: pd.DataFrame, contrasts: pd.DataFrame) -> pd.DataFrame:
    """Keep the statistics of these pairs, the first arm first, with ``turned`` true where the arms changed places."""
    names = {"arm1_id": "arm2_id", "arm2_id": "arm1_id", "n1": "n2", "n2": "n1"}
    printed = contrasts.rename(columns={"row_id": "row1_id"})
    both = pd.concat([printed.assign(turned=False), printed.rename(columns=names).assign(turned=True)])
    return both.merge(pairs, on=["trial_id", "arm1_id", "arm2_id"])
