"""Claims about ways of delivery and groups of people."""

import pandas as pd
import pytest

from ipt_evidence.appraisal.claims.subsets import judge, part_of, with_hiv
from ipt_evidence.synthesis import pool_bayes
from ipt_evidence.words.sentence_parts import joined

ARMS = [
    {"trial_id": "one", "arm_id": "a", "treatment": "ipt", "format": "group"},
    {"trial_id": "two", "arm_id": "a", "treatment": "ipt", "format": "group"},
    {"trial_id": "three", "arm_id": "a", "treatment": "ipt", "format": None},
    {"trial_id": "three", "arm_id": "b", "treatment": "cbt", "format": "telephone"},
]


def weights(*effects):
    return [
        {"question_id": "q", "trial_id": trial, "n1": 60.0, "n2": 60.0, "yi": effect, "vi": 0.03,
         "ci_low": effect - 0.34, "ci_high": effect + 0.34}
        for trial, effect in zip(("one", "two", "three"), effects, strict=True)
    ]  # fmt: skip


@pytest.fixture
def base(make_base, make_answer):
    return make_base(make_answer(), arms=ARMS, synthesis_weights=weights(0.8, 0.81, -2.0))


def test_only_the_trials_singled_out_are_pooled(make_base, make_answer):
    base = make_base(make_answer(), arms=ARMS, synthesis_weights=weights(0.2, 1.4, -2.0))
    part = part_of(base.answers[0], {"one", "two"}, base)
    expected = pool_bayes([0.2, 1.4], [0.03, 0.03])
    assert (part.rated.k, part.rated.n_participants) == (2, 240.0)
    for name in ("estimate", "ci_low", "ci_high"):
        assert getattr(part.rated, name) == getattr(expected, name)


def test_a_single_trial_keeps_its_own_interval(base):
    part = part_of(base.answers[0], {"three"}, base)
    assert (part.rated.estimate, part.label) == (-2.0, "insufficient")
    assert part.rated.ci_low == pytest.approx(-2.0 - 1.959964 * 0.03**0.5)


@pytest.mark.parametrize(
    ("comparator", "effects", "people", "label"),
    [
        ("control", (0.8, 0.81), 25.0, "limited"),
        ("control", (0.8, 0.81), 24.0, "insufficient"),
        ("control", (0.0, 0.6), 25.0, "insufficient"),
        ("control", (0.0, 0.01), 25.0, "no_benefit"),  # two exact trials that agree
        ("control", (0.0, 0.15), 25.0, "little_difference"),  # they differ by more than chance: others may find one
        ("control", (0.0, 0.3), 25.0, "insufficient"),
        ("control", (-0.8, -0.81), 25.0, "harm"),
        ("cbt", (-0.8, -0.81), 25.0, "comparator_better"),
    ],
)
def test_a_part_is_labelled_by_the_rules_as_if_its_certainty_were_low(
    make_base, make_answer, comparator, effects, people, label
):
    rows = [row | {"n1": people, "n2": people, "vi": 0.001} for row in weights(*effects, 0.0)]
    part = part_of(make_answer(comparator=comparator), {"one", "two"}, make_base(synthesis_weights=rows))
    assert part.label == label


def test_a_part_is_no_surer_than_the_whole(make_base, make_answer):
    whole = make_answer(certainty="very_low", strength="insufficient", label="insufficient")
    part = part_of(whole, {"one", "two"}, make_base(synthesis_weights=weights(0.8, 0.81, 0.0)))
    assert (part.strength, part.label) == ("insufficient", "insufficient")


def test_no_trial_makes_no_part(base):
    assert part_of(base.answers[0], {"four"}, base) is None


def test_a_delivery_is_judged_by_its_own_trials(make_claim, base):
    judged = judge(make_claim(kind="delivery", delivery="group"), base)
    assert (judged.verdict, judged.answer.rated.k) == ("supported", 2)
    assert (judged.deciding, judged.singled_out) == (("q",), ("one", "two"))
    why = joined(judged.why)
    assert why.startswith("On depression in adults, 2 of 3 trials tested IPT given in groups. For 1 the tables")
    assert why.endswith("These trials are not rated on their own; we call the evidence limited at most.")


def test_the_format_of_another_arm_does_not_count(make_claim, base):
    judged = judge(make_claim(kind="delivery", delivery="telephone"), base)
    assert judged.verdict == "no_trials"


def test_a_trial_on_another_condition_is_named_and_does_not_count(make_claim, make_answer, make_base):
    trials = [{"trial_id": "one", "label": "Ngai", "condition": "perinatal_depression", "phase": "prevention"}]
    arms = [{"trial_id": "one", "arm_id": "a", "treatment": "ipt", "format": "couple"}]
    judged = judge(make_claim(kind="delivery", delivery="couple"), make_base(make_answer(), trials=trials, arms=arms))
    assert judged.verdict == "no_trials"
    assert joined(judged.why).endswith("On depression in pregnancy or after birth, they hold 1 trial of it (Ngai).")


def test_what_no_column_records_cannot_be_assessed(make_claim, base):
    judged = judge(make_claim(kind="delivery", delivery="non_specialist"), base)
    assert (judged.verdict, judged.rule_id) == ("not_assessable", "not_recorded")


def test_people_with_hiv_are_found_by_either_code():
    trials = pd.DataFrame(
        {
            "trial_id": ["first", "second", "neither"],
            "special_population": ["hiv", "perinatal", "medical_illness"],
            "second_population": [None, "hiv", None],
        }
    )
    assert with_hiv(trials) == {"first", "second"}
