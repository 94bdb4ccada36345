"""From effects to the tables of networks, condition by condition and outcome by outcome."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.effects.rows import as_effects
from ipt_evidence.engine.networks.contrasts import components, read_contrasts
from ipt_evidence.engine.pooling.inference import infer
from ipt_evidence.errors import SynthesisError
from ipt_evidence.synthesis.model import Model
from ipt_evidence.synthesis.networks.answers import (
    CONTRIBUTION_COLUMNS,
    ESTIMATE_COLUMNS,
    FIT_COLUMNS,
    RANK_COLUMNS,
    answer_network,
)
from ipt_evidence.synthesis.networks.contrasts import ASKED, CONTRAST_COLUMNS, Bearing, NetworkEvidence
from ipt_evidence.words.vocabulary import Vocabulary

NETWORK_COLUMNS = ["network_id", "condition", *ASKED, "components", "apart", *FIT_COLUMNS]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NetworkTables:
    """The networks of some conditions.

    Attributes
    ----------
    networks : DataFrame
        :data:`NETWORK_COLUMNS`, one row per network.
    network_estimates, network_ranks, network_contrasts : DataFrame
        ``network_id`` and the columns of their modules, one row per network and pair, treatment, and trial with pair.
    contributions : DataFrame
        Share of each trial in each estimate.
    used : DataFrame
        ``network_id``, ``trial_id`` and ``instrument`` of the effects that entered.
    """

    networks: pd.DataFrame
    network_estimates: pd.DataFrame
    network_ranks: pd.DataFrame
    network_contrasts: pd.DataFrame
    contributions: pd.DataFrame
    used: pd.DataFrame


def network_tables(
    effects: pd.DataFrame,
    others: pd.DataFrame,
    arms: pd.DataFrame,
    vocabulary: Vocabulary,
    *,
    synthesis: Mapping[str, Any],
    networks: Mapping[str, Any],
) -> NetworkTables:
    """Fit every network of some conditions.

    Parameters
    ----------
    effects, others : DataFrame
        Effects of the therapy under review, and between other arms of its trials.
    arms : DataFrame
        The arms of the trials.
    vocabulary : Vocabulary
        Classes, outcomes and conditions.
    synthesis, networks : mapping
        The sections of that name of the configuration.

    Raises
    ------
    SynthesisError
        If the effects of a trial, or the trials of a network, cannot be combined.
    """
    parts: dict[str, list[pd.DataFrame]] = {field.name: [] for field in fields(NetworkTables)}
    if networks["compare"]:
        tables = [as_effects(table) for table in (effects, others) if len(table)] or [as_effects(effects)]
        evidence = NetworkEvidence(pd.concat(tables, ignore_index=True), arms, vocabulary, synthesis)
        model = Model.of(synthesis)
        bearings = {asked: evidence.bearing(asked) for asked in evidence.about()}
        studied = set().union(*(bearing.contrasts["condition"] for bearing in bearings.values()))
        for condition, _ in vocabulary.in_order():
            members = vocabulary.members_of(condition)
            for asked, bearing in bearings.items() if studied.intersection(members) else ():
                mine = bearing.of(members)
                about = {"condition": condition, **dict(zip(ASKED, asked, strict=True))}
                for found in _networks(mine, about, evidence.treatments, model, networks["least_treatments"]):
                    for name, table in found.items():
                        parts[name].append(table)
    return NetworkTables(
        **{
            name: pd.concat(found or [pd.DataFrame(columns=COLUMNS[name])], ignore_index=True)
            for name, found in parts.items()
        }
    )


COLUMNS = {
    "networks": NETWORK_COLUMNS,
    "network_estimates": ["network_id", *ESTIMATE_COLUMNS],
    "network_ranks": ["network_id", *RANK_COLUMNS],
    "network_contrasts": ["network_id", *CONTRAST_COLUMNS, "ci_low", "ci_high"],
    "contributions": ["network_id", *CONTRIBUTION_COLUMNS],
    "used": ["network_id", "trial_id", "instrument"],
}
"""The columns of each table, in order."""


def _networks(
    bearing: Bearing, about: Mapping[str, str], order: Sequence[str], model: Model, least: int
) -> Iterator[dict[str, pd.DataFrame]]:
    """Fit each connected part that joins so many treatments by more trials than one: a network of its own."""
    rows = bearing.contrasts
    if len({*rows["treatment1"], *rows["treatment2"]}) < least:
        return
    contrasts = read_contrasts(*(rows[name] for name in ("yi", "vi", "treatment1", "treatment2", "study")))
    parts = [{contrasts.treatments[place] for place in members} for members in components(contrasts)]
    inside = {min(part): rows[rows["treatment1"].isin(part)].reset_index(drop=True) for part in parts}
    large = [part for part in parts if len(part) >= least and inside[min(part)]["trial_id"].nunique() > 1]
    for part in large:
        mine = _with_intervals(inside[min(part)], model.level)
        network_id = _name(about, next(name for name in order if name in part) if len(large) > 1 else "")
        try:
            answer = answer_network(mine, order, about["measure"], model)
        except SynthesisError as error:
            raise SynthesisError(f"{network_id}: {error}") from error
        apart = [name for name in order if name in set().union(*parts) - part]
        used = bearing.used[bearing.used["intervention"].isin(part)]
        found = {
            "networks": pd.DataFrame([{**about, "components": len(parts), "apart": ";".join(apart), **answer.fit}]),
            "network_estimates": answer.estimates,
            "network_ranks": answer.ranks,
            "network_contrasts": mine,
            "contributions": answer.contributions,
            "used": used.drop_duplicates(["trial_id", "instrument"]),
        }
        yield {name: table.assign(network_id=network_id)[COLUMNS[name]] for name, table in found.items()}


def _with_intervals(rows: pd.DataFrame, level: float) -> pd.DataFrame:
    own = infer(rows["yi"].to_numpy(), np.sqrt(rows["vi"].to_numpy()), np.full(len(rows), np.nan), level, "normal")
    return rows.assign(ci_low=own.ci_low, ci_high=own.ci_high)


def _name(about: Mapping[str, str], first: str) -> str:
    phase = "" if about["phase"] == "acute" else about["phase"]
    return "_".join(filter(None, (about["condition"], about["outcome"], about["timepoint"], phase, first)))
