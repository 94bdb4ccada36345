"""A person's word against a judgement: it holds for what they saw, and for nothing else."""

import pytest

from ipt_evidence.appraisal.overrides import Override
from ipt_evidence.appraisal.risk_of_bias import judge, overrule
from ipt_evidence.extraction import rob2

ALL_LOW = dict.fromkeys(rob2.DOMAINS, "low")
ONE_HIGH = ALL_LOW | {"deviations": "high"}


def override(judgement, seen):
    return Override(
        judgement=judgement, assessor="A. Reader", date="2027-01-31", reason="protocol read", inputs_seen=seen
    )


def by_rob2(said, instrument=""):
    return judge("one2001", "RoB2", instrument, said)


def overruled(found, **overrides):
    return overrule("one2001", found, overrides)


def test_an_overruled_domain_changes_the_result_by_the_algorithm():
    (one,) = overruled([by_rob2(ONE_HIGH)], deviations=override("some_concerns", ONE_HIGH)).assessments
    deviations = one.domains[1]
    assert (deviations.final, deviations.basis, deviations.entered) == ("some_concerns", "override", "high")
    assert deviations.note == "Overruled by A. Reader, 2027-01-31: protocol read"
    assert (one.overall.final, one.overall.basis) == ("some_concerns", "algorithm")


def test_an_overall_judgement_entered_in_line_with_the_algorithm_follows_an_overruled_domain():
    said = ONE_HIGH | {"overall": "high"}
    (one,) = overruled([by_rob2(said)], deviations=override("low", ONE_HIGH)).assessments
    assert (one.overall.final, one.overall.algorithm, one.overall.entered) == ("low", "low", "high")


def test_an_overall_judgement_set_against_the_algorithm_stays():
    said = ALL_LOW | {"reporting": "some_concerns", "overall": "high"}
    (one,) = overruled([by_rob2(said)], reporting=override("low", said)).assessments
    assert (one.overall.final, one.overall.algorithm) == ("high", "low")
    assert one.overall.departs


def test_an_override_expires_when_a_domain_changes_and_says_so():
    (one,) = overruled([by_rob2(ONE_HIGH)], overall=override("low", ALL_LOW)).assessments
    assert (one.overall.final, one.overall.basis) == ("high", "algorithm")
    assert one.overall.note == (
        "The override of A. Reader, 2027-01-31: protocol read has expired, because its inputs changed: "
        "deviations was low, is high."
    )


def test_an_override_of_the_result_holds_for_every_instrument():
    found = [by_rob2(ONE_HIGH, "BDI"), by_rob2(ALL_LOW, "HAM-D")]
    inputs = overruled(found).inputs
    assert inputs["RoB2 BDI: deviations"] == "high"
    assert inputs["RoB2 HAM-D: deviations"] == "low"
    done = overruled(found, overall=override("some_concerns", inputs)).assessments
    assert [one.overall.final for one in done] == ["some_concerns", "some_concerns"]
    assert {one.overall.basis for one in done} == {"override"}


def test_the_inputs_hold_the_overall_judgement_only_where_it_does_not_follow():
    assert overruled([by_rob2(ONE_HIGH | {"overall": "high"})]).inputs == ONE_HIGH
    raised = ALL_LOW | {"overall": "high"}
    assert overruled([by_rob2(raised)]).inputs == raised


def test_a_person_may_judge_a_trial_nobody_assessed():
    (one,) = overruled([], overall=override("high", {})).assessments
    assert (one.tool, one.domains, one.overall.final, one.overall.basis) == ("", (), "high", "override")


@pytest.mark.parametrize("found", [[], [judge("one2001", "RoB1", "BDI", {"sequence_generation": "high"})]])
def test_an_override_of_a_domain_nobody_judged_is_named(found):
    (one,) = overruled(found, reporting=override("low", {})).assessments
    assert one.overall.note == (
        "The override of reporting by A. Reader, 2027-01-31, is not used: the trial has no judgement by RoB 2."
    )


def test_without_overrides_nothing_changes():
    found = [by_rob2(ONE_HIGH | {"overall": "high"}), judge("one2001", "RoB1", "BDI", {"sequence_generation": "low"})]
    assert list(overruled(found).assessments) == found
