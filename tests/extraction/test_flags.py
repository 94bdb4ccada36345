"""Doubts, corrections and numbers out of line travel with the results they touch."""

import pytest


def flags(evidence, table):
    frame = getattr(evidence, table)
    return dict(zip(frame["line"], frame["flags"], strict=True))


def test_rows_nobody_doubts_carry_no_flag(evidence):
    assert [line for line, found in flags(evidence, "outcomes").items() if found == ""] == [2, 4, 5]


def test_a_corrected_row_says_so_and_names_its_doubt(evidence):
    assert flags(evidence, "outcomes")[3] == "corrected;doubt:alpha2001_sd_is_se"


def test_a_doubt_on_a_trial_holds_for_all_its_results(evidence):
    assert all("doubt:beta2002_clusters" in found for found in flags(evidence, "contrasts").values())
    assert [line for line, found in flags(evidence, "outcomes").items() if "beta2002_clusters" in found] == [6, 7]


def test_a_doubt_that_excludes_says_so_on_the_row_it_is_about_only(evidence):
    excluded = {line for line, found in flags(evidence, "contrasts").items() if "excluded:beta2002_relapse" in found}
    assert excluded == {3}


def test_flags_of_one_row_are_in_order(evidence):
    assert flags(evidence, "contrasts")[3].split(";") == [
        "doubt:beta2002_clusters",
        "doubt:beta2002_relapse",
        "excluded:beta2002_relapse",
    ]


def test_a_contrast_without_direction_is_marked(evidence):
    assert "no_direction" in flags(evidence, "contrasts")[4]


@pytest.mark.parametrize(
    ("table", "line", "old", "new"),
    [
        pytest.param("outcomes", 2, "4.25,18,", "4.25,21,", id="n of a mean"),
        pytest.param("outcomes", 5, "3,20,itt", "3,21,itt", id="total of a count"),
        pytest.param("contrasts", 3, "1.25,,,,ipt", "1.25,,16,,ipt", id="n of an arm"),
        pytest.param("contrasts", 3, "1.25,,,,ipt", "1.25,,,31,ipt", id="n above the trial where the arm says nothing"),
    ],
)
def test_more_people_than_were_randomised_are_marked(mini, evidence, table, line, old, new):
    assert "analysed_above_randomised" not in flags(evidence, table)[line]
    mini.swap(f"raw/{table}.csv", old, new)
    assert "analysed_above_randomised" in flags(mini.load(), table)[line]


def test_a_ratio_of_scores_that_does_not_say_whether_more_is_better_is_marked(mini):
    mini.swap("raw/contrasts.csv", "mean_difference", "odds_ratio")
    mini.swap("raw/contrasts.csv", "difference printed", "odds printed")
    assert "event_unclear" in flags(mini.load(), "contrasts")[4]


def test_an_empty_timepoint_of_a_doubt_means_any(mini):
    mini.swap("raw/doubts.csv", "ipt,relapse,,followup", "ipt,,,")
    excluded = [line for line, found in flags(mini.load(), "contrasts").items() if "excluded:" in found]
    assert excluded == [2, 3, 4]


def test_no_doubt_of_the_real_tables_is_lost(real_evidence):
    travelling = ";".join([*real_evidence.outcomes["flags"], *real_evidence.contrasts["flags"]])
    # A doubt about judgements of risk of bias stands beside them, not beside results.
    of_results = real_evidence.doubts[real_evidence.doubts["table"].ne("risk_of_bias")]
    for doubt in of_results.itertuples():
        assert f"doubt:{doubt.doubt_id}" in travelling
        assert (f"excluded:{doubt.doubt_id}" in travelling) == (doubt.action == "exclude")


def test_what_became_of_a_report_marks_all_results_of_its_trial(mini):
    mini.swap("raw/trials.csv", "beta2002,,", "beta2002,retracted,Looked up in the journal on 2026-11-22.")
    evidence = mini.load()
    assert all("report:retracted" in found.split(";") for found in flags(evidence, "contrasts").values())
    assert [line for line, found in flags(evidence, "outcomes").items() if "report:" in found] == [6, 7]
