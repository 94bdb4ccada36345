"""Small files in which an earlier importer went wrong, each with what is right."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.importing import read_metapsy
from ipt_evidence.exchange.mojibake import LOST_REASON
from ipt_evidence.extraction.breaches import ExtractionError

CASES = Path(__file__).parent / "cases"


def case(number):
    (path,) = CASES.glob(f"{number:02}-*")
    return read_metapsy(path)


def directions(imported):
    rows = imported.tables["outcomes"]
    return dict(zip(rows["instrument"], rows["lower_is_better"], strict=True))


def asked(imported, what):
    return [item.what for item in imported.todo if item.what.startswith(what)]


def test_known_scales_settle_the_sign_and_unknown_ones_stay_open_with_a_question_each():
    found = case(1)
    unknown = ["WHOQOL", "Hope_Scale", "Empowerment_Scale", "Recovery_Scale"]
    assert directions(found) == dict.fromkeys(unknown, "") | {"EPDS": "true", "CES-D": "true", "SF-36": "false"}
    assert asked(found, "direction of ") == ["direction of effects", *(f"direction of {name}" for name in unknown)]
    # Both kinds of known scale say that a positive .g favours the first arm: effects were turned by the scale.
    assert found.tables["contrasts"]["favours"].tolist() == ["peer_support"]
    hint = next(item.reason for item in found.todo if item.what == "direction of WHOQOL")
    assert "by the file's own effects, lower is better in 0 of 1 row" in hint


@pytest.mark.parametrize("number", [2, 20])
def test_a_sign_that_never_varies_says_nothing_on_any_scale(number):
    found = case(number)
    unknown = dict.fromkeys(("WHOQOL", "QOLI", "WHO-5"), "")
    assert directions(found) == unknown | {"BDI": "true", "PHQ-9": "true", "SF-36": "false"}
    assert asked(found, "direction of ")[1:] == [f"direction of {name}" for name in unknown]
    assert "by the file's own effects" not in " ".join(item.reason for item in found.todo if "WHO" in item.what)


def test_whom_a_ready_made_effect_favours_is_said_by_the_effect_of_its_row():
    rows = case(3).tables["contrasts"]
    assert rows[["value", "favours"]].to_numpy().tolist() == [
        [value, "peer_support"] for value in ("0.29", "0.23", "0.6", "0.97", "0.78")
    ]


def test_a_ready_made_effect_without_one_of_the_file_is_asked_about(imported):
    row = {"condition_arm1": "ipt", "condition_arm2": "cau", "instrument": "BDI"}
    figures = {"mean_arm1": "12", "sd_arm1": "10", "n_arm1": "40", "mean_arm2": "16", "sd_arm2": "10", "n_arm2": "40"}
    found = imported(
        row | figures | {"study": "Ash 2001", ".g": "0.4", ".g_se": "0.2"},
        row | {"study": "Birch 2002", "precalc_g": "-0.5", "precalc_g_se": "0.2"},
    )
    # .g means that 0.4 favours the first arm; of precalc_g nothing says what -0.5 means.
    assert found.tables["contrasts"][["value", "favours"]].to_numpy().tolist() == [["0.5", ""]]
    (question,) = [item for item in found.todo if item.what == "direction of BDI"]
    assert (question.line, "fill favours in contrasts.csv" in question.reason) == (3, True)


def test_only_what_is_open_is_asked_about(imported):
    row = {"condition_arm1": "ipt", "condition_arm2": "cau", "instrument": "BDI"}
    figures = {"mean_arm1": "12", "sd_arm1": "10", "n_arm1": "40", "mean_arm2": "16", "sd_arm2": "10", "n_arm2": "40"}
    found = imported(
        row | figures | {"study": "Ash 2001", ".g": "0.4", ".g_se": "0.2"},
        row | figures | {"study": "Birch 2002", ".g": "-0.4", ".g_se": "0.2"},
        row | {"study": "Cedar 2003", ".g": "0.5", ".g_se": "0.2", "instrument": "HAM-D"},
        row | {"study": "Dogwood 2004", "precalc_log_rr": "0.5", "outcome_type": "deterioration", "instrument": "CGI"},
        row | {"study": "Elder 2005", "precalc_log_rr": "0.5", "outcome_type": "response", "instrument": "CGI"},
    )
    # The first two say opposite things of the sign, but have figures by arm and need none; an event that is good does.
    assert found.tables["contrasts"]["favours"].tolist() == ["", "", "ipt"]
    assert {(item.what, item.line) for item in found.todo if item.what.startswith("direction of ")} == {
        ("direction of effects", None),
        ("direction of HAM-D", 4),
        ("direction of CGI", 5),
    }


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        *(("relapse", "relapse"), ("relapse-free", "relapse-free"), ("relapse_free survival", "relapse_free_survival")),
        *(("remission", "remission"), ("remission failure", "remission_failure"), ("drop out", "dropout")),
    ],
)
def test_the_absence_of_an_event_is_another_outcome(code, outcome):
    assert words.outcome(code) == outcome


@pytest.mark.parametrize("time", ["pre", "Baseline", "pre-treatment", "week 0"])
def test_a_row_at_baseline_is_no_result(imported, time):
    row = {"study": "Ash 2001", "condition_arm1": "ipt", "condition_arm2": "cau", "instrument": "BDI"}
    figures = {"mean_arm1": "30", "sd_arm1": "9", "n_arm1": "40", "mean_arm2": "31", "sd_arm2": "9", "n_arm2": "40"}
    found = imported(row | figures | {"time": time}, row | figures | {"mean_arm1": "12", "time": "post"})
    assert found.tables["outcomes"][["mean", "timepoint"]].to_numpy().tolist() == [["12", "post"], ["31", "post"]]
    assert next(item.reason for item in found.left if item.line == 2).startswith(f"time is '{time}': no result")


@pytest.mark.parametrize("name", ["perc_female", "Percent Female", "prop.women", "pct_women", "percentage_females"])
def test_women_are_known_by_any_name(imported, name):
    row = {"study": "Ash 2001", "condition_arm1": "ipt", "condition_arm2": "cau", "instrument": "BDI"}
    figures = {"mean_arm1": "30", "sd_arm1": "9", "n_arm1": "40", "mean_arm2": "31", "sd_arm2": "9", "n_arm2": "40"}
    assert imported(row | figures | {name: "0.72"}).tables["trials"]["percent_women"].tolist() == ["72"]


def test_what_an_outcome_is_about_is_kept():
    found = case(4)
    rows = found.tables["outcomes"].drop_duplicates("instrument")
    assert rows[["instrument", "domain", "criterion"]].to_numpy().tolist() == [
        ["PSWQ", "anxiety", "worry"],
        ["BDI", "depression", "depression"],
        ["WHOQOL", "quality_of_life", "QoL"],
        ["CSQ-8", "", "treatment satisfaction"],
    ]
    assert asked(found, "domain") == [f"domain '{name}'" for name in rows["criterion"]]


def test_figures_that_contradict_the_effects_of_the_file_stop_it_with_the_factor():
    with pytest.raises(ExtractionError) as caught:
        case(5)
    (breach,) = caught.value.breaches
    assert breach.line == 2
    assert breach.rule == (
        "the figures of 4 of 4 rows contradict the file's own .g (lines 2, 3, 4, 5); effects from the figures differ "
        "by a factor of 100: a decimal point was lost in the means (3 rows)"
    )


def test_equal_numbers_spelled_otherwise_are_equal():
    found = case(6)
    assert found.tables["arms"]["arm_id"].tolist() == ["125_mg", "30_mg", "75_mg"]
    assert found.tables["outcomes"][["arm_id", "mean"]].to_numpy().tolist() == [
        *(["125_mg", "20"], ["30_mg", "31.4"], ["75_mg", "24"])
    ]


def test_overall_judgements_are_taken_without_those_by_domain():
    rows = case(7).tables["risk_of_bias"]
    assert rows[["tool", "domain", "judgement"]].to_numpy().tolist() == [
        ["RoB2", "overall", "high"],
        ["RoB2", "overall", "some_concerns"],
    ]


def test_judgements_may_speak_of_risk():
    rows = case(8).tables["risk_of_bias"]
    assert rows["judgement"].tolist() == ["low", "high", "low", "some_concerns", "low", "high"]


def test_codes_become_words_or_are_asked_about():
    found = case(9)
    assert found.tables["arms"]["format"].tolist()[::2] == ["", "individual", ""]
    assert found.tables["trials"]["population"].tolist() == ["adults", "older_adults", ""]
    assert asked(found, "format") == ["format 'gsh'", "format 'ush'"]


def test_letters_read_in_the_wrong_encoding_are_put_right_before_they_reach_keys():
    found = case(25)
    assert found.tables["trials"][["trial_id", "label"]].to_numpy().tolist() == [["rubezahl2014", "Rübezahl, 2014"]]
    assert found.tables["outcomes"]["instrument"].unique().tolist() == ["GAF-Global"]
    assert [(item.line, item.what, item.reason) for item in found.todo[:2]] == [
        (2, "study 'RÃ¼bezahl, 2014'", "UTF-8 that was once read as Windows-1252: taken as 'Rübezahl, 2014'; check it"),
        (2, "instrument 'GAFâ€”Global'", "UTF-8 that was once read as Windows-1252: taken as 'GAF—Global'; check it"),
    ]


def test_women_are_read_by_the_bulk_of_the_file():
    found = case(27)
    assert found.tables["trials"]["percent_women"].tolist() == ["75", "80", "62", "83"]
    assert [(item.line, item.what) for item in found.todo if item.what.startswith("percent")] == [
        (5, "percent_women '83'")
    ]


@pytest.mark.parametrize(
    ("formula", "kind", "said"), [("=6*2", None, ["F2"]), ('=IF(A1="x",12,"")', "str", []), (12, None, [])]
)
def test_a_formula_without_a_value_has_a_line(tmp_path, formula, kind, said):
    book = Workbook()
    book.active.append(["study", "condition_arm1", "condition_arm2", "instrument", "time", "time_weeks"])
    book.active.append(["Ash 2001", "ipt", "cau", "BDI", "post", formula])
    plain, path = tmp_path / "plain.xlsx", tmp_path / "file.xlsx"
    book.save(plain)
    with ZipFile(plain) as old, ZipFile(path, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            # Spreadsheets mark a formula that gives an empty text; openpyxl computes none and marks nothing.
            new.writestr(name, part.replace(b'r="F2"', b'r="F2" t="str"') if kind else part)
    found = [item.reason for item in read_metapsy(path).todo if "formula" in item.reason]
    assert [reason.split()[1] for reason in found] == said


EFFECT = {"study": "Ash, 2001", "condition_arm1": "ipt", "condition_arm2": "cau", "instrument": "BDI", ".g": "0.4"}


@pytest.mark.parametrize(
    ("n", "reason"),
    [("0", "n is 0"), ("-4", "n is -4"), ("1.000", "'1.000' may be 1 or 1000"), ("1,000", "'1,000' may be 1 or 1000")],
)
def test_no_effect_rests_on_a_number_of_people_that_is_none(imported, n, reason):
    found = imported(EFFECT | {".g_se": "0.2", "n_arm1": n, "n_arm2": "40"})
    assert found.tables["contrasts"][["n1", "n2"]].to_numpy().tolist() == [["", "40"]]
    assert ("ash2001: n of arm 1", reason) in [(item.what, item.reason) for item in found.left]


@pytest.mark.parametrize(("study", "lost"), [("M?ller, 2001", True), ("M\ufffdller, 2001", True), ("Who? 2001", False)])
def test_a_letter_lost_on_the_way_is_named_with_its_cell(imported, study, lost):
    found = imported(EFFECT | {".g_se": "0.2", "study": study})
    assert (
        (2, f"study '{study}'", LOST_REASON) in [(item.line, item.what, item.reason) for item in found.todo]
    ) == lost
