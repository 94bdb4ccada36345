"""Networks of the real data: what holds for all."""

from pathlib import Path

import pytest

from ipt_evidence.files import read_table

ROOT = Path(__file__).parents[2]
PROCESSED = ROOT / "data" / "processed"


@pytest.fixture(scope="module")
def tables():
    names = ("networks", "network_estimates", "network_ranks", "network_contrasts")
    return {name: read_table(PROCESSED / f"{name}.csv") for name in names}


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
