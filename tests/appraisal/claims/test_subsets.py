"""Claims about ways of delivery and groups of people."""

import pandas as pd
import pytest

from ipt_evidence.appraisal.claims.subsets import judge, labelled, part_of, with_hiv
from ipt_evidence.synthesis import pool

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
def base(make_base, make_finding):
    return make_base(make_finding(), arms=ARMS, synthesis_weights=weights(0.8, 0.81, -2.0))


def test_only_the_trials_singled_out_are_pooled(base):
    part = part_of(base.findings[0], {"one", "two"}, base)
    expected = pool([0.8, 0.81], [0.03, 0.03])
    assert (part.k, part.n_participants) == (2, 240.0)
    assert (part.estimate, part.ci_low, part.ci_high) == (expected.estimate, expected.ci_low, expected.ci_high)


def test_a_single_trial_keeps_its_own_interval(base):
    part = part_of(base.findings[0], {"three"}, base)
    assert (part.estimate, part.ci_low, part.label) == (-2.0, -2.34, "insufficient")


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        ({"k": 0}, "no_evidence"),
        ({"k": 2, "n_participants": 100.0}, "limited"),
        ({"k": 2, "n_participants": 99.0}, "insufficient"),
        ({"k": 1}, "insufficient"),
        ({"ci_low": -0.1}, "insufficient"),
        ({"ci_low": -0.2, "ci_high": 0.2}, "no_benefit"),
        ({"ci_low": -0.2, "ci_high": 0.2, "comparator": "cbt"}, "no_difference"),
        ({"ci_low": -0.9, "ci_high": -0.1}, "harm"),
        ({"ci_low": -0.9, "ci_high": -0.1, "comparator": "cbt"}, "comparator_better"),
    ],
)
def test_a_part_is_called_limited_evidence_at_most(make_finding, cells, label):
    assert labelled(make_finding(**cells))[2] == label


def test_a_delivery_is_judged_by_its_own_trials(make_claim, base):
    judged = judge(make_claim("IPT has been adapted for groups.", kind="delivery", delivery="group"), base)
    assert (judged.verdict, judged.finding.k) == ("supported", 2)
    assert judged.why.startswith("On depression in adults, 2 of 3 trials tested IPT given in groups. For 1 the tables")
    assert judged.why.endswith("These trials are not rated on their own; we call the evidence limited at most.")


def test_the_format_of_another_arm_does_not_count(make_claim, base):
    judged = judge(make_claim(kind="delivery", delivery="telephone"), base)
    assert judged.verdict == "no_trials"


def test_a_trial_on_another_condition_is_named_and_does_not_count(make_claim, make_finding, make_base):
    trials = [{"trial_id": "one", "label": "Ngai", "condition": "perinatal_depression", "phase": "prevention"}]
    arms = [{"trial_id": "one", "arm_id": "a", "treatment": "ipt", "format": "couple"}]
    judged = judge(make_claim(kind="delivery", delivery="couple"), make_base(make_finding(), trials=trials, arms=arms))
    assert judged.verdict == "no_trials"
    assert judged.why.endswith("On depression in pregnancy or after birth, they hold 1 trial of it (Ngai).")


def test_what_no_column_records_cannot_be_assessed(make_claim, base):
    judged = judge(make_claim(kind="delivery", delivery="non_specialist"), base)
    assert (judged.verdict, judged.rule_id) == ("not_assessable", "not_recorded")


def test_people_with_hiv_are_found_by_code_or_diagnosis():
    trials = pd.DataFrame(
        {
            "trial_id": ["coded", "named", "neither"],
            "special_population": ["hiv", "medical_illness", None],
            "diagnosis": [None, "major depression in people with HIV", "hives"],
        }
    )
    assert with_hiv(trials) == {"coded", "named"}
