"""Files on disk."""

import csv
import io
import math
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.files import (
    UnreadableError,
    guarded,
    read_json,
    read_table,
    rows_of,
    table_text,
    table_texts,
    unguarded,
    write_file,
    write_json,
    write_table,
)


def test_a_table_comes_back_as_it_was_written(tmp_path):
    names = ["Dagöö", "NA", None, "=1+1", "'t Hart"]
    table = pd.DataFrame({"name": names, "value": [0.1 + 0.2, math.nan, -1e-300, -1.0, 0.0]})
    write_table(table, tmp_path / "t.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "t.csv"), table, check_dtype=False)


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+cmd", "@cmd", "\tx", "+", "-.", "'=1+1"])
def test_text_that_a_spreadsheet_would_run_is_guarded(tmp_path, text):
    write_table(pd.DataFrame({"note": [text], "value": [-1.0]}), tmp_path / "t.csv")
    assert pd.read_csv(tmp_path / "t.csv").iloc[0].tolist() == [f"'{text}", -1.0]


@pytest.mark.parametrize("text", ["-1", "+2.5", "-1e5", "+1E-3", "-.5", "-5.", "12", "", "-1\n", "'t Hart 2005"])
def test_what_runs_nothing_stays_as_it_is_on_both_ways(text):
    assert (guarded(text), unguarded(text)) == (text, text)


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1;@SUM(1)", "'=1+1;'@SUM(1)"),
        ("a;b;-1;+2.5", "a;b;-1;+2.5"),
        ("one\n=1\r+cmd\r\n'=2", "one\n'=1\r'+cmd\r\n''=2"),
        ('a;"=1+1', "a;'\"=1+1"),
        ("see a; -b", "see a; -b"),
        ("\r=1", "\r'=1"),
    ],
)
def test_what_may_come_to_start_a_cell_of_another_divider_is_guarded(tmp_path, text, safe):
    assert (guarded(text), unguarded(safe)) == (safe, text)
    write_table(pd.DataFrame({"note": [text]}), tmp_path / "t.csv")
    assert pd.read_csv(tmp_path / "t.csv", lineterminator="\n" if "\r" in text else None)["note"].tolist() == [safe]


@given(st.text() | st.text("'=+-1.e;\"\n\r@a"))
def test_guarding_a_text_loses_nothing_and_lets_no_formula_through(text):
    safe = guarded(text)
    assert unguarded(safe) == text
    assert not re.search("(?<![^;\r\n])[=@\t]", safe)


@given(st.lists(st.text("=@;,'\"\na", max_size=8), min_size=2, max_size=3))
def test_no_formula_starts_a_cell_whichever_divider_a_spreadsheet_takes(row):
    text = table_text(pd.DataFrame([row], columns=[f"c{place}" for place in range(len(row))]))
    for divider in ",;":
        cells = [cell for line in csv.reader(io.StringIO(text, newline=""), delimiter=divider) for cell in line]
        assert [cell for cell in cells if cell.startswith(("=", "@"))] == []


@given(st.lists(st.tuples(st.floats(), st.integers(-(2**40), 2**40), st.booleans(), st.none() | st.text(max_size=3))))
def test_cells_are_set_as_pandas_sets_them(rows):
    table = pd.DataFrame(rows, columns=["a", "b", "c", "d"])
    safe = pd.DataFrame([(*numbers, guarded(text)) for *numbers, text in rows], columns=list(table))
    assert table_text(table) == safe.to_csv(index=False, lineterminator="\n")


def test_a_table_set_in_parts_is_each_part_set():
    table = pd.DataFrame({"id": ["a", "b", "a"], "x": ["=1", None, "c\nd"], "n": [0.1, math.nan, 2.0]})
    parts = table_texts(table, "id", ["a", "b", "none"])
    assert parts == {name: table_text(table[table["id"].eq(name)]) for name in ("a", "b", "none")}


def test_rows_have_the_empty_value_where_a_cell_is_empty():
    table = pd.DataFrame({"a": ["x", None], "n": [math.nan, 2.0]})
    assert rows_of(table) == [{"a": "x", "n": ""}, {"a": "", "n": 2.0}]
    assert rows_of(table, empty=None) == [{"a": "x", "n": None}, {"a": None, "n": 2.0}]


def test_json_refuses_a_number_that_is_not_finite(tmp_path):
    write_json({"b": 1, "a": "é"}, tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == '{\n "a": "é",\n "b": 1\n}\n'
    assert read_json(tmp_path / "x.json") == {"a": "é", "b": 1}
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json({"a": math.nan}, tmp_path / "y.json")


def test_a_file_is_written_only_if_its_content_changed(tmp_path):
    path = tmp_path / "new" / "a.txt"
    write_file("é\r\n", path)
    first = path.stat()
    write_file("é\r\n".encode(), path)
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    write_file("other", path)
    assert path.read_bytes() == b"other"


def test_a_write_that_fails_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path, monkeypatch):
    write_file("before", tmp_path / "a.txt")

    def full(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(OSError, match="no space left"):
        write_file("after", tmp_path / "a.txt")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.txt": "before"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("t.csv", b"\xff\x00", "it is no UTF-8 CSV table ('utf-8' codec"),
        ("t.csv", b"", "it is no UTF-8 CSV table (No columns"),
        ("t.csv", b'a,b\n"1,2\n', "it is no UTF-8 CSV table ("), ("t.json", b"\xff", "it is not UTF-8"),
        ("t.json", b'{"a"', "it is not JSON (Expecting ':' delimiter"),
        ("t.json", b"[" * 100_000, "it is not JSON ("),
    ],
)  # fmt: skip
def test_a_damaged_file_is_named_with_what_helps(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as refused:
        (read_json if path.suffix == ".json" else read_table)(path)
    assert str(refused.value).startswith(f"{path.as_posix()}: cannot be read: {reason}")
    assert str(refused.value).endswith(". `ipt-evidence run` makes anew what a run made; put back what it did not.")
