"""What pages say of many rows at once, worked out anew."""

import json
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd


def summaries(tables: Mapping[str, pd.DataFrame], below: Mapping[str, Sequence[str]]) -> dict[str, pd.DataFrame]:
    """Return what pages say of many rows at once: least and greatest, sums, shares, quartiles, worked out anew."""
    weights, multiverse, subsets = (tables[name] for name in ("synthesis_weights", "multiverse", "gosh"))
    labels = multiverse.groupby(["question_id", "label"]).size().unstack(fill_value=0)
    shares = labels.div(labels.sum(axis=1) / 100, axis=0).add_prefix("percent_")
    half = subsets["estimate_width"] / 2
    ends = subsets.assign(low=subsets["estimate"] - half, high=subsets["estimate"] + half)
    found = {
        "effects": weights.groupby("question_id").agg(
            low=("yi", "min"), high=("yi", "max"), n1=("n1", "sum"), n2=("n2", "sum")
        ),
        "subsets": ends.groupby("question_id").agg(low=("low", "min"), high=("high", "max")),
        "choices": multiverse.groupby("question_id")
        .agg(low=("estimate", "min"), high=("estimate", "max"), choices=("estimate", "count"))
        .join(labels)
        .join(shares),
        "labels": _label_shares(tables["robustness"]),
        "biases": _weight_by_risk(weights, tables["trial_risk"]),
        "missing": _missing(tables),
        "reports": tables["fates"]
        .groupby(["question_id", "fate", "same_comparison"], dropna=False)
        .size()
        .unstack([1, 2])
        .pipe(lambda counts: counts.set_axis([f"k_{place}" for place in range(counts.shape[1])], axis=1)),
        "families": pd.DataFrame(_families(tables, below)).set_index("condition"),
    }
    return {name: table.reset_index() for name, table in found.items()}


def _label_shares(stands: pd.DataFrame) -> pd.DataFrame:
    """Share of the combinations of choices that give each label, multiples of the important difference among them."""
    labels = pd.DataFrame(stands["labels"].map(json.loads).tolist(), index=stands["question_id"])
    return labels.div(stands["specifications"].to_numpy() / 100, axis=0).add_prefix("percent_")


def _weight_by_risk(weights: pd.DataFrame, risk: pd.DataFrame) -> pd.DataFrame:
    """Share of the weight of each question by judgement, domain by domain."""
    domains = list(risk.loc[:, "randomisation":"incomplete_outcome_data"])
    judged = weights.merge(risk[risk["counts"]].drop_duplicates("trial_id"), on="trial_id", how="left")
    long = judged.melt(["question_id", "weight_percent"], domains, "domain", "judgement").fillna({"judgement": "none"})
    return long.groupby(["question_id", "domain", "judgement"])[["weight_percent"]].sum()


def _missing(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Share of the people on a question whose results could not be used."""
    rows = tables["certainty"].query("domain == 'publication_bias'").merge(tables["ratings"], on="question_id")
    unused = rows["inputs"].map(lambda cell: json.loads(cell).get("unusable_people") or np.nan)
    rows["share"] = unused / (unused + rows["n_participants"])
    return rows[["question_id", "share"]].set_index("question_id")


def _families(
    tables: Mapping[str, pd.DataFrame], below: Mapping[str, Sequence[str]]
) -> Iterator[dict[str, str | float]]:
    """Count the trials on a condition and those nobody judged, with range and middle half of the sessions planned."""
    arms = tables["arms"].merge(tables["trials"][["trial_id", "condition"]], on="trial_id")
    ends = pd.concat([tables[name].query("timepoint == 'post'") for name in ("outcomes", "contrasts")])
    arms["weeks"] = arms["trial_id"].map(ends.groupby("trial_id")["weeks"].max())
    for condition, members in below.items():
        mine = tables["trials"][tables["trials"]["condition"].isin(members)]
        unjudged = ~mine["trial_id"].isin(tables["risk_of_bias"]["trial_id"])
        here = arms[arms["condition"].isin(members)]
        for given in (*(group for _, group in here.groupby("treatment")), here):
            for planned in (given["n_sessions"], given.drop_duplicates("trial_id")["weeks"]):
                quartiles = planned.describe()[["min", "max", "25%", "75%"]]
                yield {"condition": condition, "trials": len(mine), "unjudged": unjudged.sum(), **quartiles}
