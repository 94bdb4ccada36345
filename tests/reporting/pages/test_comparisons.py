"""Which answer tells a comparison first, and what it may not hide."""

import pytest

from ipt_evidence.reporting.pages.comparisons import Comparison

RESPONSE = {"outcome": "response", "measure": "logOR"}
DROPOUT = {"outcome": "dropout", "measure": "logOR"}
OPEN = {"strength": "insufficient", "label": "insufficient", "direction": "unclear"}
WORSE = {"label": "comparator_better", "direction": "favours_comparator"}
LITTLE = {"label": "little_difference", "direction": "little_difference"}


@pytest.fixture
def compared(make_answer):
    def made(**asked):
        answers = tuple(make_answer(question_id=name, **cells) for name, cells in asked.items())
        return Comparison("ipt-v-pharmacotherapy", "IPT v medication", answers)

    return made


def names(answers):
    return [one.question_id for one in answers]


@pytest.mark.parametrize(
    ("main", "response", "told", "against"),
    [
        # A firm answer is not hidden by an open one on symptoms, and hides that one no more.
        (OPEN, {"strength": "moderate", **WORSE}, "response", ["main"]),
        (OPEN, {"strength": "limited", **WORSE}, None, []),
        ({"strength": "limited", **LITTLE}, {"strength": "limited", **WORSE}, "main", ["response"]),
        ({"strength": "limited", **WORSE}, {"strength": "moderate", **WORSE}, "main", ["response"]),
        ({"strength": "moderate", **WORSE}, {"strength": "limited", **WORSE}, "main", []),
        (OPEN, OPEN, None, []),
    ],
)
def test_symptoms_tell_a_comparison_unless_something_firmer_does_and_hide_nothing_that_points_another_way(
    compared, main, response, told, against
):
    found = compared(response={**RESPONSE, **response}, main=main)
    assert (found.told and found.told.question_id) == told
    if found.told:
        assert names(found.against(found.told)) == against


def test_sure_answers_are_the_main_one_then_the_others_by_strength(compared):
    found = compared(
        dropout={**DROPOUT, "strength": "limited", **LITTLE},
        response={**RESPONSE, "strength": "moderate", **WORSE},
        later={"timepoint": "followup", **OPEN},
        main={"strength": "limited", **LITTLE},
    )
    assert names(found.sure) == ["main", "response", "dropout"]
    assert names(found.besides(found.main)) == ["response", "dropout"]
