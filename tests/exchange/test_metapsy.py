from itertools import combinations
from pathlib import Path
from runpy import run_path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.completing import with_directions
from ipt_evidence.exchange.metapsy import words
from ipt_evidence.exchange.metapsy.importing import read_metapsy
from ipt_evidence.exchange.metapsy.reading import numbers_of, read_wide
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "samples" / "metapsy.csv"
HEADER = "study;condition_arm1;condition_arm2;multi_arm1;multi_arm2;outcome_type;instrument;time;time_weeks;rating"
FIGURES = "mean_arm1;sd_arm1;n_arm1;mean_arm2;sd_arm2;n_arm2"


@pytest.fixture(scope="module")
def sample():
    return read_metapsy(SAMPLE)


@pytest.fixture
def imported(tmp_path):
    """Import rows given as text under a header."""

    def read(header: str, *rows: str):
        path = tmp_path / "file.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return read_metapsy(path)

    return read


def of_trial(imported, table, trial):
    frame = imported.tables[table]
    return frame[frame["trial_id"].eq(trial)]


def left(imported, what):
    return [(item.line, item.reason) for item in imported.left if item.what.startswith(what)]


def test_the_sample_is_what_its_script_writes():
    assert SAMPLE.read_bytes() == run_path(str(SAMPLE.with_name("make_metapsy.py")))["content"]()


def test_the_sample_is_taken(sample):
    assert sample.kind == "metapsy"
    assert READERS["metapsy"](SAMPLE).counts == sample.counts
    assert {name: len(table) for name, table in sample.tables.items()} == {
        **{"trials": 39, "arms": 81, "outcomes": 83, "contrasts": 5, "risk_of_bias": 163, "sources": 1}
    }


def test_a_trial_is_read_with_its_details(sample):
    alder = of_trial(sample, "trials", "inventedalder2001").iloc[0]
    assert alder[["label", "year", "population", "mean_age", "percent_women", "condition", "phase"]].tolist() == [
        *("Invented Alder, 2001", "2001", "adults", "37.3", "55", "", "")
    ]
    assert alder["notes"] == (
        "Reference in the file: Invented Alder, 2001. An invented report. | "
        "Country in the file: eu | Target group in the file: adul"
    )
    arms = of_trial(sample, "arms", "inventedalder2001")
    assert arms[["arm_id", "treatment", "format", "n_sessions", "n_randomised"]].to_numpy().tolist() == [
        ["cbt", "cbt", "group", "10", "45"],
        ["cau", "care_as_usual", "", "", "44"],
    ]


def test_figures_stay_as_they_stand(sample):
    rows = of_trial(sample, "outcomes", "inventedalder2001")
    wanted = [
        "arm_id",
        "outcome",
        "instrument",
        "rater",
        "weeks",
        "mean",
        "sd",
        "n",
        "baseline_mean",
        "events",
        "total",
    ]
    assert rows[wanted].to_numpy().tolist() == [
        ["cbt", "symptom_severity", "BDI", "self", "12", "12.5", "8.1", "40", "24.5", "", ""],
        ["cau", "symptom_severity", "BDI", "self", "12", "17.5", "7.9", "35", "", "", ""],
        ["cbt", "symptom_severity", "HAM-D-17", "clinician", "12", "10.5", "6.1", "40", "24.5", "", ""],
        ["cau", "symptom_severity", "HAM-D-17", "clinician", "12", "14.5", "6.9", "35", "", "", ""],
        ["cbt", "dropout", "", "", "12", "", "", "", "", "5", "45"],
        ["cau", "dropout", "", "", "12", "", "", "", "", "9", "44"],
    ]
    assert set(rows["lower_is_better"]) == {"true", ""}


def test_arms_are_put_together_from_the_comparisons(sample):
    assert of_trial(sample, "arms", "inventedbirch2002")["arm_id"].tolist() == ["cbt_group", "cau", "ipt"]
    assert len(of_trial(sample, "outcomes", "inventedbirch2002")) == 6
    assert of_trial(sample, "arms", "inventedcedar2003")["arm_id"].tolist() == ["sup", "wlc_a", "wlc_b"]
    assert of_trial(sample, "arms", "inventedcedar2003")["treatment"].tolist() == [
        "supportive",
        "wait_list",
        "wait_list",
    ]


def test_arms_that_cannot_be_told_apart_are_kept_apart(sample):
    assert of_trial(sample, "arms", "inventedmyrtle2013")["arm_id"].tolist() == ["cbt", "cbt_2"]
    assert any(item.what == "inventedmyrtle2013: arms" for item in sample.todo)


def test_a_row_that_contradicts_an_earlier_one_is_left_whole(sample):
    rows = of_trial(sample, "outcomes", "inventeddogwood2004")
    assert rows[["arm_id", "events", "total"]].to_numpy().tolist() == [["north", "159", "440"], ["cau", "114", "440"]]
    assert left(sample, "inventeddogwood2004: binary") == [
        (
            11,
            "contradicts line 10 on the arm cau (events 114 there, 70 here, total 440 there, 215 here); "
            "the row is left, line 10 is kept",
        )
    ]


def test_what_gives_no_effect_is_left_with_a_reason(sample):
    assert left(sample, "inventedoak2015") == [(28, "no effect follows from it: figures incomplete, none ready-made")]
    assert left(sample, "row") == [(29, "study: empty")]
    assert left(sample, "inventednutmeg2014: continuous") == [(36, "repeat those of line 26")]
    assert left(sample, "columns") == [(1, "the raw tables have no place for them")]


def test_ready_made_effects_become_contrasts(sample):
    wanted = ["trial_id", "statistic", "value", "se", "favours"]
    assert sample.tables["contrasts"][wanted].to_numpy().tolist() == [
        ["inventedivy2009", "smd", "0.43", "0.16", "cbt"],
        ["inventedjuniper2010", "smd", "0.2", "0.2", "cau"],
        ["inventedkapok2011", "smd", "0", "0.2", "cbt"],
        ["inventedlarch2012", "risk_ratio", "1.5", "0.15", "cbt"],
        ["inventedmaple2013", "smd", "0.5", "0.2", "cbt"],
    ]
    assert sample.tables["contrasts"]["derived"].iloc[0] == (
        "precalc_g 0,43, ready-made in the file: d = 0.54; 95% CI 0.19 to 0.90"
    )


def test_follow_up_and_decimal_commas(sample):
    rows = of_trial(sample, "outcomes", "inventednutmeg2014")
    assert rows[["timepoint", "weeks", "mean"]].drop_duplicates().to_numpy().tolist() == [
        *(["post", "12", "10.0"], ["post", "12", "13.0"], ["followup", "38.5", "11.0"], ["followup", "38.5", "12.0"])
    ]


def test_letters_of_another_encoding_are_read_and_told(sample):
    assert of_trial(sample, "trials", "erfundeneolweide2019")["label"].tolist() == ["Erfundene Öl-Weide, 2019"]
    assert [(item.line, item.what) for item in sample.todo if "Windows-1252" in item.reason] == [(33, "line 33")]


def test_studies_whose_names_differ_in_signs_only_are_asked_about(sample):
    assert of_trial(sample, "trials", "inventedelm2005_2")["label"].tolist() == ["Invented-Elm 2005"]
    assert any(item.what == "studies Invented Elm, 2005; Invented-Elm 2005" for item in sample.todo)


def test_judgements_are_taken_per_instrument(sample):
    rows = of_trial(sample, "risk_of_bias", "inventedalder2001")
    assert rows["judgement"].tolist() == ["low", "high_or_unclear", "self_report", "low"] * 2
    assert left(sample, "inventedspruce2020: risk of bias") == [(34, "'2' is none of 0, 1, sr, ?")]


def signed(*rows):
    """Return a header and rows of study, instrument, the two means, .g and precalc_g."""
    lines = []
    for study, instrument, first, second, own, ready in rows:
        sides = "NA;NA;NA;NA;NA;NA" if first is None else f"{first};4;20;{second};4;20"
        lines.append(f"{study};cbt;cau;{instrument};{sides};{own};{ready};{'NA' if ready == 'NA' else '0,2'}")
    return (f"study;condition_arm1;condition_arm2;instrument;{FIGURES};.g;precalc_g;precalc_g_se", *lines)


@pytest.mark.parametrize(("own", "favoured"), [("0,5", "cbt"), ("-0,5", "cau")])
def test_a_known_instrument_says_whom_a_ready_made_effect_favours(imported, own, favoured):
    known = ("Ash, 2001", "bdi-1", 10, 12, own, "NA")
    found = imported(*signed(known, ("Elm, 2002", "bdi-2", None, None, own, own)))
    assert found.tables["contrasts"]["favours"].tolist() == ["cbt"]
    assert found.tables["outcomes"]["lower_is_better"].tolist() == ["true", "true"]
    other = imported(*signed(known, ("Elm, 2002", "bdi-2", None, None, "0,3", "-0,3")))
    assert other.tables["contrasts"]["favours"].tolist() == [favoured]


def test_of_an_unknown_scale_the_sign_says_something_only_where_it_is_turned_by_the_scale(imported):
    low, high = ("Ash, 2001", "bdi-1", 10, 12, "0,5", "NA"), ("Ash, 2001", "SF-36", 12, 10, "0,5", "NA")
    asked = ("Elm, 2002", "Hope", None, None, "0,3", "NA")
    assert imported(*signed(low, high, asked)).tables["contrasts"]["favours"].tolist() == ["cbt"]
    for rows in ([low, asked], [high, asked], [low, ("Ash, 2001", "SF-36", 12, 10, "-0,5", "NA"), asked], [asked]):
        assert imported(*signed(*rows)).tables["contrasts"]["favours"].tolist() == [""]


@given(signs=st.lists(st.booleans(), min_size=1, max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
def test_no_majority_says_which_way_an_unknown_scale_points(imported, signs):
    rows = [(f"Ash {n}, 2001", "Hope", 12, 10, "0,5" if positive else "-0,5", "NA") for n, positive in enumerate(signs)]
    found = imported(*signed(("Elm, 2002", "bdi-1", 10, 12, "0,5", "NA"), *rows))
    assert set(found.tables["outcomes"].query("instrument == 'Hope'")["lower_is_better"]) == {""}
    assert [item.what for item in found.todo if item.what.startswith("direction of H")] == ["direction of Hope"]


@pytest.mark.parametrize(("agreeing", "favoured"), [(9, "cbt"), (2, "")])
def test_one_row_does_not_tip_what_the_sign_of_a_file_means(imported, agreeing, favoured):
    rows = [(f"Ash {n}, 2001", "bdi-1", 10, 12, "0,5", "NA") for n in range(agreeing)]
    odd = ("Oak, 2001", "bdi-1", 10, 12, "-0,5", "NA")
    found = imported(*signed(*rows, odd, ("Elm, 2002", "bdi-1", None, None, "0,3", "NA")))
    assert found.tables["contrasts"]["favours"].tolist() == [favoured]


def test_a_ready_made_effect_of_another_size_than_the_effect_of_its_row_is_left(imported):
    found = imported(*signed(("Elm, 2002", "bdi-1", None, None, "0,29", "-0,55")))
    assert found.tables["contrasts"].empty
    assert left(found, "elm2002") == [
        (2, "precalc_g is -0,55, .g of the same row 0,29: one of them is wrong"),
    ]


def test_a_vocabulary_goes_before_what_the_importer_knows(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("\n".join(signed(("Ash, 2001", "Hope", 12, 10, "0,5", "NA"))) + "\n", encoding="utf-8")
    assert read_metapsy(path, {"Hope": False}).tables["outcomes"]["lower_is_better"].tolist() == ["false", "false"]


def test_changes_say_themselves_which_way_is_better(imported):
    header = f"study;condition_arm1;condition_arm2;instrument;{FIGURES};{FIGURES.replace('_arm', '_change_arm')};.g"
    nothing = ";".join(["NA"] * 6)
    found = imported(
        header,
        f"Ash, 2001;cbt;cau;bdi-1;10;4;20;12;4;20;{nothing};0,5",
        f"Elm, 2002;cbt;cau;bdi-1;{nothing};-9;4;20;-5;4;20;0,9",
        f"Oak, 2003;cbt;cau;bdi-1;{nothing};9;4;20;5;4;20;0,9",
    )
    rows = found.tables["outcomes"]
    assert rows["measure"].tolist() == ["continuous"] * 2 + ["change"] * 4
    assert rows["lower_is_better"].tolist() == ["true"] * 4 + ["false"] * 2


CHANGED = [
    ("bdi-1", "-9", "-5", "true", "because lower is better"),
    ("bdi-1", "9", "5", "", "counted as a fall or as a gain?"),
    ("bdi-1", "-9", "1", "", "counted as a fall or as a gain?"),
    ("bdi-1", "-9", "0", "", "counted as a fall or as a gain?"),
    ("SF-36", "9", "5", "false", "because higher is better"),
    ("SF-36", "-9", "-5", "", "counted as a fall or as a gain?"),
    ("NEW", "-9", "-5", "", ""),
]


@pytest.mark.parametrize(("scale", "first", "second", "direction", "said"), CHANGED)
def test_changes_without_an_effect_are_after_minus_before_only_where_both_arms_improve(
    imported, scale, first, second, direction, said
):
    header = f"study;condition_arm1;condition_arm2;instrument;{FIGURES.replace('_arm', '_change_arm')}"
    found = imported(header, f"Elm, 2002;cbt;cau;{scale};{first};4;20;{second};4;20")
    assert found.tables["outcomes"]["lower_is_better"].tolist() == [direction] * 2
    asked = [item.reason for item in found.todo if item.what == f"changes on {words.instrument(scale)}"]
    assert [said in reason for reason in asked] == ([True] if said else [])
    words_of_ours = load_vocabulary(ROOT / "config" / "vocabulary")
    completed = with_directions(found, words_of_ours).tables["outcomes"]
    assert completed["lower_is_better"].tolist() == [direction] * 2


def test_the_second_cochrane_tool_and_other_raters(imported):
    header = (
        f"study;condition_arm1;condition_arm2;instrument;rating;outcome_category;{FIGURES};d1;d2;d3;d4;d5;rob;country"
    )
    figures = "10;4;20;12;4;20;Low;Some concerns;Low;High;?;High"
    found = imported(
        header,
        f"Ash, 2001;cbt;wl;Conners;parent;ADHD total;{figures};USA",
        f"Ash, 2001;cbt;wl;Conners;teacher;ADHD total;11;{figures[3:]};USA",
    )
    assert found.tables["risk_of_bias"][["tool", "instrument", "domain", "judgement"]].to_numpy().tolist() == [
        ["RoB2", "", "randomisation", "low"],
        ["RoB2", "", "deviations", "some_concerns"],
        ["RoB2", "", "missing_data", "low"],
        ["RoB2", "", "measurement", "high"],
        ["RoB2", "", "overall", "high"],
    ]
    rows = found.tables["outcomes"]
    assert rows[["rater", "criterion", "mean"]].to_numpy().tolist() == [
        ["parent", "ADHD total", "10"],
        ["parent", "ADHD total", "12"],
        ["", "ADHD total | rated by teacher", "11"],
        ["", "ADHD total | rated by teacher", "12"],
    ]
    assert found.tables["trials"]["country"].tolist() == ["US"]


def test_a_code_for_high_or_unclear_is_taken_as_that(imported):
    header = f"study;condition_arm1;condition_arm2;instrument;{FIGURES};sg;ac;ba;itt"
    rows = imported(header, "Ash, 2001;cbt;wl;BDI;10;4;20;12;4;20;1;0;sr;?").tables["risk_of_bias"]
    assert dict(zip(rows["domain"], rows["judgement"], strict=True)) == {
        "sequence_generation": "low",
        "allocation_concealment": "high_or_unclear",
        "blinding_of_assessors": "self_report",
        "incomplete_outcome_data": "unclear",
    }


def test_a_time_in_words_leaves_the_weeks_empty(imported):
    found = imported(
        f"study;condition_arm1;condition_arm2;time_weeks;{FIGURES}", "Ash, 2001;cbt;cau;3 months;10;4;20;12;4;20"
    )
    assert found.tables["outcomes"]["weeks"].tolist() == ["", ""]
    assert left(found, "ash2001: weeks") == [(2, "'3 months' is no number")]


def test_without_effects_of_its_own_the_file_does_not_say_which_way_is_better(imported):
    found = imported(f"study;condition_arm1;condition_arm2;{FIGURES}", "Ash, 2001;cbt;cau;10;4;20;12;4;20")
    assert found.tables["outcomes"]["lower_is_better"].tolist() == ["", ""]


IMPOSSIBLE = {
    "10;4;20;12;0;20": "SD is 0",
    "10;4;0;12;4;20": "n is 0",
    "10;4;20,5;12;4;20": "'20,5' is no whole number",
    "ten;4;20;12;4;20": "'ten' is no number",
    "10;4;20;NA;4;20": "mean_arm2 missing",
}


@pytest.mark.parametrize("figures", IMPOSSIBLE)
def test_impossible_figures_are_left_with_their_reason(imported, figures):
    found = imported(f"study;condition_arm1;condition_arm2;{FIGURES}", f"Ash, 2001;cbt;cau;{figures}")
    assert found.tables["outcomes"].empty
    assert left(found, "ash2001: continuous") == [(2, IMPOSSIBLE[figures])]


def test_optional_columns_may_be_missing_and_others_may_be_there(imported):
    found = imported(f"STUDY ; Condition arm1;condition_arm2;{FIGURES};colour", "Ash, 2001;cbt;wl;10;4;20;12;4;20;red")
    assert found.counts == {"trials": 1, "arms": 2, "outcomes": 2, "sources": 1}
    assert left(found, "column colour")


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    with pytest.raises(ExtractionError) as caught:
        read_metapsy(path)
    assert str(caught.value.breaches[0]) == (
        f"{path.as_posix()}:1: this is not a file in the Metapsy data standard: the first row has no column study, "
        "condition_arm1, condition_arm2. Check the kind of file, and that the first row holds the column names."
    )


def test_the_words_are_those_of_the_vocabulary():
    vocabulary = load_vocabulary(ROOT / "config" / "vocabulary")
    assert set(words.TREATMENTS.values()) <= set(vocabulary.treatments["treatment"])
    assert set(words.INSTRUMENT_ALIASES.values()) <= set(words.INSTRUMENTS)
    assert {name for name in vocabulary.instruments["instrument"] if "-" not in name or name.isupper()} <= {
        *words.INSTRUMENTS
    }
    directions = vocabulary.instruments.set_index("instrument")["lower_is_better"].dropna().astype(bool).to_dict()
    assert {name: words.LOWER_IS_BETTER.get(name) for name in directions if name in words.INSTRUMENTS} == {
        name: lower for name, lower in directions.items() if name in words.INSTRUMENTS
    }
    assert {*words.OUTCOMES.values()} <= set(vocabulary.outcomes["outcome"])
    assert {name: vocabulary.event_good(name) for name in words.EVENT_IS_GOOD} == words.EVENT_IS_GOOD


def wide(tables: dict[str, pd.DataFrame]) -> str:
    """Write arm-level rows as a Metapsy file: a row for each pair of arms that share a measurement."""
    keys = ["trial_id", "outcome", "instrument", "timepoint", "weeks", "rater", "measure"]
    stems = {"mean": "mean", "sd": "sd", "n": "n", "events": "event", "total": "totaln"}
    lines = [HEADER + ";" + ";".join(f"{stem}_arm{side}" for side in (1, 2) for stem in stems.values())]
    for (trial, outcome, instrument, time_point, weeks, rater, measure), rows in tables["outcomes"].groupby(keys):
        kind = "msd" if measure == "continuous" else outcome
        for first, second in combinations(rows.to_dict("records"), 2):
            figures = [str(arm[name]).replace(".", ",") for arm in (first, second) for name in stems]
            named = [trial, first["arm_id"], second["arm_id"], first["arm_id"], second["arm_id"], kind, instrument]
            lines.append(";".join([*named, time_point, weeks.replace(".", ","), rater, *figures]))
    return "\n".join(lines) + "\n"


def test_our_own_figures_come_back_through_the_wide_format(tmp_path):
    raw = pd.read_csv(ROOT / "data" / "raw" / "outcomes.csv", dtype="str", keep_default_na=False)
    raw = raw[raw["domain"].eq("target") & raw["criterion"].eq("") & raw["outcome"].ne("functioning")]
    raw = raw[
        ~raw["measure"].eq("change") & (raw["n"].ne("") | raw["total"].ne("")) & raw["sd"].ne("").eq(raw["n"].ne(""))
    ]
    keys = ["trial_id", "outcome", "instrument", "timepoint", "weeks", "rater", "measure"]
    raw = raw[raw.groupby(keys)["arm_id"].transform("size").gt(1)]
    path = tmp_path / "wide.csv"
    path.write_text(wide({"outcomes": raw}), encoding="utf-8")
    found = read_metapsy(path).tables["outcomes"]
    figures = [*keys, "mean", "sd", "n", "events", "total"]
    arms = raw["arm_id"]
    assert len(raw) > 200
    assert sorted(map(tuple, found[[*figures, "arm_id"]].to_numpy())) == sorted(
        map(tuple, raw[figures].assign(arm_id=arms).to_numpy())
    )


def test_the_order_of_rows_changes_no_figure(sample, tmp_path):
    first, *rest = SAMPLE.read_bytes().split(b"\n")
    path = tmp_path / "metapsy.csv"
    quoted = b"and a second line"
    joined = [line for line in rest if quoted not in line and b"quoted" not in line and b"Dogwood" not in line and line]
    path.write_bytes(b"\n".join([first, *reversed(joined)]))
    found = read_metapsy(path)
    wanted = [
        "trial_id",
        "arm_id",
        "instrument",
        "criterion",
        "timepoint",
        "weeks",
        "mean",
        "sd",
        "n",
        "events",
        "total",
    ]
    without = sample.tables["outcomes"][
        lambda table: ~table["trial_id"].isin(["inventeddogwood2004", "inventedspruce2020"])
    ]
    # The names of two studies differ in signs only, and the second in the file gets the number.
    elms = {"inventedelm2005": "inventedelm2005_2", "inventedelm2005_2": "inventedelm2005"}
    renamed = without.assign(trial_id=without["trial_id"].replace(elms))
    assert sorted(map(tuple, found.tables["outcomes"][wanted].to_numpy())) == sorted(
        map(tuple, renamed[wanted].to_numpy())
    )


def test_a_file_of_nine_hundred_rows_is_read_in_seconds(tmp_path):
    path = tmp_path / "large.csv"
    rows = [
        f"Ash {n // 2}, 2001;cbt;cau;cbt {n % 2};cau;msd;bdi-{n % 2 + 1};post;12;self-report;1;2;3" for n in range(900)
    ]
    path.write_text("\n".join([f"{HEADER};mean_arm1;sd_arm1;n_arm1", *rows]) + "\n", encoding="utf-8")
    assert len(read_metapsy(path).tables["trials"]) == 450


def test_numbers_to_compute_with(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("study;condition_arm1;condition_arm2;.g\nAsh;cbt;cau;-0,5\n\nElm;cbt;cau;Inf\n", encoding="utf-8")
    found = numbers_of(read_wide(path).records, (".g", "n_arm1"))
    assert found[["line", "study"]].to_numpy().tolist() == [[2, "Ash"], [4, "Elm"]]
    assert found.loc[0, ".g"] == -0.5
    assert found.isna().sum().to_dict() == {"line": 0, "study": 0, ".g": 1, "n_arm1": 2}


@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_any_damage_is_read_or_refused(tmp_path, data):
    content = bytearray(SAMPLE.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=12))
    path = tmp_path / "damaged.csv"
    path.write_bytes(bytes(content[: data.draw(st.integers(2000, 2 * len(content)))]))
    try:
        found = read_metapsy(path)
    except ExtractionError:
        return
    assert all(table["trial_id"].ne("").all() for name, table in found.tables.items() if name != "sources")
