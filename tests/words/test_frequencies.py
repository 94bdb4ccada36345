"""Natural frequencies: said in plain words, as sure as the strength allows, and never of an insufficient answer."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.guides.said import of_answer
from ipt_evidence.words.brief import people_on
from ipt_evidence.words.figures import AbsoluteFigures
from ipt_evidence.words.frequencies import in_hundred, of_hundred
from ipt_evidence.words.registers import PLAIN, PROFESSIONAL, voice
from ipt_evidence.words.statements import state


def of_people(basis="counts", **changes):
    facts = dict.fromkeys(
        ("control_risk_low", "control_risk_high", "benefit_per_1000", "benefit_low", "benefit_high", "nnt", "nnt_best",
         "nnt_worst"), 0.0,
    ) | {"basis": basis, "event_good": True, "control_question_id": "q", "control_trials": 3, "control_risk": 0.284,
         "with_intervention": 0.44, "with_low": 0.366, "with_high": 0.521, "through_infinity": False}  # fmt: skip
    return AbsoluteFigures(**facts | changes)


@pytest.fixture(scope="module")
def plain(vocabulary, labels):
    return voice(PLAIN, vocabulary, labels)


def said(answer, speaker):
    return " ".join(sentence.text for sentence in of_hundred(answer, speaker))


@pytest.mark.parametrize(
    ("strength", "sure"), [("strong", "it is"), ("moderate", "it is probably"), ("limited", "it may be")]
)
def test_it_sounds_as_sure_as_the_strength(make_answer, plain, strength, sure):
    answer = make_answer(outcome="response", measure="logOR", strength=strength, comparator="cbt", absolute=of_people())
    assert said(answer, plain) == (
        "Of 100 people, about 28 clearly improve with cognitive behavioural therapy (CBT); "
        f"with IPT {sure} about 44 (37 to 52). These numbers are from people counted in trials."
    )


@pytest.mark.parametrize("cells", [{"strength": "insufficient"}, {"k": 0}])
def test_of_too_little_evidence_no_numbers_are_told(make_answer, plain, cells):
    answer = make_answer(outcome="response", measure="logOR", absolute=of_people(), **cells)
    assert of_hundred(answer, plain) == ()
    assert "Of 100 people" not in state(answer, plain).text


def test_a_share_below_one_person_is_not_called_about(make_answer, plain):
    few = of_people(control_risk=0.002, with_intervention=0.001, with_low=0.0, with_high=0.02)
    found = said(make_answer(outcome="dropout", measure="logOR", absolute=few), plain)
    assert found.startswith("Of 100 people, fewer than 1 stop early with ")
    assert "with IPT it is probably fewer than 1 (0 to 2). " in found


def test_numbers_from_scales_say_so(make_answer, plain):
    found = said(make_answer(absolute=of_people("response")), plain)
    assert "clearly improve" in found
    assert found.endswith("These numbers are worked out from the average effect, not counted.")


def test_counted_people_come_before_numbers_that_are_worked_out(make_answer, plain):
    counted = make_answer(
        question_id="r",
        outcome="response",
        measure="logOR",
        strength="limited",
        absolute=of_people(with_intervention=0.5),
    )
    answer = make_answer(absolute=of_people("response"), counted=counted)
    assert "with IPT it may be about 50" in said(answer, plain)
    assert said(answer, plain).endswith("These numbers are from people counted in trials.")
    assert (
        in_hundred(answer, ("IPT", "control"), plain)
        == "50 (37 to 52) clearly improve with IPT, 28 with control; from counts"
    )
    short = people_on(answer, plain)
    assert "about 50 (from counts), but could be 37 to 52" in short.text
    assert of_answer(short, answer).rests_on == ("question:q", "question:r")
    # Numbers worked out never stand in where counted ones cannot be relied on.
    unsure = replace(answer, counted=replace(counted, strength="insufficient"))
    assert of_hundred(unsure, plain) == ()
    assert in_hundred(unsure, ("IPT", "control"), plain) == ""


def test_a_number_from_trials_on_a_wider_condition_says_so(make_answer, plain):
    answer = make_answer(
        condition="adolescent_depression", absolute=of_people("response"), risk_from="unipolar_depression"
    )
    assert "or a waiting list (as in depression of any kind, at any age); with IPT" in said(answer, plain)
    assert "(as in depression of any kind, at any age)" in people_on(answer, plain).text
    assert people_on(answer, plain).text.count("(estimated)") == 1


def test_only_plain_words_count_people_and_only_where_there_are_numbers(make_answer, vocabulary, labels, plain):
    answer = make_answer(absolute=of_people("response"))
    assert of_hundred(answer, voice(PROFESSIONAL, vocabulary, labels)) == ()
    assert of_hundred(make_answer(), plain) == ()
    assert said(answer, plain) in state(answer, plain).text


def test_every_event_of_the_vocabulary_has_words(make_answer, vocabulary, plain):
    events = vocabulary.outcomes.query("kind == 'event'")["outcome"]
    assert set(events) == set(PLAIN.events)
    for outcome in events:
        answer = make_answer(outcome=outcome, measure="logOR", absolute=of_people())
        assert f"about 28 {PLAIN.events[outcome]} with" in said(answer, plain)


@given(st.floats(0, 1), st.floats(0, 1))
def test_no_share_is_told_beyond_a_person_of_a_hundred(one, other):
    found = of_people(control_risk=one, with_intervention=other)
    for share in (one, other):
        words = found.of_hundred(share).removeprefix("fewer than ").removeprefix("more than ")
        assert abs(int(words) - 100 * share) <= 1
