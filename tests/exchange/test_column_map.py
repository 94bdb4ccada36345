import pytest

from ipt_evidence.exchange.column_map import map_text, mapped_sheet, parse_map, read_map
from ipt_evidence.exchange.metapsy.importing import read_mapped, read_metapsy
from ipt_evidence.extraction.breaches import ExtractionError

WIDE = "Author,Tx,m1i,sd1i,n1i,m2i,sd2i,n2i,colour\nAsh,ipt,10,4,20,12,4,21,red\nElm,ipt,11,5,30,13,5,31,red\n"
MAP = (
    "study=Author", "condition_arm1=Tx", "condition_arm2==tau", "instrument==bdi-2", "mean_arm1=m1i", "sd_arm1=sd1i",
    "n_arm1=n1i", "mean_arm2=m2i", "sd_arm2=sd2i", "n_arm2=n2i",
)  # fmt: skip
STANDARD = (
    "study,condition_arm1,condition_arm2,instrument,mean_arm1,sd_arm1,n_arm1,mean_arm2,sd_arm2,n_arm2,colour\n"
    "Ash,ipt,tau,bdi-2,10,4,20,12,4,21,red\nElm,ipt,tau,bdi-2,11,5,30,13,5,31,red\n"
)
ARMS = (
    "id;arm;y;s;size;when\nAsh;tau;12;4;21;post\nAsh;ipt;10;4;20;post\nAsh;cbt;9;4;22;post\n"
    "Ash;tau;11;4;21;fu\nElm;ipt;11;5;30;post\n"
)
OF_ARMS = ("study=id", "condition=arm", "mean=y", "sd=s", "n=size", "time=when", "instrument==bdi-2")


@pytest.fixture
def mapped(tmp_path):
    def read(text, items):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return read_mapped(path, mapped_sheet(path, parse_map(items)))

    return read


def test_a_mapped_table_is_taken_like_one_in_the_standard(mapped, tmp_path):
    path = tmp_path / "standard.csv"
    path.write_text(STANDARD, encoding="utf-8")
    found, expected = mapped(WIDE, MAP), read_metapsy(path)
    for name in ("trials", "arms", "outcomes"):
        rows, wanted = (each.tables[name].drop(columns="source_id", errors="ignore") for each in (found, expected))
        assert rows.equals(wanted)
    assert any(item.what == "column colour (red)" for item in found.left)


def test_a_table_with_a_row_an_arm_is_put_together(mapped):
    found = mapped(ARMS, OF_ARMS)
    assert found.tables["outcomes"][["trial_id", "arm_id", "mean", "n"]].to_numpy().tolist() == [
        *(["ash", "tau", "12", "21"], ["ash", "ipt", "10", "20"], ["ash", "cbt", "9", "22"])
    ]
    assert [(item.line, item.what) for item in found.left if "second arm" in item.reason] == [
        (5, "Ash: condition tau, mean 11, sd 4, n 21"),
        (6, "Elm: condition ipt, mean 11, sd 5, n 30"),
    ]


LONG = (
    "id,condition,mean,sd,n,instrument,time,format,mean_age,country\n"
    "Ash,tau,17,8,40,BDI,post,,35,US\nAsh,ipt,12,8,40,BDI,post,ind,45,UK\n"
    "Ash,tau,16,8,38,BDI,fu,,35,US\nAsh,ipt,11,8,37,BDI,fu,ind,45,US\n"
)
OF_LONG = ("study=id", "condition=condition", "mean=mean", "sd=sd", "n=n")


def test_columns_read_by_their_names_tell_results_apart(mapped):
    found = mapped(LONG, OF_LONG)
    assert found.tables["outcomes"][["arm_id", "mean", "n", "timepoint"]].to_numpy().tolist() == [
        ["tau", "17", "40", "post"],
        ["ipt", "12", "40", "post"],
        ["tau", "16", "38", "followup"],
        ["ipt", "11", "37", "followup"],
    ]


@pytest.mark.parametrize("items", [OF_LONG, (*OF_LONG, "mean_age=mean_age", "format=format")])
def test_what_is_said_of_one_arm_is_said_of_no_other(mapped, items):
    found = mapped(LONG, items)
    assert found.tables["arms"][["arm_id", "format"]].to_numpy().tolist() == [["tau", ""], ["ipt", ""]]
    assert found.tables["trials"][["mean_age", "country"]].to_numpy().tolist() == [["", "US"]]
    assert {(item.line, item.what) for item in found.left if item.line and item.what.startswith("Ash")} == {
        *((3, "Ash: format ind"), (2, "Ash: mean_age 35"), (3, "Ash: mean_age 45"), (3, "Ash: country UK")),
        *((5, "Ash: format ind"), (4, "Ash: mean_age 35"), (5, "Ash: mean_age 45")),
    }


def test_a_map_is_kept_and_read_again(tmp_path):
    path = tmp_path / "file.csv.map.yaml"
    path.write_text(map_text(parse_map(MAP)), encoding="utf-8")
    assert read_map(path) == parse_map(MAP)


REFUSED = {
    ("study",): "--map: item = 'study': must be NAME=COLUMN. Write both.",
    (
        "mean_arm=m1i",
    ): "--map: mean_arm: no column of the Metapsy data standard that is read has this name. Correct it: ",
    (
        "study=Author",
    ): "--map: condition_arm1: the map must name it. Add condition_arm1=COLUMN, or condition_arm1==VALUE.",
    (
        *MAP,
        "year=published",
    ): ":1: published: the map names a column that the first row does not have. Correct the map: ",
}


@pytest.mark.parametrize("items", REFUSED)
def test_what_is_wrong_with_a_map_is_named(mapped, items):
    with pytest.raises(ExtractionError) as caught:
        mapped(WIDE, items)
    assert REFUSED[items] in str(caught.value)


@pytest.mark.parametrize("text", ["- study\n", "a: [", "\xe9"])
def test_a_kept_map_that_is_none_is_refused(tmp_path, text):
    path = tmp_path / "map.yaml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ExtractionError, match="column map"):
        read_map(path)


SPREADS = "id,arm,y,se,low,high,size\nAsh 2001,ipt,10,1,,,25\nAsh 2001,tau,12,,10,14,16\n"
OF_SPREADS = ("study=id", "condition=arm", "mean=y", "se=se", "ci_low=low", "ci_high=high", "n=size",
              "instrument==bdi-2", "time==post")  # fmt: skip


def test_a_standard_deviation_follows_from_the_error_or_the_interval_of_a_mean(mapped):
    found = mapped(SPREADS, OF_SPREADS)
    # Of 16 people t is 2.13145: SD = (14 - 10) / (2 x 2.13145) x 4.
    assert [float(cell) for cell in found.tables["outcomes"]["sd"]] == pytest.approx([5, 3.75332], rel=1e-5)
    assert sum("SD" in item.reason and "Ash 2001" in item.reason for item in found.todo) == 2


@pytest.mark.parametrize(
    ("cells", "what", "reason"),
    [
        ("Ash 2001,tau,12,,10,,16", "Ash 2001: ci_low 10", "no standard deviation follows from one limit"),
        ("Ash 2001,tau,12,1,,,", "Ash 2001: se 1", "no standard deviation follows without the number of people"),
        ("Ash 2001,tau,12,x,,,16", "Ash 2001: se x", "'x' is no number"),
    ],
)
def test_what_gives_no_standard_deviation_is_left(mapped, cells, what, reason):
    found = mapped(SPREADS.rsplit("\n", 2)[0] + f"\n{cells}\n", OF_SPREADS)
    assert (3, what, reason) in [(item.line, item.what, item.reason) for item in found.left]
    assert len(found.tables["contrasts"]) == 0


COUNTS = "id,arm,scale,yes,all\nAsh 2001,ipt,{0},5,25\nAsh 2001,tau,{0},3,26\n"
OF_COUNTS = ("study=id", "condition=arm", "instrument=scale", "event=yes", "totaln=all", "time==post")


@pytest.mark.parametrize(("scale", "outcome"), [("Remission", "remission"), ("dropouts", "dropout"), ("BDI-II", "")])
def test_what_is_counted_is_what_the_file_says_and_else_asked(mapped, scale, outcome):
    found = mapped(COUNTS.format(scale), OF_COUNTS)
    assert found.tables["outcomes"]["outcome"].tolist() == [outcome] * 2
    asked = [item.reason for item in found.todo if item.what == "outcome"]
    assert asked == (
        [] if outcome else ["the file does not say what is counted: fill outcome in outcomes.csv (1 row: 3)"]
    )


@pytest.mark.parametrize(("low", "high"), [("14", "18"), ("14", "10")])
def test_an_interval_without_its_mean_is_left(mapped, low, high):
    rows = f"id;arm;y;size;lo;hi\nAsh;tau;15;31;13;17\nAsh;ipt;12;30;{low};{high}\n"
    found = mapped(rows, (*OF_ARMS[:3], "n=size", "ci_low=lo", "ci_high=hi", "instrument==bdi-2", "time==post"))
    reason = f"the mean 12 does not lie between {low} and {high}"
    assert (3, f"Ash: ci_low {low}, ci_high {high}", reason) in [
        (each.line, each.what, each.reason) for each in found.left
    ]
    assert found.tables["outcomes"].set_index("arm_id").loc["ipt", "sd"] == ""
