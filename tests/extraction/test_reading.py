import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.extraction.reading import read_cells

COLUMNS = ["a", "b"]

# Any text that a CSV file can hold: no lone surrogates (no UTF-8), no carriage return (a line end of its own).
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=20)
tables = st.lists(st.tuples(cells, cells).filter(any), max_size=8)


def read(content: bytes, columns=COLUMNS):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(content)
        return read_cells(path, columns)


def messages(content: bytes):
    return [str(breach).split("t.csv")[1] for breach in read(content).breaches]


@given(tables, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_reads_what_a_csv_writer_wrote_and_knows_each_line(rows, line_end, marked):
    stream = io.StringIO()
    csv.writer(stream, lineterminator=line_end).writerows([COLUMNS, *rows])
    found = read(stream.getvalue().encode("utf-8-sig" if marked else "utf-8"))
    assert not found.breaches
    assert [tuple(row) for row in found.frame.to_numpy().tolist()] == rows
    text = stream.getvalue()
    for line, row in found.frame.iterrows():
        start = io.StringIO()
        csv.writer(start, lineterminator=line_end).writerow(row)
        assert text.split("\n", line - 1)[-1].startswith(start.getvalue())


def test_columns_may_stand_in_any_order():
    assert read(b"b,a\n2,1\n").frame.to_numpy().tolist() == [["1", "2"]]


def test_blank_lines_are_skipped_and_counted():
    assert list(read(b"a,b\n\n1,2\n\n\n3,4\n").frame.index) == [3, 6]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", ": the file is empty. Give it a first row with the columns a, b.", id="empty file"),
        pytest.param(b"\xff\xfea\x00", ":1: the file is in UTF-16, not UTF-8. Save it again in UTF-8.", id="UTF-16"),
        pytest.param(
            b"PK\x03\x04\x00",
            ": the file is a workbook or an archive, not text. Save it as CSV in UTF-8.",
            id="workbook",
        ),
        pytest.param(
            b"1,2\n",
            ":1: the first row names none of the columns of the table. Put a row above it with the columns a, b.",
            id="no header",
        ),
        pytest.param(
            b"a,a,b\n", ":1: a: the column stands 2 times in the first row. Keep one of them.", id="duplicate header"
        ),
        *[
            pytest.param(
                f"a{mark}b\n1{mark}2,5\n".encode(),
                f":1: the columns are divided by {name}, not by commas. Save it again with commas, "
                "decimals with points.",
                id=name,
            )
            for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars"))
        ],
        pytest.param(b"a,b,c\n", ":1: c: the table has no such column. Rename it, or remove it.", id="unknown column"),
        pytest.param(
            b"a\n",
            ":1: b: the column is missing from the first row. "
            "Add it; its cells may be empty where the codebook allows.",
            id="missing column",
        ),
        pytest.param(
            b"a,b\n1,2\n3\n",
            ":3: the row has 1 cells where the first row has 2. Complete the row, and quote cells that hold a comma.",
            id="truncated row",
        ),
        pytest.param(
            b"a,b\n1,2,3\n",
            ":2: the row has 3 cells where the first row has 2. Complete the row, and quote cells that hold a comma.",
            id="a comma too many",
        ),
        pytest.param(b"a,b\n,\n1,2\n", ":2: the row is empty. Delete the line.", id="empty row"),
        pytest.param(
            b'a,b\n1,2\n"3,4\n5,6\n',
            ":3: the row that starts here is not well-formed CSV (unexpected end of data). "
            'Close every quoted cell, double the quotes inside it (""), and keep a cell to a page of text.',
            id="unclosed quote",
        ),
        pytest.param(
            b"a,b\n1," + b"x" * 200_000 + b"\n",
            ":2: the row that starts here is not well-formed CSV (field larger than field limit (131072)). "
            'Close every quoted cell, double the quotes inside it (""), and keep a cell to a page of text.',
            id="endless cell",
        ),
        pytest.param(
            b"a,b\n1,2\n3,M\xfcller\n",
            ":3: byte 0xfc at position 4 is not UTF-8, in '3,M\ufffdller'. "
            "Save the file again in UTF-8, and check the letter that stands there.",
            id="cp1252",
        ),
    ],
)
def test_names_what_cannot_be_read(content, message):
    assert messages(content) == [message]


def test_names_every_line_of_a_file_in_another_encoding():
    assert [message.split(":")[1] for message in messages("a,b\né,ü\n1,2\nö,4\n".encode("cp1252"))] == ["2", "4"]


def test_a_folder_in_place_of_a_file_is_named(tmp_path):
    (tmp_path / "t.csv").mkdir()
    (breach,) = read_cells(tmp_path / "t.csv", COLUMNS).breaches
    assert breach.rule == "the file cannot be read (Is a directory)"


def test_rows_of_a_table_with_a_wrong_header_are_not_used():
    found = read(b"a,c\n1,2\n")
    assert (found.readable, len(found.frame)) == (False, 0)
