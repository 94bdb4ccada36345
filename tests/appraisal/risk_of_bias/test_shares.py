"""The risk of bias of trials and results, and how the weight of an answer is shared by it."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.risk_of_bias import (
    LEVELS,
    ROB1_ITEMS,
    assess,
    result_risk,
    risk_table,
    trial_overall,
    trial_risk,
    weight_by_domain,
    weight_by_risk,
)


def judged(trial, tool, judgements, instrument="HAM-D"):
    return pd.DataFrame(
        [
            {"trial_id": trial, "tool": tool, "instrument": instrument, "domain": domain, "judgement": judgement}
            for domain, judgement in judgements.items()
        ]
    )


LOW = dict.fromkeys(ROB1_ITEMS, "low")


def test_rob2_keeps_the_overall_judgement_as_made():
    domains = {"randomisation": "some_concerns", "measurement": "low", "overall": "high"}
    assert trial_risk(judged("a", "RoB2", domains)).to_dict() == {"a": "high"}


def test_a_trial_gets_its_least_favourable_result():
    both = pd.concat(
        [judged("a", "RoB1", LOW), judged("a", "RoB1", LOW | {"incomplete_outcome_data": "high"}, instrument="BDI")]
    )
    assert trial_risk(both).to_dict() == {"a": "high"}


def test_a_trial_nobody_judged_is_unknown_not_low():
    weights = pd.DataFrame({"question_id": "q", "trial_id": ["a", "b"], "weight_percent": [30.0, 70.0]})
    shares = weight_by_risk(weights, trial_risk(judged("a", "RoB1", LOW))).iloc[0]
    assert shares.to_dict() == {
        "question_id": "q",
        "low": 30.0,
        "some_concerns": 0.0,
        "high_or_unclear": 0.0,
        "high": 0.0,
        "unknown": 70.0,
    }


def test_without_any_judgement_all_weight_is_unknown():
    weights = pd.DataFrame({"question_id": "q", "trial_id": ["a"], "weight_percent": [100.0]})
    none = judged("a", "RoB1", LOW).iloc[:0]
    assert weight_by_risk(weights, trial_risk(none)).iloc[0]["unknown"] == 100.0


def table(*rows):
    return pd.DataFrame(rows, columns=["trial_id", "instrument", "overall"], dtype=object).assign(counts=True)


@pytest.mark.parametrize(
    ("judgements", "risk"),
    [
        (["low", "some_concerns"], "some_concerns"),
        (["low", "unknown"], None),
        (["some_concerns", "unknown"], None),
        (["some_concerns", "high_or_unclear"], "high_or_unclear"),
        (["high_or_unclear", "high"], "high"),
        (["high_or_unclear", "unknown"], None),
        (["high", "unknown"], "high"),
        (["unknown"], None),
    ],
)
def test_a_result_not_judged_to_the_end_leaves_the_trial_unknown_unless_it_is_high_anyway(judgements, risk):
    rows = table(*(("a", instrument, one) for instrument, one in zip("xyz", judgements, strict=False)))
    assert trial_overall(rows).get("a") == risk


JUDGED = table(("a", "BDI", "low"), ("a", "HAM-D", "high"), ("b", None, "some_concerns"), ("c", None, "unknown"))


@pytest.mark.parametrize(
    ("trial", "instruments", "risk"),
    [
        ("a", ["BDI"], "low"),
        ("a", ["HAM-D"], "high"),
        ("a", ["BDI", "HAM-D"], "high"),
        ("a", ["BDI", "CES-D"], "high"),
        ("a", [None], "high"),
        ("b", ["BDI"], "some_concerns"),
        ("c", ["BDI"], None),
        ("d", ["BDI"], None),
    ],
)
def test_a_result_has_the_judgement_of_its_instruments_or_that_of_the_trial(trial, instruments, risk):
    used = pd.DataFrame({"question_id": "q", "trial_id": trial, "instrument": pd.Series(instruments, dtype=object)})
    assert result_risk(JUDGED, used).get(("q", trial)) == risk


@pytest.mark.parametrize(
    ("by_rob2", "instrument", "level"),
    [
        (None, "HAM-D", "low"),
        (None, "BDI", "low"),
        ("HAM-D", "HAM-D", "low"),
        ("HAM-D", "BDI", "high_or_unclear"),
        ("WAI", "HAM-D", "high_or_unclear"),
    ],
)
def test_rob2_goes_before_rob1_where_both_judged_the_same(by_rob2, instrument, level):
    coded = LOW | {"allocation_concealment": "high_or_unclear"}
    both = pd.concat([*(judged("a", "RoB1", coded, one) for one in ("HAM-D", "BDI")),
                      judged("a", "RoB2", {"overall": "low"}, by_rob2)])  # fmt: skip
    both["instrument"] = both["instrument"].astype(object)
    assessments = risk_table(assess(both))
    used = pd.DataFrame({"question_id": "q", "trial_id": "a", "instrument": [instrument]})
    assert result_risk(assessments, used).to_dict() == {("q", "a"): level}
    assert trial_overall(assessments).to_dict() == {"a": "low" if by_rob2 is None else "high_or_unclear"}
    assert len(assessments) == 3


def test_rob2_that_is_not_judged_to_the_end_leaves_rob1_in_its_place():
    both = pd.concat([judged("a", "RoB1", LOW | {"allocation_concealment": "high"}),
                      judged("a", "RoB2", {"randomisation": "low"})])  # fmt: skip
    assert trial_risk(both).to_dict() == {"a": "high"}


def test_weight_is_shared_by_result_where_judgements_are_by_result():
    used = pd.DataFrame({"question_id": ["p", "q"], "trial_id": "a", "instrument": ["BDI", "HAM-D"]})
    weights = pd.DataFrame({"question_id": ["p", "q"], "trial_id": "a", "weight_percent": 100.0})
    shares = weight_by_risk(weights, result_risk(JUDGED, used)).set_index("question_id")
    assert (shares.at["p", "low"], shares.at["q", "high"]) == (100.0, 100.0)


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.floats(0.1, 100)), min_size=1, unique_by=lambda row: row[0]))
def test_the_shares_of_a_question_add_up_to_its_weight(rows):
    weights = pd.DataFrame(rows, columns=["trial_id", "weight_percent"]).assign(question_id="q")
    shares = weight_by_risk(weights, trial_overall(JUDGED)).iloc[0]
    total = shares[list(LEVELS)].sum()
    assert total == pytest.approx(weights["weight_percent"].sum())


def test_the_weight_of_each_domain_is_shared_by_what_was_said_of_the_instruments_that_entered():
    assessments = pd.concat(
        [
            pd.DataFrame(
                [{"trial_id": "a", "tool": "RoB1", "domain": item, "judgement": word, "instrument": instrument}]
            )
            for instrument, item, word in [
                ("BDI", "blinding_of_assessors", "self_report"),
                ("HAM-D", "blinding_of_assessors", "high"),
                ("BDI", "sequence_generation", "unclear"),
            ]
        ]
    )
    used = pd.DataFrame({"question_id": ["p", "q", "q", "q"], "trial_id": ["a", "a", "a", "b"],
                         "instrument": ["BDI", "BDI", "HAM-D", "BDI"]})  # fmt: skip
    weights = pd.DataFrame(
        {"question_id": ["p", "q", "q"], "trial_id": ["a", "a", "b"], "weight_percent": [100.0, 40.0, 60.0]}
    )
    found = weight_by_domain(risk_table(assess(assessments), ["a", "b"]), used, weights)
    shares = found.set_index(["question_id", "domain", "judgement"])["weight_percent"]
    assert shares["p", "blinding_of_assessors", "self_report"] == 100.0
    assert shares["q", "blinding_of_assessors", "high"] == 40.0
    assert shares["p", "sequence_generation", "unclear"] == 100.0
    assert shares["q", "sequence_generation", "unknown"] == 40.0
    assert set(found["tool"]) == {"RoB1"}
