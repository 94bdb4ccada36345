"""Answers to a plan: one row a question, the variants that apply, and nothing twice."""

import pandas as pd
import pytest
import yaml

from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.extraction.settings import SCHEMA
from ipt_evidence.synthesis.schemas import SENSITIVITY as SENSITIVITY_SCHEMA
from ipt_evidence.synthesis.schemas import SYNTHESES
from ipt_evidence.synthesis.specifications import CHOICE_COLUMNS
from ipt_evidence.synthesis.tables import answer_questions

SYNTHESIS = {"method": "REML", "interval": "adhoc", "level": 0.95, "rho": 0.6, "few_trials": 1, "prior_scale": 0.5,
             "evidence_order": ["endpoint", "contrast", "change", "converted"],
             "excluded_reports": ["retracted"]}  # fmt: skip
SENSITIVITY = {
    "methods": ["CE", "DL"],
    "rhos": [0.2],
    "design_effect": 2.0,
    "priors": {"SMD": {"any": "rhodes_2015_general"}},
}
MULTIVERSE = {"rho": [0.2, 0.6], "evidence": ["all", "endpoint"], "doubts": ["kept", "left_out"],
              "outliers": ["kept", "left_out"], "method": ["REML", "CE"], "interval": ["adhoc", "normal"]}  # fmt: skip
SETTINGS = {"synthesis": SYNTHESIS, "sensitivity": SENSITIVITY, "multiverse": MULTIVERSE}
KEYS = {"population": "all", "intervention": "ipt", "comparator": "control", "timepoint": "post", "phase": "acute"}
PLAN = pd.DataFrame(
    [
        {"question_id": "severity", "condition": "depression", "outcome": "symptom_severity", "measure": "SMD"} | KEYS,
        {"question_id": "parent", "condition": "unipolar_depression", "outcome": "symptom_severity", "measure": "SMD"}
        | KEYS,
        {"question_id": "response", "condition": "depression", "outcome": "response", "measure": "logOR"} | KEYS,
        {"question_id": "gap", "condition": "psychosis", "outcome": "symptom_severity", "measure": "SMD"} | KEYS,
    ]
)
TRIALS = {"one2001": 4.0, "two2002": 2.0, "three2003": 7.0}
ARMS = [
    {"trial_id": trial, "arm_id": arm, "treatment": treatment}
    for trial in TRIALS
    for arm, treatment in (("ipt", "ipt"), ("cau", "care_as_usual"))
]


def measured(trial, arm, mean, **other):
    return {"trial_id": trial, "arm_id": arm, "measure": "continuous", "instrument": "BDI", "mean": mean, "sd": 8.0,
            "n": 40, "lower_is_better": True} | other  # fmt: skip


def effects_of(make_studies, vocabulary, **flags):
    """Return the effects of one trial each, with flags on both arms."""
    studies = make_studies(
        trials=[{"trial_id": trial} for trial in TRIALS],
        arms=ARMS,
        outcomes=[
            measured(trial, arm, mean, flags=flags.get(trial, ""))
            for trial, gap in TRIALS.items()
            for arm, mean in (("ipt", 10.0), ("cau", 10 + gap))
        ],
    )
    return compute_effects(studies, vocabulary).effect_sizes


def answered(effects, vocabulary, settings=SETTINGS):
    reports = pd.DataFrame(columns=["report_id", "condition", "phase", "comparators", "part_of", "reason"])
    return answer_questions(PLAN, effects, pd.DataFrame(), reports, vocabulary, **settings)


@pytest.fixture(scope="module")
def answers(make_studies, vocabulary):
    outcomes = [
        row for trial, gap in TRIALS.items() for row in (measured(trial, "ipt", 10.0), measured(trial, "cau", 10 + gap))
    ]
    doubt = {"flags": "doubt:three2003_odd"}
    outcomes[4:] = [row | doubt for row in outcomes[4:]]
    outcomes += [
        {
            "trial_id": "one2001",
            "arm_id": arm,
            "outcome": "response",
            "measure": "binary",
            "events": events,
            "total": 40,
        }
        for arm, events in (("ipt", 25), ("cau", 12))
    ]
    studies = make_studies(
        trials=[{"trial_id": trial} for trial in TRIALS],
        arms=ARMS,
        outcomes=outcomes,
        doubts=[
            {
                "doubt_id": "three2003_odd",
                "trial_id": "three2003",
                "action": "sensitivity",
                "sensitivity": "cluster_design_effect",
            }
        ],
    )
    effects = compute_effects(studies, vocabulary).effect_sizes
    return answered(effects, vocabulary)


def test_every_question_has_one_row_in_the_order_of_the_plan(answers):
    assert answers.syntheses["question_id"].tolist() == PLAN["question_id"].tolist()
    assert answers.syntheses["k"].tolist() == [3, 3, 1, 0]
    assert answers.syntheses["model"].tolist() == ["random_effects", "random_effects", "single_trial", "none"]


def test_a_parent_condition_pools_its_children(answers):
    severity, parent = answers.syntheses.iloc[0], answers.syntheses.iloc[1]
    assert (parent["estimate"], parent["k"]) == (severity["estimate"], severity["k"])


def test_the_weights_of_a_question_add_up_to_a_hundred(answers):
    sums = answers.synthesis_weights.groupby("question_id")["weight_percent"].sum()
    assert sums.to_dict() == pytest.approx({"severity": 100, "parent": 100, "response": 100})


def variants(answers, question_id):
    return answers.sensitivity[answers.sensitivity["question_id"] == question_id].set_index("variant")


def test_a_question_is_answered_under_every_variant_that_changes_something(answers):
    assert variants(answers, "severity").index.tolist() == [
        "common_effect", "method_DL", "interval_normal", "cluster_design_effect",
        "without_one2001", "without_three2003", "without_two2002",
    ]  # fmt: skip
    assert variants(answers, "response").index.tolist() == ["risk_ratio", "risk_difference"]
    assert variants(answers, "gap").empty


def test_the_design_effect_gives_a_cluster_trial_less_weight(answers):
    primary = answers.syntheses.set_index("question_id").loc["severity"]
    inflated = variants(answers, "severity").loc["cluster_design_effect"]
    assert (inflated["k"], inflated["kind"], inflated["value"]) == (primary["k"], "design_effect", 2.0)
    assert inflated["estimate"] < primary["estimate"]  # the doubtful trial has the largest effect


def test_leaving_out_the_largest_effect_lowers_the_average(answers):
    rows = variants(answers, "severity")
    assert rows.loc["without_three2003", "k"] == 2
    assert rows.loc["without_three2003", "estimate"] < rows.loc["without_two2002", "estimate"]


def test_the_risk_ratio_of_the_same_counts_stands_beside_the_odds_ratio(answers):
    ratio = variants(answers, "response").loc["risk_ratio"]
    assert ratio["measure"] == "logRR"
    odds = answers.syntheses.set_index("question_id").loc["response"]
    assert 0 < ratio["estimate"] < odds["estimate"]


def test_a_trial_without_events_counts_for_the_risk_difference_only(make_studies, vocabulary):
    events = {"one2001": (9, 5), "two2002": (0, 0), "three2003": (12, 8)}
    rows = [
        {"trial_id": trial, "arm_id": arm, "outcome": "response", "measure": "binary", "events": n, "total": 40,
         "lower_is_better": pd.NA}
        for trial, both in events.items() for arm, n in zip(("ipt", "cau"), both, strict=True)
    ]  # fmt: skip
    studies = make_studies(trials=[{"trial_id": trial} for trial in TRIALS], arms=ARMS, outcomes=rows)
    found = answered(compute_effects(studies, vocabulary).effect_sizes, vocabulary)
    assert found.syntheses.set_index("question_id").loc["response", "k"] == 2
    assert variants(found, "response").loc[["risk_ratio", "risk_difference"], "k"].tolist() == [2, 3]


def test_no_interval_of_a_risk_difference_goes_beyond_where_risks_end(make_studies, vocabulary):
    events = {"one2001": (1, 8), "two2002": (8, 1)}
    outcomes = [
        {"trial_id": trial, "arm_id": arm, "outcome": "response", "measure": "binary", "events": count, "total": 10}
        for trial, counts in events.items()
        for arm, count in zip(("ipt", "cau"), counts, strict=True)
    ]
    studies = make_studies(
        trials=[{"trial_id": trial} for trial in events],
        arms=[row for row in ARMS if row["trial_id"] in events],
        outcomes=outcomes,
    )
    rows = answered(compute_effects(studies, vocabulary).effect_sizes, vocabulary).sensitivity
    row = rows[rows["kind"].eq("risk_difference")].iloc[0]
    # By t with one degree of freedom the interval of these two reaches far beyond a hundred percentage points.
    assert (row["ci_low"], row["ci_high"]) == (-1, 1)


METHODS = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))["properties"]["synthesis"]["properties"]["method"]["enum"]


@pytest.mark.parametrize("method", METHODS)
def test_every_estimator_of_the_configuration_gives_rows_of_the_schema(make_studies, vocabulary, method):
    settings = {**SETTINGS, "synthesis": {**SYNTHESIS, "method": method}}
    found = answered(effects_of(make_studies, vocabulary), vocabulary, settings)
    for table, schema in ((found.syntheses, SYNTHESES), (found.sensitivity, SENSITIVITY_SCHEMA)):
        for column in ("model", "method", "interval"):
            schema.columns[column].validate(table.astype({column: "str"}))
    assert found.syntheses.set_index("question_id").loc["severity", "method"] == method


def test_a_plan_without_any_effect_is_a_plan_of_gaps(vocabulary):
    found = answered(pd.DataFrame(), vocabulary)
    assert found.syntheses["k"].tolist() == [0, 0, 0, 0]
    assert found.sensitivity.empty
    assert found.multiverse.empty


def test_the_multiverse_has_every_combination_once_and_the_primary_answer_among_them(answers):
    rows = answers.multiverse[answers.multiverse["question_id"] == "severity"]
    assert len(rows) == 2**6
    assert not rows[CHOICE_COLUMNS].duplicated().any()
    chosen = {
        "rho": 0.6,
        "evidence": "all",
        "doubts": "kept",
        "outliers": "kept",
        "method": "REML",
        "interval": "adhoc",
    }
    same = rows[(rows[list(chosen)] == pd.Series(chosen)).all(axis=1)].iloc[0]
    primary = answers.syntheses.set_index("question_id").loc["severity"]
    fields = ["estimate", "ci_low", "ci_high", "tau2"]
    assert same[fields].astype(float).to_dict() == pytest.approx(primary[fields].astype(float).to_dict())


def test_leaving_doubts_out_leaves_the_doubtful_trial_out(answers):
    rows = answers.multiverse[answers.multiverse["question_id"] == "severity"].query("outliers == 'kept'")
    assert rows.groupby("doubts")["k"].unique().map(list).to_dict() == {"kept": [3], "left_out": [2]}


def test_a_question_with_one_trial_has_nothing_to_specify(answers):
    assert set(answers.multiverse["question_id"]) == {"severity", "parent"}


def test_a_retracted_trial_leaves_every_pool_and_the_shift_is_shown(make_studies, vocabulary):
    sound = answered(effects_of(make_studies, vocabulary), vocabulary)
    effects = effects_of(make_studies, vocabulary, three2003="report:retracted")
    found = answered(effects, vocabulary)
    assert found.syntheses["k"].tolist() == [2, 2, 0, 0]
    assert not found.synthesis_weights["trial_id"].eq("three2003").any()
    out = found.selections[found.selections["trial_id"] == "three2003"]
    assert set(out["reason_id"]) == {"retracted"}
    before = variants(found, "severity").loc["with_retracted_reports"]
    assert (before["kind"], before["trials"]) == ("with_retracted", "three2003")
    fields = ["k", "estimate", "ci_low", "ci_high", "tau2"]
    assert before[fields].astype(float).to_dict() == pytest.approx(
        sound.syntheses.set_index("question_id").loc["severity", fields].astype(float).to_dict()
    )
    assert before["estimate"] > found.syntheses.set_index("question_id").loc["severity", "estimate"]
    assert set(found.multiverse["k"]) <= {0, 2}


def test_the_only_trial_of_a_question_leaves_a_gap_when_it_is_retracted(make_studies, vocabulary):
    effects = effects_of(make_studies, vocabulary, **dict.fromkeys(TRIALS, "report:retracted"))
    found = answered(effects, vocabulary)
    assert found.syntheses["k"].tolist() == [0, 0, 0, 0]
    assert variants(found, "severity").loc["with_retracted_reports", "k"] == 3


def test_an_expression_of_concern_is_left_out_in_a_variant(make_studies, vocabulary):
    effects = effects_of(make_studies, vocabulary, three2003="report:expression_of_concern")
    found = answered(effects, vocabulary)
    assert found.syntheses["k"].tolist() == [3, 3, 0, 0]
    row = variants(found, "severity").loc["without_expression_of_concern_reports"]
    assert row["k"] == 2
    assert (row["kind"], row["trials"]) == ("without_expression_of_concern", "three2003")
    assert "with_retracted_reports" not in variants(found, "severity").index


def test_a_variant_that_leaves_no_trial_is_not_shown(make_studies, vocabulary):
    effects = effects_of(make_studies, vocabulary, **dict.fromkeys(TRIALS, "report:expression_of_concern"))
    found = answered(effects, vocabulary)
    assert not found.sensitivity["variant"].str.contains("reports").any()
