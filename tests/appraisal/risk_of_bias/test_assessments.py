"""From what was said of the domains to the result as a whole, and what is told of how it came about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.risk_of_bias import ROB1_ITEMS, SEVERITY, judge
from ipt_evidence.extraction import rob2

ALL_LOW = dict.fromkeys(rob2.DOMAINS, "low")
WELL_RANDOMISED = {"1.1": "Y", "1.2": "PY", "1.3": "NI"}
TO_THE_END = WELL_RANDOMISED | {
    "2.1": "Y", "2.2": "Y", "2.3": "N", "2.6": "Y", "3.1": "Y", "4.1": "N", "4.2": "N", "4.3": "N",
    "5.1": "NI", "5.2": "N", "5.3": "N",
}  # fmt: skip


def by_rob2(said):
    return judge("one2001", "RoB2", "", said)


def domain(assessment, name):
    return next(one for one in assessment.domains if one.domain == name)


def test_answers_give_the_domains_and_these_the_result():
    assessment = by_rob2(TO_THE_END)
    assert [one.final for one in assessment.domains] == ["low", "low", "low", "low", "some_concerns"]
    assert {one.basis for one in (*assessment.domains, assessment.overall)} == {"algorithm"}
    assert (assessment.overall.final, assessment.overall.entered) == ("some_concerns", "unknown")


def test_a_judgement_beside_answers_holds_and_says_what_the_algorithm_gives():
    one = domain(by_rob2(WELL_RANDOMISED | {"randomisation": "high"}), "randomisation")
    assert (one.final, one.algorithm, one.basis, one.departs) == ("high", "low", "assessors", True)
    assert one.note == "The assessors judged high, the algorithm gives low."


def test_a_judgement_that_agrees_with_the_algorithm_follows_from_it():
    one = domain(by_rob2(WELL_RANDOMISED | {"randomisation": "low"}), "randomisation")
    assert (one.final, one.basis, one.departs, one.note) == ("low", "algorithm", False, "")


@pytest.mark.parametrize(
    ("said", "final", "algorithm", "basis", "note"),
    [
        (ALL_LOW, "low", "low", "algorithm", ""),
        (ALL_LOW | {"overall": "low"}, "low", "low", "algorithm", ""),
        (ALL_LOW | {"reporting": "some_concerns", "overall": "high"}, "high", "some_concerns", "assessors",
         "The assessors judged high, the algorithm gives some concerns."),
        ({"overall": "some_concerns"}, "some_concerns", "unknown", "assessors", ""),
        ({"randomisation": "high"}, "high", "high", "algorithm", ""),
        ({"randomisation": "low"}, "unknown", "unknown", "none", ""),
        (WELL_RANDOMISED, "unknown", "unknown", "none", ""),
        ({domain: "low" for domain in rob2.DOMAINS if domain != "reporting"} | {"5.1": "Y"}, "unknown", "unknown",
         "none", ""),
    ],
)  # fmt: skip
def test_the_result_as_a_whole_by_rob_2(said, final, algorithm, basis, note):
    overall = by_rob2(said).overall
    assert (overall.final, overall.algorithm, overall.basis, overall.note) == (final, algorithm, basis, note)


def test_a_domain_nobody_judged_is_unknown():
    one = domain(by_rob2({"overall": "high"}), "deviations")
    assert (one.final, one.basis, one.departs) == ("unknown", "none", False)


LOW = dict.fromkeys(ROB1_ITEMS, "low")


@pytest.mark.parametrize(
    ("items", "final"),
    [
        (LOW, "low"),
        (LOW | {"blinding_of_assessors": "self_report"}, "low"),
        (LOW | {"allocation_concealment": "unclear"}, "some_concerns"),
        (LOW | {"allocation_concealment": "high", "incomplete_outcome_data": "unclear"}, "high"),
        (LOW | {"allocation_concealment": "high_or_unclear"}, "high_or_unclear"),
        (LOW | {"allocation_concealment": "high_or_unclear", "incomplete_outcome_data": "unclear"}, "high_or_unclear"),
        (LOW | {"allocation_concealment": "high_or_unclear", "incomplete_outcome_data": "high"}, "high"),
        ({"sequence_generation": "low"}, "some_concerns"),
        ({item: word for item, word in LOW.items() if item != "blinding_of_assessors"}, "some_concerns"),
    ],
)
def test_the_result_as_a_whole_by_rob_1(items, final):
    assessment = judge("one2001", "RoB1", "HAM-D", items)
    assert (assessment.overall.final, assessment.overall.basis) == (final, "algorithm")
    assert [one.final for one in assessment.domains] == [items.get(item, "unknown") for item in ROB1_ITEMS]


@given(st.dictionaries(st.sampled_from([*rob2.DOMAINS, "overall"]), st.sampled_from(SEVERITY)))
def test_what_assessors_entered_always_holds(said):
    assessment = by_rob2(said)
    finals = {one.domain: one.final for one in (*assessment.domains, assessment.overall)}
    assert said.items() <= finals.items()


@given(st.dictionaries(st.sampled_from(rob2.DOMAINS), st.sampled_from(SEVERITY)))
def test_nothing_is_low_before_every_domain_is(said):
    assert (by_rob2(said).overall.final == "low") == (said == ALL_LOW)
