"""Chambless and Hollon by counting trials, Tolin by certainty."""

import pandas as pd
import pytest

from ipt_evidence.appraisal.established import against, chambless_hollon, tolin

BETTER, NULL, EQUAL, WORSE = (0.1, 0.9), (-0.6, 0.6), (-0.4, 0.4), (-0.9, -0.1)


def level(*trials, measure="SMD"):
    rows = [{"team": team, "ci_low": low, "ci_high": high, "against": kind} for team, (low, high), kind in trials]
    return chambless_hollon(pd.DataFrame(rows), measure).level


@pytest.mark.parametrize(
    ("trials", "expected"),
    [
        ([("smith", BETTER, "placebo"), ("jones", BETTER, "treatment")], "well_established"),
        ([("smith", BETTER, "placebo"), ("smith", BETTER, "treatment")], "probably_efficacious"),  # one team
        ([("smith", EQUAL, "treatment"), ("jones", EQUAL, "treatment")], "well_established"),
        ([("smith", NULL, "treatment"), ("jones", NULL, "treatment")], "experimental"),  # no power to be equal
        ([("smith", (-0.4, -0.1), "treatment")], "experimental"),  # the other treatment does better
        ([("smith", BETTER, "inactive"), ("jones", BETTER, "inactive")], "probably_efficacious"),
        ([("smith", BETTER, "treatment")], "probably_efficacious"),
        ([("smith", BETTER, "inactive"), ("jones", NULL, "inactive")], "possibly_efficacious"),
        ([("smith", BETTER, "inactive"), ("jones", WORSE, "inactive")], "experimental"),  # conflicting
        ([("smith", NULL, "inactive")], "experimental"),
        ([("smith", BETTER, "placebo"), ("", BETTER, "placebo")], "probably_efficacious"),  # perhaps one team
        ([("", BETTER, "placebo"), ("", BETTER, "placebo")], "probably_efficacious"),
    ],
)
def test_chambless_hollon(trials, expected):
    assert level(*trials) == expected


def test_one_trial_is_one_in_the_reason():
    one = pd.DataFrame([{"team": "smith", "ci_low": 0.1, "ci_high": 0.9, "against": "placebo"}])
    assert chambless_hollon(one, "SMD").reason.startswith("Of 1 trial, 1 found it better than placebo")


def test_a_trial_in_which_the_other_treatment_does_better_is_not_equal_as_well():
    one = pd.DataFrame([{"team": "smith", "ci_low": -0.4, "ci_high": -0.1, "against": "treatment"}])
    assert chambless_hollon(one, "SMD").reason == (
        "Of 1 trial, 0 found it better than placebo or another treatment, or equal to one; 0 better than a waiting "
        "list or usual care; 1 worse."
    )


def test_a_ratio_cannot_show_equality():
    trials = [("smith", EQUAL, "treatment"), ("jones", EQUAL, "treatment")]
    assert level(*trials, measure="logOR") == "experimental"


@pytest.mark.parametrize(
    ("treatment", "treatment_class", "expected"),
    [("pill_placebo", "control", "placebo"), ("wait_list", "control", "inactive"), ("cbt", "cbt", "treatment")],
)
def test_what_a_comparison_arm_counts_as(treatment, treatment_class, expected):
    assert against(treatment, treatment_class) == expected


GAIN = {"k": 5, "direction": "favours_intervention", "interval_vs_mid": "beyond", "certainty": "high",
        "outcome": "symptom_severity", "timepoint": "post"}  # fmt: skip


def sisters(*rows):
    return pd.DataFrame([GAIN | dict(zip(("outcome", "timepoint", "certainty"), row, strict=True)) for row in rows])


ALL = [("symptom_severity", "post", "high"), ("symptom_severity", "followup", "high"),
       ("functioning", "post", "high"), ("functioning", "followup", "high")]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "others", "expected"),
    [
        ({}, ALL, "very_strong"),
        ({}, ALL[:3], "strong"),
        ({}, [*ALL[:3], ("functioning", "followup", "moderate")], "strong"),
        ({"certainty": "moderate"}, ALL[:1], "strong"),
        ({"certainty": "low"}, ALL[:1], "weak"),
        ({"certainty": "very_low"}, ALL[:1], "weak"),
        ({"interval_vs_mid": "crosses"}, ALL[:1], "insufficient"),
        ({"direction": "favours_comparator"}, ALL[:1], "insufficient"),
        ({"k": 1}, ALL[:1], "insufficient"),
    ],
)
def test_tolin(change, others, expected):
    assert tolin(GAIN | change, sisters(*others)).level == expected
