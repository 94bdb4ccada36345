"""Claims that IPT is not enough, or needs adapting."""

import pytest

from ipt_evidence.appraisal.claims.indications import judge_adaptation, judge_non_indication
from ipt_evidence.words.sentence_parts import joined


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ({"k": 0}, "no_trials"),
        ({}, "contradicted"),
        ({"strength": "limited", "label": "limited"}, "contradicted"),
        ({"label": "insufficient", "strength": "insufficient", "direction": "unclear"}, "not_supported"),
        ({"label": "no_benefit", "strength": "limited", "direction": "no_important_difference"}, "supported"),
        ({"label": "harm", "strength": "limited", "direction": "favours_comparator"}, "supported"),
        ({"label": "little_difference", "strength": "limited", "direction": "little_difference"}, "not_supported"),
    ],
)
def test_a_non_indication_is_supported_only_by_trials_without_benefit(
    make_claim, make_answer, make_base, cells, verdict
):
    claim = make_claim(kind="non_indication")
    assert judge_non_indication(claim, make_base(make_answer(**cells))).verdict == verdict


@pytest.mark.parametrize(
    ("label", "direction"),
    [
        ("no_difference", "no_important_difference"),
        ("comparator_better", "favours_comparator"),
        ("little_difference", "little_difference"),
    ],
)
def test_how_another_treatment_does_says_nothing_on_a_non_indication(
    make_claim, make_answer, make_base, label, direction
):
    answer = make_answer(comparator="cbt", label=label, strength="limited", direction=direction)
    judged = judge_non_indication(make_claim(kind="non_indication", comparator="any"), make_base(answer))
    assert (judged.verdict, judged.rule_id) == ("not_supported", f"answer_{label}")


def test_only_trials_of_one_form_against_another_could_tell_of_an_adaptation(make_claim, make_answer, make_base):
    claim = make_claim(kind="adaptation")
    judged = judge_adaptation(claim, make_base(make_answer()))
    assert judged.verdict == "not_assessable"
    assert joined(judged.why).startswith("No trial in our tables compares an adapted form of IPT with the usual one")
    assert "On IPT as such: the trials favour IPT" in joined(judged.why)
    forms = judge_adaptation(claim, make_base(make_answer(comparator="ipt", k=1)))
    assert joined(forms.why).startswith("1 trial in our tables compares forms of IPT")
