"""Published results in words: as printed, on our scale, and what is known of the two."""

import math

import pytest

from ipt_evidence.reporting.published.results import Drawn, beside, published_results
from ipt_evidence.words import agreement


@pytest.fixture(scope="module")
def results(review):
    return {one.benchmark_id: one for one in published_results(review)}


def test_every_published_result_is_there(review, results):
    assert set(results) == set(review.tables["benchmarks"]["id"])


def test_a_result_that_is_compared_says_how_far_ours_is_from_it(review, results):
    one = results["invented2020"]
    ours = one.question.pooled
    assert one.printed == "standardised mean difference 0.51 (95% interval 0.3 to 0.72)"
    # Printed figures that favour the therapy above no difference are on our scale as they are.
    assert one.on_our_scale == ""
    gap = ours.estimate - 0.51
    assert one.how_far.startswith(f"Ours is {abs(gap):.2f} {'higher' if gap > 0 else 'lower'}; the intervals overlap")
    assert one.shared == "2 trials of our answer are known to be in it."
    assert one.certainty == "moderate (GRADE)"
    assert one.address == "https://doi.org/10.5555/invented.pooled"


def test_a_figure_printed_the_other_way_round_is_shown_on_our_scale_too(results):
    one = results["invented2016"]
    assert one.printed == "standardised mean difference −0.05, without an interval"
    assert one.on_our_scale == "g = 0.05"
    assert "overlap" not in one.how_far
    assert "The published result is not on quite the same: only talking therapies in groups." in one.facts
    assert any("ours is at the end of treatment (acute treatment)" in fact for fact in one.facts)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("invented2020_dropout", "other_measure"),
        ("invented2020_medication", "no_direction"),
        ("invented2016_pain", "no_trials"),
        ("invented2016_any", "not_asked"),
        ("invented2016_change", "within_group"),
        ("invented2016_all", "not_placed"),
    ],
)
def test_what_is_not_compared_says_why(results, name, reason):
    one = results[name]
    assert one.reason.startswith(agreement.REASONS[reason].partition("{")[0])
    assert (one.compared, one.how_far, one.on_our_scale) == (None, "", "")


def test_every_reason_occurs_in_the_example_so_every_test_of_a_page_meets_it(review):
    assert set(review.tables["agreement"]["reason_id"].dropna()) == set(agreement.REASONS)


def test_a_question_has_the_results_beside_it(review, results):
    found = beside(review, "depression_ba_v_control_symptom_severity_post")
    assert [one.benchmark_id for one in found] == ["invented2020"]
    assert beside(review, "depression_ba_v_control_functioning_post") == ()


def test_no_sentence_says_that_two_results_agree_or_holds_an_empty_place(results):
    told = [part for one in results.values() for part in (one.how_far, one.reason, one.shared, *one.facts)]
    assert not [part for part in told if "agree" in part or "consistent" in part or "–" in part or "{" in part]
    assert all(part.endswith(".") for part in told if part)


def test_a_result_is_written_with_its_interval_where_it_has_one():
    assert Drawn(math.log(2), math.log(1.5), math.log(3)).written("logOR") == "2.00 (1.50 to 3.00)"
    assert Drawn(0.5, math.nan, math.nan).written("SMD") == "0.50"


@pytest.mark.parametrize(
    ("value", "measure", "words"),
    [
        (0.123, "SMD", "0.12 higher"),
        (-0.123, "SMD", "0.12 lower"),
        (0.004, "SMD", "the same to two decimals"),
        (math.log(0.39), "logOR", "0.39 times the published one"),
    ],
)
def test_differences_in_words(value, measure, words):
    assert agreement.difference(value, measure) == words


def test_intervals_in_words():
    assert agreement.intervals(None, None) == ""
    assert agreement.intervals(False, False) == "the intervals do not overlap"
    assert agreement.intervals(True, False).endswith("our estimate lies outside the published one")
