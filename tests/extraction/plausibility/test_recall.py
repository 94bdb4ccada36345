"""Which doubts of the real tables the checks find by themselves."""

from dataclasses import replace
from pathlib import Path

import pytest

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.recall import recognised
from ipt_evidence.extraction.inputs import Examination, examine
from ipt_evidence.words.doubts import share_found

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def examination() -> Examination:
    config = ROOT / "config"
    return examine(
        ROOT / "data" / "raw", config / "vocabulary", config / "questions.csv", config / "strength_rules.csv", "ipt"
    )


@pytest.fixture(scope="module")
def seen(examination):
    return {doubt.doubt_id: doubt for doubt in examination.doubts}


@pytest.mark.parametrize(
    ("doubt", "checks"),
    [
        ("lenze2017_sd_is_se", {"sd_reads_as_standard_error", "sd_far_from_other_trials"}),
        ("reynolds1999b_arm_sizes", {"arms_add_up"}),
        ("heckman2017_numbers_randomised", {"arms_add_up", "results_within_trial"}),
        ("mossey1996_numbers_randomised", {"arms_add_up", "results_within_trial"}),
        ("dietz2015_derived_sds", {"sd_is_a_rounded_standard_error"}),
        ("jiang2014_statistic_read_as_z", {"p_values_fit"}),
        ("lesperance2007_combination_cell", {"treatments_help_before_they_harm"}),
        ("saloheimo2016_change_scores", {"means_agree_with_counts"}),
    ],
)
def test_slips_that_figures_betray_are_found(seen, doubt, checks):
    assert checks <= set(seen[doubt].checks)
    assert seen[doubt].seen == "figures"


def test_a_corrected_standard_error_is_found_before_the_correction_only(examination):
    found = [finding for finding in examination.findings if "lenze2017_sd_is_se" in finding.doubts]
    assert {finding.value for finding in found} == {"1.22", "1.72"}
    assert all(finding.rule.startswith("before corrections, ") for finding in found)
    assert all(finding.level == "note" for finding in found)


def test_most_doubts_are_found_and_the_others_say_what_they_need(seen):
    missed = [doubt for doubt in seen.values() if doubt.seen == "reader"]
    assert len(missed) < len(seen) / 2
    assert all(doubt.reason and not doubt.checks for doubt in missed)
    assert all(doubt.checks and not doubt.reason for doubt in seen.values() if doubt.seen != "reader")


def test_doubts_that_a_check_led_to_do_not_count(seen):
    assert "schramm2020_remission_counts" not in seen


def test_the_share_adds_up(seen, examination):
    said = share_found([doubt.seen for doubt in examination.doubts])
    numbers = [int(word) for word in said.replace(":", " ").split() if word.isdigit()]
    assert numbers[0] == len(seen)
    assert numbers[1] == numbers[2] + numbers[3] == numbers[0] - numbers[4]


def test_a_doubt_on_other_rows_or_another_subject_explains_nothing(real_draft):
    doubts = real_draft.tables.frames["doubts"]
    key = "trial_id=miller2002; arm_id=ipt; outcome=symptom_severity; domain=target; instrument=HAM-D; timepoint=post"
    finding = Breach(
        file="data/raw/outcomes.csv", line=3, key=key, column="baseline_mean", value="8.34", rule="differs",
        remedy="look", level="warning", check="arms_alike_at_baseline", trial_id="miller2002",
    )  # fmt: skip
    other_outcome = replace(finding, key=key.replace("symptom_severity", "dropout"))
    other_subject = replace(finding, check="p_values_fit")
    other_trial = replace(finding, trial_id="agras2000", key=key.replace("miller2002", "agras2000"))
    known, *unknown = recognised([finding, other_outcome, other_subject, other_trial], doubts)
    assert (known.level, known.doubts) == ("note", ("miller2002_baseline_imbalance",))
    assert [(found.level, found.doubts) for found in unknown] == [("warning", ())] * 3
