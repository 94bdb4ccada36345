"""How a rating reads."""

import json

import pytest

from ipt_evidence.reporting.pages.rating_view import rating_view

RATING = {
    "certainty": "low", "start": "high", "decided_by": "adhoc", "k": 12, "label": "limited",
    "reason": "words of a rule",
    "rule_id": "low_difference", "est_level": "probably_efficacious", "est_reason": "Of 12 trials 8 better.",
    "tolin_level": "weak", "tolin_reason": "A gain, with low certainty.",
}  # fmt: skip
DOMAIN = {
    "domain": "risk_of_bias",
    "downgrade": -1,
    "computed": -1,
    "status": "computed",
    "reason": "Why.",
    "note": None,
}
ROBUSTNESS = {
    "label": "limited", "specifications": 800, "same_label": 600, "same_direction_percent": 99.7,
    "labels": json.dumps({"limited": 600, "insufficient": 150, "moderate": 50}),
    "by_choice": json.dumps({"method": {"CE": 40.0, "REML": 90.0}, "rho": {"0.2": 75.0, "0.8": 75.0},
                             "mid_factor": {"0.5": 70.0, "2.0": 80.0}}),
    "null_trials": 3.0, "null_trial_size": 64.6, "changed_label": "insufficient",
    "information_size": 546.0, "required_size": 2148.3, "n_participants": 1046.0,
}  # fmt: skip


def test_a_rating_says_certainty_rule_and_what_other_systems_would_say():
    found = rating_view(RATING, [DOMAIN], None)
    assert (found.certainty, found.label, found.decided, found.stands) == ("Low", "Limited", "", ())
    assert found.start == "Randomised trials start at high certainty."
    assert [(one.label, one.levels, one.reason, one.note) for one in found.domains] == [
        ("Risk of bias", "−1", "Why.", "")
    ]
    assert found.others[0].startswith("Chambless and Hollon (1998), by counting trials: probably efficacious. Of 12")
    assert found.others[1].startswith("Tolin et al. (2015), as Division 12 words it: weak. A gain")


def test_older_systems_are_silent_where_they_do_not_apply():
    assert rating_view(RATING | {"est_level": float("nan")}, [DOMAIN], None).others == ()


@pytest.mark.parametrize(("by", "said"), [("bayes", "the credible interval decides"), ("each_trial", "by itself")])
def test_a_rating_by_another_interval_says_so(by, said):
    assert said in rating_view(RATING | {"decided_by": by, "k": 2}, [DOMAIN], None).decided


@pytest.mark.parametrize(
    ("change", "note"),
    [
        (
            {"status": "overridden", "downgrade": 0, "note": "Overruled by A. Panel, 2027-01-31: one team"},
            "Overruled by A. Panel, 2027-01-31: one team. The rule alone gives −1.",
        ),
        (
            {"status": "expired", "note": "The override of A. Panel has expired: k was 5, is 6."},
            "The override of A. Panel has expired: k was 5, is 6.",
        ),
    ],
)
def test_an_override_is_named_whether_it_holds_or_not(change, note):
    found = rating_view(RATING, [DOMAIN | change], None)
    assert found.domains[0].note == note
    assert found.overrides == (f"Risk of bias: {note}",)


def test_how_the_label_stands_is_said_with_the_other_labels():
    found = rating_view(RATING, [DOMAIN], ROBUSTNESS)
    assert found.stands == (
        "Of 800 combinations of defensible choices, 75% give the same label (limited); insufficient: 19%; "
        "moderate: 6%. Over 99% read the direction in the same way.",
        "3 more trials of 65 people each without any effect would change it to insufficient.",
        "People needed to show the smallest important difference: 546 in one trial, 2,148 with the heterogeneity there "
        "is; only 1,046 took part.",
    )


def test_the_choices_it_hangs_on_come_first_and_those_without_effect_not_at_all():
    found = rating_view(RATING, [DOMAIN], ROBUSTNESS)
    assert [*found.choices] == [
        ("estimator of τ²", "CE: 40%, REML: 90%"),
        ("smallest important difference, times", "0.5: 70%, 2.0: 80%"),
    ]


def test_a_label_that_claims_nothing_cannot_be_overturned():
    found = rating_view(RATING | {"label": "insufficient"}, [DOMAIN], ROBUSTNESS | {"label": "insufficient"})
    assert not any("without any effect" in sentence for sentence in found.stands)


def test_a_label_that_nothing_overturns_says_so():
    sure = ROBUSTNESS | {"null_trials": float("nan"), "changed_label": None}
    (_, sentence, _) = rating_view(RATING, [DOMAIN], sure).stands
    assert sentence == "Even 50 more trials of 65 people each without any effect would not change the label."
