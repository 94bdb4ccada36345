"""Exports of Covidence, SRDR+ and DistillerSR: what is taken, left and asked; no cell of a form vanishes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from ipt_evidence.exchange import report_of
from ipt_evidence.exchange.column_map import mapped_sheet, parse_map
from ipt_evidence.exchange.forms.labels import figure_of, is_baseline, named_by
from ipt_evidence.exchange.forms.reading import read_covidence, read_distiller, read_srdr
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.exchange.metapsy.importing import read_mapped
from ipt_evidence.extraction.breaches import ExtractionError

SAMPLES = Path(__file__).parents[1] / "samples" / "forms"
KINDS = {"covidence.csv": "covidence", "covidence2.csv": "covidence", "distiller.csv": "distiller", "srdr.xlsx": "srdr"}


def outcomes(imported, *columns):
    return imported.tables["outcomes"][["trial_id", "arm_id", *columns]].to_numpy().tolist()


def left(imported):
    return [(item.line, item.what, item.reason) for item in imported.left]


def everything(imported):
    cells = [str(cell) for table in imported.tables.values() for row in table.to_numpy() for cell in row]
    report = report_of(imported)
    return "\n".join([*cells, *report["what"], *report["reason"]])


@pytest.mark.parametrize("file", KINDS)
def test_the_kind_is_recognised(file):
    assert kind_of(SAMPLES / file) == KINDS[file]


def test_columns_of_covidence_become_results_with_their_baseline():
    found = read_covidence(SAMPLES / "covidence.csv")
    rows = found.tables["outcomes"]
    assert outcomes(found, "instrument", "mean", "sd", "n", "baseline_mean", "weeks")[:2] == [
        ["ash2011", "ipt", "BDI-II", "13.2", "8.4", "38", "28.4", "12"],
        ["ash2011", "waiting_list", "BDI-II", "21.7", "9.0", "39", "27.9", "12"],
    ]
    counts = rows[rows["measure"] == "binary"]
    assert counts[["trial_id", "outcome", "criterion", "events", "total"]].to_numpy().tolist()[:2] == [
        ["ash2011", "remission", "remission", "18", "40"],
        ["ash2011", "remission", "remission", "9", "41"],
    ]
    assert found.tables["arms"]["treatment"].tolist()[1:] == [
        "wait_list",
        "interpersonal_psychotherapy",
        "care_as_usual",
    ]
    assert found.tables["trials"][["trial_id", "year", "country"]].to_numpy().tolist() == [
        ["ash2011", "2011", "CA"],
        ["birch2014", "2014", "US"],
    ]


CUT = (
    "Study Identifier,Intervention,PHQ-9 Post Mean,PHQ-9 Post SD,PHQ-9 Post N,PHQ-9 change from baseline 12 weeks Mean,"
    "PHQ-9 change from baseline 12 weeks SD,PHQ-9 change from baseline 12 weeks N\n"
    "Ash 2011,IPT,9,4,30,-5,4.5,29\nAsh 2011,Waiting list,12,5,31,-2,4.6,28\n"
)


def test_changes_are_no_scores_and_a_form_may_have_lost_columns(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text(CUT, encoding="utf-8")
    assert kind_of(path) == "covidence"
    found = read_covidence(path)
    assert outcomes(found, "instrument", "measure", "mean", "sd", "n", "lower_is_better") == [
        ["ash2011", "ipt", "PHQ-9", "continuous", "9", "4", "30", "true"],
        ["ash2011", "waiting_list", "PHQ-9", "continuous", "12", "5", "31", "true"],
        ["ash2011", "ipt", "PHQ-9", "change", "-5", "4.5", "29", "true"],
        ["ash2011", "waiting_list", "PHQ-9", "change", "-2", "4.6", "28", "true"],
    ]
    assert found.tables["outcomes"][["domain", "criterion"]].drop_duplicates().to_numpy().tolist() == [["target", ""]]
    # Both arms improve if a change is after minus before; the report says that it is taken as that.
    assert [item.line for item in found.todo if item.what == "changes on PHQ-9"] == [3]


def test_a_standard_error_of_covidence_becomes_a_standard_deviation_with_a_line():
    found = read_covidence(SAMPLES / "covidence.csv")
    rows = found.tables["outcomes"]
    assert rows.loc[rows["outcome"] == "functioning", "sd"].tolist() == ["12", "12.9453"]
    assert any("SD = SE × √n, SE 2.0" in item.reason for item in found.todo)


def test_what_covidence_holds_without_a_place_is_named():
    found = read_covidence(SAMPLES / "covidence.csv")
    assert (6, "Cedar 2016: condition IPT, mean 14.0, sd 8.0, n 25", "no second arm has a result of the same kind") in (
        left(found)
    )
    (columns,) = [what for _, what, _ in left(found) if what.startswith("columns")]
    for cell in ("dosed weekly", "baseline_age_mean (38.1)", "time_to_relapse_1_year_median (61)"):
        assert cell in columns


def test_columns_of_one_name_that_differ_are_told(tmp_path):
    text = (SAMPLES / "covidence.csv").read_text(encoding="utf-8").replace("9,41,,40", "9,41,3.3,40")
    path = tmp_path / "form.csv"
    path.write_text(text.replace('9,41,"",40', "9,41,3.3,40"), encoding="utf-8")
    found = read_covidence(path)
    assert ((3, "Ash 2011: bdi-ii_12_weeks_mean 3.3", "another column of this name says 21.7, which is taken")) in left(
        found
    )


NAMES = {
    "bdi-ii_12_weeks_mean": ("bdi-ii", "12 weeks", "mean"),
    "depression_(ham-d)_week_12_sd": ("depression (ham-d)", "week 12", "sd"),
    "response_end_of_treatment_number_of_events": ("response", "end of treatment", "event"),
    "quality_of_life_follow-up_6_95%_ci_lower": ("quality of life", "follow-up 6", "ci_low"),
    "anxiety_total": ("anxiety", "", "n"),
    "phq-9_6_months_follow-up_n_(again,_column_44)": ("phq-9", "6 months follow-up", "n"),
    "time_to_relapse_median": None,
    "sd": None,
    "country": None,
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_columns_say_outcome_time_and_figure(name):
    assert named_by(name) == NAMES[name]


def test_figures_and_baselines_are_known_in_their_spellings():
    assert [figure_of(each) for each in ("Total (N analyzed)", "SD", "95% CI low (mean)", "Events", "Mode")] == [
        *("n", "sd", "ci_low", "event", "")
    ]
    assert [is_baseline(each) for each in ("Baseline", "pre-treatment", "week 0", "post", "12 weeks")] == [
        *(True, True, True, False, False)
    ]


def test_the_workbook_of_srdr_gives_means_and_counts_of_the_consensus():
    found = read_srdr(SAMPLES / "srdr.xlsx")
    assert outcomes(found, "instrument", "mean", "baseline_mean", "events", "total", "criterion") == [
        ["ash2011", "ipt", "BDI-II", "13.2", "28.4", "", "", ""],
        ["ash2011", "wait_list", "BDI-II", "21.7", "27.9", "", "", ""],
        ["ash2011", "ipt", "", "", "", "18", "40", "remission"],
        ["ash2011", "wait_list", "", "", "", "9", "41", "remission"],
        ["ash2011", "ipt", "", "", "", "14", "30", "Remission (Women) | remission"],
        ["ash2011", "wait_list", "", "", "", "8", "31", "Remission (Women) | remission"],
    ]
    assert (2, "1: row of ada", "the consensus is taken") in left(found)
    assert any("BAC Comparisons' compares arms or times" in item.reason for item in found.todo)
    told = [what for _, what, reason in left(found) if reason == "neither a mean nor a number of events"]
    assert told == ["Elm 2019: IPT, Sleep, 12 weeks: n 30", "Elm 2019: TAU, Sleep, 12 weeks: n 29"]
    assert all(cell in everything(found) for cell in ("99999999", "median 7", "KQ1"))


SECOND = (
    *("study=Study ID", "condition_arm1=Name Intervention 1", "condition_arm2=Name Intervention 2"),
    *("bdi.instrument==BDI-II", "bdi.time==post", "bdi.mean_arm1=Intervention 1 Mean O1T1"),
    *("bdi.sd_arm1=Intervention 1 SD O1T1", "bdi.n_arm1=Intervention 1 n O1T1"),
    *("bdi.mean_arm2=Intervention 2 Mean O1T1", "bdi.sd_arm2=Intervention 2 SD O1T1"),
    *("bdi.n_arm2=Intervention 2 n O1T1", "response.outcome_type==response", "response.time==post"),
    *("response.event_arm1=Responders Intervention 1", "response.totaln_arm1=Randomised 1"),
    *("response.event_arm2=Responders Intervention 2", "response.totaln_arm2=Randomised 2"),
)


def mapped(file, items):
    path = SAMPLES / file
    return read_mapped(path, mapped_sheet(path, parse_map(items)))


def test_a_form_with_its_results_side_by_side_is_read_by_a_map_of_each():
    found = mapped("covidence2.csv", SECOND)
    assert outcomes(found, "outcome", "mean", "events") == [
        ["ash2011", "ipt", "symptom_severity", "13.2", ""],
        ["ash2011", "waiting_list", "symptom_severity", "21.7", ""],
        ["ash2011", "ipt", "response", "", "18"],
        ["ash2011", "waiting_list", "response", "", "9"],
        ["birch2014", "ipt", "symptom_severity", "12.6", ""],
        ["birch2014", "treatment_as_usual", "symptom_severity", "19.9", ""],
    ]
    no_consensus = "Ada, Bea extracted it and there is no consensus: keep the rows of one of them"
    assert [(line, reason) for line, what, reason in left(found) if line > 1] == [
        *((2, "the consensus is taken"), (3, "the consensus is taken"), (6, no_consensus), (7, no_consensus)),
        (8, "it holds no figure of any result of the map"),
    ]


def test_distillersr_is_read_by_a_map_and_names_its_other_columns():
    items = ["study=First author and year", "condition_arm1=Arm 1", "condition_arm2=Arm 2", "instrument=Scale"]
    items += [
        f"{name}_arm{n}={title} arm {n}" for n in (1, 2) for name, title in (("mean", "Mean"), ("sd", "SD"), ("n", "N"))
    ]
    found = mapped("distiller.csv", items)
    assert outcomes(found, "instrument", "mean")[2:] == [
        ["birch2014", "ipt", "HAM-D-17", "12.6"],
        ["birch2014", "tau", "HAM-D-17", "19.9"],
    ]
    assert "setting_comment (two clinics)" in everything(found)


REFUSED = {
    (
        read_covidence,
        "covidence2.csv",
    ): "the columns of an export of Covidence (Extraction 2) are the questions of your",
    (read_distiller, "distiller.csv"): "Its columns: first_author_and_year, arm_1, arm_2, scale, mean_arm_1,",
    (read_covidence, "distiller.csv"): "this is no export of Covidence (Extraction 2): it has no column ",
    (read_srdr, "distiller.csv"): "this is not an export of SRDR+: the first row has no column citation_id,",
}


@pytest.mark.parametrize(("read", "file"), REFUSED)
def test_a_form_whose_columns_are_ones_own_needs_a_map(read, file):
    with pytest.raises(ExtractionError) as caught:
        read(SAMPLES / file)
    assert REFUSED[read, file] in str(caught.value)


HEAD = (SAMPLES / "covidence.csv").read_text(encoding="utf-8").splitlines()[0].split(",")


@pytest.mark.parametrize("place", range(len(HEAD)))
def test_a_marker_in_any_column_of_covidence_is_found_again(tmp_path, place):
    lines = [line.split(",") for line in (SAMPLES / "covidence.csv").read_text(encoding="utf-8").splitlines()]
    lines[1][place] = "zymurgy"
    path = tmp_path / "form.csv"
    path.write_text("".join(",".join(line) + "\n" for line in lines), encoding="utf-8")
    assert "zymurgy" in everything(read_covidence(path)).lower()


CELLS = st.sampled_from(["", "NA", "10", "4,5", "0", "-1", "x"])
FIGURES = [name for name in HEAD if name.startswith(("BDI-II", "Remission", "Social"))]
ROWS = st.fixed_dictionaries(
    {
        "Study Identifier": st.sampled_from(["Ash 2011", "Elm 2012"]),
        "Intervention": st.sampled_from(["IPT", "CBT", "TAU"]),
    }
    | dict.fromkeys(FIGURES, CELLS)
)


@given(rows=st.lists(ROWS, min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
def test_no_row_of_a_form_vanishes(tmp_path, rows):
    path = tmp_path / "form.csv"
    lines = [HEAD, *([row.get(name, "x" if name == "Comments" else "") for name in HEAD] for row in rows)]
    path.write_text("".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines), encoding="utf-8")
    found = read_covidence(path)
    told = {int(line) for line in report_of(found)["line"].dropna()}
    told |= {int(word) for item in found.todo for word in item.reason.replace(",", " ").split() if word.isdigit()}
    assert told >= set(range(2, len(rows) + 2))


def test_trials_of_one_author_in_covidence_stay_apart(tmp_path):
    rows = [f"Ash,{arm},{year},{mean},5,20" for year, mean in ((2011, 10), (2015, 9)) for arm in ("IPT", "WL")]
    head = (
        "Study Identifier,Intervention,Year,BDI-II Post-treatment Mean,BDI-II Post-treatment SD,BDI-II Post-treatment N"
    )
    path = tmp_path / "covidence.csv"
    path.write_text("\n".join([head, *rows]) + "\n")
    assert outcomes(read_covidence(path), "mean") == [
        *[["ash2011", "ipt", "10"], ["ash2011", "wl", "10"]],
        *[["ash2015", "ipt", "9"], ["ash2015", "wl", "9"]],
    ]


def test_two_citations_of_one_author_and_year_in_srdr_stay_two_trials(tmp_path):
    book = load_workbook(SAMPLES / "srdr.xlsx")
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            if row[0].value == 9:
                row[7].value, row[8].value = "Ash A", "2011"
    sheet = book["Continuous - Desc. Statistics"]
    place = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == 9)
    heads = [cell.value for cell in sheet[1]]
    for number, head in enumerate(heads):
        if head == "Mean":
            place[number].value = 5
    book.save(tmp_path / "srdr.xlsx")
    found = read_srdr(tmp_path / "srdr.xlsx")
    assert found.tables["trials"]["trial_id"].tolist() == ["ash2011a", "ash2011b"]
    assert any("Ash 2011a is citation 1, Ash 2011b is citation 2" in item.reason for item in found.todo)
