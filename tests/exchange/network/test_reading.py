"""Files for netmeta and CINeMA: what is taken, which way, and what is refused."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.exchange.network.reading import read_network
from ipt_evidence.extraction.breaches import ExtractionError

TESTS = Path(__file__).parents[2]
SAMPLES = TESTS / "exchange" / "samples"
GOLDEN = json.loads((TESTS / "oracle" / "golden_network_files.json").read_text(encoding="utf-8"))
FILLS = {
    ("trials", "condition"): "depression",
    ("trials", "phase"): "acute",
    ("trials", "population"): "adults",
    ("outcomes", "outcome"): "symptom_severity",
}
PAIR = {"study": "Ash 2001", "t1": "IPT", "t2": "CBT", "effect": "-0.3", "se": "0.2", "sm": "SMD"}
ARM = {"study": "Ash 2001", "t": "IPT", "y": "10", "sd": "4", "n": "20"}


@pytest.mark.parametrize("name", ["network_arms", "network_counts", "network_contrasts"])
def test_files_are_recognised_by_their_columns(name):
    assert kind_of(SAMPLES / f"{name}.csv") == "network"
    assert READERS["network"](SAMPLES / f"{name}.csv").kind == "network"


def test_what_pairwise_makes_is_recognised(tmp_path):
    path = tmp_path / "pairwise.csv"
    path.write_text("studlab,treat1,treat2,TE,seTE,event1,n1,event2,n2\nAsh 2001,a,b,0.1,0.2,5,20,7,20\n")
    assert kind_of(path) == "network"
    taken = read_network(path)
    assert taken.tables["outcomes"][["arm_id", "events", "total"]].to_numpy().tolist() == [
        ["a", "5", "20"],
        ["b", "7", "20"],
    ]
    assert [item.reason for item in taken.left] == ["the row has figures by arm (effect 0.1, se 0.2)"]


SPELLED = [
    ("author", "t1", "t2", "r1", "n1", "r2", "n2"),
    ("study", "treatment1", "treatment2", "mean1", "std.dev1", "sampleSize1", "mean2", "std.dev2", "sampleSize2"),
    ("study", "t.1", "t.2", "t.3", "responders.1", "n.1", "responders.2", "n.2", "responders.3", "n.3"),
    ("event1", "n1", "event2", "n2", "event3", "n3", "treat1", "treat2", "treat3"),
    ("study", "treatment", "responders", "sampleSize"),
]


@pytest.mark.parametrize("columns", SPELLED, ids=" ".join)
def test_tables_are_recognised_in_the_spellings_of_programs(tmp_path, columns):
    path = tmp_path / "sides.csv"
    path.write_text(",".join(columns) + "\n" + ",".join("1" for _ in columns) + "\n")
    assert kind_of(path) == "network"


def test_a_table_that_only_has_treatments_and_means_is_not_taken_for_one(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("study,treatment,mean,sd,total\nAsh 2001,a,1,2,20\n")
    assert kind_of(path) is None


@pytest.mark.parametrize(("name", "measure"), [("means", "SMD"), ("counts", "logOR")])
def test_effects_by_arm_are_those_of_metafor(name, measure, vocabulary, effects_of):
    file = {"means": "network_arms.csv", "counts": "network_counts.csv"}[name]
    effects = effects_of(read_network(SAMPLES / file), vocabulary, FILLS)
    effects = effects[effects["measure"].eq(measure)].set_index(["study", "arm2_id"])
    expected = [row for row in GOLDEN[name] if row["t1"] == "IPT"]
    assert len(expected) == len(effects) == 4
    for row in expected:
        found = effects.loc[(row["study"], row["t2"].lower().replace(" ", "_"))]
        assert found["yi"] == pytest.approx(row["yi"], rel=1e-9)
        assert found["vi"] == pytest.approx(row["vi"], rel=1e-9)


def test_effects_by_contrast_keep_size_and_favour_the_same_arm(vocabulary, effects_of):
    effects = effects_of(read_network(SAMPLES / "network_contrasts.csv"), vocabulary)
    found = effects.set_index(["study", "measure"])[["arm1_id", "yi", "vi"]].to_dict("index")
    # Small is good: an IPT arm that is lower is better; a ratio of an event that is not wanted turns its sign.
    expected = {
        ("Fir 2015", "SMD"): ("ipt", 0.25, 0.21),
        ("Gorse 2016", "SMD"): ("ipt", 0.4, 0.18),
        ("Hazel 2018", "logOR"): ("ipt", math.log(2), 0.3),
        ("Hazel 2018", "logRR"): ("ipt", math.log(1.25), 0.4),
        ("Iris 2019", "MD"): ("ipt", 3.5, 1.2),
    }
    assert found.keys() >= expected.keys()
    for key, (arm, value, error) in expected.items():
        assert found[key]["arm1_id"] == arm
        assert np.allclose([found[key]["yi"], found[key]["vi"]], [value, error**2], rtol=1e-9)


@pytest.mark.parametrize(
    ("small", "asked"),
    [
        (("desirable", "desirable"), []),
        (("", ""), [("direction of results without an instrument", 2)]),
        (("desirable", "undesirable"), [("ash2001: small.values", 2)]),
        (("desirable", ""), [("direction of results without an instrument", 3)]),
    ],
)
def test_means_of_which_nothing_or_two_things_are_said_are_asked_about(imported, small, asked):
    arm = {"study": "Ash 2001", "t": "IPT", "y": "10", "sd": "4", "n": "20", "outcome": "symptom_severity"}
    found = imported(arm | {"small.values": small[0]}, arm | {"t": "CBT", "small.values": small[1]})
    told = [(item.what, item.line) for item in found.todo if "lower_is_better" in item.reason]
    assert told == asked


@pytest.mark.parametrize(
    ("small", "effect", "favours"),
    [
        ("desirable", "-0.3", "ipt"),
        ("desirable", "0,3", "cbt"),
        ("undesirable", "0.3", "ipt"),
        ("bad", "-0.3", "cbt"),
        ("", "0.3", ""),
    ],
)
def test_the_direction_is_what_the_file_says_of_small_effects(imported, small, effect, favours):
    taken = imported(PAIR | {"effect": effect, "small.values": small})
    assert taken.tables["contrasts"]["favours"].tolist() == [favours]
    assert taken.tables["contrasts"]["value"].tolist() == ["0.3"]
    assert any(item.what == "direction of effects" for item in taken.todo) == (not favours)


def test_arms_of_one_treatment_stay_two(imported):
    taken = imported(ARM, ARM | {"y": "12"}, ARM | {"t": "CBT"})
    assert taken.tables["arms"][["arm_id", "treatment"]].to_numpy().tolist() == [
        ["ipt", "IPT"],
        ["ipt_2", "IPT"],
        ["cbt", "CBT"],
    ]
    assert taken.tables["outcomes"]["mean"].tolist() == ["10", "12", "10"]
    assert [item.what for item in taken.todo if "earlier row" in item.reason] == ["ash2001: arm 'IPT'"]


def test_two_pairs_that_share_an_arm_must_agree_on_it(imported):
    figures = {"y1": "10", "sd1": "4", "n1": "20", "y2": "12", "sd2": "4", "n2": "20"}
    pair = {"study": "Ash 2001", "t1": "IPT", "t2": "CBT"} | figures
    taken = imported(pair, pair | {"t2": "Waiting list"}, pair | {"t2": "Placebo", "y1": "11"})
    assert taken.tables["outcomes"]["arm_id"].tolist() == ["ipt", "cbt", "waiting_list"]
    assert [(item.line, item.reason) for item in taken.left] == [
        (4, "contradicts line 2 on the arm ipt (mean 10 there, 11 here); line 2 is kept")
    ]


def test_figures_that_are_not_complete_give_way_to_the_effect_of_their_row(imported):
    taken = imported(PAIR | {"y1": "10", "sd1": "4", "n1": "20", "n2": "21"})
    assert taken.tables["contrasts"][["value", "n1", "n2"]].to_numpy().tolist() == [["0.3", "20", "21"]]
    assert [(item.what, item.reason) for item in taken.left] == [
        ("ash2001: continuous figures (y1 10, sd1 4, n1 20, n2 21)", "y2, sd2 missing")
    ]


THREE = {
    **{"study": "Ash 2001", "treat1": "IPT", "treat2": "CBT", "treat3": "Waiting list"},
    **{"mean1": "10", "sd1": "4", "n1": "20", "mean2": "11", "sd2": "5", "n2": "21"},
    **{"mean3": "16", "sd3": "6", "n3": "22"},
}


def figures_of(imported):
    table = imported.tables["outcomes"]
    return {arm: tuple(figures) for arm, *figures in table[["arm_id", "mean", "sd", "n"]].to_numpy().tolist()}


def test_every_arm_side_by_side_is_taken(imported, vocabulary, effects_of):
    taken = imported(THREE)
    assert taken.tables["arms"]["arm_id"].tolist() == ["ipt", "cbt", "waiting_list"]
    assert figures_of(taken) == {
        **{"ipt": ("10", "4", "20"), "cbt": ("11", "5", "21"), "waiting_list": ("16", "6", "22")}
    }
    assert not taken.left
    effects = effects_of(imported(THREE | {"small.values": "desirable"}), vocabulary, FILLS)
    found = effects[effects["measure"].eq("MD")].set_index(["arm1_id", "arm2_id"])["yi"].to_dict()
    assert found == pytest.approx({("ipt", "cbt"): 1.0, ("ipt", "waiting_list"): 6.0})


@pytest.mark.parametrize("sides", [(1, 2, 3, 4), (1, 2, 3, 4, 5, 6)])
def test_up_to_six_arms_of_counts_are_taken_in_their_order(imported, sides):
    row = {f"treat{n}": f"T{n}" for n in sides} | {f"event{n}": str(n) for n in sides} | {f"n{n}": "20" for n in sides}
    outcomes = imported(row).tables["outcomes"]
    assert outcomes[["arm_id", "events"]].to_numpy().tolist() == [[f"t{n}", str(n)] for n in sides]


def test_rows_of_two_and_of_three_arms_stand_in_one_file_without_names_of_studies(imported):
    counts = {f"{name}{n}": "20" if name == "n" else str(n) for name in ("event", "n") for n in (1, 2, 3)}
    named = {"treat1": "A", "treat2": "C", "treat3": "D"}
    two = {"treat3": "NA", "event3": "NA", "n3": "NA"}
    taken = imported(named | counts, named | counts | two)
    assert taken.tables["outcomes"].groupby("trial_id")["arm_id"].agg(list).to_dict() == {
        **{"study1": ["a", "c", "d"], "study2": ["a", "c"]}
    }
    assert not taken.left
    assert sum("no column names the studies" in item.reason for item in taken.todo) == 1


OF_THREE = [
    ({"treat3": ""}, ["ash2001: figures (y3 16, sd3 6, n3 22)"], ["t3: empty"], ["ipt", "cbt"]),
    ({"treat2": ""}, ["ash2001: figures (y2 11, sd2 5, n2 21)"], ["t2: empty"], ["ipt", "waiting_list"]),
    ({"treat4": "", "n4": "9"}, ["ash2001: figures (n4 9)"], ["t4: empty"], ["ipt", "cbt", "waiting_list"]),
    ({"TE": "1", "seTE": "2"}, ["ash2001: ready-made effect"], ["the row has figures by arm (effect 1, se 2)"],
     ["ipt", "cbt", "waiting_list"]),
    ({"TE": "1", "seTE": "2", "sm": "MD", "sd1": "", "sd2": "", "sd3": ""}, None,
     ["sd1 missing; sd2 missing; sd3 missing",
      "effect 1, se 2 of arms 1, 2, 3: an effect is between arms 1 and 2"], []),
    ({"sd2": "0"}, None, ["SD is 0"], ["ipt", "waiting_list"]),
    ({"treat3": "ipt"}, [], [], ["ipt", "cbt", "ipt_2"]),
    ({"treat2": "", "treat3": ""}, ["Ash 2001 (y1 10, sd1 4, n1 20, y2 11, sd2 5, n2 21, y3 16, sd3 6, n3 22)"],
     ["t2: empty"], []),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "what", "reasons", "arms"), OF_THREE)
def test_what_a_row_of_three_arms_does_not_give_has_a_line(imported, cells, what, reasons, arms):
    taken = imported(THREE | cells)
    assert [item.reason for item in taken.left] == reasons
    assert what is None or [item.what for item in taken.left] == what
    assert [*figures_of(taken)] == arms
    assert any("several arms of one treatment" in item.reason for item in taken.todo) == ("ipt_2" in arms)
    assert len(taken.tables["contrasts"]) == 0


def test_a_study_that_is_named_by_its_author_has_the_year_of_its_row(imported):
    arm = {"treatment": "IPT", "mean": "10", "std.dev": "4", "sampleSize": "20"}
    other = arm | {"treatment": "CBT"}
    years = [{"author": "Ash", "year": year} for year in ("2001", "2003")]
    taken = imported(*(row | year for year in years for row in (arm, other)))
    trials = taken.tables["trials"][["trial_id", "label", "year"]].to_numpy().tolist()
    assert trials == [["ash2001", "Ash 2001", "2001"], ["ash2003", "Ash 2003", "2003"]]
    assert taken.tables["outcomes"]["arm_id"].tolist() == ["ipt", "cbt"] * 2
    assert any("Ash 2001 and Ash 2003" in item.reason for item in taken.todo)


LEFT = [
    ({"sm": ""}, "the file does not say of which measure it is (effect -0.3, se 0.2): add a column sm, one of SMD, MD, "
     "OR, RR, HR"),
    ({"sm": "RD"}, "sm is 'RD' (effect -0.3, se 0.2), of which contrasts.csv has no statistic; it has one of SMD, MD, "
     "OR, RR, HR"),
    ({"se": "0"}, "se is 0"),
    ({"se": ""}, "se missing (effect '-0.3', se '')"),
    ({"effect": "x"}, "'x' is no number"),
    ({"sm": "OR", "effect": "20"}, "effect 20 is no logarithm of a ratio that people have"),
    ({"t2": "ipt"}, "both arms are 'IPT'"),
    ({"study": ""}, "study: empty"),
    ({"t1": ""}, "t1: empty"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "reason"), LEFT)
def test_what_cannot_be_taken_is_left_with_its_reason(imported, cells, reason):
    taken = imported(PAIR | cells)
    assert len(taken.tables["contrasts"]) == 0
    assert [(item.line, item.reason) for item in taken.left] == [(2, reason)]


IMPOSSIBLE = [
    ({"sd": "0"}, "SD is 0"),
    ({"n": "0"}, "n is 0"),
    ({"n": ""}, "n missing"),
    ({"n": "20,5"}, "'20,5' is no whole number"),
    ({"y": "", "sd": ""}, "neither a mean nor a number of events"),
    ({"y": ""}, "y missing"),
    ({"y": "", "sd": "", "r": "21"}, "21 events among 20 people"),
]


@pytest.mark.parametrize(("cells", "reason"), IMPOSSIBLE)
def test_figures_that_cannot_be_are_left_with_their_reason(imported, cells, reason):
    taken = imported(ARM | cells)
    assert len(taken.tables["outcomes"]) == 0
    assert [(item.line, item.reason) for item in taken.left] == [(2, reason)]


def test_a_file_of_another_shape_is_refused(imported):
    with pytest.raises(ExtractionError) as caught:
        imported({"study": "Ash 2001", "t": "IPT", "y": "10"})
    assert str(caught.value.breaches[0]).partition(".csv:1: ")[2] == (
        "this is not a table for network meta-analysis: its columns are study, t, y. "
        "Give study, t, n with r or with y and sd (an arm a row), or study, t1, t2, effect, se (a pair a row)."
    )


@pytest.mark.parametrize(("n", "reason"), [("0", "n is 0"), ("-3", "n is -3"), ("1.000", "'1.000' may be 1 or 1000")])
def test_no_effect_rests_on_a_number_of_people_that_is_none(imported, n, reason):
    found = imported(PAIR | {"n1": n, "n2": "31"})
    assert found.tables["contrasts"][["n1", "n2"]].to_numpy().tolist() == [["", "31"]]
    assert ("ash2001: n1", reason) in [(each.what, each.reason) for each in found.left]


def test_names_that_differ_only_in_signs_are_asked_about(imported):
    found = imported(PAIR | {"study": "Müller, 2001"}, PAIR | {"study": "Muller 2001"})
    reason = "names differ only in signs: one trial, or several?"
    assert ("studies Müller, 2001; Muller 2001", reason) in [(each.what, each.reason) for each in found.todo]
