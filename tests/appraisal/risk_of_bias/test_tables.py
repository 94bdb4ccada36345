"""The table of assessments: one row each, and one for each trial nobody assessed."""

import json

import pandas as pd
import pytest

from ipt_evidence.appraisal.risk_of_bias import RISK_COLUMNS, ROB1_ITEMS, assess, risk_table, trial_overall, trial_risk
from ipt_evidence.extraction import rob2
from ipt_evidence.files import read_table, write_table

OVERRIDES = ["override_id", "subject", "question_id", "trial_id", "domain", "judgement", "assessor", "date", "reason",
             "inputs_seen"]  # fmt: skip


def judged(trial, tool, said, instrument=None):
    rows = [(trial, tool, instrument, domain, judgement) for domain, judgement in said.items()]
    return pd.DataFrame(rows, columns=["trial_id", "tool", "instrument", "domain", "judgement"])


RAISED = dict.fromkeys(rob2.DOMAINS, "low") | {"reporting": "some_concerns", "overall": "high"}
JUDGED = pd.concat(
    [
        judged("b", "RoB2", RAISED),
        judged("a", "RoB1", dict.fromkeys(ROB1_ITEMS, "low"), "BDI"),
        judged("a", "RoB1", {"sequence_generation": "high"}, "HAM-D"),
    ]
)


def override(**cells):
    row = {
        "override_id": "x", "subject": "risk_of_bias", "trial_id": "b", "domain": "overall", "judgement": "low",
        "assessor": "A. Reader", "date": "2027-01-31", "reason": "protocol read", "inputs_seen": json.dumps(RAISED),
    } | cells  # fmt: skip
    return pd.DataFrame([row], columns=OVERRIDES)


def test_every_trial_has_a_row_and_those_nobody_assessed_are_unknown():
    table = risk_table(assess(JUDGED), ["a", "b", "c"])
    assert table.columns.tolist() == RISK_COLUMNS
    assert table[["trial_id", "instrument", "overall", "basis"]].fillna("").to_numpy().tolist() == [
        ["a", "BDI", "low", "algorithm"],
        ["a", "HAM-D", "high", "algorithm"],
        ["b", "", "high", "assessors"],
        ["c", "", "unknown", "none"],
    ]


def test_a_row_holds_the_domains_of_its_tool_and_leaves_the_others_empty():
    of_b = risk_table(assess(JUDGED)).iloc[2]
    assert of_b[list(rob2.DOMAINS)].tolist() == [RAISED[domain] for domain in rob2.DOMAINS]
    assert of_b[list(ROB1_ITEMS)].isna().all()
    assert of_b["departures"] == "overall"
    assert of_b["note"] == "Overall: The assessors judged high, the algorithm gives some concerns."
    assert json.loads(of_b["inputs"]) == RAISED


@pytest.mark.parametrize(
    ("cells", "overall", "basis"),
    [
        ({}, "low", "override"),
        ({"subject": "certainty"}, "high", "assessors"),
        ({"inputs_seen": json.dumps(RAISED | {"reporting": "low"})}, "high", "assessors"),
    ],
)
def test_overrides_are_taken_by_subject_and_only_while_they_hold(cells, overall, basis):
    row = risk_table(assess(JUDGED, override(**cells))).query("trial_id == 'b'").iloc[0]
    assert (row["overall"], row["basis"]) == (overall, basis)
    assert trial_risk(JUDGED, override(**cells))["b"] == overall


def test_the_inputs_of_the_table_are_what_an_override_has_to_name():
    seen = risk_table(assess(JUDGED)).set_index("trial_id")["inputs"]["b"]
    assert trial_risk(JUDGED, override(inputs_seen=seen))["b"] == "low"


def test_the_table_read_back_gives_the_same_trials(tmp_path):
    table = risk_table(assess(JUDGED), ["a", "b", "c"])
    write_table(table, tmp_path / "trial_risk.csv")
    pd.testing.assert_series_equal(trial_overall(read_table(tmp_path / "trial_risk.csv")), trial_risk(JUDGED))


def test_the_order_of_the_rows_does_not_matter():
    pd.testing.assert_frame_equal(risk_table(assess(JUDGED.iloc[::-1])), risk_table(assess(JUDGED)))


def test_numbers_of_questions_read_as_numbers_are_understood():
    answers = judged("a", "RoB2", {1.2: "N"})
    assert risk_table(assess(answers)).iloc[0]["randomisation"] == "high"
