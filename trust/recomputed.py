"""What another engine is to find once more: figures of the last run beside those that R computes from its tables.

Each function takes the processed tables and returns ours and theirs, two tables of the same columns and the same rows,
told by their index. R gets what figures rest on, joined here once more, not as the pipeline joins it.
"""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ipt_evidence.appraisal.risk_of_bias import result_risk
from ipt_evidence.files import read_json, read_table, write_table

ROOT = Path(__file__).resolve().parents[1]
PROCESSED, WORDS = ROOT / "data" / "processed", ROOT / "config" / "vocabulary"
NETWORKS = ROOT / "tests" / "oracle" / "golden_network_review.R"

Tables = Mapping[str, pd.DataFrame]
Pair = tuple[pd.DataFrame, pd.DataFrame]

KEY = ["outcome", "domain", "instrument", "criterion", "rater", "timepoint", "weeks", "analysis"]
CELLS = ["mean", "sd", "n", "events", "total"]
EVIDENCE = {"continuous": "endpoint", "change": "change", "binary": "counts"}
PEOPLE = [
    "control_risk", "with_intervention", "benefit_per_1000", "benefit_low", "benefit_high", "nnt", "nnt_best",
    "nnt_worst",
]  # fmt: skip
ARM = {
    "control_condition": ("arm2_id", "treatment"),
    "format": ("arm1_id", "format"),
    "n_sessions": ("arm1_id", "n_sessions"),
}
OF_TRIAL = {"setting": "special_population", "country_income": "country", "year": "year"}
BASELINE = "HAM-D-17"


def processed() -> dict[str, pd.DataFrame]:
    """Read the tables of the last run."""
    return {path.stem: read_table(path) for path in PROCESSED.glob("*.csv")}


def r(script: Path, *words: Any) -> str:
    """Run a script of R; return what it prints."""
    command = ["Rscript", script, *words]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def by_metafor(tables: Tables) -> dict[str, Any]:
    """Have metafor compute everything but networks: tables by name, and the versions of R and metafor."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("weights.csv", "pairs.csv", "valued.csv")]
        given = (tables["synthesis_weights"], arm_effects(tables), valued(tables))
        for table, file in zip(given, files, strict=True):
            write_table(table, file)
        found = json.loads(r(ROOT / "trust/agreement.R", *files))
    return {name: pd.DataFrame(rows) if isinstance(rows, list) else rows for name, rows in found.items()}


def pooled(tables: Tables, found: Mapping[str, Any]) -> Pair:
    theirs = found["pooled"].set_index("question_id").astype(float)
    return tables["syntheses"].query("k >= 2").set_index("question_id")[theirs.columns], theirs


def arm_effects(tables: Tables) -> pd.DataFrame:
    """Return every effect computed from arm rows, with the cells of both arms, found again by their keys."""
    effects = tables["effect_sizes"]
    effects = effects[effects["evidence"].isin(EVIDENCE.values())]
    outcomes = tables["outcomes"].assign(evidence=tables["outcomes"]["measure"].map(EVIDENCE))
    for side in ("1", "2"):
        names = {"arm_id": f"arm{side}_id"} | {cell: f"{cell}{side}" for cell in CELLS}
        arms = outcomes.rename(columns=names)[["trial_id", "evidence", *KEY, *names.values()]]
        keys = ["trial_id", "evidence", f"arm{side}_id", *KEY]
        effects = effects.drop(columns=f"n{side}").merge(arms, on=keys, how="left", validate="many_to_one")
    return effects


def effects(tables: Tables, found: Mapping[str, Any]) -> Pair:
    """Theirs are of the first arm against the second; they are turned where more is worse for people."""
    ours = arm_effects(tables)
    rows = tables["outcomes"].drop_duplicates(["trial_id", *KEY])[["trial_id", *KEY, "lower_is_better"]]
    lower = ours.merge(rows, on=["trial_id", *KEY], how="left")["lower_is_better"].eq(True)
    good = read_table(WORDS / "outcomes.csv").set_index("outcome")["event_good"].eq(True)
    worse = np.where(ours["evidence"].eq("counts"), ~ours["outcome"].map(good), lower)
    turned = pd.Series(np.where(worse, -1.0, 1.0), ours["effect_id"])
    theirs = found["effects"].set_index("effect_id").astype(float)
    return ours.set_index("effect_id")[["yi", "vi"]], theirs.assign(yi=theirs["yi"] * turned)


def cells(tables: Tables, moderator: str) -> pd.DataFrame:
    """Return a value for every arm or country behind every trial in every question."""
    used = tables["selections"].query("used")[["question_id", "trial_id", "arm1_id", "arm2_id"]]
    if moderator in ARM:
        side, column = ARM[moderator]
        arms = tables["arms"][["trial_id", "arm_id", column]].rename(columns={"arm_id": side, column: "value"})
        return used.drop_duplicates(["question_id", "trial_id", side]).merge(arms, on=["trial_id", side])
    one = used.drop_duplicates(["question_id", "trial_id"])
    if moderator in OF_TRIAL:
        trials = tables["trials"][["trial_id", OF_TRIAL[moderator]]].set_axis(["trial_id", "value"], axis=1)
        found = one.merge(trials, on="trial_id")
        return found.assign(value=found["value"].astype(str).str.split(";")).explode("value")
    if moderator == "risk_of_bias":
        risk = result_risk(tables["trial_risk"], tables["selections"].query("used")).rename("value").reset_index()
        return one.merge(risk, on=["question_id", "trial_id"], how="left")
    before = tables["outcomes"].query("instrument == @BASELINE").dropna(subset=["baseline_mean"])
    before = before.drop_duplicates(["trial_id", "arm_id"])[["trial_id", "arm_id", "baseline_mean"]]
    arms = used.melt(["question_id", "trial_id"], ["arm1_id", "arm2_id"], value_name="arm_id")
    arms = arms.drop_duplicates(["question_id", "trial_id", "arm_id"])
    return arms.merge(before, on=["trial_id", "arm_id"], how="left").rename(columns={"baseline_mean": "value"})


def values(tables: Tables, moderator: str) -> pd.Series:
    """Return the group, or the number, of every trial of every question that has one."""
    found = cells(tables, moderator)
    groups = tables["moderator_groups"].query("moderator_id == @moderator").set_index("value")["group"]
    found = found.assign(value=found["value"].map(groups)) if len(groups) else found.astype({"value": float})
    by_trial = found.groupby(["question_id", "trial_id"])["value"]
    known = by_trial.apply(lambda one: one.notna().all() and (not len(groups) or one.nunique() == 1))
    return (by_trial.first() if len(groups) else by_trial.mean())[known]


def valued(tables: Tables) -> pd.DataFrame:
    """Return the trials of every question with their value of every moderator, in the order of its groups."""
    weights, parts = tables["synthesis_weights"][["question_id", "trial_id", "yi", "vi"]], []
    for plan in tables["moderators"].to_dict("records"):
        name = plan["moderator_id"]
        own = tables["moderator_groups"].query("moderator_id == @name")["group"].drop_duplicates()
        order = dict(zip(own, range(len(own)), strict=True))
        rows = weights.merge(values(tables, name).rename("value").reset_index(), on=["question_id", "trial_id"])
        rows = rows.assign(**{column: plan[column] for column in ("moderator_id", "kind", "min_trials")})
        parts.append(rows.iloc[rows["value"].map(order).fillna(0).argsort(kind="stable")])
    return pd.concat([part.astype({"value": object}) for part in parts], ignore_index=True)


def groups(tables: Tables, found: Mapping[str, Any]) -> Pair:
    key = ["question_id", "moderator_id", "group"]
    theirs = found["groups"].set_index(key).astype(float)
    return tables["subgroups"].query("status == 'run'").set_index(key)[theirs.columns], theirs


def slopes(tables: Tables, found: Mapping[str, Any]) -> Pair:
    key = ["question_id", "moderator_id"]
    theirs = found["slopes"].set_index(key).astype(float)
    return tables["regressions"].query("status == 'run'").set_index(key)[theirs.columns], theirs


def people(tables: Tables) -> Pair:
    """Numbers of people; the question that the risk without treatment is taken from is part of what is compared."""
    key = ["question_id", "control_question_id"]
    words = (WORDS / f"{name}.csv" for name in ("conditions", "outcomes"))
    theirs = pd.DataFrame(json.loads(r(ROOT / "trust/absolute.R", PROCESSED, *words)))
    return tables["absolute"].set_index(key)[PEOPLE], theirs.set_index(key)[PEOPLE].astype(float)


def networks(tables: Tables, names: list[str]) -> dict[str, Pair]:
    """Estimates, evidence apart and heterogeneity of networks; the first treatment is the first in the alphabet."""
    with tempfile.TemporaryDirectory() as folder:
        given, golden = Path(folder) / "contrasts.csv", Path(folder) / "golden.json"
        write_table(of_networks(tables["network_contrasts"], names), given)
        r(NETWORKS, given, golden)
        found = read_json(golden)["networks"]
    key = ["network_id", "treatment1", "treatment2"]
    ours = alphabetical(of_networks(tables["network_estimates"], names)).set_index(key)
    pairs = {}
    for part, mine in (("estimates", ours), ("split", ours.dropna(subset=["difference"]))):
        rows = pd.concat([pd.DataFrame(one[part] or []).assign(network_id=name) for name, one in found.items()])
        # R splits also what no chain of other trials joins.
        rows = rows[rows.pop("joined").eq(True)] if part == "split" else rows
        theirs = rows.set_index(key).astype(float)
        pairs[part] = mine[theirs.columns], theirs
    theirs = pd.DataFrame([{"network_id": name, **heterogeneity(one)} for name, one in found.items()])
    theirs = theirs.set_index("network_id").astype(float)
    mine = of_networks(tables["networks"], names).set_index("network_id")
    return {**pairs, "heterogeneity": (mine[theirs.columns], theirs)}


def of_networks(table: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    return table[table["network_id"].isin(names)]


def heterogeneity(found: Mapping[str, Any]) -> dict[str, float | None]:
    """Return what lies between trials of a network; R leaves an empty list where a number does not exist."""
    low, middle, high = found["tau"] or (None, None, None)
    known = {name: None if found[name] == {} else found[name] for name in ("tau2", "q", "q_heterogeneity")}
    return {**known, "tau_low": low, "tau": middle, "tau_high": high}


def alphabetical(estimates: pd.DataFrame) -> pd.DataFrame:
    """Turn the estimates whose treatments are in another order."""
    right = estimates["treatment1"] < estimates["treatment2"]
    sides = {"treatment1": "treatment2", "treatment2": "treatment1"}
    ends = {f"{name}_low": f"{name}_high" for name in ("ci", "pi", "direct", "indirect", "difference")}
    signs = {**dict.fromkeys(("estimate", "direct", "indirect", "difference")), **ends}
    signs = {name: back or name for name, back in signs.items()} | {back: name for name, back in ends.items()}
    return estimates.assign(
        **{name: estimates[name].where(right, estimates[back]) for name, back in sides.items()},
        **{name: estimates[name].where(right, -estimates[back]) for name, back in signs.items()},
    )
