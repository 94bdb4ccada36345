"""From made-up trials to networks: what enters, what stays apart."""

import json
from pathlib import Path

import pytest
import yaml

from ipt_evidence.effects import hedges_g
from ipt_evidence.effects.tables import compute_effects, compute_other_effects
from ipt_evidence.synthesis.networks.tables import COLUMNS, network_tables

ROOT = Path(__file__).parents[3]
SETTINGS = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))
TREATMENTS = {
    "ipt": "ipt",
    "cau": "care_as_usual",
    "wl": "wait_list",
    "cbt": "cbt",
    "drug": "pharmacotherapy:amitriptyline",
    "both": "ipt+pharmacotherapy",
}
"""Treatments by the names of arms here."""


def trial(name, **arms):
    """Return the rows of a trial: mean and number of people by arm, a standard deviation of 10."""
    return (
        {"trial_id": name},
        [
            {"trial_id": name, "arm_id": arm, "treatment": TREATMENTS[arm], "n_randomised": n + 2}
            for arm, (_, n) in arms.items()
        ],
        [
            {
                "trial_id": name, "arm_id": arm, "instrument": "hrsd17", "rater": "observer", "measure": "continuous",
                "analysis": "itt", "weeks": 12, "mean": mean, "sd": 10.0, "n": n, "lower_is_better": True,
            }
            for arm, (mean, n) in arms.items()
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def make(make_studies, vocabulary):
    made = {}

    def build(*trials, **networks):
        key = (*(one[0]["trial_id"] for one in trials), *networks)
        if key not in made:
            made[key] = tables(*trials, **networks)
        return made[key]

    def tables(*trials, **networks):
        arms, outcomes = ([row for one in trials for row in one[place]] for place in (1, 2))
        studies = make_studies(trials=[one[0] for one in trials], arms=arms, outcomes=outcomes)
        effects = compute_effects(studies, vocabulary).effect_sizes
        return network_tables(
            effects, compute_other_effects(studies, vocabulary), studies.arms, vocabulary,
            synthesis=SETTINGS["synthesis"], networks=SETTINGS["networks"] | networks,
        )  # fmt: skip

    return build


TWO = trial("two", ipt=(10, 30), cau=(15, 32))
OTHER = trial("other", ipt=(11, 25), cbt=(10, 27))
THREE = trial("three", ipt=(10, 40), cau=(14, 41), cbt=(11, 39))


def contrasts(found, network="depression_symptom_severity_post"):
    rows = found["network_contrasts"].query("network_id == @network")
    return {(row["trial_id"], row["treatment1"], row["treatment2"]): row for row in rows.to_dict("records")}


def test_trials_that_connect_three_classes_make_a_network_for_their_condition_and_those_above(make):
    found = make(TWO, OTHER)
    names = found["networks"].set_index("network_id")
    assert set(names["condition"]) == {"depression", "unipolar_depression"}
    row = names.loc["depression_symptom_severity_post"]
    assert (row["treatments"], row["k"], row["n_participants"], row["components"]) == ("ipt;control;cbt", 2, 114, 1)
    (indirect,) = found["network_estimates"].query("network_id == @row.name and basis == 'indirect'").to_dict("records")
    assert (indirect["treatment1"], indirect["treatment2"], indirect["k_direct"]) == ("control", "cbt", 0)
    rows = contrasts(found)
    chain = rows["other", "ipt", "cbt"]["yi"] - rows["two", "ipt", "control"]["yi"]
    assert indirect["estimate"] == pytest.approx(chain)


def test_a_two_arm_trial_brings_in_its_own_effect(make):
    row = contrasts(make(TWO, OTHER))["two", "ipt", "control"]
    own = hedges_g([15], [10.0], [32], [10], [10.0], [30])
    assert (row["yi"], row["vi"]) == pytest.approx((own.values[0], own.variances[0]))
    assert (row["n1"], row["n2"], row["n_effects"]) == (30, 32, 1)
    assert row["ci_low"] < row["yi"] < row["ci_high"]


def test_the_pairs_of_a_trial_add_up_and_each_of_its_people_counts_once(make):
    found = make(TWO, THREE)
    rows = contrasts(found)
    first, second, third = (rows["three", *pair] for pair in (("ipt", "control"), ("ipt", "cbt"), ("control", "cbt")))
    assert second["yi"] - first["yi"] == pytest.approx(third["yi"])
    assert (first["n1"], first["n2"], second["n2"]) == (40, 41, 39)
    network = found["networks"].set_index("network_id").loc["depression_symptom_severity_post"]
    assert (network["n_participants"], network["k_multi_arm"], network["n_contrasts"]) == (182, 1, 3)


def test_the_third_effect_of_three_arms_says_nothing_more(make):
    """It is kept out, not averaged with what the other two say of it."""
    rows = contrasts(make(TWO, THREE))
    own = hedges_g([14], [10.0], [41], [10], [10.0], [40])
    assert rows["three", "ipt", "control"]["yi"] == pytest.approx(own.values[0])
    assert rows["three", "ipt", "control"]["n_effects"] == 2


def test_two_arms_of_a_class_enter_as_one(make):
    found = make(OTHER, trial("both", ipt=(10, 30), cau=(14, 31), wl=(16, 29)))
    row = contrasts(found)["both", "ipt", "control"]
    assert (row["n1"], row["n2"], row["n_effects"]) == (30, 60, 2)


def test_what_no_chain_of_trials_joins_is_named_and_not_compared(make):
    found = make(TWO, OTHER, trial("apart", both=(10, 30), drug=(11, 30)))
    (network,) = found["networks"].query("condition == 'depression'").to_dict("records")
    assert (network["components"], network["apart"]) == (2, "combined;pharmacotherapy")
    assert network["treatments"] == "ipt;control;cbt"
    for table in (found["network_estimates"], found["network_contrasts"]):
        assert not {"combined", "pharmacotherapy"} & {*table["treatment1"], *table["treatment2"]}
    assert set(found["network_ranks"]["treatment"]) == {"ipt", "control", "cbt"}
    assert set(found["used"]["trial_id"]) == {"two", "other"}


@pytest.mark.parametrize(
    "choice",
    [
        pytest.param({"compare": False}, id="switched off"),
        pytest.param({"least_treatments": 4}, id="more treatments asked for"),
    ],
)
def test_no_network_leaves_empty_tables_with_their_columns(make, choice):
    found = make(TWO, OTHER, **choice)
    assert {name: list(found[name]) for name in COLUMNS} == COLUMNS
    assert all(found[name].empty for name in COLUMNS)


def test_a_single_trial_is_no_network(make):
    assert make(THREE)["networks"].empty


def test_the_order_of_rows_changes_nothing(make):
    one, other = (make(*trials) for trials in ((TWO, OTHER, THREE), (THREE, OTHER, TWO)))
    kept = [one["network_estimates"].round(10), other["network_estimates"].round(10)]
    assert json.loads(kept[0].to_json()) == json.loads(kept[1].to_json())
