"""What `ipt-evidence pool` says of a table before it pools it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.synthesis import pool


def run(folder: Path, text: str):
    path = folder / "effects.csv"
    path.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["pool", str(path)], env={"COLUMNS": "300"})


@pytest.mark.parametrize(("variance", "error"), [("vi", "se"), ("variance", "std_error"), ("var", "se_yi")])
def test_a_variance_that_is_no_square_of_its_standard_error_is_refused_by_row(tmp_path, variance, error):
    result = run(tmp_path, f"study,yi,{variance},{error}\nAsh,0.3,0.04,0.2\nElm,0.5,0.2,0.2\nOak,0.1,0.09,0.03\n")
    rule = "a variance is the square of its standard error"
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-3:] == [
        f"{tmp_path}/effects.csv: 2 cells cannot be used; nothing was pooled.",
        f"  line 3: {variance} is 0.2, and {error} is 0.2: {rule}",
        f"  line 4: {variance} is 0.09, and {error} is 0.03: {rule}",
    ]


@given(error=st.floats(0.01, 3), places=st.integers(1, 5))
def test_figures_that_differ_by_their_rounding_alone_contradict_nothing(tmp_path_factory, error, places):
    se, vi = f"{error:.{places}f}", f"{error**2:.{places}f}"
    result = run(tmp_path_factory.mktemp("pool"), f"yi,vi,se\n0.3,0.04,0.2\n0.5,{vi},{se}\n")
    assert "square of its standard error" not in result.stderr


def test_columns_that_are_not_read_are_named(tmp_path):
    result = run(tmp_path, "study,yi,vi,se,g,ci_low,ci_high\nAsh,0.3,0.04,0.2,0.31,-0.1,0.7\nElm,0.5,0.09,0.3,0.5,,\n")
    assert "Read: yi, vi. Not read: se, g, ci_low, ci_high." in result.stdout
    assert f"{pool([0.3, 0.5], [0.04, 0.09], interval='adhoc').estimate:.3g}" in result.stdout


@pytest.mark.parametrize("column", ["study", "Trial", "studlab", "slab"])
def test_a_study_with_several_rows_is_named(tmp_path, column):
    result = run(tmp_path, f"{column},yi,vi\nAsh 2001,0.3,0.04\nElm,0.5,0.05\nash  2001,0.1,0.03\n")
    assert result.exit_code == 0
    assert f"Several rows have one {column.lower()}: ash 2001 (lines 2, 4). They are pooled as if" in result.stdout
    assert "Several rows" not in run(tmp_path, f"{column},yi,vi\nAsh 2001,0.3,0.04\nElm,0.5,0.05\n").stdout


def pooled_workbook(folder: Path, change):
    book = Workbook()
    for row in (["study", "yi", "vi"], ["Ash", 0.3, 0.04], ["Elm", 0.5, 0.05], ["Oak", 0.4, 0.05]):
        book.active.append(row)
    change(book.active)
    path = folder / "effects.xlsx"
    book.save(path)
    return CliRunner().invoke(app, ["pool", str(path)], env={"COLUMNS": "300"})


def test_hidden_rows_of_a_workbook_are_pooled_and_named(tmp_path):
    result = pooled_workbook(tmp_path, lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True))
    assert f"{tmp_path}/effects.xlsx: row 3: hidden in the workbook, and read like any other." in result.stdout


def test_a_percentage_in_a_workbook_is_refused_with_the_value_shown(tmp_path):
    result = pooled_workbook(tmp_path, lambda sheet: setattr(sheet["B3"], "number_format", "0%"))
    assert result.exit_code == 1
    assert "cell B3 ('0.5') is left in row 3: the cell shows 50 per cent" in result.stderr
