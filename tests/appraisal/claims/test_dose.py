"""Claims about sessions and weeks."""

import numpy as np
import pandas as pd
import pytest

from ipt_evidence.appraisal.claims.dose import against_range, judge, spread_of, took
from ipt_evidence.words.sentence_parts import joined


def spread(inside, outside, silent):
    values = pd.Series([14.0] * inside + [30.0] * outside + [np.nan] * silent)
    return spread_of(values, "sessions", 12, 16)


@pytest.mark.parametrize(
    ("inside", "outside", "silent", "found"),
    [
        (6, 3, 9, ("supported", "most_in_range")),
        (6, 3, 10, ("partly_supported", "most_unreported")),
        (59, 30, 0, ("partly_supported", "middle_in_range")),
        (5, 5, 0, ("partly_supported", "middle_in_range")),
        (4, 5, 0, ("not_supported", "few_in_range")),
        (0, 5, 0, ("contradicted", "none_in_range")),
        (4, 0, 9, ("not_assessable", "few_reports")),
        (0, 0, 9, ("not_assessable", "few_reports")),
        (0, 0, 0, ("no_trials", "no_trials")),
    ],
)
def test_shares_of_the_reports_decide(inside, outside, silent, found):
    assert against_range([spread(inside, outside, silent)]) == found


def test_both_ends_of_the_range_belong_to_it():
    assert spread_of(pd.Series([11.0, 12.0, 16.0, 17.0]), "sessions", 12, 16).inside == 2


def test_the_median_in_range_is_enough_to_be_partly_supported():
    values = pd.Series([5.0, 6.0, 12.0, 20.0, 21.0])
    assert against_range([spread_of(values, "weeks", 12, 16)]) == ("partly_supported", "middle_in_range")


def test_the_unit_that_supports_it_least_decides():
    assert against_range([spread(9, 0, 0), spread(0, 9, 0)])[0] == "contradicted"


@pytest.fixture
def base(make_base):
    trials = [{"trial_id": f"t{n}", "condition": "depression", "phase": "acute"} for n in range(6)]
    arms = [{"trial_id": f"t{n}", "arm_id": "a", "treatment": "ipt", "n_sessions": 12 + n} for n in range(6)]
    others = [{"trial_id": f"t{n}", "arm_id": "b", "treatment": "cbt", "n_sessions": 40} for n in range(6)]
    weeks = [{"trial_id": f"t{n}", "timepoint": "post", "weeks": 14.0} for n in range(6)]
    later = [{"trial_id": "t0", "timepoint": "followup", "weeks": 52.0}]
    return make_base(trials=trials, arms=arms + others, outcomes=weeks[:3] + later, contrasts=weeks[3:])


def test_sessions_are_those_of_the_arms_given_ipt(make_claim, base):
    judged = judge(make_claim(kind="dose", low=12, high=16, unit="sessions"), base)
    assert (judged.verdict, joined(judged.instead)) == ("supported", "")
    why = joined(judged.why)
    assert "Of 6 groups given IPT whose number of sessions is known, 5 had 12 to 16 sessions" in why


def test_weeks_are_those_to_the_end_of_treatment(make_claim, base):
    judged = judge(make_claim(kind="dose", low=12, high=16, unit="weeks"), base)
    why = joined(judged.why)
    assert "Of 6 trials whose end of treatment is known, 6 had 12 to 16 weeks; the median is 14." in why


def test_weekly_sessions_are_both_and_their_length_is_not_recorded(make_claim, base):
    claim = make_claim(kind="dose", low=12, high=16, unit="weekly_sessions", session_minutes=50)
    judged = judge(claim, base)
    assert (judged.verdict, judged.rule_id) == ("partly_supported", "length_not_recorded")
    assert "sessions;" in joined(judged.why)
    assert "weeks;" in joined(judged.why)


def test_a_claim_without_a_range_cannot_be_assessed(make_claim, base):
    assert judge(make_claim(kind="dose"), base).rule_id == "no_range"


def test_what_lies_in_the_middle_is_counted():
    """Where many report the same number, more than half lie between the quartiles."""
    sessions = spread_of(pd.Series([4.0, 8, 12, 12, 12, 12, 16, 27, np.nan]), "sessions", 0, 0)
    weeks = spread_of(pd.Series([12.0] * 5), "weeks", 0, 0)
    assert (sessions.lower, sessions.upper) == (11, 13)
    assert took([sessions, weeks], "depression", "IPT").text == (
        "In trials on depression, IPT took 4 to 27 sessions, 11 to 13 in 4 of 8 groups; it ended after 12 weeks "
        "(5 trials)."
    )
    tied = spread_of(pd.Series([4.0, 9, 9, 12, 12, 12, 16, 16, 27]), "sessions", 0, 0)
    assert took([tied], "depression", "IPT").text.endswith("IPT took 4 to 27 sessions, 9 to 16 in 7 of 9 groups.")
    assert took([spread(0, 0, 3)], "depression", "IPT") is None
