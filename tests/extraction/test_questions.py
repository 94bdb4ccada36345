import pytest

from ipt_evidence.extraction.breaches import ExtractionError
from loading import load_questions


def test_the_real_plan_is_sound(real_evidence, real):
    questions = load_questions(real.questions, real_evidence.vocabulary)
    assert questions["question_id"].is_unique
    assert str(questions["primary"].dtype) == "boolean"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param(
            "unipolar_depression,all",
            "unipolar_depresion,all",
            "condition = 'unipolar_depresion': must be listed in conditions.csv of the vocabulary. "
            "Correct it: did you mean unipolar_depression?",
            id="unknown condition",
        ),
        pytest.param(
            "all,ipt,control,symptom",
            "all,control,ipt,symptom",
            "intervention = 'control': must be a class that may stand as intervention. "
            "Exchange the sides, or correct the role of the class.",
            id="sides exchanged",
        ),
        pytest.param(
            "SMD",
            "logOR",
            "measure = 'logOR': must be SMD if the outcome is on a scale, else a log ratio; its kind is continuous. "
            "Correct the measure or the outcome.",
            id="ratio of scores",
        ),
        pytest.param(
            "all,ipt",
            "everyone,ipt",
            "population = 'everyone': must be one of all, adults, children_adolescents, older_adults. "
            "Choose one of the listed words.",
            id="unknown population",
        ),
        pytest.param("SMD,true", "SMD,", "primary = '': must not be empty. Fill the cell.", id="primary left open"),
    ],
)
def test_names_what_is_wrong_with_a_question(mini, evidence, old, new, message):
    mini.swap("questions.csv", old, new)
    with pytest.raises(ExtractionError) as caught:
        load_questions(mini.questions, evidence.vocabulary)
    assert str(caught.value.breaches[0]).endswith(f"questions.csv:2: question_id=depression_severity: {message}")


def test_names_a_question_asked_twice(mini, evidence):
    mini.swap("questions.csv", "ptsd_relapse", "depression_severity")
    with pytest.raises(ExtractionError, match="line 2 has the same question_id"):
        load_questions(mini.questions, evidence.vocabulary)
