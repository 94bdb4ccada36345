"""The networks of treatments, with how much of each comparison comes from trials at which risk of bias."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.appraisal.risk_of_bias import UNKNOWN, result_risk
from ipt_evidence.appraisal.risk_of_bias.assessments import DIRECT, WEIGHT
from ipt_evidence.effects.tables import compute_other_effects
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.synthesis.networks.tables import network_tables
from ipt_evidence.words.vocabulary import Vocabulary

PAIR = ["network_id", "treatment1", "treatment2"]


def compare_networks(
    studies: Studies,
    effects: pd.DataFrame,
    trial_risk: pd.DataFrame,
    vocabulary: Vocabulary,
    *,
    synthesis: Mapping[str, Any],
    networks: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Fit the networks of one family of conditions.

    Returns ``networks``, ``network_estimates``, ``network_ranks`` and ``network_contrasts``, from the trials of the
    family, the effects of the therapy under review in them, ``trial_risk.csv`` and two sections of the configuration.

    Raises
    ------
    SynthesisError
        If the trials of a network cannot be combined.
    """
    others = compute_other_effects(studies, vocabulary)
    found = network_tables(effects, others, studies.arms, vocabulary, synthesis=synthesis, networks=networks)
    risk = result_risk(trial_risk, found.pop("used").rename(columns={"network_id": "question_id"}))
    judged = risk.rename_axis(["network_id", "trial_id"]).rename("risk")
    weight = _by_risk(found.pop("contributions"), judged, "weight_percent", WEIGHT)
    rows = found["network_contrasts"]
    direct = _by_risk(rows.assign(n=1), judged, "n", DIRECT)
    estimates = found["network_estimates"].join(weight, on=PAIR).join(direct, on=PAIR)
    counts = dict.fromkeys(DIRECT.values(), 0)
    types = dict.fromkeys(counts, int) | dict.fromkeys(WEIGHT.values(), float)
    return found | {
        "network_estimates": estimates.fillna(counts).astype(types),
        "network_contrasts": rows.assign(risk=_risk_of(rows, judged)),
    }


def _risk_of(rows: pd.DataFrame, judged: pd.Series) -> pd.Series:
    return rows[["network_id", "trial_id"]].join(judged, on=["network_id", "trial_id"])["risk"].fillna(UNKNOWN)


def _by_risk(rows: pd.DataFrame, judged: pd.Series, value: str, columns: Mapping[str, str]) -> pd.DataFrame:
    """Sum a column of trials by pair of treatments and level of risk; what is absent from ``judged`` is unknown."""
    keys = [rows[name] for name in PAIR]
    sums = rows[value].groupby([*keys, _risk_of(rows, judged)]).sum().unstack(fill_value=0)
    return sums.reindex(columns=list(columns), fill_value=0).rename(columns=columns)
