"""Claims that IPT helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.claims.efficacy import judge, needed
from ipt_evidence.appraisal.claims.verdicts import BENEFIT, LADDER, reaches
from ipt_evidence.words.sentence_parts import joined

OPEN = {"estimate": 0.05, "ci_low": -0.2, "ci_high": 0.3, "direction": "unclear", "strength": "insufficient",
        "label": "insufficient", "certainty": "very_low"}  # fmt: skip


@pytest.mark.parametrize(
    ("claimed", "reserve", "strength"),
    [("strong", False, "strong"), ("", True, "limited"), ("", False, "moderate"), ("strong", True, "strong")],
)
def test_a_claim_needs_the_strength_it_names_or_that_its_reserve_implies(make_claim, claimed, reserve, strength):
    assert needed(make_claim(claimed_strength=claimed, reserve=reserve)) == strength


@pytest.mark.parametrize(
    ("claimed", "found", "verdict", "rule_id"),
    [
        ("strong", "strong", "supported", "benefit"),
        ("strong", "moderate", "partly_supported", "benefit_weaker"),
        ("strong", "limited", "partly_supported", "benefit_weaker"),
        ("moderate", "moderate", "supported", "benefit"),
        ("moderate", "strong", "supported", "benefit_stronger"),
        ("limited", "limited", "supported", "benefit"),
        ("limited", "strong", "supported", "benefit_stronger"),
    ],
)
def test_a_benefit_is_held_against_the_strength_claimed(
    make_claim, make_answer, make_base, claimed, found, verdict, rule_id
):
    base = make_base(make_answer(strength=found, label=found))
    judged = judge(make_claim(claimed_strength=claimed), base)
    assert (judged.verdict, judged.rule_id) == (verdict, rule_id)
    assert bool(joined(judged.instead)) == (rule_id != "benefit")


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        (OPEN, "not_supported"),
        ({**OPEN, "k": 1, "n_participants": 40.0, "direction": "favours_intervention"}, "not_supported"),
        ({"direction": "no_important_difference", "strength": "limited", "label": "no_benefit"}, "contradicted"),
        ({"direction": "favours_comparator", "strength": "limited", "label": "harm"}, "contradicted"),
        ({"comparator": "cbt", "direction": "no_important_difference", "label": "no_difference"}, "partly_supported"),
        ({"comparator": "cbt", "direction": "favours_comparator", "label": "comparator_better"}, "not_supported"),
        ({"comparator": "cbt"}, "supported"),
    ],
)
def test_the_label_of_the_deciding_answer_decides(make_claim, make_answer, make_base, cells, verdict):
    assert judge(make_claim(), make_base(make_answer(**cells))).verdict == verdict


def test_no_trial_is_neither_for_nor_against(make_claim, make_answer, make_base):
    judged = judge(make_claim(), make_base(make_answer(k=0)))
    assert (judged.verdict, judged.question_ids) == ("no_trials", ("q",))
    assert joined(judged.why) == (
        "Our tables hold no trial of IPT for depression in adults. That says nothing for or against IPT."
    )
    instead = "For depression in adults, we do not know whether IPT helps: our tables hold no trial."
    assert joined(judged.instead) == instead


def test_a_trial_without_a_usable_result_is_named(make_claim, make_answer, make_base):
    asked = {"k": 0, "outcome": "relapse", "phase": "maintenance", "trials": ()}
    aside = {"pharmacotherapy": ("two",), "cbt": ("two",), "ipt": ("one",)}
    answers = [make_answer(question_id=name, comparator=name, set_aside=one, **asked) for name, one in aside.items()]
    claim = make_claim(outcome="relapse", phase="maintenance", comparator="any")
    judged = judge(claim, make_base(*answers))
    assert judged.verdict == "not_assessable"
    assert joined(judged.why) == (
        "On depression in adults and the illness coming back, 1 trial (Two) gave no result that could be used."
    )


def test_control_decides_before_other_comparators_however_they_turned_out(make_claim, make_answer, make_base):
    weak = make_answer(question_id="control", **OPEN)
    good = make_answer(question_id="cbt", comparator="cbt", k=20, n_participants=4000.0)
    judged = judge(make_claim(comparator="any"), make_base(good, weak))
    assert (judged.verdict, judged.question_ids) == ("not_supported", ("control", "cbt"))


def test_a_claim_on_control_says_when_only_other_comparators_have_trials(make_claim, make_answer, make_base):
    base = make_base(make_answer(k=0), make_answer(question_id="cbt", comparator="cbt", **OPEN))
    judged = judge(make_claim(), base)
    assert joined(judged.why).startswith("No trial in our tables with a usable result compares IPT with no therapy")
    assert judged.question_ids == ("cbt", "q")
    assert judged.deciding == ("cbt",)


def test_doing_no_better_than_another_form_of_ipt_is_no_test(make_claim, make_answer, make_base):
    base = make_base(make_answer(comparator="ipt", **OPEN), make_answer(question_id="b", comparator="combined", **OPEN))
    assert judge(make_claim(comparator="any"), base).verdict == "no_trials"


def test_questions_about_the_very_people_come_first(make_claim, make_answer, make_base):
    base = make_base(make_answer(), make_answer(question_id="older", population="older_adults", **OPEN))
    assert judge(make_claim(population="older_adults"), base).question_ids == ("older",)
    assert judge(make_claim(population="adults"), base).question_ids == ("q",)


def test_a_claim_with_a_part_nobody_measured_is_not_assessable(make_claim, make_answer, make_base):
    claim = make_claim(outcome="functioning", not_measured=("social support",))
    judged = judge(claim, make_base(make_answer(outcome="functioning")))
    assert (judged.verdict, judged.rule_id) == ("not_assessable", "part_not_measured")
    assert joined(judged.why).startswith("Our tables hold no results on social support, so the claim as a whole cannot")


def test_a_contradicted_part_contradicts_the_whole(make_claim, make_answer, make_base):
    bad = make_answer(outcome="functioning", direction="favours_comparator", strength="limited", label="harm")
    judged = judge(make_claim(outcome="functioning", not_measured=("social support",)), make_base(bad))
    assert judged.verdict == "contradicted"


@given(found=st.sampled_from(BENEFIT), weaker=st.sampled_from(BENEFIT), claimed=st.sampled_from(BENEFIT))
def test_weaker_evidence_never_gives_a_better_verdict(make_claim, make_answer, make_base, found, weaker, claimed):
    claim = make_claim(claimed_strength=claimed)
    one, other = (judge(claim, make_base(make_answer(strength=s, label=s))).verdict for s in (found, weaker))
    if reaches(found, weaker):
        assert (one, other) != ("partly_supported", "supported")


@given(st.permutations(range(4)))
def test_the_order_of_the_questions_plays_no_part(make_claim, make_answer, make_base, order):
    cells = [{}, {"timepoint": "followup"}, {"comparator": "cbt", "k": 9}, {"intervention": "combined"}]
    answers = [make_answer(question_id=f"q{number}", **one) for number, one in enumerate(cells)]
    judged = judge(make_claim(comparator="any"), make_base(*[answers[place] for place in order]))
    assert judged.question_ids[0] == "q0"


def test_the_ladder_goes_up():
    assert [reaches(one, "limited") for one in LADDER] == [False, False, True, True, True]


def test_numbers_of_the_reason_are_those_of_the_answer(make_claim, make_answer, make_base):
    answer = make_answer(estimate=0.512, ci_low=0.2951, ci_high=0.7049, k=23, n_participants=2231.0, certainty="low",
                           strength="limited", label="limited")  # fmt: skip
    shown = "(23 trials with 2,231 people; g = 0.51, 95% CI 0.30 to 0.70; low certainty)"
    judged = judge(make_claim(claimed_strength="strong"), make_base(answer))
    assert shown in joined(judged.why)
    assert shown in joined(judged.instead)
