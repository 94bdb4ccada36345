"""Trials of one author stay apart where author and year stand in two columns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.column_map import mapped_sheet, parse_map
from ipt_evidence.exchange.foreign import Record, Sheet
from ipt_evidence.exchange.metapsy.importing import read_mapped, read_metapsy
from ipt_evidence.exchange.study_names import with_years


def named(*rows: tuple[str, ...]):
    """Return the names of the rows of a table, and its remarks."""
    columns = ("study", "year", "doi")
    records = tuple(Record(line, dict(zip(columns, row, strict=False))) for line, row in enumerate(rows, start=2))
    found = with_years(Sheet("f.csv", columns, records, (), ()), ("study",), ("year",), ("doi",))
    return [record.get("study") for record in found.records], found.remarks


def test_the_year_joins_a_name_without_number():
    assert named(("Ash", "2011"), ("Ash", "2013.0"), ("Elm 2010", "2011")) == (
        ["Ash 2011", "Ash 2013", "Elm 2010"],
        (
            "studies named without a year have that of their rows in their name: Ash 2011, Ash 2013",
            "one name with several years is taken as several trials (Ash 2011 and Ash 2013): give those one name that "
            "are one",
        ),
    )


def test_a_row_without_year_has_the_only_one_of_its_name():
    assert named(("Ash", ""), ("ASH", "2011"))[0] == ["Ash 2011", "ASH 2011"]
    names, remarks = named(("Ash", "2011"), ("Ash", ""), ("Ash", "2013"))
    assert names == ["Ash 2011", "Ash", "Ash 2013"]
    assert "(Ash 2011 and Ash and Ash 2013)" in remarks[1]


def test_rows_of_one_name_and_year_with_several_dois_are_several_trials():
    rows = [("Ash", "2011", "10.1/A"), ("Ash", "2011", "10.1/b"), ("Ash", "2011", "10.1/a"), ("Elm", "", "10.1/c")]
    names, remarks = named(*rows, ("Elm", "", "10.1/d"))
    assert names == ["Ash 2011a", "Ash 2011b", "Ash 2011a", "Elm a", "Elm b"]
    assert "one name with several years, DOIs or ids" in remarks[1]


def test_what_nothing_tells_apart_is_said():
    assert named(("Ash", ""), ("Ash", ""), ("Elm", "")) == (
        ["Ash", "Ash", "Elm"],
        ("nothing tells the trials of one name apart, so that it is taken as one: Ash (lines 2, 3)",),
    )


ROWS = st.lists(
    st.tuples(st.sampled_from(["Ash", "ash", "Elm", "Fir 2001", ""]), st.sampled_from(["", "2001", "2002"])), max_size=8
)


@given(rows=ROWS)
def test_rows_of_several_years_never_bear_one_name(rows):
    names, _ = named(*rows)
    for (name, year), found in zip(rows, names, strict=True):
        assert found.startswith(name)
        assert bool(found) == bool(name)
        for (other, another), taken in zip(rows, names, strict=True):
            if year and another and year != another and name and name == other and "2001" not in name:
                assert found != taken


WIDE = "study,year,condition_arm1,condition_arm2,instrument,time,mean_arm1,sd_arm1,n_arm1,mean_arm2,sd_arm2,n_arm2"
FIGURES = "bdi-2,post,{},5,20,14,5,21"


@pytest.fixture
def two_trials(tmp_path):
    """Write two trials of one author, a row each."""
    path = tmp_path / "two.csv"
    lines = [f"Ash,{year},ipt,wl,{FIGURES.format(mean)}" for year, mean in ((2011, 10), (2013, 9))]
    path.write_text("\n".join([WIDE, *lines]) + "\n")
    return path


def test_trials_of_one_author_in_a_metapsy_file_stay_apart(two_trials):
    taken = read_metapsy(two_trials)
    assert taken.tables["trials"][["trial_id", "year"]].to_numpy().tolist() == [
        ["ash2011", "2011"],
        ["ash2013", "2013"],
    ]
    assert taken.tables["outcomes"]["mean"].tolist() == ["10", "14", "9", "14"]
    assert any("Ash 2011 and Ash 2013" in item.reason for item in taken.todo)


def test_trials_of_one_author_in_a_table_by_arm_stay_apart_though_the_year_is_not_mapped(tmp_path):
    path = tmp_path / "arms.csv"
    rows = [
        f"Ash,{year},{arm},{mean},5,20" for year, mean in ((2011, 10), (2013, 9)) for arm in ("IPT", "Waiting list")
    ]
    path.write_text("\n".join(["First author,Year,Arm,M,SD,N", *rows]) + "\n")
    items = ["study=First author", "condition=Arm", "mean=M", "sd=SD", "n=N", "instrument==BDI-II", "time==post"]
    taken = read_mapped(path, mapped_sheet(path, parse_map(items)))
    assert taken.tables["trials"]["trial_id"].tolist() == ["ash2011", "ash2013"]
    assert taken.tables["outcomes"][["trial_id", "mean"]].to_numpy().tolist() == [
        *[["ash2011", "10"]] * 2,
        *[["ash2013", "9"]] * 2,
    ]
