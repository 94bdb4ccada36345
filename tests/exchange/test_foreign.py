import csv
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.foreign import Wanted, read_foreign, sheet_of
from ipt_evidence.exchange.names import slug, unique_slugs, word
from ipt_evidence.exchange.numerals import number, whole
from ipt_evidence.extraction.breaches import ExtractionError


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("17,5", "17.5"),
        ("1.20", "1.20"),
        ("+3", "3"),
        ("-,5", "-.5"),
        ("0,069", "0.069"),
        ("\u22120,3", "-0.3"),
        ("1 234,5", "1234.5"),
        ("37.299999999999997", "37.3"),
        ("0,231455024943138", "0.231455024943138"),
        ("1e-3", "1e-3"),
        ("", ""),
    ],
)
def test_numbers_are_read_in_any_dress(cell, read):
    assert number(cell) == read


@pytest.mark.parametrize("cell", ["about 5", "12.5.3", "5%", "1.234,5", "inf", "nan", "0x10", "1_000"])
def test_other_text_is_no_number(cell):
    with pytest.raises(ValueError, match="is no number"):
        number(cell)


@pytest.mark.parametrize(("cell", "read"), [("40", "40"), ("40,0", "40"), ("4e1", "40"), ("", "")])
def test_whole_numbers_lose_their_decimal_part(cell, read):
    assert whole(cell) == read


@pytest.mark.parametrize("cell", ["40.5", "1e300", "3-4", "1,234"])
def test_other_numbers_are_not_whole(cell):
    with pytest.raises(ValueError, match="is no"):
        whole(cell)


def test_a_thousand_is_not_taken_for_one():
    with pytest.raises(ValueError, match="'1,000' may be 1 or 1000"):
        whole("1,000")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6))
def test_a_number_keeps_its_value(value):
    assert Fraction(number(str(value).replace(".", ","))) == Fraction(str(value))


@given(st.text(max_size=30))
def test_what_is_read_is_a_number_or_empty(cell):
    try:
        read = number(cell)
    except ValueError:
        return
    assert read == "" or float(read) == float(read)


def test_lines_are_decoded_one_by_one(tmp_path):
    path = tmp_path / "mixed.csv"
    path.write_bytes(b"\xef\xbb\xbfa;b\n" + "é;1\n".encode() + "ö;2\n".encode("cp1252") + b"\x81;3\n")
    read = read_foreign(path)
    assert read.text == "a;b\né;1\nö;2\n\ufffd;3\n"
    assert read.guessed == (3, 4)


def test_utf_16_is_known_by_its_mark(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_bytes("study\tn\nÖl\t3\n".encode("utf-16"))
    sheet = sheet_of(read_foreign(path), Wanted("a test", ("study",)))
    assert [record.cells for record in sheet.records] == [{"study": "Öl", "n": "3"}]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_the_separator_is_found(tmp_path, separator):
    path = tmp_path / "table.csv"
    rows = [["Study", " Mean  age "], ['"A; B, C"', "3"], ["", ""], ['"x\ny"', "NA"], ["z", "1", "2"]]
    path.write_text("\r\n".join(separator.join(row) for row in rows) + "\r\n", encoding="utf-8", newline="")
    sheet = sheet_of(read_foreign(path), Wanted("a test", ("study",)))
    assert sheet.columns == ("study", "mean_age")
    assert [(record.line, dict(record.cells)) for record in sheet.records] == [
        (2, {"study": "A; B, C", "mean_age": "3"}),
        (4, {"study": "x\ny", "mean_age": ""}),
    ]
    assert ([line for line, _, _ in sheet.left], sheet.ragged) == ([6], ())


REFUSALS = {
    "empty": (b"", "the file is empty. Export it again"),
    "blank": (b" \n\n", "the file is empty. Export it again"),
    "binary": (b"PK\x03\x04\x00\x00study", "the file is no text. Export the data as text"),
    "other": (b"a;b\n1;2\n", "1: this is not a test: the first row has no column study"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_unusable_files_are_refused_with_a_place(tmp_path, name):
    content, message = REFUSALS[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content)
    with pytest.raises(ExtractionError) as caught:
        sheet_of(read_foreign(path), Wanted("a test", ("study",)))
    assert str(caught.value.breaches[0]).removeprefix(f"{path.as_posix()}:").strip().startswith(message)


def test_an_open_quote_takes_the_rest_and_the_row_is_told(tmp_path):
    path = tmp_path / "open.csv"
    path.write_bytes(b'study;b\nx;1\n"open;2\nmore\n')
    assert sheet_of(read_foreign(path), Wanted("a test", ("study",))).ragged == (3,)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(ExtractionError, match="there is no such file"):
        read_foreign(tmp_path / "none.csv")
    with pytest.raises(ExtractionError, match="the file cannot be read"):
        read_foreign(tmp_path)


def test_a_cell_that_never_ends_is_refused(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("study;b\nx;" + "y" * 1_100_000 + "\n", encoding="utf-8")
    with pytest.raises(ExtractionError, match="the row that starts here cannot be read"):
        sheet_of(read_foreign(path), Wanted("a test", ("study",)))


def test_names_become_slugs_that_differ():
    assert slug("Müller-Øst, 2001", "") == "mullerost2001"
    assert word("Behavioural activation (grp)") == "Behavioural_activation_grp"
    labels = ["Ash, 2001", "Ash 2001", "木村", "Ash2001 2"]
    found = unique_slugs({label: label for label in labels}, "study", joint="")
    assert list(found.values()) == ["ash2001", "ash2001_2", "study", "ash20012"]


@given(st.lists(st.text(max_size=20), unique=True, max_size=20))
def test_slugs_are_unique_and_allowed(labels):
    found = unique_slugs({label: label for label in labels}, "study")
    assert len(set(found.values())) == len(labels)
    assert all(each.isascii() and each.replace("_", "").isalnum() and each == each.lower() for each in found.values())


def test_reading_a_foreign_file_leaves_the_limit_for_raw_tables_as_it_is(tmp_path):
    before = csv.field_size_limit()
    path = tmp_path / "long.csv"
    path.write_text("study,notes\nx," + "y" * (before + 1) + "\n", encoding="utf-8")
    assert len(sheet_of(read_foreign(path), Wanted("a table", ("study",))).records) == 1
    assert csv.field_size_limit() == before


def test_a_row_whose_cells_may_have_slipped_is_left_with_its_cells(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("study,mean,sd\nAsh,12,5,8\nElm,12.5,8\nOak,11,\nFir,10,4,,\n", encoding="utf-8")
    sheet = sheet_of(read_foreign(path), Wanted("a table", ("study",)))
    assert [record.get("mean") for record in sheet.records] == ["12.5", "11", "10"]
    assert [(line, what) for line, what, _ in sheet.left] == [(2, "row Ash,12,5,8")]
    assert sheet.ragged == (5,)
