"""Claims about every age group, and about the number of conditions."""

import pytest

from ipt_evidence.appraisal.claims.breadth import combined, judge
from ipt_evidence.words.sentence_parts import joined

GROUPS = {
    "depression": "adults",
    "adolescent_depression": "children_adolescents",
    "late_life_depression": "older_adults",
}


@pytest.mark.parametrize(
    ("verdicts", "verdict"),
    [
        (["supported"] * 3, "supported"),
        (["supported", "supported", "partly_supported"], "partly_supported"),
        (["supported", "not_supported", "contradicted"], "partly_supported"),
        (["partly_supported", "no_trials", "no_trials"], "partly_supported"),
        (["contradicted", "not_supported", "no_trials"], "contradicted"),
        (["not_supported", "no_trials", "no_trials"], "not_supported"),
        (["no_trials"] * 3, "no_trials"),
    ],
)
def test_a_claim_about_all_is_as_good_as_its_groups(verdicts, verdict):
    assert combined(verdicts)[0] == verdict


def test_each_age_group_is_judged_by_the_condition_most_of_its_trials_are_on(make_claim, make_answer, make_base):
    trials = [
        {"trial_id": condition, "condition": condition, "population": people, "phase": "acute"}
        for condition, people in GROUPS.items()
    ]
    weak = {"strength": "insufficient", "label": "insufficient", "direction": "unclear"}
    answers = [
        make_answer(question_id=name, condition=name, **(weak if name == "late_life_depression" else {}))
        for name in GROUPS
    ]
    claim = make_claim(kind="breadth", population="all")
    judged = judge(claim, make_base(*answers, trials=trials))
    assert (judged.verdict, set(judged.question_ids)) == ("partly_supported", set(GROUPS))
    assert "Older adults: the trials leave open" in joined(judged.why)


def test_people_on_whom_there_is_no_trial_are_named_where_the_condition_is_that_of_all(
    make_claim, make_answer, make_base
):
    """Else one sentence would say what another on the same condition takes back."""
    trials = [{"trial_id": "a", "condition": "depression", "population": "adults", "phase": "acute"}]
    judged = judge(make_claim(kind="breadth", population="all"), make_base(make_answer(), trials=trials))
    _, children, older = (one.text for one in judged.instead)
    assert children.startswith("Children and adolescents: for depression in adults, we do not know")
    assert older.startswith("Older adults: ")


def test_how_many_conditions_other_treatments_have_cannot_be_assessed(make_claim, make_base):
    judged = judge(make_claim(kind="breadth", condition=""), make_base())
    assert judged.verdict == "not_assessable"
    assert joined(judged.why).startswith("Our tables hold trials of IPT on 1 condition.")
