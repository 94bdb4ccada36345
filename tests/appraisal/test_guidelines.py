"""Guidelines beside our labels."""

import pandas as pd
import pytest

from ipt_evidence.appraisal.claims import Base
from ipt_evidence.appraisal.claims.findings import Finding
from ipt_evidence.appraisal.guidelines import CONCORDANCE_COLUMNS, LABEL, STANCE, concordance, nearest, relate
from ipt_evidence.extraction.schemas.guides import RECOMMENDATIONS

TRIALS = pd.DataFrame({"trial_id": ["a", "b"], "population": ["adults", "adults"], "mean_age": [35.0, None]})
WEIGHTS = pd.DataFrame({"question_id": ["q", "q"], "trial_id": ["a", "b"]})


def finding(**cells):
    facts = {
        "question_id": "q", "condition": "depression", "population": "all", "intervention": "ipt",
        "comparator": "control", "outcome": "symptom_severity", "timepoint": "post", "phase": "acute",
        "measure": "SMD", "level": 0.95, "basis": "all_trials", "k": 6, "k_without_n": 0, "n_participants": 700.0,
        "estimate": 0.5, "ci_low": 0.3, "ci_high": 0.7, "mid": 0.24, "certainty": "low",
        "direction": "favours_intervention", "strength": "limited", "label": "limited",
    }  # fmt: skip
    return Finding(**facts | cells)


def row(**cells):
    return {
        "guideline_id": "g", "organisation": "Body", "title": "Guideline", "year": 2022, "country": "GB",
        "condition": "depression", "population": "adults", "age_groups": "adults", "age_low": None, "age_high": None,
        "treatment": "ipt", "phase": "acute", "kind": "recommendation", "recommendation": "option",
        "strength_as_stated": None, "source_kind": "abstract", "same_as": None, "note": None,
    } | cells  # fmt: skip


@pytest.fixture
def base(vocabulary):
    def make(rows=(), findings=()):
        tables = {"trials": TRIALS, "synthesis_weights": WEIGHTS, "guidelines": pd.DataFrame(list(rows))}
        return Base(findings=tuple(findings), tables=tables, works=(), vocabulary=vocabulary, pooling={}, rules=())

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
def test_both_are_read_on_the_same_steps(base, recommendation, label, relation):
    assert relate(row(recommendation=recommendation), finding(label=label), base()).relation == relation


def test_every_stance_and_every_label_has_a_step():
    assert {*STANCE, "not_mentioned"} == set(RECOMMENDATIONS)
    assert set(LABEL) == {"strong", "moderate", "limited", "insufficient", "no_benefit", "harm", "no_difference",
                          "comparator_better"}  # fmt: skip


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
def test_people_our_trials_are_not_about_are_not_compared(base, cells, relation):
    assert relate(row(**cells), finding(), base()).relation == relation


def test_without_a_question_or_a_trial_there_is_nothing_to_compare(base):
    assert relate(row(), None, base()).relation == "not_comparable"
    assert relate(row(), finding(k=0, label="no_evidence"), base()).relation == "no_trials"


def test_the_nearest_question_is_on_symptoms_against_control_with_trials(base):
    cbt, control, late = finding(question_id="cbt", comparator="cbt", k=20), finding(), finding(timepoint="followup")
    assert nearest(row(), base(findings=[late, cbt, control])) == (control, late)
    assert nearest(row(), base(findings=[cbt, finding(k=0)])) == (cbt,)
    assert nearest(row(condition="ptsd"), base(findings=[control])) == ()
    assert nearest(row(phase="prevention"), base(findings=[control])) == ()


def test_a_recommendation_on_the_combination_goes_with_questions_on_it(base):
    combined = finding(question_id="c", intervention="combined", comparator="pharmacotherapy")
    assert nearest(row(treatment="ipt+pharmacotherapy"), base(findings=[finding(), combined])) == (combined,)


def test_every_recommendation_is_a_row_as_stated(base):
    rows = [
        row(kind="evidence_rating"),
        row(guideline_id="again", kind="evidence_rating", same_as="g"),
        row(guideline_id="other", organisation="Else", condition="psychosis", year=None),
    ]
    table = concordance(base(rows, [finding()])).set_index("guideline_id")
    assert (*table.index.names, *table.columns) == CONCORDANCE_COLUMNS
    assert table["same_as"].fillna("").tolist() == ["", "g", ""]
    assert table["listing"].tolist() == [True, True, False]
    assert table["relation"].tolist() == ["agrees", "agrees", "not_comparable"]
    assert table.loc["g", ["k", "label", "certainty", "question_ids"]].tolist() == [6, "limited", "low", "q"]
    assert table.loc["other", "question_ids"] == ""
    assert table.loc["other", "note"].startswith("The review plan asks no question")
