import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from ipt_evidence.exchange.workbook import read_workbook, workbook_bytes
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_TABLES


def set_cell(sheet, address, value):
    return lambda book: book[sheet].__setitem__(address, value)


def head(sheet, address):
    return lambda book: setattr(book[sheet][address], "value", "oops")


CELL_REFUSALS = [
    (set_cell("trials", "C2", "=1990+9"), "x, sheet trials:2: year (cell C2) = '=1990+9': the cell holds a formula."),
    (set_cell("trials", "C2", date(1999, 4, 3)), "(cell C2) = '1999-04-03 00:00:00': the cell holds a date."),
    (set_cell("trials", "C2", "#REF!"), "trials:2: year (cell C2) = '#REF!': the cell holds an error value."),
    (set_cell("trials", "C2", "199O"), "year (cell C2) = '199O': must be a whole number. Write digits only (12)"),
    (set_cell("trials", "H2", "ill"), "phase (cell H2) = 'ill': must be one of acute, maintenance, prevention."),
    (set_cell("trials", "B2", None), "label (cell B2) = '': must not be empty. Fill the cell."),
    (set_cell("trials", "Z2", "note"), "sheet trials:2: (cell Z2) = 'note': the cell stands under no column name."),
    (head("trials", "C1"), "sheet trials:1: year: the column is missing from the first row. Add it; is it oops?"),
    (set_cell("trials", "D1", "year"), "trials:1: year: the column stands 2 times in the first row. Keep one of them."),
    (lambda book: book["arms"].merge_cells("A2:A3"), "sheet arms: cells A2:A3: the cells are merged. Split them"),
    (lambda book: setattr(book["arms"], "sheet_state", "hidden"), "x, sheet arms: the sheet is hidden. Show it"),
    (set_cell("arms", "A60000", "x"), "sheet arms: the sheet reaches down to row 60000, and may reach to 50000."),
]


@pytest.mark.parametrize(("change", "message"), CELL_REFUSALS)
def test_names_sheet_and_cell_of_what_is_wrong(spoiled, change, message):
    assert any(message in line for line in spoiled(change)), spoiled(change)


def test_lists_what_is_wrong_on_all_sheets_at_once(spoiled):
    def change(book):
        book["trials"]["C2"] = "x"
        book["arms"]["A2"] = "=A3"

    assert len(spoiled(change)) == 2


def test_reports_other_sheets_other_columns_and_tables_without_a_sheet(mini_tables, mini_workbook, tmp_path):
    path = tmp_path / "anna.xlsx"
    path.write_bytes(mini_workbook)
    book = load_workbook(path)
    del book["doubts"]
    book.create_sheet("outcome")
    book["trials"].cell(1, 30, "my notes")
    book["trials"].cell(2, 30, "=not read")
    book.save(path)
    imported = read_workbook(path)
    assert [(item.what, item.reason) for item in imported.left] == [
        ("table doubts", "the workbook has no such sheet"),
        ("sheet outcome", "no table has this name; did you mean outcomes?"),
        ("column my notes", "the table has no such column"),
    ]
    assert "doubts" not in imported.tables
    assert imported.tables["trials"].to_numpy().tolist() == mini_tables["trials"].to_numpy().tolist()


def test_empty_rows_are_no_rows_and_rows_keep_their_number(mini_tables, mini_workbook, tmp_path):
    path = tmp_path / "anna.xlsx"
    path.write_bytes(mini_workbook)
    book = load_workbook(path)
    book["arms"].insert_rows(3, amount=2)
    book.save(path)
    arms = read_workbook(path).tables["arms"]
    assert list(arms.index)[:2] == [2, 5]
    assert len(arms) == len(mini_tables["arms"])


def test_columns_may_stand_in_any_order(tmp_path):
    book = Workbook()
    book.active.title = "Sources"
    book.active.append(["licence", "kind", "title", "pmid", "doi", "source_id"])
    book.active.append(["CC BY", "abstract", "A title", 123, None, "abstract_one2001"])
    book.save(tmp_path / "x.xlsx")
    (row,) = read_workbook(tmp_path / "x.xlsx").tables["sources"].to_dict("records")
    assert (row["source_id"], row["pmid"], row["doi"]) == ("abstract_one2001", "123", "")


def foreign(tmp_path, content: bytes):
    path = tmp_path / "foreign.xlsx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "the file is no workbook, or is damaged", id="empty"),
        pytest.param(b"trial_id,year\n", "the file is no workbook, or is damaged", id="text"),
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "the workbook is protected by a password, or in the format before 2007. Save it again without password",
            id="password",
        ),
    ],
)
def test_refuses_what_is_no_workbook(tmp_path, content, message):
    with pytest.raises(ExtractionError, match=message):
        read_workbook(foreign(tmp_path, content))


def test_refuses_an_archive_of_something_else(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("a.txt", "b")
    with pytest.raises(ExtractionError, match="the file is an archive, but no workbook"):
        read_workbook(tmp_path / "x.xlsx")


def test_refuses_a_workbook_that_unpacks_without_end(tmp_path, vocabulary):
    path = foreign(tmp_path, workbook_bytes({}, vocabulary))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", bytes(200_000_001))
    with pytest.raises(ExtractionError, match="more than the 200000000 allowed"):
        read_workbook(path)


def test_refuses_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ExtractionError, match=r"none.xlsx: the file cannot be read \(No such file or directory\)"):
        read_workbook(tmp_path / "none.xlsx")


def test_refuses_a_workbook_without_any_table(tmp_path):
    Workbook().save(tmp_path / "x.xlsx")
    with pytest.raises(ExtractionError, match="no sheet bears the name of a table"):
        read_workbook(tmp_path / "x.xlsx")


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A small sound workbook, part by part, and a file to spoil."""
    book = Workbook()
    book.active.title = "sources"
    book.active.append(list(RAW_TABLES["sources"].columns))
    book.active.append(["abstract_one2001", "abstract", "A title", None, 123, "CC BY"])
    path = tmp_path_factory.mktemp("spoiled") / "foreign.xlsx"
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        return path, {name: archive.read(name) for name in archive.namelist()}


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_workbook_is_read_or_refused_but_never_crashes(data, sound):
    path, parts = sound
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name]) - 1))
    end = data.draw(st.integers(start, len(parts[name])))
    spoiled = parts[name][:start] + data.draw(st.binary(max_size=6)) + parts[name][end:]
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in (parts | {name: spoiled}).items():
            archive.writestr(part, content)
    with suppress(ExtractionError):
        assert list(read_workbook(path).tables) == ["sources"]


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_a_file_cut_short_is_refused_by_name(data, sound):
    path, parts = sound
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    path.write_bytes(path.read_bytes()[: data.draw(st.integers(0, path.stat().st_size - 30))])
    with pytest.raises(ExtractionError, match=r"foreign\.xlsx"):
        read_workbook(path)


def test_a_drawing_that_is_not_there_is_a_remark():
    found = read_workbook(Path(__file__).parent / "missing_drawing.xlsx")
    # The workbook is older than the sheets of the screening log and of the references.
    assert set(found.tables) == set(RAW_TABLES) - {"screening"}
    assert [item.reason for item in found.left if item.what == "part of the workbook"] == [
        "the workbook names a part that it does not hold: xl/drawings/drawing9.xml; cells are read"
    ]


def test_a_column_that_an_older_template_lacks_is_read_as_empty(mini_workbook, mini_tables, tmp_path):
    path = tmp_path / "anna.xlsx"
    path.write_bytes(mini_workbook)
    book = load_workbook(path)
    heads = [cell.value for cell in book["trials"][1]]
    book["trials"].delete_cols(heads.index("second_population") + 1)
    book.save(path)
    found = read_workbook(path)
    expected = mini_tables["trials"].assign(second_population="")
    assert found.tables["trials"].to_numpy().tolist() == expected.to_numpy().tolist()
    assert any(item.what == "column second_population" for item in found.left)


CASES = Path(__file__).parents[1] / "samples" / "cases"


def test_a_cell_that_shows_per_cent_is_to_be_typed_as_it_shows():
    with pytest.raises(ExtractionError) as refused:
        read_workbook(CASES / "f17_percent.xlsx")
    assert "percent_women (cell L2) = '0.555': the cell shows 55.5 per cent, and holds a hundredth of it. " in str(
        refused.value
    )
    assert "Format it as text, type 55.5." in str(refused.value)


def test_hidden_rows_and_columns_are_taken_and_named():
    found = read_workbook(CASES / "f22_hidden.xlsx")
    reason = "hidden or filtered in the sheet, and taken all the same; is it to count?"
    assert [(item.what, item.reason) for item in found.todo] == [("row 5", reason), ("column mean", reason)]
    assert 5 in found.tables["outcomes"].index


def test_comments_and_struck_cells_are_named(mini_workbook, tmp_path):
    path = tmp_path / "anna.xlsx"
    path.write_bytes(mini_workbook)
    book = load_workbook(path)
    book["trials"]["C2"].comment = Comment("the erratum\nsays 1998", "Anna")
    book["trials"]["B3"].font = Font(strike=True)
    book.save(path)
    found = read_workbook(path)
    assert [(item.line, item.what.split(":")[0], item.reason) for item in found.todo] == [
        (2, "year (cell C2)", "taken, its comment is not: the erratum says 1998"),
        (3, "label (cell B3)", "struck through in the sheet, and taken all the same; is it to count?"),
    ]
