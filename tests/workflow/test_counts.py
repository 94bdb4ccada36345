"""Nothing is lost on the way from the raw tables to the answers."""

from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.files import read_table
from ipt_evidence.synthesis.fates import trial_fates

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {path.stem: read_table(path) for path in (ROOT / "data" / "processed").glob("*.csv")}


def test_every_trial_has_an_effect_or_a_reason_why_not(tables):
    raw = set(pd.read_csv(ROOT / "data" / "raw" / "trials.csv")["trial_id"])
    computed, refused = set(tables["effect_sizes"]["trial_id"]), set(tables["not_computed"]["trial_id"])
    assert computed | refused == raw
    assert tables["not_computed"]["reason_id"].notna().all()


def test_no_result_of_an_arm_that_is_compared_is_lost(tables):
    arms = {
        (row["trial_id"], row[arm])
        for row in tables["effect_sizes"].to_dict("records")
        for arm in ("arm1_id", "arm2_id")
    }
    effects, refused = tables["effect_sizes"], tables["not_computed"]
    rows = tables["outcomes"]
    used = {*effects["row1_id"], *effects["row2_id"]}
    named = {tuple(map(str, key)) for arm in ("arm1_id", "arm2_id")
             for key in refused[["trial_id", arm, "outcome", "instrument", "timepoint"]].to_numpy()}  # fmt: skip
    silent = [
        row
        for row in rows.to_dict("records")
        if (row["trial_id"], row["arm_id"]) in arms
        and row["row_id"] not in used
        and tuple(str(row[name]) for name in ("trial_id", "arm_id", "outcome", "instrument", "timepoint")) not in named
    ]
    assert silent == []


def test_every_matching_effect_is_used_or_says_why_not(tables):
    selections = tables["selections"]
    assert selections.loc[~selections["used"], "reason_id"].notna().all()
    assert selections.loc[selections["used"], "reason_id"].isna().all()


def test_every_trial_is_counted_once_and_none_is_lost_on_the_way(tables):
    fates = trial_fates(tables)
    assert fates.value_counts().to_dict() == {"pooled": 99, "not_computed": 18, "not_pooled": 3}
    assert len(fates) == 99 + 18 + 3 == len(tables["trials"])


def test_the_trials_pooled_by_their_fate_are_those_that_carry_weight(tables):
    keys = ["question_id", "trial_id"]
    pooled = tables["fates"].query("fate == 'pooled'")[keys]
    assert pooled.sort_values(keys).to_numpy().tolist() == (
        tables["synthesis_weights"][keys].sort_values(keys).to_numpy().tolist()
    )
    assert not tables["fates"].duplicated(keys).any()


def test_results_that_do_not_bear_on_a_question_are_no_fate_of_it(tables):
    fates = tables["fates"].set_index("question_id")["trial_id"]
    assert not fates.eq("leung2012").any()
    assert "markowitz2015" not in set(fates["ptsd_ipt_v_other_psychotherapy_relapse_followup"])
    assert "elkin1989" not in set(fates["depression_ipt_v_control_relapse_followup"])


def test_the_trials_of_a_question_are_those_with_a_used_effect(tables):
    used = tables["selections"].query("used").groupby("question_id")["trial_id"].agg(set)
    pooled = tables["synthesis_weights"].groupby("question_id")["trial_id"].agg(set)
    assert used.to_dict() == pooled.to_dict()
    counts = tables["syntheses"].set_index("question_id")["k"]
    assert counts[counts > 0].to_dict() == pooled.map(len).to_dict()


def test_every_question_of_the_plan_has_one_answer_and_one_rating(tables):
    plan = pd.read_csv(ROOT / "config" / "questions.csv")["question_id"].sort_values().tolist()
    assert tables["syntheses"]["question_id"].sort_values().tolist() == plan
    assert tables["ratings"]["question_id"].sort_values().tolist() == plan


def test_every_doubt_travels_as_a_flag_or_says_what_was_done(tables):
    doubts = tables["doubts"]
    flags = pd.concat([tables["outcomes"]["flags"], tables["contrasts"]["flags"]]).dropna()
    flagged = {flag for cell in flags for flag in cell.split(";")}
    # A doubt about judgements of risk of bias stands beside them, not beside results.
    travelling = doubts[doubts["action"].isin(["flag", "sensitivity", "exclude"]) & doubts["table"].ne("risk_of_bias")]
    assert {f"doubt:{doubt}" for doubt in travelling["doubt_id"]} <= flagged
    assert doubts["resolution"].notna().all()


def test_a_doubtful_result_kept_out_of_pools_is_in_none(tables):
    used = tables["selections"].query("used")
    assert not used["flags"].fillna("").str.contains("excluded:").any()


def test_depression_against_control_rests_on_at_least_thirty_trials(tables):
    answers = tables["syntheses"].set_index("question_id")
    row = answers.loc["unipolar_depression_ipt_v_control_symptom_severity_post"]
    assert row["k"] >= 30
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


def test_no_question_mixes_measures(tables):
    used = tables["selections"].query("used")
    assert used.groupby("question_id")["measure"].nunique().max() == 1
