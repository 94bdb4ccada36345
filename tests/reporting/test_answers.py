import pytest

from ipt_evidence.reporting.answers import answers


@pytest.fixture(scope="module")
def found(review):
    return answers(review)


def test_every_question_has_its_answer_in_the_order_of_the_plan(review, found):
    assert list(found) == list(review.questions["question_id"])


def test_the_trials_of_an_answer_are_those_that_carry_weight(review, found):
    weights = review.tables["synthesis_weights"]
    for question_id, rows in weights.groupby("question_id"):
        assert set(found[question_id].trials) == set(rows["trial_id"])
        assert len(found[question_id].trials) == found[question_id].k


def test_the_heaviest_trial_comes_first(review, found):
    weights = review.tables["synthesis_weights"]
    for question_id, rows in weights.groupby("question_id"):
        heaviest = rows.loc[rows["weight_percent"].eq(rows["weight_percent"].max()), "trial_id"]
        assert found[question_id].trials[0] in set(heaviest)


def test_no_trial_is_both_pooled_and_set_aside(found):
    for answer in found.values():
        assert not set(answer.trials) & set(answer.set_aside)


def test_a_result_that_could_not_be_computed_sets_its_trial_aside(found):
    assert "evans2021" in found["perinatal_depression_ipt_v_cbt_symptom_severity_post"].set_aside
    assert "evans2021" in found["unipolar_depression_ipt_v_cbt_symptom_severity_post"].set_aside


def test_a_result_kept_out_by_a_doubt_sets_its_trial_aside(found):
    assert found["social_anxiety_disorder_ipt_v_control_dropout_post"].set_aside == ("stangier2011",)


def test_checks_are_counted_only_where_a_difference_is_claimed(found):
    for answer in found.values():
        assert 0 <= answer.checks_failed <= answer.checks
        assert not answer.checks or answer.direction in ("favours_intervention", "favours_comparator")


def test_checks_that_fail_are_those_whose_interval_reaches_no_difference(review, found):
    rows = review.tables["sensitivity"]
    for question_id, part in rows.groupby("question_id"):
        answer = found[question_id]
        if answer.checks:
            reaching = part["ci_low"].le(0) & part["ci_high"].ge(0)
            turned = part["estimate"].mul(answer.estimate).lt(0) & ~reaching
            assert answer.checks_failed == (reaching | turned).sum()
