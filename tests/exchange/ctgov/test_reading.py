"""Records of ClinicalTrials.gov: what is taken, left and asked; no value of a record vanishes."""

import copy
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from ipt_evidence.exchange.ctgov.figures import Cell, Measured
from ipt_evidence.exchange.ctgov.words import instrument_in, lower_is_better, turned, weeks_in
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.exchange.revman.words import PERCENT_CHANGE
from ipt_evidence.extraction.breaches import ExtractionError

SAMPLE = Path(__file__).parents[1] / "samples" / "ctgov.json"
IPT, WAIT = "interpersonal_psychotherapy", "waiting_list"


def leaves(value, way=()):
    """Yield the way to each value of a document."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from leaves(value[key], (*way, key))
    else:
        yield way


def measures_of(study):
    return study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"]


def rows(imported, **wanted):
    table = imported.tables["outcomes"]
    for name, value in wanted.items():
        table = table[table[name] == value]
    return table.to_dict("records")


def left(imported, part):
    return [item.reason for item in imported.left if part in item.what]


def test_the_trial_its_arms_and_its_source_are_taken(study, imported):
    found = imported(study)
    (trial,) = found.tables["trials"].to_dict("records")
    assert {name: trial[name] for name in ("trial_id", "year", "country", "n_randomised", "mean_age")} == {
        **{"trial_id": "nct99999999", "year": "2016", "country": "US", "n_randomised": "80", "mean_age": "38.2"}
    }
    assert trial["percent_women"] == "75"
    assert "PMID 99999999" in trial["notes"]
    arms = found.tables["arms"][["arm_id", "treatment", "n_randomised"]].to_numpy().tolist()
    assert arms == [[IPT, "Interpersonal_Psychotherapy", "40"], [WAIT, "wait_list", "40"]]
    assert found.tables["sources"]["title"].tolist() == [
        "ClinicalTrials.gov NCT99999999, posted results, record of 2017-01-02"
    ]


def test_participant_flow_becomes_dropout(study, imported):
    assert [(row["arm_id"], row["events"], row["total"]) for row in rows(imported(study), outcome="dropout")] == [
        (IPT, "6", "40"),
        (WAIT, "3", "40"),
    ]


def test_a_mean_comes_with_its_baseline_unit_and_time(study, imported):
    row = rows(imported(study), instrument="BDI-II", arm_id=IPT)[0]
    figures = {name: row[name] for name in ("mean", "sd", "n", "baseline_mean", "baseline_sd", "weeks", "measure")}
    assert figures == {
        **{"mean": "12.4", "sd": "8.1", "n": "38", "baseline_mean": "24.0", "baseline_sd": "7.5", "weeks": "12"},
        "measure": "continuous",
    }
    assert row["lower_is_better"] == "true"
    assert "unit score on a scale" in row["derived"]
    assert "time frame 12 weeks" in row["derived"]


def test_a_standard_error_becomes_a_standard_deviation_and_an_adjusted_mean_is_asked_about(study, imported):
    found = imported(study)
    row = rows(found, instrument="PHQ-9", arm_id=IPT)[0]
    assert (row["measure"], row["mean"], row["sd"], row["weeks"]) == ("change", "-6.0", "5.4", "26")
    assert sum("adjusted mean" in item.reason for item in found.todo) == 2


@given(
    sample=st.lists(st.floats(-50, 50), min_size=3, max_size=40).filter(lambda each: np.std(each) > 0.1),
    level=st.sampled_from([90, 95, 99]),
)
@settings(deadline=None, max_examples=40)
def test_a_standard_deviation_from_an_interval_is_that_of_the_sample(sample, level):
    low, high = DescrStatsW(sample).tconfint_mean(alpha=1 - level / 100)
    measured = Measured("MEAN", f"{level}% Confidence Interval", "score")
    cell = Cell(value=str(np.mean(sample)), spread="", low=f"{low:.12f}", high=f"{high:.12f}", n=str(len(sample)))
    assert float(measured.figures(cell)["sd"]) == pytest.approx(np.std(sample, ddof=1), rel=1e-5)


@given(events=st.integers(0, 400), n=st.integers(1, 400), digits=st.integers(1, 3))
def test_a_percentage_that_was_rounded_gives_the_count_it_came_from(events, n, digits):
    events = min(events, n)
    cell = Cell(value=f"{100 * events / n:.{digits}f}", spread="", low="", high="", n=str(n))
    assert Measured("NUMBER", "", "percentage of participants").figures(cell)["events"] == str(events)


REFUSED = {
    ("MEDIAN", "Inter-Quartile Range", "days"): "MEDIAN, Inter-Quartile Range, days: neither a mean nor a count of",
    ("MEAN", "Full Range", "days"): "mean with Full Range: no standard deviation follows from it",
    ("MEAN", "", "days"): "mean with no spread: no standard deviation follows from it",
    ("NUMBER", "", "sessions"): "a number of sessions, not of participants",
    ("NUMBER", "", "percentage of participants"): "52 % of 37 participants is no whole number of people",
    ("COUNT_OF_PARTICIPANTS", "", "Participants"): "52 of 37 participants",
}


@pytest.mark.parametrize("kinds", REFUSED)
def test_figures_that_give_no_mean_and_no_count_are_refused(kinds):
    with pytest.raises(ValueError, match=f"^{re.escape(REFUSED[kinds])}"):
        Measured(*kinds).figures(Cell(value="52", spread="3", low="40", high="60", n="37"))


@pytest.mark.parametrize(
    ("measure", "cell", "told"),
    [(0, "38,2", ("", "75")), (1, "1,200", ("38.2", "")), (1, "1.200", ("38.2", ""))],
)
def test_a_comma_at_baseline_is_left_with_what_it_stands_in(study, imported, told, measure, cell):
    module = study["resultsSection"]["baselineCharacteristicsModule"]
    module["measures"][measure]["classes"][0]["categories"][0]["measurements"][0]["value"] = cell
    found = imported(study)
    (trial,) = found.tables["trials"].to_dict("records")
    assert (trial["mean_age"], trial["percent_women"]) == told
    assert sum("at baseline" in item.what and cell in item.what for item in found.left) == 1


def test_a_comma_is_thousands_or_decimals_and_nobody_guesses():
    with pytest.raises(ValueError, match="'1,200': the comma may stand for thousands or for decimals"):
        Measured("MEAN", "STANDARD_DEVIATION", "points").figures(Cell("1,200", "5.0", "", "", "28"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"typeUnitsAnalyzed": "Eyes"}, "its figures are of eyes, not of participants"),
        ({"title": "Time to relapse"}, "a time to an event"),
    ],
)
def test_means_that_are_not_those_of_people_are_left(study, imported, change, reason):
    measure = next(each for each in measures_of(study) if each["paramType"] == "MEAN")
    measure |= change
    found = imported(study)
    assert any(item.reason.startswith(reason) and measure["title"] in item.what for item in found.left)


def test_of_an_event_and_its_absence_the_event_is_counted(study, imported):
    found = imported(study)
    assert [row["events"] for row in rows(found, outcome="remission")] == ["15", "6"]
    assert left(found, "Remission (12 weeks), No") == [
        "those without the event, whose others are counted: OG000 23, OG001 31"
    ]


def test_a_reduction_has_no_sign_of_its_own(study, imported):
    measures_of(study)[1]["title"] = "Reduction in PHQ-9"
    found = imported(study)
    assert not rows(found, instrument="PHQ-9")
    assert left(found, "Reduction") == ["a reduction or an improvement: which sign is better must be looked up"]


TURNED = {
    ("Change From Baseline in PHQ-9", "Week 12 minus baseline; a reduction is an improvement."): False,
    ("Change in PHQ-9", "Calculated as baseline minus week 12."): True,
    ("Change in PHQ-9", "The week 12 score was subtracted from the baseline score."): True,
    ("Improvement in mood", ""): True,
    ("Depression", "Improved sleep is not counted."): False,
}


@pytest.mark.parametrize("said", TURNED)
def test_what_is_counted_as_gained_is_told_from_a_change(said):
    assert turned(*said) is TURNED[said]


WEEKS = {"12 weeks": "12", "Baseline, 6 months": "26", "Week 4 and week 8": "", "day 0": "", "1 year": "52", "": ""}


@pytest.mark.parametrize("frame", WEEKS)
def test_one_time_is_weeks_and_several_are_none(frame):
    assert weeks_in(frame) == WEEKS[frame]


def test_an_instrument_is_one_that_a_text_names_alone():
    assert instrument_in("Hamilton Rating Scale for Depression") == "HAM-D"
    assert instrument_in("BDI-II or PHQ-9") == ""
    assert lower_is_better("Higher scores indicate better outcomes; higher values mean a worse outcome") == ""
    assert lower_is_better("Lower scores mean a worse outcome.") == "false"


def test_groups_that_are_no_arms_are_left_with_their_figures(study, imported):
    measure = measures_of(study)[0]
    measure["groups"].append({"id": "OG002", "title": "Total"})
    measure["classes"][1]["categories"][0]["measurements"].append({"groupId": "OG002", "value": "15.6", "spread": "9"})
    found = imported(study)
    assert left(found, "group 'Total'") == ["no arm of the participant flow has this title"]
    assert left(found, "group OG002, 15.6, spread 9") == ["no arm of the participant flow is this group"]


def test_two_groups_of_one_title_are_told_apart_or_left(study, imported):
    for groups in (study["resultsSection"]["participantFlowModule"]["groups"], measures_of(study)[0]["groups"]):
        groups[1]["title"] = groups[0]["title"]
    found = imported(study)
    assert not rows(found, instrument="BDI-II")
    assert left(found, "Beck")[-1] == "fewer than two of its groups are arms of the participant flow"


LEFT_WHOLE = {
    "NON_RANDOMIZED": "its allocation is non-randomized: the tables hold randomised trials",
    "": "its allocation is not stated: the tables hold randomised trials",
}


@pytest.mark.parametrize("allocation", LEFT_WHOLE)
def test_a_record_that_is_no_randomised_trial_is_left(study, imported, allocation):
    study["protocolSection"]["designModule"]["designInfo"]["allocation"] = allocation
    found = imported(study)
    assert not found.counts
    assert left(found, "record") == [LEFT_WHOLE[allocation]]


def test_crossover_is_left_and_another_model_is_asked_about(study, imported):
    design = study["protocolSection"]["designModule"]["designInfo"]
    design["interventionModel"] = "CROSSOVER"
    assert not imported(study).counts
    design["interventionModel"] = "FACTORIAL"
    assert any("intervention model factorial" in item.what for item in imported(study).todo)


def test_several_records_are_read_and_other_json_is_refused(study, imported):
    other = copy.deepcopy(study)
    other["protocolSection"]["identificationModule"]["nctId"] = "NCT11111111"
    del study["resultsSection"]
    found = imported({"studies": [study, other]})
    assert found.tables["trials"]["trial_id"].tolist() == ["nct11111111"]
    assert left(found, "NCT99999999: record") == ["it has no posted results"]
    with pytest.raises(ExtractionError, match="no record of a study"):
        imported([{"title": "x"}])


@pytest.mark.parametrize(("token", "asked"), [({"nextPageToken": "abc"}, ["nextPageToken"]), ({}, [])])
def test_further_pages_of_an_answer_are_asked_for(study, imported, token, asked):
    found = imported({"studies": [study], **token})
    assert [item.what for item in found.todo if "others follow" in item.reason] == asked


def test_the_kind_is_recognised():
    assert kind_of(SAMPLE) == "ctgov"


CODES = {"type", "paramType", "dispersionType", "groupId", "id", "units", "reportingStatus", "allocation", "date"}
"""Values that say how others are to be read; they leave a trace, though not under their own name."""


def test_no_value_of_a_record_vanishes(study, imported, told):
    del measures_of(study)[2:5]  # they hold no other kinds of values
    before = told(imported(study))
    unseen, unchanged = [], []
    for way in leaves(study):
        changed = copy.deepcopy(study)
        place = changed
        for key in way[:-1]:
            place = place[key]
        place[way[-1]] = "zymurgy"
        after = told(imported(changed))
        unchanged += [] if after != before else [way]
        unseen += [] if way[-1] in CODES or "zymurgy" in after.lower() else [way]
    # What no table has a place for is counted by module and shown by its first value.
    counted = [way for way in unseen if way[-1] == "description" or "baselineCharacteristicsModule" in way]
    assert [way for way in unseen if way not in counted and "analyses" not in way] == []
    assert {way[-1] for way in unchanged} <= {"description", "id", "groupId", "type", "title", 0, 1}


@given(cells=st.lists(st.sampled_from(["", "12", "-3", "x", "1e9", "0"]), min_size=4, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_no_figure_of_an_arm_vanishes(study, imported, cells):
    studied = copy.deepcopy(study)
    one, other = measures_of(studied)[0]["classes"][1]["categories"][0]["measurements"]
    one["value"], one["spread"], other["value"], other["spread"] = cells
    found = imported(studied)
    taken = {row["arm_id"] for row in rows(found, instrument="BDI-II")}
    told = {arm for arm in (IPT, WAIT) if left(found, f"Week 12: arm {arm}")}
    assert taken | told == {IPT, WAIT}
    assert not taken & told


@pytest.mark.parametrize(
    "told",
    [
        {"unitOfMeasure": "percent change from baseline"},
        {"title": "Change in Beck Depression Inventory-II", "unitOfMeasure": "percentage"},
        {"title": "Beck Depression Inventory-II, % Reduction"},
    ],
)
def test_a_change_in_per_cent_is_no_change_in_points(study, imported, told):
    study["resultsSection"]["outcomeMeasuresModule"]["outcomeMeasures"][0] |= told
    found = imported(study)
    assert PERCENT_CHANGE in [item.reason for item in found.left]
    assert "BDI-II" not in set(found.tables["outcomes"]["instrument"])


@pytest.mark.parametrize(("low", "high"), [("14", "18"), ("18", "14"), ("6", "11.9")])
def test_an_interval_without_its_mean_gives_no_standard_deviation(low, high):
    with pytest.raises(ValueError, match=f"the mean 12 does not lie between {low} and {high}"):
        Measured("MEAN", "95% Confidence Interval", "score").figures(Cell("12", "", low, high, "30"))
