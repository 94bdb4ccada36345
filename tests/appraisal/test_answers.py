"""One record per question, made from the tables of the last run."""

from pathlib import Path

import pytest

from ipt_evidence.appraisal.answers import TABLES, answers_of
from ipt_evidence.appraisal.certainty.target import LITTLE, target_of
from ipt_evidence.engine.intervals import includes_null, side_of_null
from ipt_evidence.files import read_table
from loading import load_questions

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tables():
    return {name: read_table(ROOT / "data" / "processed" / f"{name}.csv") for name in TABLES}


@pytest.fixture(scope="module")
def questions(vocabulary):
    return load_questions(ROOT / "config" / "questions.csv", vocabulary)


@pytest.fixture(scope="module")
def found(questions, tables, labels):
    return answers_of(questions, tables, labels)


def test_every_question_has_its_answer_in_the_order_of_the_plan(questions, found):
    assert list(found) == list(questions["question_id"])


def test_the_trials_of_an_answer_are_those_that_carry_weight(tables, found):
    weights = tables["synthesis_weights"]
    for question_id, rows in weights.groupby("question_id"):
        assert set(found[question_id].trials) == set(rows["trial_id"])
        assert len(found[question_id].trials) == found[question_id].k


def test_the_heaviest_trial_comes_first(tables, found):
    weights = tables["synthesis_weights"]
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


def test_checks_that_fail_are_those_whose_interval_reaches_no_difference(tables, found):
    rows = tables["sensitivity"]
    for question_id, part in rows.groupby("question_id"):
        answer = found[question_id]
        if answer.checks:
            reaching = part["ci_low"].le(0) & part["ci_high"].ge(0)
            turned = part["estimate"].mul(answer.pooled.estimate).lt(0) & ~reaching
            assert answer.checks_failed == (reaching | turned).sum()


def test_figures_are_those_of_the_tables(tables, found):
    for name, attribute in (("syntheses", "pooled"), ("ratings", "rated")):
        for row in tables[name].dropna(subset="estimate").to_dict("records"):
            figures = getattr(found[row["question_id"]], attribute)
            assert (figures.k, figures.estimate, figures.ci_low) == (row["k"], row["estimate"], row["ci_low"])


def test_a_rating_rests_on_all_trials(found):
    for one in found.values():
        assert (one.rated.k, one.rated.k_without_n) == (one.k, one.pooled.k_without_n)


def test_questions_and_ratings_are_named_in_a_few_words(make_answer):
    limited = make_answer(strength="limited", k=45)
    assert limited.asked == "IPT v control, symptom severity at the end of treatment"
    assert limited.in_brief == "limited evidence in favour of IPT, 45 trials"
    against = make_answer(direction="favours_comparator", strength="strong", comparator="cbt", k=5)
    assert against.in_brief == "strong evidence in favour of CBT, 5 trials"
    assert make_answer(strength="insufficient", k=1).in_brief == "insufficient evidence, 1 trial"
    assert make_answer(k=0).in_brief == "no trial"
    assert make_answer(k=0, set_aside=("a",)).in_brief == "reported, not usable"


def test_an_answer_too_weak_to_rely_on_names_no_side(make_answer):
    assert make_answer(strength="insufficient").favours == "too little to say"
    assert make_answer(strength="limited").favours == "favours IPT"
    assert make_answer(k=0).favours == "no trial"
    assert make_answer(k=0, set_aside=("a",)).favours == "no usable result"


def test_a_result_that_could_not_be_used_is_not_called_no_evidence(found):
    answer = found["ptsd_ipt_v_control_functioning_post"]
    assert (answer.k, answer.set_aside) == (0, ("meffert2021",))
    assert answer.strength_label == "Reported, not usable"


@pytest.mark.parametrize(
    ("cells", "comparison"),
    [
        ({"comparator": "cbt"}, "IPT v CBT"),
        ({"comparator": "ipt"}, "IPT v another form of IPT"),
        ({"intervention": "combined", "comparator": "pharmacotherapy"}, "IPT plus medication v medication"),
    ],
)
def test_the_two_sides_are_named_within_a_sentence(make_answer, cells, comparison):
    assert make_answer(**cells).comparison == comparison


def test_symptoms_and_counts_of_people_who_get_better_stand_for_each_other(found):
    of_depression = "depression_ipt_v_control_{}_post".format
    pairs = {"symptom_severity": "response", "response": "symptom_severity", "recovery": "symptom_severity"}
    for outcome, other in pairs.items():
        assert found[of_depression(outcome)].counterpart.question_id == of_depression(other)
    assert found[of_depression("dropout")].counterpart is None
    for one in found.values():
        assert one.counterpart is None or (one.counterpart.k > 0 and one.counterpart.counterpart is None)


def test_the_interval_of_a_trial_is_named_by_its_level(questions, tables, labels):
    others = tables | {"syntheses": tables["syntheses"].assign(level=0.9)}
    shown = [effect for one in answers_of(questions, others, labels).values() for effect, _ in one.effects]
    assert shown
    assert all("(90% CI " in effect for effect in shown)


def test_what_sentences_ask_of_an_interval_is_what_the_rules_ask(tables, found):
    """Words may not import the rules, so they are held to them here."""
    weights = tables["synthesis_weights"]
    sides = side_of_null(weights["ci_low"].to_numpy(), weights["ci_high"].to_numpy())
    together = weights.assign(side=sides).groupby("question_id")["side"].agg(lambda side: abs(side.sum()) == side.size)
    for key, one in found.items():
        assert one.agree == bool(together.get(key, False))
        assert one.slight == (str(target_of(one.rated.estimate, one.mid)) == LITTLE)
        assert one.rated.predicts_null == includes_null(one.rated.pi_low, one.rated.pi_high)


def test_trials_are_short_of_an_important_difference_where_their_whole_interval_is(tables, found):
    mids = tables["ratings"].set_index("question_id")["mid"]
    for row in tables["synthesis_weights"].itertuples():
        inside = max(abs(row.ci_low), abs(row.ci_high)) < mids[row.question_id]
        assert (row.trial_id in found[row.question_id].short) == inside
