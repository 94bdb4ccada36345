"""Guidelines beside our labels."""

from types import SimpleNamespace

import pandas as pd
import pytest

from ipt_evidence.appraisal.claims.base import Base
from ipt_evidence.appraisal.guidelines import CONCORDANCE_COLUMNS, LABEL, STANCE, concordance, nearest, relate
from ipt_evidence.extraction.schemas.guides import RECOMMENDATIONS

TRIALS = pd.DataFrame({"trial_id": ["a", "b"], "population": ["adults", "adults"], "mean_age": [35.0, None]})
WEIGHTS = pd.DataFrame({"question_id": ["q", "q"], "trial_id": ["a", "b"]})


@pytest.fixture
def answer(make_answer):
    """Make an answer that rests on limited evidence, unless cells say otherwise."""
    return lambda **cells: make_answer(**{"certainty": "low", "strength": "limited", "label": "limited"} | cells)


def row(**cells):
    return {
        "guideline_id": "g", "organisation": "Body", "title": "Guideline", "year": 2022, "country": "GB",
        "condition": "depression", "population": "adults", "age_groups": "adults", "age_low": None, "age_high": None,
        "treatment": "ipt", "phase": "acute", "kind": "recommendation", "recommendation": "option",
        "strength_as_stated": None, "certainty_as_stated": None, "source_kind": "abstract",
        "same_as": None, "note": None,
    } | cells  # fmt: skip


@pytest.fixture
def base(vocabulary):
    def make(rows=(), answers=()):
        tables = {"trials": TRIALS, "synthesis_weights": WEIGHTS, "guidelines": pd.DataFrame(list(rows))}
        facts = {
            "works": (),
            "vocabulary": vocabulary,
            "voice": SimpleNamespace(therapy="the therapy"),
            "model": None,
            "rules": (),
        }
        return Base(answers=tuple(answers), tables=tables, **facts)

    return make


@pytest.mark.parametrize(
    ("recommendation", "label", "relation"),
    [
        ("recommended_first_line", "strong", "agrees"),
        ("recommended", "moderate", "agrees"),
        ("recommended", "limited", "guideline_stronger"),
        ("option", "limited", "agrees"),
        ("option", "moderate", "guideline_weaker"),
        ("option", "no_difference", "agrees"),
        ("recommended_second_line", "insufficient", "guideline_stronger"),
        ("insufficient_evidence", "insufficient", "agrees"),
        ("insufficient_evidence", "comparator_better", "agrees"),
        ("insufficient_evidence", "limited", "guideline_weaker"),
        ("insufficient_evidence", "no_benefit", "guideline_stronger"),
        ("not_recommended", "harm", "agrees"),
        ("not_recommended", "insufficient", "guideline_weaker"),
        ("not_mentioned", "strong", "not_comparable"),
    ],
)
def test_both_are_read_on_the_same_steps(answer, base, recommendation, label, relation):
    assert relate(row(recommendation=recommendation), answer(label=label), base()).relation == relation


def test_every_stance_and_every_label_has_a_step():
    assert {*STANCE, "not_mentioned"} == set(RECOMMENDATIONS)
    assert set(LABEL) == {"strong", "moderate", "limited", "insufficient", "no_benefit", "harm", "no_difference",
                          "little_difference", "comparator_better"}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "relation"),
    [
        ({"age_groups": "children_adolescents"}, "not_comparable"),
        ({"age_groups": "adults;children_adolescents"}, "agrees"),
        ({"age_groups": "older_adults"}, "not_comparable"),
        ({"age_groups": None}, "agrees"),
        ({"age_low": 30, "age_high": 40}, "agrees"),
        ({"age_groups": None, "age_low": 5, "age_high": 11}, "not_comparable"),
    ],
)
def test_people_our_trials_are_not_about_are_not_compared(answer, base, cells, relation):
    assert relate(row(**cells), answer(), base()).relation == relation


def test_without_a_question_or_a_trial_there_is_nothing_to_compare(answer, base):
    assert relate(row(), None, base()).relation == "not_comparable"
    assert relate(row(), answer(k=0, label="no_evidence"), base()).relation == "no_trials"


def test_the_nearest_question_is_on_symptoms_against_control_with_trials(answer, base):
    cbt, control, late = answer(question_id="cbt", comparator="cbt", k=20), answer(), answer(timepoint="followup")
    assert nearest(row(), base(answers=[late, cbt, control])) == (control, late)
    assert nearest(row(), base(answers=[cbt, answer(k=0)])) == (cbt,)
    assert nearest(row(condition="ptsd"), base(answers=[control])) == ()
    assert nearest(row(phase="prevention"), base(answers=[control])) == ()


def test_a_recommendation_on_the_combination_goes_with_questions_on_it(answer, base):
    combined = answer(question_id="c", intervention="combined", comparator="pharmacotherapy")
    assert nearest(row(treatment="ipt+pharmacotherapy"), base(answers=[answer(), combined])) == (combined,)


def test_every_recommendation_is_a_row_as_stated(answer, base):
    rows = [
        row(kind="evidence_rating"),
        row(guideline_id="again", kind="evidence_rating", same_as="g"),
        row(guideline_id="other", organisation="Else", condition="psychosis", year=None),
    ]
    table = concordance(base(rows, [answer()])).set_index("guideline_id")
    assert (*table.index.names, *table.columns) == CONCORDANCE_COLUMNS
    assert table["same_as"].fillna("").tolist() == ["", "g", ""]
    assert table["listing"].tolist() == [True, True, False]
    assert table["relation"].tolist() == ["agrees", "agrees", "not_comparable"]
    assert table.loc["g", ["k", "label", "certainty", "question_ids"]].tolist() == [6, "limited", "low", "q"]
    assert table.loc["other", "question_ids"] == ""
    assert table.loc["other", "note"].startswith("The review plan asks no question")


@pytest.mark.parametrize(
    ("stated", "certainty", "relation"),
    [("low", "low", "agrees"), ("moderate", "low", "guideline_stronger"), ("very_low", "low", "guideline_weaker")],
)
def test_a_body_that_states_its_certainty_is_compared_on_that(base, answer, stated, certainty, relation):
    """WHO 2015: recommended, quality of evidence low, beside an answer of low certainty."""
    one = row(recommendation="recommended", certainty_as_stated=stated)
    found = relate(one, answer(certainty=certainty), base())
    assert found.relation == relation
    assert stated.replace("_", " ") in found.reason


@pytest.mark.parametrize(("comparator", "relation"), [("control", "guideline_stronger"), ("cbt", "agrees")])
def test_little_difference_from_control_is_no_option(base, answer, comparator, relation):
    found = relate(row(), answer(label="little_difference", comparator=comparator), base())
    assert found.relation == relation
