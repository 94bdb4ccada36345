"""What real data can never be blamed for, and what the written-out numbers agree with."""

import math
import statistics as plain

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ipt_evidence.extraction.checks.plausibility import PLAUSIBILITY, counts, scales, spread, statistics, weigh

SCORES = st.lists(st.integers(0, 63), min_size=2, max_size=60).filter(lambda scores: len(set(scores)) > 1)
POSITIVE = st.floats(0.05, 3)


@settings(deadline=None)
@given(SCORES, st.integers(1, 3))
def test_no_sample_of_whole_scores_is_blamed(weigh_rows, scores, digits):
    figures = {"mean": round(plain.mean(scores), digits), "sd": plain.stdev(scores), "n": len(scores)}
    row = {"arm_id": "ipt", **figures}
    assert weigh_rows(scales.means_within_range, outcomes=[row]) == []
    fitting = {"arm_id": "cau", "mean": 12.43, "n": 7}
    assert weigh_rows(scales.means_fit_whole_scores, outcomes=[row, fitting, fitting]) == []
    # The bound holds for the mean itself; rounded, it may lie nearer to an end of the scale.
    assert weigh_rows(spread.sd_possible_on_scale, outcomes=[{**row, "mean": plain.mean(scores)}]) == []


@settings(deadline=None)
@given(st.integers(1, 400), st.data(), st.integers(0, 2))
def test_no_share_of_whole_people_is_blamed(weigh_rows, total, data, digits):
    events = data.draw(st.integers(0, total))
    row = {
        "arm_id": "ipt", "measure": "binary", "outcome": "response", "events": events, "total": total,
        "derived": f"{100 * events / total:.{digits}f}% of {total}",
    }  # fmt: skip
    assert weigh_rows(counts.percentages_fit_people, outcomes=[row]) == []


@settings(deadline=None)
@given(st.floats(-2, 2), POSITIVE, st.sampled_from(["odds_ratio", "mean_difference", "smd"]))
def test_no_consistent_statistic_is_blamed(weigh_rows, value, error, statistic):
    limits = value - 1.959964 * error, value + 1.959964 * error
    shown = math.exp if statistic == "odds_ratio" else float
    row = {
        "statistic": statistic, "value": shown(value), "se": error, "ci_low": shown(limits[0]),
        "ci_high": shown(limits[1]), "p_value": round(2 * stats.norm.sf(abs(value) / error), 4),
    }  # fmt: skip
    for check in (
        statistics.ratio_intervals_are_symmetric,
        statistics.intervals_fit_standard_errors,
        statistics.p_values_fit,
    ):
        assert weigh_rows(check, contrasts=[row]) == []


@settings(deadline=None)
@given(st.floats(0, 3), st.integers(5, 300), st.integers(5, 300))
def test_no_smd_with_its_own_error_is_blamed(weigh_rows, value, n1, n2):
    error = math.sqrt(1 / n1 + 1 / n2 + value**2 / (2 * (n1 + n2)))
    assert (
        weigh_rows(statistics.smd_errors_fit_people, contrasts=[{"value": value, "se": error, "n1": n1, "n2": n2}])
        == []
    )


@settings(deadline=None)
@given(st.floats(-8, 8), st.integers(2, 60), st.integers(2, 60))
def test_no_t_with_its_own_p_value_is_blamed(weigh_rows, t, n1, n2):
    p = round(2 * stats.t.sf(abs(t), n1 + n2 - 2), 6)
    row = {"statistic": "t", "value": abs(t), "p_value": p, "n1": n1, "n2": n2}
    assert weigh_rows(statistics.p_values_fit, contrasts=[row]) == []


def test_a_check_that_judges_each_trial_by_itself_says_the_same_whatever_others_there_are(real_draft):
    by_itself = {check.name for check in PLAUSIBILITY if check.sees == "trial"}

    def said(trial, findings):
        return [one for one in findings if one.check in by_itself and one.trial_id == trial]

    every = weigh(real_draft)
    trials = real_draft.tables.frames["trials"]["trial_id"].tolist()[::3]
    beside_all = [said(trial, every) for trial in trials]
    assert sum(map(len, beside_all)) > len(trials)
    assert [said(trial, weigh(real_draft, {trial})) for trial in trials] == beside_all
