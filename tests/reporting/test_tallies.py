from dataclasses import replace

import pytest

from ipt_evidence.reporting.tallies import (
    coverage,
    limits,
    special_populations,
    trials_by,
)


@pytest.fixture(scope="module")
def found(review):
    return review.answers


def test_trials_and_people_are_those_of_the_table(review):
    counted, trials = coverage(review), review.tables["trials"]
    assert counted.trials == len(trials)
    assert counted.randomised == sum(trials["n_randomised"].dropna())
    assert counted.trials_not_counted == sum(trials["n_randomised"].isna())


def test_every_excluded_report_has_one_reason(review):
    reasons = coverage(review).reports_excluded
    assert sum(number for _, number in reasons) == len(review.tables["excluded_reports"])
    assert [number for _, number in reasons] == sorted((number for _, number in reasons), reverse=True)


@pytest.mark.parametrize(
    ("most", "single", "without_result"),
    [(9, (), ()), (1, ("depression", "late_life_depression"), ()), (0, (), ("depression", "late_life_depression"))],
)
def test_conditions_fall_into_one_group_each(review, found, most, single, without_result):
    """A condition nobody studied stays one without a trial, whatever became of the results on the others."""
    fewer = {name: replace(one, pooled=replace(one.pooled, k=min(one.pooled.k, most))) for name, one in found.items()}
    with_fewer = replace(review)
    vars(with_fewer)["answers"] = fewer
    counted = limits(with_fewer)
    assert (counted.single_trial, counted.without_result) == (single, without_result)
    assert counted.without_trial == ("chronic_pain",)


def test_a_trial_without_judgement_is_not_judged(review):
    judged = set(review.tables["risk_of_bias"]["trial_id"])
    trials = review.tables["trials"]["trial_id"]
    assert limits(review).trials_not_judged == sum(trial not in judged for trial in trials)


def test_only_answers_that_favour_the_therapy_can_lose_their_benefit(review, found):
    counted = limits(review)
    assert counted.predictions_without_benefit <= counted.predictions
    favourable = [one.pooled.pi_low for one in found.values() if one.direction == "favours_intervention"]
    assert counted.predictions == sum(low == low for low in favourable)


def test_follow_up_is_counted_among_trials_that_are_used(review):
    counted = limits(review)
    assert counted.trials_followed_up <= counted.trials_used
    assert counted.trials_used + counted.trials_without_result == counted.trials


def test_formats_that_are_not_reported_are_counted_as_such(review):
    formats, arms = dict(trials_by(review, "format")), review.vocabulary.given(review.tables["arms"])
    assert formats["not_reported"] == arms.loc[arms["format"].isna(), "trial_id"].nunique()
    assert formats["not_reported"] == 1
    assert formats["telephone"] == arms.loc[arms["format"].eq("telephone"), "trial_id"].nunique()


def test_a_trial_with_two_special_populations_counts_for_each(review):
    counted, trials = dict(special_populations(review)), review.tables["trials"]
    codes = trials[["special_population", "second_population"]]
    assert sum(counted.values()) == codes.notna().to_numpy().sum()
    assert counted["primary_care"] == codes.eq("primary_care").any(axis=1).sum() == 3
