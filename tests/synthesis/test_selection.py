"""Which effects answer a question, and the reasons given for the others."""

import pandas as pd
import pytest

from ipt_evidence.effects.rows import as_effects
from ipt_evidence.synthesis.selection import select

QUESTION = pd.Series(
    {
        "question_id": "q", "condition": "depression", "population": "all", "intervention": "ipt",
        "comparator": "control", "outcome": "symptom_severity", "timepoint": "post", "phase": "acute", "measure": "SMD",
    }
)  # fmt: skip

EFFECT = QUESTION.drop("question_id").to_dict() | {
    "population": "adults", "trial_id": "one2001", "arm1_id": "ipt", "arm2_id": "cau", "domain": "target",
    "instrument": "BDI", "evidence": "endpoint", "yi": 0.5, "vi": 0.1,
}  # fmt: skip

ORDER = ["endpoint", "contrast", "change", "converted"]


def effects(*rows: dict) -> pd.DataFrame:
    return as_effects(pd.DataFrame([EFFECT | {"effect_id": f"e{place}"} | row for place, row in enumerate(rows)]))


def reasons(*rows: dict, order=ORDER, excluded_reports=("retracted",), **question) -> list[str]:
    asked = pd.Series({**QUESTION, **question})
    found = select(asked, effects(*rows), ["depression"], "target", order, excluded_reports=excluded_reports)
    assert found["used"].tolist() == [reason_id == "" for reason_id in found["reason_id"]]
    return found["reason_id"].tolist()


def test_an_effect_with_the_keys_of_the_question_is_used():
    assert reasons({}) == [""]


@pytest.mark.parametrize(
    "other",
    [
        {"condition": "ptsd"},
        {"comparator": "cbt"},
        {"timepoint": "followup"},
        {"measure": "MD"},
        {"phase": "prevention"},
    ],
)
def test_an_effect_with_another_key_does_not_bear_on_the_question(other):
    assert reasons(other) == []


def test_a_question_on_one_population_takes_only_its_trials():
    assert len(reasons({}, {"population": "older_adults"}, population="older_adults")) == 1


@pytest.mark.parametrize(
    ("row", "reason_id"),
    [
        ({"domain": "anxiety"}, "other_domain"),
        ({"subgroup": "top quartile"}, "subgroup"),
        ({"flags": "doubt:x_y;excluded:x_y"}, "doubt"),
        ({"analysis": "recovered_subset"}, "chosen_after_randomisation"),
        ({"analysis": "recovered_subset", "flags": "excluded:x_y;report:retracted"}, "chosen_after_randomisation"),
    ],
)
def test_an_effect_left_out_says_why(row, reason_id):
    assert reasons(row) == [reason_id]


def test_the_doubt_that_keeps_an_effect_out_is_named_and_no_other():
    rows = effects({"flags": "doubt:a_b;doubt:x_y;excluded:x_y"}, {"flags": "excluded:x_y", "domain": "anxiety"})
    found = select(QUESTION, rows, ["depression"], "target", ORDER, excluded_reports=())
    assert found[["reason_id", "doubt_id"]].to_numpy().tolist() == [["doubt", "x_y"], ["other_domain", ""]]


def test_the_best_kind_of_result_of_a_trial_is_used_and_the_others_name_it():
    rows = effects({"evidence": "converted"}, {"evidence": "change"}, {"trial_id": "two2002", "evidence": "converted"})
    found = select(QUESTION, rows, ["depression"], "target", ORDER, excluded_reports=())
    assert found[["reason_id", "outranked_by"]].to_numpy().tolist() == [["better_kind", "change"], ["", ""], ["", ""]]


def test_a_kind_of_result_the_plan_does_not_list_is_never_pooled():
    assert reasons({"evidence": "converted"}, order=["endpoint"]) == ["kind_not_pooled"]


def test_an_effect_that_is_left_out_does_not_outrank_another():
    assert reasons({"evidence": "endpoint", "domain": "anxiety"}, {"evidence": "converted"}) == ["other_domain", ""]


def test_of_one_measurement_all_randomised_come_before_completers_even_if_only_one_states_the_week():
    found = reasons({"analysis": "completers", "weeks": 12.0}, {"analysis": "itt"})
    assert found == ["fewer_of_those_randomised", ""]


def test_at_follow_up_different_weeks_are_different_measurements():
    weeks = [{"timepoint": "followup", "analysis": "itt", "weeks": 26.0}, {"timepoint": "followup", "weeks": 52.0}]
    assert reasons(*weeks, timepoint="followup") == ["", ""]


@pytest.mark.parametrize(
    ("flags", "excluded", "reason_id"),
    [
        ("report:retracted", ["retracted"], "retracted"),
        ("corrected;report:retracted", ["retracted"], "retracted"),
        ("excluded:odd;report:retracted", ["retracted"], "retracted"),
        ("report:expression_of_concern", ["retracted"], ""),
        ("report:expression_of_concern", ["retracted", "expression_of_concern"], "expression_of_concern"),
        ("report:corrected", ["retracted", "expression_of_concern"], ""),
        ("report:retracted", [], ""),
        ("doubt:report_retracted", ["retracted"], ""),
    ],
)
def test_a_report_keeps_its_trial_out_as_the_plan_says(flags, excluded, reason_id):
    assert reasons({"flags": flags}, excluded_reports=excluded) == [reason_id]
