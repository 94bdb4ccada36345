"""Each plausibility check on rows that are sound, and on the same rows with one thing spoilt."""

import pytest

from ipt_evidence.extraction.checks.plausibility import (
    PLAUSIBILITY,
    counts,
    effects,
    notes,
    order,
    people,
    repeats,
    scales,
    spread,
    statistics,
)


def score(arm="ipt", **cells):
    return {"arm_id": arm, "mean": 12.4, "sd": 8.0, "n": 20, **cells}


def event(arm="ipt", events=9, total=20, **cells):
    figures = {"measure": "binary", "outcome": "response", "lower_is_better": None, "events": events, "total": total}
    return {"arm_id": arm, "instrument": None, **figures, **cells}


OTHERS = [score(trial_id=f"other{number}", sd=sd) for number, sd in enumerate((7.2, 8.1, 9.0, 9.9))]
MANY = {
    "trials": [{}, *({"trial_id": row["trial_id"]} for row in OTHERS)],
    "arms": [
        {"arm_id": "ipt"},
        {"arm_id": "cau", "treatment": "care_as_usual"},
        *({"trial_id": row["trial_id"], "arm_id": "ipt"} for row in OTHERS),
    ],
}
FACTORIAL = [
    {"arm_id": "both", "treatment": "ipt+pharmacotherapy"},
    {"arm_id": "ipt"},
    {"arm_id": "drug", "treatment": "pharmacotherapy:citalopram"},
]

CASES = [
    (
        spread.sd_reads_as_standard_error, {"outcomes": [score(sd=1.8, n=21), *OTHERS], **MANY}, {"sd": 8.0},
        "far below the median SD of 4 other trials on BDI, 8.55; as a standard error of 21 people it would be an SD "
        "of 8.25",
    ),
    (
        spread.sd_reads_as_standard_error, {"outcomes": [score(sd=1.8, n=21, baseline_sd=7.5)]}, {"sd": 8.0},
        "far below the SD of the same arm at baseline, 7.5; as a standard error of 21 people it would be an SD of 8.25",
    ),
    (
        spread.sd_far_from_other_trials, {"outcomes": [score(sd=85.0), *OTHERS], **MANY}, {"sd": 8.5},
        "far from the SDs of 4 other trials on BDI, whose median is 8.55",
    ),
    (
        spread.sd_is_a_rounded_standard_error,
        {"outcomes": [score(sd=5.7689, n=13), score("cau", sd=10.0955, n=13)]}, {"sd": 5.77},
        "equals 1.6 x √13 to the last digit, so it seems to be computed from a rounded SE",
    ),
    (
        spread.sd_possible_on_scale, {"outcomes": [score(mean=2.0, sd=12.0)]}, {"sd": 11.0},
        "with a mean of 2 on 0 to 63 an SD cannot be above 11.3",
    ),
    (
        scales.means_within_range, {"outcomes": [score(mean=63.5)]}, {"mean": 62.5},
        "outside the range of BDI, 0 to 63 (10.1016/0272-7358(88)90050-5)",
    ),
    (
        scales.means_fit_whole_scores,
        {"outcomes": [score(mean=12.47, n=10), score("cau", mean=12.43, n=7), score("cau", mean=12.43, n=7)]},
        {"mean": 12.4}, "no sum of whole scores of 10 people gives this mean, and the trial's other means fit",
    ),
    (
        effects.effects_within_reference, {"outcomes": [score(mean=5.0, sd=4.0), score("cau", mean=12.0, sd=4.0)]},
        {"mean": 6.0}, "|g| of 1.72 between ipt and cau is above 1.66, which 95 % of such trials stay below",
    ),
    (
        effects.arms_alike_at_baseline,
        {"outcomes": [score(baseline_mean=25, baseline_sd=8), score("cau", baseline_mean=20, baseline_sd=8)]},
        {"baseline_mean": 22}, "ipt and cau differ by 0.62 SD at baseline (25 and 20)",
    ),
    (
        effects.contrasts_agree_with_means,
        {"contrasts": [{"favours": "cau"}], "outcomes": [score(mean=8.0), score("cau", mean=16.0)]},
        {"favours": "ipt"}, "by its means the better arm is ipt (|g| 0.98)",
    ),
    (
        effects.means_agree_with_counts,
        {
            "outcomes": [
                score(mean=8.0), score("cau", mean=16.0), event(events=4, instrument="BDI"),
                event("cau", events=9, instrument="BDI"),
            ],
        },
        {"mean": 15.0}, "better than that of cau by |g| 0.98, but response is 25 points rarer (line 4)",
    ),
    (
        people.arms_add_up, {"arms": [{**ARM, "n_randomised": 22} for ARM in ({"arm_id": "ipt"}, {"arm_id": "cau"})]},
        {"n_randomised": 18}, "the arms add up to 44 (22 + 22), trials.csv says 40 randomised",
    ),
    (
        people.results_within_trial, {"outcomes": [score(n=22), score("cau", n=21)]}, {"n": 19},
        "the arms of this result add up to 43 people, trials.csv says 40 randomised",
    ),
    (
        people.results_within_trial, {"contrasts": [{"n1": 22, "n2": 21}]}, {"n1": 19},
        "n1 + n2 is 43, trials.csv says 40 randomised",
    ),
    (
        people.results_within_arm, {"outcomes": [score(n=21)]}, {"n": 20},
        "more than the 20 that arms.csv says were randomised to ipt",
    ),
    (
        people.counts_of_everybody_agree, {"outcomes": [event(outcome="dropout", total=17)]}, {"total": 20},
        "counted in everybody, but arms.csv says 20 were randomised to ipt",
    ),
    (
        people.most_people_assessed, {"outcomes": [score(n=13)]}, {"n": 14}, "13 of 20 people stated for ipt (65 %)",
    ),
    (
        people.completers_are_named, {"outcomes": [score(n=17), event(outcome="dropout", events=3)]},
        {"analysis": "completers"}, "17 is the 20 randomised minus the 3 who dropped out: completers",
    ),
    (
        people.randomised_is_stated,
        {"trials": [{"n_randomised": None}], "arms": [{"arm_id": "ipt", "n_randomised": None}]}, {"n_randomised": 40},
        "the number randomised is not known, neither of the trial nor of all of its arms",
    ),
    (
        counts.percentages_fit_people, {"outcomes": [event(events=10, total=28, derived="35% of 28")]},
        {"derived": "36% of 28"}, "no whole number of 28 people is 35 %: the nearest is 10, 35.7 %",
    ),
    (
        repeats.baselines_agree,
        {
            "outcomes": [
                score(baseline_mean=25.1, baseline_sd=8),
                score(baseline_mean=15.1, baseline_sd=8, timepoint="followup"),
            ],
        },
        {"baseline_mean": 25.1}, "line 2 gives 25.1 for the same arm and instrument",
    ),
    (
        repeats.figures_stand_once, {"outcomes": [score(mean=12.4, sd=8.3), score("cau", mean=12.4, sd=8.3)]},
        {"mean": 12.5}, "line 2 has the same mean and SD (12.4, 8.3)",
    ),
    (
        repeats.groups_stand_in_one_trial,
        {"outcomes": [score(trial_id="other0", mean=12.4, sd=8.3), score("cau", mean=12.4, sd=8.3)], **MANY},
        {"mean": 12.5}, "line 2, of other0, has the same mean and SD (12.4, 8.3)",
    ),
    (
        repeats.figures_keep_their_decimals,
        {"outcomes": [score(mean=12), score("cau", mean=14), *OTHERS], **MANY}, {"mean": 12.5},
        "all 4 means and SDs of the trial are whole numbers; other trials print decimals",
    ),
    (
        order.followup_after_post, {"outcomes": [score(timepoint="followup", weeks=12), score("cau", weeks=16)]},
        {"weeks": 17}, "a follow-up after 12 weeks, while treatment ended after 16",
    ),
    (
        order.post_at_one_time, {"outcomes": [score("cau", weeks=8), score(weeks=16)]}, {"weeks": 12},
        "the end of treatment is at 16 weeks here and at 8 elsewhere",
    ),
    (
        order.changes_go_the_right_way,
        {"outcomes": [score(mean=9.1, measure="change"), score("cau", mean=6.0, measure="change")]}, {"mean": -9.1},
        "by the sign of the changes every arm got worse",
    ),
    (
        order.treatments_help_before_they_harm,
        {"outcomes": [event("both", events=5), event(events=8), event("drug", events=12)], "arms": FACTORIAL},
        {"events": 9}, "both, a combination, does worst of all 3 arms",
    ),
    (
        statistics.ratio_intervals_are_symmetric,
        {"contrasts": [{"statistic": "odds_ratio", "value": 2.0, "ci_low": 1.8, "ci_high": 4.0}]}, {"value": 2.68},
        "on the log scale 0.11 above the lower and 0.69 below the upper limit",
    ),
    (
        statistics.difference_intervals_are_symmetric,
        {"contrasts": [{"statistic": "mean_difference", "value": 5.0, "ci_low": 0.0, "ci_high": 8.4}]}, {"ci_low": 1.6},
        "5 above the lower and 3.4 below the upper limit",
    ),
    (
        statistics.intervals_fit_standard_errors,
        {"contrasts": [{"statistic": "mean_difference", "value": 4.0, "se": 3.0, "ci_low": 0.1, "ci_high": 7.9}]},
        {"se": 2.0}, "the interval 0.1 to 7.9 means a standard error of 1.99",
    ),
    (
        statistics.smd_errors_fit_people, {"contrasts": [{"value": 1.143, "se": 0.47, "n1": 32, "n2": 16}]},
        {"se": 0.33}, "an SMD of 1.143 with 32 and 16 people has an SE of 0.328",
    ),
    (
        statistics.p_values_fit,
        {"contrasts": [{"statistic": "t", "value": 2.37, "p_value": 0.018, "n1": 22, "n2": 19}]}, {"p_value": 0.023},
        "p of t(39) is 0.0228; the printed one is that of a normal z",
    ),
    (
        statistics.p_values_fit, {"contrasts": [{"value": 0.41, "se": 0.162, "p_value": 0.004}]}, {"p_value": 0.011},
        "the figures of the row give p = 0.0114",
    ),
    (
        statistics.precision_is_stated, {"contrasts": [{"statistic": "odds_ratio"}]}, {"p_value": 0.04},
        "no standard error, interval or p value, so no precision",
    ),
    (
        notes.figures_are_printed, {"outcomes": [event(derived="events inferred from a graph")]},
        {"derived": "printed in table 2"}, "worked out, not printed",
    ),
    (
        notes.clusters_are_named, {"trials": [{"notes": "Cluster randomised by village."}]}, {"notes": "Two sites."},
        "groups of people may have been randomised; errors that ignore this are too small",
    ),
    (
        notes.treatments_fit_their_details, {"arms": [{"arm_id": "ipt", "detail": "group counselling"}]},
        {"detail": "group IPT"}, "the detail speaks of 'counselling'",
    ),
    (
        notes.treatments_fit_their_details,
        {"arms": [{"arm_id": "wl", "treatment": "wait_list", "detail": "treatment as usual"}]},
        {"treatment": "care_as_usual"}, "the detail speaks of 'usual'",
    ),
    (
        spread.sd_at_baseline_is_alike, {"outcomes": [score(sd=6.0, baseline_mean=20.0, baseline_sd=61.0)]},
        {"baseline_sd": 6.1}, "the SD of the same arm at the end is 6",
    ),
    (
        people.ages_fit_population, {"trials": [{"population": "adults", "mean_age": 3.62}]}, {"mean_age": 36.2},
        "no mean age of adults: it lies between 18 and 75",
    ),
    (
        notes.trials_have_an_arm_under_review, {"arms": [{"arm_id": "a", "treatment": "cbt"}]}, {"treatment": "ipt"},
        "no arm of the trial is coded as the therapy under review, alone or with something else",
    ),
    (
        notes.notes_agree_with_followups,
        {"trials": [{"notes": "The difference held at 24 but NOT 36 WEEKS."}],
         "contrasts": [{"timepoint": "followup", "weeks": 36, "value": 0.6, "se": 0.15}]}, {"value": 0.2},
        "0.6 with a standard error of 0.15, and the notes say that nothing was left",
    ),
    (
        counts.margins_agree_with_cells,
        {"trials": [{"notes": "Margins printed: 75 of 142 in both + drug."}], "arms": FACTORIAL,
         "outcomes": [event("both", events=22, total=67), event("drug", events=42, total=75), event()]}, {"events": 33},
        "64 of 142 in both + drug, the notes of the trial print 75 of 142",
    ),
    (
        counts.notes_agree_with_counts,
        {"trials": [{"notes": "Printed: 32.0%."}], "outcomes": [event(events=24, total=77)]}, {"total": 75},
        "24 of 77 is 31.2 %, the notes of the trial print 32.0 %",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("check", "tables", "repair", "rule"),
    CASES,
    ids=[f"{number}-{case[0].__name__}" for number, case in enumerate(CASES)],
)
def test_finds_what_is_odd_and_nothing_once_it_is_repaired(weigh_rows, check, tables, repair, rule):
    found = weigh_rows(check, **tables)
    assert (found[0].rule, found[0].trial_id) == (rule, "one2001")
    assert weigh_rows(check, **_repaired(tables, found[0], repair)) == []


def test_checks_say_whether_what_they_find_rests_on_other_trials(weigh_rows):
    def alone(tables):
        return {name: [row for row in rows if "trial_id" not in row] for name, rows in tables.items()}

    kept = [
        (check, rule in {found.rule for found in weigh_rows(check, **alone(tables))})
        for check, tables, _, rule in CASES
    ]
    assert {check for check, stays in kept if not stays} == {
        check.find for check in PLAUSIBILITY if check.sees == "trials"
    }


def _repaired(tables, finding, cells):
    """Return the tables with cells changed in the row that a finding is on."""
    name = finding.file.rpartition("/")[2].removesuffix(".csv")
    rows = list(tables[name])
    rows[finding.line - 2] = {**rows[finding.line - 2], **cells}
    return {**tables, name: rows}


def test_every_check_is_tried():
    assert {case[0] for case in CASES} == {check.find for check in PLAUSIBILITY}


@pytest.mark.parametrize("check", PLAUSIBILITY, ids=lambda check: check.name)
def test_says_what_it_finds_and_by_which_rule(check):
    assert check.find.__doc__.startswith("Yield ")
    assert check.rule.startswith("Rule: ")
    assert check.summary.endswith(".")
    assert check.subject


def test_a_copied_result_is_found_with_all_its_arms(weigh_rows):
    rows = [event(), event("cau", events=4), event(outcome="remission"), event("cau", events=4, outcome="remission")]
    (found,) = weigh_rows(repeats.figures_stand_once, outcomes=rows)
    assert found.rule == "every arm has the events and totals of the result on line 2, response"


def test_words_the_vocabulary_does_not_know_are_weighed_like_any_other(weigh_rows):
    rows = [score(mean=10.0, outcome="symptom_severtiy"), score("cau", mean=30.0, outcome="symptom_severtiy")]
    (finding,) = weigh_rows(effects.effects_within_reference, trials=[{"condition": "depresion"}], outcomes=rows)
    assert finding.rule.startswith("|g| of 2.45 between ipt and cau is above 1.87")
    events = [event(**FACTORIAL[0] | {"outcome": "responce", "events": 1}), event("ipt"), event("drug")]
    assert weigh_rows(order.treatments_help_before_they_harm, arms=FACTORIAL, outcomes=events) == []


def test_a_percentage_above_100_is_of_no_people(weigh_rows):
    (finding,) = weigh_rows(counts.percentages_fit_people, outcomes=[event(derived="999 % of 28")])
    assert finding.rule == "no whole number of 28 people is 999 %: the nearest is 28, 100.0 %"


@pytest.mark.parametrize(
    "digits", ["9" * 5000, "9" * 400, "\u0663", "0"], ids=("no number", "infinite", "Arabic", "none")
)
def test_no_number_in_a_text_stops_a_check(weigh_rows, digits):
    notes = f"Printed: {digits} of {digits} in ipt + cau, {digits}.5 %; NO LONGER AFTER {digits} MONTHS"
    rows = [event(derived=f"50 % of {digits}"), event("cau", derived=f"{digits} % of {digits}")]
    printed = [{"timepoint": "followup", "weeks": 36, "value": 0.6, "se": 0.15, "derived": f"of {digits}"}]
    for check in PLAUSIBILITY:
        weigh_rows(check.find, trials=[{"notes": notes}], outcomes=rows, contrasts=printed)
