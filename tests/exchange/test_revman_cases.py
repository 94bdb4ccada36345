"""Faults that real RevMan files showed, one invented file each, with siblings of every kind."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.completing import with_cells, with_directions
from ipt_evidence.exchange.metapsy.importing import read_metapsy
from ipt_evidence.exchange.revman.importing import read_revman
from ipt_evidence.exchange.revman.rows import Analysis
from ipt_evidence.exchange.revman.words import PERCENT_CHANGE, better_side, treatment_of, verdict_of
from ipt_evidence.extraction.vocabulary import load_vocabulary

CASES = Path(__file__).parent / "samples" / "cases"
WEB = (CASES / "10-revman-web-zero-means-data-rows.csv").read_text(encoding="utf-8-sig").splitlines()[0]
COLUMNS = WEB.split(",")


@pytest.fixture
def web(tmp_path):
    """Read data rows given as dicts; cells that are not given hold 0, as the package writes them."""

    def read(*rows: dict[str, str], columns: list[str] = COLUMNS):
        path = tmp_path / "rows.csv"
        zeros = {name: "0.0" for name in COLUMNS if name.startswith(("GIV", "Exp", "Con", "O-E", "Var"))}
        fixed = {"Analysis group": "1", "Analysis number": "1", "Analysis name": "Remission", "Study": "Alder 2001"}
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*columns, *{name for row in rows for name in row if name not in columns}])
            writer.writeheader()
            writer.writerows(fixed | zeros | row for row in rows)
        return read_revman(path)

    return read


def counts(events1, total1, events2, total2, **cells):
    figures = {"Experimental cases": events1, "Experimental N": total1, "Control cases": events2, "Control N": total2}
    return figures | {name.replace("_", " "): cell for name, cell in cells.items()}


def means(first, second, **cells):
    names = [f"{group} {name}" for group in ("Experimental", "Control") for name in ("mean", "SD", "N")]
    return dict(zip(names, (*first, *second), strict=True)) | {
        name.replace("_", " "): cell for name, cell in cells.items()
    }


def figures(found):
    return found.tables["outcomes"][["arm_id", "mean", "sd", "n", "events", "total"]].to_numpy().tolist()


def reasons(found):
    return [item.reason for item in found.left if not item.what.startswith("column")]


def test_counts_are_counts_although_unused_cells_hold_0():
    found = read_revman(CASES / "10-revman-web-zero-means-data-rows.csv")
    assert found.tables["outcomes"][["measure", "mean", "events", "total"]].to_numpy().tolist() == [
        ["continuous", "10.1", "", ""],
        ["continuous", "14.2", "", ""],
        ["binary", "", "14", "30"],
        ["binary", "", "8", "31"],
        ["binary", "", "9", "25"],
        ["binary", "", "7", "26"],
    ]
    assert reasons(found) == []


def test_what_a_row_of_zeros_holds_its_analysis_says(web):
    of_counts = web(counts("0", "30", "0", "31"), counts("4", "30", "0", "31", Study="Birch 2004"))
    assert figures(of_counts)[:2] == [["experimental", *("", "", ""), "0", "30"], ["control", *("", "", ""), "0", "31"]]
    of_means = web(
        counts("0", "10", "0", "11", Analysis_name="Score"),
        means(("9", "2", "20"), ("8", "2", "21"), Study="Birch 2004", Analysis_name="Score"),
    )
    assert [row[1:4] for row in figures(of_means)] == [["9", "2", "20"], ["8", "2", "21"]]
    assert reasons(of_means) == ["SD of group 1 is 0.0"]


@pytest.mark.parametrize(("name", "taken"), [("Deaths", 2), ("Drop-outs", 2), ("Score", 0)])
def test_zeros_alone_are_counts_only_where_the_name_counts(web, name, taken):
    found = web(counts("0", "30", "0", "31", Analysis_name=name))
    assert len(figures(found)) == taken
    nothing = "all figures of the analysis are 0: no events, or means that were not estimable"
    assert reasons(found) == ([] if taken else [nothing])


def test_other_kinds_of_figures_are_told_by_what_is_not_0(web):
    estimate = web({"GIV Mean": "-0.5", "GIV SE": "0.2", "Effect measure": "Hazard Ratio", "Control N": "30"})
    (row,) = estimate.tables["contrasts"][["statistic", "value", "se", "derived"]].to_numpy().tolist()
    # exp(-0.5) = 0.606531: the package holds the logarithm of a ratio.
    assert row == ["hazard_ratio", "0.606531", "0.2", "Hazard Ratio: exp of -0.5 in the RevMan file"]
    difference = web({"GIV Mean": "-0.5", "GIV SE": "0.2", "Effect measure": "Std. Mean Difference"})
    assert difference.tables["contrasts"][["statistic", "value"]].to_numpy().tolist() == [["smd", "0.5"]]
    assert reasons(web({"O-E": "-3.1", "Variance": "5.2"})) == [
        "neither counts nor means nor an estimate with its standard error"
    ]


def test_figures_beside_those_of_the_kind_of_a_row_have_a_line(web):
    found = web(
        counts("5", "25", "7", "26") | {"O-E": "1.5", "Variance": "3.2"},
        means(("9", "4", "20"), ("12", "5", "21"), Study="Birch 2004") | {"Experimental cases": "3"},
    )
    assert len(found.tables["outcomes"]) == 4
    assert [(item.line, item.what, item.reason) for item in found.left if item.line] == [
        (2, "columns o_e 1.5, variance 3.2 (Alder 2001: Remission)",
         "the row is taken as counts, and these belong to another kind"),
        (3, "column events1 3 (Birch 2004: Remission)",
         "the row is taken as means, and these belong to another kind"),
    ]  # fmt: skip


def test_a_direction_that_the_plot_does_not_say_is_asked_once_an_outcome(web):
    severity, worry = ({"Analysis name": name} for name in ("Severity", "Worry"))
    first, second = (
        means(("9", "4", "20"), ("12", "5", "21")),
        means(("8", "4", "30"), ("9", "5", "31"), Study="B 2004"),
    )
    left = {"Graph label (left)": "Favours experimental"}
    found = web(first | severity, second | severity, first | worry | left)
    assert [(item.line, item.what, item.reason) for item in found.todo if "direction" in item.what] == [
        (2, "direction of Severity",
         "the file does not say which way is better: fill lower_is_better in outcomes.csv (2 rows: 2, 3)"),
    ]  # fmt: skip


def test_plots_that_say_opposite_things_of_one_result_are_asked_about(web):
    name = {"Analysis name": "Severity", "Analysis group": "1"}
    left, right = ({"Graph label (left)": f"Favours {side}"} for side in ("experimental", "control"))
    first, second = means(("9", "4", "20"), ("12", "5", "21")), means(("9", "4", "20"), ("11", "5", "25"))
    found = web(first | name | left, second | name | right | {"Analysis group": "2"})
    assert [(item.line, item.reason) for item in found.todo if "is better, this one" in item.reason] == [
        (3, "the plot of line 2 says that lower is better, this one higher: put lower_is_better right")
    ]


def test_two_comparisons_with_one_label_are_two_arms():
    found = read_revman(CASES / "11-revman-two-comparisons-one-label.rm5")
    assert found.tables["arms"][["arm_id", "treatment", "detail"]].to_numpy().tolist() == [
        ["experimental", "IPT", "Experimental (IPT versus waiting list; IPT versus CBT)"],
        ["control", "wait_list", "Control (IPT versus waiting list)"],
        ["control_2", "CBT", "Control (IPT versus CBT)"],
    ]
    assert figures(found) == [
        ["experimental", "10.0", "6.0", "30", "", ""],
        ["control", "16.0", "6.5", "31", "", ""],
        ["experimental", "10.0", "6.0", "30", "", ""],
        ["control_2", "10.5", "6.1", "29", "", ""],
    ]
    assert ("Alpha 2001: group 'Control'", 16) in [(item.what, item.line) for item in found.todo]


TWO = {"Analysis group": "2", "Analysis name": "Remission"}


@pytest.mark.parametrize(
    ("second", "arms"),
    [
        pytest.param(counts("9", "30", "5", "31"), ["experimental", "control"], id="the same"),
        pytest.param(counts("9.0", "30.00", "5.0", "31"), ["experimental", "control"], id="spelled otherwise"),
        pytest.param(counts("9", "30", "5", "17"), ["experimental", "control", "control_2"], id="another size"),
        pytest.param(counts("9", "30", "6", "31"), ["experimental", "control", "control_2"], id="other events"),
        pytest.param(
            counts("8", "30", "6", "31"), ["experimental", "control", "experimental_2", "control_2"], id="both"
        ),
        pytest.param(
            counts("9", "30", "12", "29", Analysis_name="Remission at end point"),
            ["experimental", "control", "control_2"],
            id="under another name",
        ),
        pytest.param(
            counts("9", "30", "5", "31", Analysis_name="Something else"),
            ["experimental", "control", "experimental_2", "control_2"],
            id="numbers that met by chance",
        ),
    ],
)
def test_groups_of_two_comparisons_are_one_arm_only_if_their_figures_agree(web, second, arms):
    found = web(counts("9", "30", "5", "31"), TWO | second)
    assert found.tables["arms"]["arm_id"].tolist() == arms
    apart = {arm.removesuffix("_2") for arm in arms if arm.endswith("_2")}
    asked = [item.what for item in found.todo if "group '" in item.what]
    assert asked == [f"Alder 2001: group '{label}'" for label in ("experimental", "control") if label in apart]


def test_three_comparisons_may_hold_two_arms(web):
    rows = [counts("9", "30", *control) for control in (("5", "31"), ("12", "29"), ("5", "31"))]
    found = web(*({"Analysis group": str(place)} | row for place, row in enumerate(rows, start=1)))
    assert found.tables["arms"][["arm_id", "detail"]].to_numpy().tolist() == [
        ["experimental", "experimental (comparison 1; comparison 2; comparison 3)"],
        ["control", "control (comparison 1; comparison 3)"],
        ["control_2", "control (comparison 2)"],
    ]
    assert reasons(found) == ["repeats line 2"]


@pytest.mark.parametrize(
    ("label", "comparison", "words"),
    [
        ("Control", "IPT versus waiting list", "wait_list"),
        ("control", "1 IPT vs. treatment as usual (end of treatment)", "care_as_usual"),
        ("[control]", "IPT v CBT", "CBT"),
        ("Waiting list", "IPT versus control", "wait_list"),
        ("Placebo", "Drug versus no drug", "pill_placebo"),
        ("Control", "Psychotherapy", "Control"),
    ],
)
def test_a_label_without_a_treatment_takes_that_of_its_comparison(label, comparison, words):
    assert treatment_of(label, comparison, 2) == words


def test_judgements_in_columns_are_taken_and_other_columns_named():
    found = read_revman(CASES / "12-revman-web-rob2-columns-data-rows.csv")
    assert found.tables["risk_of_bias"][["tool", "domain", "judgement"]].to_numpy().tolist() == [
        ["RoB2", "randomisation", "low"],
        ["RoB2", "overall", "some_concerns"],
    ]
    assert [(item.line, item.what) for item in found.left] == [
        (2, "column bias arising from the randomization process (support), 1 x"),
        (None, "columns applicability, weight, mean, ci start, ci end"),
    ]


ROB2 = {
    "Bias arising from the randomisation process": "randomisation",
    "Bias due to deviations from intended interventions": "deviations",
    "Bias due to missing outcome data": "missing_data",
    "Bias in measurement of the outcome": "measurement",
    "Bias in selection of the reported result": "reporting",
    "Overall bias": "overall",
}


def test_all_domains_of_rob_2_are_taken_once_a_trial(web):
    judged = {f"{item} (judgement)": "High risk of bias" for item in ROB2}
    other = judged | {"Overall bias (judgement)": "Low risk", "Analysis number": "2", "Analysis name": "Response"}
    found = web(counts("9", "30", "5", "31") | judged, counts("9", "30", "5", "31") | other)
    table = found.tables["risk_of_bias"]
    assert dict(zip(table["domain"], table["judgement"], strict=True)) == dict.fromkeys(ROB2.values(), "high")
    assert reasons(found) == ["judgement is 'high' in line 2, 'low' here: the first is kept"]


@pytest.mark.parametrize(
    ("column", "result", "reason"),
    [
        ("Overall bias (judgement)", "Unclear risk", "the result is 'Unclear risk'"),
        ("Domain (judgement): Other bias", "Low risk", "the item has no place in risk_of_bias.csv"),
    ],
)
def test_a_judgement_without_a_place_has_a_line(web, column, result, reason):
    assert reasons(web(counts("9", "30", "5", "31") | {column: result})) == [reason]


def test_a_judgement_without_a_result_has_a_line():
    found = read_revman(CASES / "13-revman-judgement-without-result.rm5")
    assert found.tables["risk_of_bias"]["trial_id"].tolist() == ["alpha2001"]
    reason = "the judgement is high, but no result of the study was taken, so it is not in trials.csv"
    assert [(item.line, item.what, item.reason) for item in found.left] == [
        (9, "Beta 2002: risk of bias, Allocation concealment", reason)
    ]


@pytest.mark.parametrize(
    ("typed", "judgement"),
    [("YES", "low"), ("Low risk", "low"), ("High risk of bias", "high"), ("Some concerns", "some_concerns"),
     ("unclear", "unclear"), ("UNKNOWN", "unclear")],
)  # fmt: skip
def test_judgements_find_their_words(typed, judgement):
    assert verdict_of(typed) == judgement


def test_labels_in_brackets_say_which_side_is_better():
    found = read_revman(CASES / "26-revman-bracket-labels.rm5")
    assert set(found.tables["outcomes"]["lower_is_better"]) == {"true"}


@pytest.mark.parametrize(
    ("left", "better"),
    [("Favours [experimental]", 1), ("favors (control)", 2), ("Favours the IPT group", 1), ("Favours: usual care", 2),
     ("Favours “IPT”", 1), ("Favours [something]", 0)],
)  # fmt: skip
def test_signs_around_a_label_do_not_count(left, better):
    assert better_side(Analysis(labels=("[IPT]", "Usual care group"), sides=(left, "")), -1.0) == better


def test_a_control_group_split_over_two_studies_is_asked_about():
    found = read_revman(CASES / "f25_split_control.rm5")
    assert [(item.line, item.what) for item in found.todo if "split" in item.reason] == [
        (22, "Brück & Osei 2004 (phone): Change from baseline in depression (BDI)")
    ]


@pytest.mark.parametrize(
    ("study", "control", "asked"),
    [("Birch 2004", ("8", "2", "18"), True), ("Birch 2004", ("8", "2", "17"), False),
     ("Alder 2001b", ("8.0", "2", "17"), True), ("Birch 2004", ("8", "3", "18"), False)],
)  # fmt: skip
def test_splits_are_seen_through_names_and_sizes(web, study, control, asked):
    first = means(("9", "2", "20"), ("8", "2", "18"), Study="Alder 2001a")
    found = web(first, means(("7", "3", "19"), control, Study=study))
    assert any("split" in item.reason for item in found.todo) == asked


def test_a_result_under_two_names_is_asked_about(web):
    row = means(("9", "2", "20"), ("8", "2", "18"))
    found = web(row, row | {"Subgroup": "Women"})
    reason = "the same figures stand in line 3, under another outcome or subgroup: keep one of them"
    assert (2, "Alder 2001: result", reason) in [(item.line, item.what, item.reason) for item in found.todo]


def test_quality_of_life_is_not_the_condition(web):
    found = web(means(("9", "2", "20"), ("8", "2", "18"), Analysis_name="Quality of life (SF-36)"))
    assert set(found.tables["outcomes"]["domain"]) == {"quality_of_life"}


def test_equal_numbers_spelled_otherwise_do_not_contradict():
    found = read_metapsy(CASES / "06-equal-numbers-spelled-otherwise.csv")
    assert len(found.tables["arms"]) == 3
    assert not [item for item in found.left if "there, " in item.reason or "is kept" in item.reason]


@pytest.mark.parametrize(
    ("second", "asked"),
    [
        # One control group beside two others: arms of their own.
        (("9", "22", "7", "21"), (2, "Alder 2001: Remission", "'control' has the same figures in several subgroups")),
        (("12", "20", "6", "20"), (2, "Alder 2001: Remission", "'experimental' has the same figures in several")),
        # Women and men, or two times: nobody can tell.
        (("9", "22", "6", "20"), (None, "subgroups of Remission", "studies in several subgroups are taken as several")),
    ],
)
def test_a_study_in_two_subgroups_of_an_analysis_is_asked_about(web, second, asked):
    found = web(counts("12", "20", "7", "21", Subgroup="One"), counts(*second, Subgroup="Two"))
    said = [item for item in found.todo if "several subgroups" in item.reason]
    assert [(item.line, item.what) for item in said] == [asked[:2]]
    assert said[0].reason.startswith(asked[2])
    assert len(found.tables["outcomes"]) == 4


def test_studies_in_one_subgroup_each_are_not_asked_about(web):
    rows = [counts("12", "20", "7", "21", Subgroup=name, Study=f"{name} 2001") for name in ("One", "Two")]
    assert not [item for item in web(*rows).todo if "subgroups" in item.reason]


def test_figures_that_no_table_holds_and_footnotes_stand_in_the_report(web):
    cells = {"O-E": "-2.4", "Variance": "3.1", "Footnotes": "(1) from the authors"}
    found = web(cells, means(("9", "0", "20"), ("8", "0", "18"), Study="Birch 2004", Analysis_number="2"))
    assert {(item.line, item.what) for item in found.left} >= {
        (2, "Alder 2001: Remission (o_e -2.4, variance 3.1)"),
        (2, "Alder 2001: footnote: (1) from the authors"),
        (3, "Birch 2004: Remission (total1 20, total2 18, mean1 9, mean2 8)"),
    }


CELL = st.sampled_from(["", "0.0", "0", "1", "5", "9.50", "20", "30", "x"])
ROW = st.fixed_dictionaries(
    {name: CELL for name in COLUMNS if name.startswith(("GIV", "Exp", "Con", "O-E"))}
    | {"Analysis group": st.sampled_from("12"), "Analysis number": st.sampled_from("12")}
    | {
        "Study": st.sampled_from(["Alder 2001", "Birch 2004", ""]),
        "Analysis name": st.sampled_from(["Score", "Deaths"]),
    }
    | {"Overall bias (judgement)": st.sampled_from(["", "Low risk", "?"]), "Footnotes": st.sampled_from(["", "a note"])}
)


@given(st.lists(ROW, min_size=1, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
def test_every_row_judgement_and_column_is_taken_or_named(web, rows):
    found = web(*rows)
    taken = {line for name in ("outcomes", "contrasts") for line in found.tables[name].index}
    left = [(item.line, item.what) for item in found.left]
    others = ("risk of bias", "footnote: ")
    results = {line for line, what in left if not what.startswith("column") and not any(map(what.count, others))}
    # The first line holds the names of the columns.
    assert taken | results == set(range(2, len(rows) + 2))
    assert not taken & results
    judged = {line for line, row in enumerate(rows, start=2) if row["Overall bias (judgement)"]}
    said = {line for line, what in left if "risk of bias" in what} | set(found.tables["risk_of_bias"].index)
    repeated = {line for line, row in enumerate(rows, start=2) if row["Overall bias (judgement)"] == "Low risk"}
    assert judged - repeated <= said
    notes = [line for line, row in enumerate(rows, start=2) if row["Footnotes"]]
    assert [line for line, what in left if what.endswith("footnote: a note")] == notes


def test_a_direction_is_asked_once_and_not_again_by_the_name_of_the_scale(web):
    rows = [means(("9", "4", "20"), ("12", "5", "21"), Analysis_name="Severity"),
            means(("8", "4", "30"), ("9", "5", "31"), Study="B 2004", Analysis_name="Severity")]  # fmt: skip
    words = load_vocabulary(Path(__file__).parents[2] / "config" / "vocabulary")
    for scale, directions, asked in (
        ("", ["", ""], ["direction of Severity"]),
        ("new-scale", ["", ""], ["direction of Severity"]),
        ("HAM-D", ["true", "true"], []),
    ):
        filled = with_cells(web(*rows), {("outcomes", "instrument"): scale}) if scale else web(*rows)
        found = with_directions(filled, words)
        assert [item.what for item in found.todo if item.what.startswith("direction of ")] == asked
        assert found.tables["outcomes"]["lower_is_better"].tolist() == [each for each in directions for _ in (1, 2)]


def test_whom_estimates_favour_is_asked_once_an_outcome(web):
    row = {"GIV Mean": "-0.5", "GIV SE": "0.2", "Effect measure": "Std. Mean Difference", "Analysis name": "Severity"}
    found = web(row, row | {"Study": "B 2004"}, row | {"Analysis name": "Worry", "Analysis number": "2"})
    assert [(item.line, item.what, item.reason) for item in found.todo if "favours" in item.reason] == [
        (2, "effects on Severity",
         "the file does not say which side is better: fill favours in contrasts.csv (2 rows: 2, 3)"),
        (4, "effects on Worry",
         "the file does not say which side is better: fill favours in contrasts.csv (1 row: 4)"),
    ]  # fmt: skip


def test_changes_on_a_known_scale_are_not_taken_for_falls(web):
    words = load_vocabulary(Path(__file__).parents[2] / "config" / "vocabulary")
    rows = web(means(("9", "4", "20"), ("5", "5", "21"), Analysis_name="Change in severity"))
    found = with_directions(with_cells(rows, {("outcomes", "instrument"): "HAM-D"}), words)
    assert found.tables["outcomes"][["measure", "lower_is_better"]].to_numpy().tolist() == [["change", ""]] * 2
    assert [item.what for item in found.todo if "direction" in item.what] == ["direction of Change in severity"]


@pytest.mark.parametrize(
    "name", ["Percentage change in BDI", "Depression (% reduction)", "Relative improvement, HAM-D"]
)
def test_a_change_in_per_cent_is_no_change_in_points(web, name):
    row = means(("-40", "20", "30"), ("-20", "20", "31"))
    found = web(row | {"Analysis name": name}, row | {"Analysis name": "Change in BDI", "Analysis number": "2"})
    assert reasons(found) == [PERCENT_CHANGE]
    assert found.tables["outcomes"]["measure"].tolist() == ["change", "change"]


def test_names_that_differ_only_in_signs_are_asked_about(web):
    found = web(counts("4", "30", "2", "31", Study="Müller, 2001"), counts("4", "30", "2", "31", Study="Muller 2001"))
    reason = "names differ only in signs: one trial, or several?"
    assert ("studies Müller, 2001; Muller 2001", reason) in [(each.what, each.reason) for each in found.todo]
