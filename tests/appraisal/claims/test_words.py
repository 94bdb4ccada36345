"""Sentences and figures of the audit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.appraisal.claims import words


@pytest.mark.parametrize(
    ("value", "measure", "text"),
    [
        (0.5, "SMD", "0.50"),
        (-0.5, "SMD", "−0.50"),
        (0.0, "SMD", "0.00"),
        (0.003, "SMD", "0.003"),
        (0.0, "logOR", "1.00"),
        (0.693147, "logOR", "2.00"),
        (0.004, "logRR", "1.004"),
        (-7.0, "logOR", "0.001"),
    ],
)
def test_numbers_are_shown_on_their_scale_and_never_on_the_wrong_side(value, measure, text):
    assert words.number(value, measure) == text


@given(st.floats(-5, 5))
def test_a_bound_that_excludes_no_difference_never_looks_like_it(value):
    shown = float(words.number(value, "SMD").replace("−", "-"))
    assert abs(value) <= 1e-6 or (shown > 0) == (value > 0)


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({}, "6 trials with 700 people"),
        ({"k": 1, "n_participants": 1.0}, "1 trial with 1 person"),
        ({"k_without_n": 2}, "6 trials with 700 people, number not known for 2"),
        ({"k": 1, "k_without_n": 1}, "1 trial, number of people not known"),
    ],
)
def test_size_says_what_is_not_known(make_finding, cells, text):
    assert words.size(make_finding(**cells)) == text


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({"strength": "strong"}, "IPT eases symptoms more than"),
        ({"strength": "moderate"}, "IPT probably eases symptoms more than"),
        ({"strength": "limited"}, "IPT may ease symptoms more than"),
        ({"strength": "insufficient"}, "we do not know whether IPT eases symptoms more than"),
        ({"strength": "insufficient", "direction": "unclear"}, "IPT eases symptoms more or less than"),
        ({"strength": "limited", "direction": "favours_comparator"}, "IPT may ease symptoms less than"),
        ({"strength": "limited", "direction": "no_important_difference"}, "IPT may do about as well as"),
    ],
)
def test_sentences_are_no_surer_than_their_strength(make_finding, vocabulary, cells, text):
    assert text in words.state(make_finding(**cells), vocabulary)


def test_every_outcome_has_words(vocabulary):
    assert set(words.DOES) == set(vocabulary.outcomes["outcome"])
