"""Answers as numbers of people: against R, the laws of signs and bounds, and which trials the control risk is from."""

import json
from dataclasses import replace
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.absolute import ABSOLUTE_COLUMNS, ControlRisk, absolute_row, absolute_table
from ipt_evidence.files import read_table

PROCESSED = Path(__file__).parents[2] / "data" / "processed"
GOLDEN = json.loads((Path(__file__).parents[1] / "oracle" / "golden_absolute_review.json").read_text(encoding="utf-8"))
ASKED = {
    "condition": "depression", "population": "all", "intervention": "ipt", "comparator": "control",
    "timepoint": "post", "phase": "acute",
}  # fmt: skip
RISKS = ["control_risk", "control_risk_low", "control_risk_high"]
WITH = ["with_intervention", "with_low", "with_high"]
BENEFIT = ["benefit_per_1000", "benefit_low", "benefit_high"]
NEEDED = ["nnt", "nnt_best", "nnt_worst"]
RESPONSE_ARMS = ({"trial": "a", "events": 20, "total": 100}, {"trial": "b", "events": 30, "total": 100})


@pytest.fixture
def lay_out(vocabulary):
    """Turn questions, each given by its cells, its effect and the arms compared with, into numbers of people."""

    def made(*asked, words=vocabulary):
        questions, ratings, selections, outcomes, number = [], [], [], [], count()
        for cells, effect, arms in asked:
            question = {**ASKED, **cells}
            questions.append(question)
            ratings.append((question["question_id"], *effect))
            for arm in arms:
                row = f"row{next(number)}"
                selections.append((question["question_id"], arm["trial"], True, "counts", row))
                outcomes.append((row, arm["events"], arm["total"]))
        columns = ["question_id", "trial_id", "used", "evidence", "row2_id"]
        return absolute_table(
            pd.DataFrame(questions),
            pd.DataFrame(ratings, columns=["question_id", "estimate", "ci_low", "ci_high"]),
            pd.DataFrame(selections, columns=columns).astype({"used": bool}),
            pd.DataFrame(outcomes, columns=["row_id", "events", "total"]),
            words,
        ).set_index("question_id")

    return made


def response(**cells):
    cells = {"question_id": "response", "outcome": "response", "measure": "logOR"} | cells
    return cells, (0.5, 0.1, 0.9), RESPONSE_ARMS


def symptoms(**cells):
    return {"question_id": "symptoms", "outcome": "symptom_severity", "measure": "SMD"} | cells, (0.5, 0.1, 0.9), ()


@pytest.mark.parametrize("row", GOLDEN["rows"])
def test_numbers_of_people_agree_with_r(lay_out, row):
    if row["measure"] == "SMD":
        question = ({**symptoms()[0]}, row["effect"], ())
        found = lay_out((response()[0], (0.1, 0.0, 0.2), row["arms"]), question).loc["symptoms"]
        assert (found["basis"], found["control_question_id"]) == ("response", "response")
    else:
        cells = {"question_id": "q", "outcome": row["outcome"], "measure": row["measure"]}
        found = lay_out((cells, row["effect"], row["arms"])).loc["q"]
        assert (found["basis"], found["control_question_id"]) == ("counts", "q")
    assert (found["event_good"], found["control_trials"]) == (row["event_good"], row["trials"])
    assert found[RISKS].tolist() == pytest.approx(row["control"], rel=1e-9)
    assert found[WITH].tolist() == pytest.approx(row["with"], rel=1e-9)
    assert found[BENEFIT].tolist() == pytest.approx(row["benefit"], rel=1e-8)
    assert found[NEEDED].tolist() == pytest.approx(row["nnt"], rel=1e-8)
    assert found["through_infinity"] == row["through_infinity"]


def one(measure, effect, risk, *, event_good=True):
    control = ControlRisk(question_id="q", trials=1, median=risk, low=risk, high=risk)
    rated = dict(zip(("estimate", "ci_low", "ci_high"), effect, strict=True))
    return absolute_row({"question_id": "q", "measure": measure}, rated, control, event_good=event_good)


EFFECTS = st.tuples(st.floats(-3, 3), st.floats(0, 2), st.floats(0, 2)).map(lambda x: (x[0], x[0] - x[1], x[0] + x[2]))
EVENT_MEASURES = st.sampled_from(["logOR", "logRR", "RD"])
SHARES = st.floats(0.01, 0.99)


@given(EFFECTS, st.sampled_from(["logOR", "logRR", "RD", "SMD"]), SHARES, st.booleans())
def test_bounds_and_the_sum_of_risk_and_difference(effect, measure, risk, good):
    found = one(measure, effect, risk, event_good=good)
    assert 0 <= found["with_low"] <= found["with_intervention"] <= found["with_high"] <= 1
    assert -1000 <= found["benefit_low"] <= found["benefit_per_1000"] <= found["benefit_high"] <= 1000
    more = found["benefit_per_1000"] if good else -found["benefit_per_1000"]
    assert 1000 * risk + more == pytest.approx(1000 * found["with_intervention"], abs=1e-9)
    assert found["through_infinity"] == (found["benefit_low"] < 0 < found["benefit_high"])


@given(EFFECTS, EVENT_MEASURES, SHARES, st.booleans())
def test_favouring_the_intervention_is_a_benefit_whatever_the_event(effect, measure, risk, good):
    found = one(measure, effect, risk, event_good=good)
    for name, figure in zip(BENEFIT, effect, strict=True):
        # An effect of nearly nothing may end on either side by rounding.
        assert found[name] * np.sign(figure) >= -1e-9
    assert abs(effect[0]) < 1e-6 or found["nnt"] * effect[0] > 0


@given(EFFECTS, SHARES)
def test_counting_those_without_the_event_turns_nothing_round(effect, risk):
    """Response by its odds is non-response by the same odds turned: the people who gain are the same."""
    well, ill = one("logOR", effect, risk), one("logOR", effect, 1 - risk, event_good=False)
    for name in BENEFIT:
        assert well[name] == pytest.approx(ill[name], abs=1e-9)
    assert well["with_low"] == pytest.approx(1 - ill["with_high"], abs=1e-12)


@given(EFFECTS, st.sampled_from(["logOR", "logRR", "RD", "SMD"]), SHARES, SHARES)
def test_a_higher_control_risk_never_leads_to_a_lower_risk(effect, measure, one_risk, other_risk):
    low, high = sorted((one_risk, other_risk))
    below, above = one(measure, effect, low), one(measure, effect, high)
    for name in WITH:
        assert below[name] <= above[name] + 1e-12


@given(EFFECTS, SHARES)
def test_a_larger_effect_never_leads_to_fewer_who_gain(effect, risk):
    larger = tuple(figure + 0.1 for figure in effect)
    assert one("SMD", effect, risk)["benefit_per_1000"] <= one("SMD", larger, risk)["benefit_per_1000"]


def test_no_difference_needs_no_number():
    found = one("logOR", (0.0, 0.0, 0.5), 0.3)
    assert np.isnan(found["nnt"])
    assert np.isnan(found["nnt_worst"])
    assert found["nnt_best"] > 0


def test_symptoms_take_the_risk_of_the_nearest_condition_that_has_one(lay_out, vocabulary):
    table = vocabulary.conditions
    parents = table["parent"].mask(table["condition"].eq("perinatal_depression"), "depression")
    words = replace(vocabulary, conditions=table.assign(parent=parents))
    own = response(question_id="own", condition="perinatal_depression")
    wide, wider = response(question_id="wide"), response(question_id="wider", condition="unipolar_depression")
    perinatal = symptoms(condition="perinatal_depression")
    for asked, expected in (((own, wide, wider), "own"), ((wide, wider), "wide"), ((wider,), "wider")):
        assert lay_out(*asked, perinatal, words=words).at["symptoms", "control_question_id"] == expected


@pytest.mark.parametrize(
    "other",
    [{"comparator": "cbt"}, {"intervention": "combined"}, {"timepoint": "followup"}, {"phase": "maintenance"},
     {"condition": "ptsd"}, {"population": "adults"}, {"outcome": "remission"}],
    ids=lambda cells: next(iter(cells)),
)  # fmt: skip
def test_symptoms_take_no_risk_from_another_comparison(lay_out, other):
    assert "symptoms" not in lay_out(response(**other), symptoms()).index


@pytest.mark.parametrize("cells", [{"outcome": "functioning"}, {"measure": "MD"}])
def test_other_scales_lead_to_no_numbers_of_people(lay_out, cells):
    assert lay_out(response(), symptoms(**cells)).index.tolist() == ["response"]


@pytest.mark.parametrize("events", [0, 40])
def test_nobody_and_everybody_are_no_risk_to_start_from(lay_out, events):
    cells = {"question_id": "q", "outcome": "dropout", "measure": "logOR"}
    assert lay_out((cells, (0.5, 0.1, 0.9), [{"trial": "a", "events": events, "total": 40}])).empty


@pytest.mark.parametrize(("ends", "rows"), [((0.2, 0.9), 0), ((-0.1, 0.9), 0), ((-0.3, 0.1), 1)])
def test_an_effect_that_leads_beyond_everybody_has_no_row_and_a_limit_there_ends(lay_out, ends, rows):
    cells = {"question_id": "q", "outcome": "response", "measure": "logRR"}
    estimate = 0.5 if not rows else 0.0
    found = lay_out((cells, (estimate, *ends), [{"trial": "a", "events": 19, "total": 20}]))
    assert len(found) == rows
    assert found["with_high"].tolist() == [1.0] * rows


def test_a_hazard_ratio_and_a_question_without_trials_lead_to_none(lay_out):
    hazard = response(question_id="hazard", measure="logHR", outcome="onset")
    gap = ({**response()[0], "question_id": "gap"}, (np.nan,) * 3, ())
    assert lay_out(hazard, gap).empty
    assert list(lay_out(hazard, gap).reset_index()) == ABSOLUTE_COLUMNS


def test_every_question_of_events_with_a_control_risk_has_its_row():
    rated, found = read_table(PROCESSED / "ratings.csv"), read_table(PROCESSED / "absolute.csv")
    measures = read_table(PROCESSED / "syntheses.csv").set_index("question_id")["measure"]
    risks = rated.set_index("question_id")["control_risk"]
    expected = risks[risks.gt(0) & risks.lt(1) & measures[risks.index].isin(["logOR", "logRR"])]
    counted = found[found["basis"].eq("counts")].set_index("question_id")["control_risk"]
    pd.testing.assert_series_equal(counted.sort_index(), expected.sort_index())
