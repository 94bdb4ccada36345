"""From effects to the tables of networks, condition by condition and outcome by outcome."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from ipt_evidence.effects.rows import stacked
from ipt_evidence.engine.networks.contrasts import components, read_contrasts
from ipt_evidence.engine.pooling.inference import own_intervals
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


COLUMNS = {
    "networks": NETWORK_COLUMNS,
    "network_estimates": ["network_id", *ESTIMATE_COLUMNS],
    "network_ranks": ["network_id", *RANK_COLUMNS],
    "network_contrasts": ["network_id", *CONTRAST_COLUMNS, "ci_low", "ci_high"],
    "contributions": ["network_id", *CONTRIBUTION_COLUMNS],
    "used": ["network_id", "trial_id", "instrument"],
}
"""The columns of each table, in order: ``contributions`` is the share of each trial in each estimate, ``used`` says
which effects entered."""


def network_tables(
    effects: pd.DataFrame,
    others: pd.DataFrame,
    arms: pd.DataFrame,
    vocabulary: Vocabulary,
    *,
    synthesis: Mapping[str, Any],
    networks: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Fit every network of some conditions, and return the tables of :data:`COLUMNS`.

    ``effects`` are those of the therapy under review, ``others`` those between other arms of its trials; ``synthesis``
    and ``networks`` the sections of that name of the configuration.

    Raises
    ------
    SynthesisError
        If the effects of a trial, or the trials of a network, cannot be combined.
    """
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in COLUMNS}
    if networks["compare"]:
        evidence = NetworkEvidence(stacked(effects, others), arms, vocabulary, synthesis)
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
    return {
        name: pd.concat(found or [pd.DataFrame(columns=COLUMNS[name])], ignore_index=True)
        for name, found in parts.items()
    }


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
        mine = inside[min(part)]
        low, high = own_intervals(mine["yi"].to_numpy(), mine["vi"].to_numpy(), model.level)
        mine = mine.assign(ci_low=low, ci_high=high)
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


def _name(about: Mapping[str, str], first: str) -> str:
    phase = "" if about["phase"] == "acute" else about["phase"]
    return "_".join(filter(None, (about["condition"], about["outcome"], about["timepoint"], phase, first)))
