"""Networks of the real data: three of them against R, and what holds for all."""

import json
import subprocess
from pathlib import Path

import pytest

from ipt_evidence.files import read_table

ROOT = Path(__file__).parents[2]
PROCESSED = ROOT / "data" / "processed"
FIGURES = ("estimate", "ci_low", "ci_high", "p_value", "pi_low", "pi_high")


@pytest.fixture(scope="module")
def tables():
    names = ("networks", "network_estimates", "network_ranks", "network_contrasts")
    return {name: read_table(PROCESSED / f"{name}.csv") for name in names}


def test_the_largest_and_two_smaller_networks_agree_with_metafor(rscript, tables, tmp_path):
    order = tables["networks"].sort_values("k", kind="stable")
    chosen = [
        order[order["interval"].eq("bayes")].iloc[0],
        order[order["interval"].ne("bayes")].iloc[0],
        order.iloc[-1],
    ]
    names = [row["network_id"] for row in chosen]
    rows, estimates = (
        tables[name][tables[name]["network_id"].isin(names)] for name in ("network_contrasts", "network_estimates")
    )
    rows.to_csv(tmp_path / "contrasts.csv", index=False)
    script = ROOT / "tests" / "oracle" / "golden_network_review.R"
    command = [rscript, str(script), str(tmp_path / "contrasts.csv"), str(tmp_path / "golden.json")]
    subprocess.run(command, check=True, capture_output=True)
    golden = json.loads((tmp_path / "golden.json").read_text("utf-8"))["networks"]
    assert set(golden) == set(names)
    found = estimates.set_index(["network_id", "treatment1", "treatment2"])
    for name in names:
        for row in golden[name]["estimates"]:
            key = (name, row["treatment1"], row["treatment2"])
            sign, key = (1, key) if key in found.index else (-1, (name, row["treatment2"], row["treatment1"]))
            got = found.loc[key]
            assert sign * got["estimate"] == pytest.approx(row["estimate"], rel=1e-6, abs=1e-8), key
            ends = sorted(sign * got[["ci_low", "ci_high"]].astype(float))
            assert ends == pytest.approx([row["ci_low"], row["ci_high"]], rel=1e-6, abs=1e-8), key
            assert got["p_value"] == pytest.approx(row["p_value"], rel=1e-6, abs=1e-8), key


def test_nothing_is_lost_between_the_tables(tables):
    networks = tables["networks"].set_index("network_id")
    for name, rows in tables["network_contrasts"].groupby("network_id"):
        assert networks.at[name, "k"] == rows["trial_id"].nunique()
        assert set(networks.at[name, "treatments"].split(";")) == {*rows["treatment1"], *rows["treatment2"]}
    estimates = tables["network_estimates"]
    for name, rows in estimates.groupby("network_id"):
        number = networks.at[name, "n_treatments"]
        assert len(rows) == number * (number - 1) / 2
    shares = [column for column in estimates if column.endswith("_percent") and column != "direct_percent"]
    assert estimates[shares].sum(axis=1).to_numpy() == pytest.approx(100, abs=1e-3)
    trials = [column for column in estimates if column.endswith("_trials")]
    assert estimates[trials].sum(axis=1).tolist() == estimates["k_direct"].tolist()
    assert tables["network_ranks"].groupby("network_id")["p_score"].mean().to_numpy() == pytest.approx(0.5)


def test_two_treatments_that_only_two_arm_trials_compare_give_the_effects_of_their_question(tables):
    """The network pools the effects that the questions pool, where no third arm bears on them."""
    weights = read_table(PROCESSED / "synthesis_weights.csv")
    answers = read_table(PROCESSED / "syntheses.csv").set_index("question_id")
    compared = 0
    for network in tables["networks"].to_dict("records"):
        rows = tables["network_contrasts"].query("network_id == @network['network_id']")
        alone = rows[~rows["study"].duplicated(keep=False)]
        about = {column: network[column] for column in ("condition", "outcome", "timepoint", "phase", "measure")}
        for pair, mine in alone.groupby(["treatment1", "treatment2"]):
            asked = answers[
                (answers[list(about)] == list(about.values())).all(axis=1)
                & answers["intervention"].eq(pair[0])
                & answers["comparator"].eq(pair[1])
                & answers["population"].eq("all")
            ]
            for question in asked.index:
                own = weights[weights["question_id"].eq(question)].set_index("trial_id")
                for row in mine.itertuples():
                    assert own.at[row.trial_id, "yi"] == pytest.approx(row.yi, abs=1e-9), (question, row.trial_id)
                    assert own.at[row.trial_id, "vi"] == pytest.approx(row.vi, rel=1e-9), (question, row.trial_id)
                    compared += 1
    assert compared > 100
