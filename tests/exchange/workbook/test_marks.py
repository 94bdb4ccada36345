"""What people put beside, through or over the cells of a workbook is told at every door that reads one."""

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font

from ipt_evidence.exchange import READERS

TABLES = {
    "metapsy": (
        ("study", "condition_arm1", "condition_arm2", "instrument", "mean_arm1", "sd_arm1", "n_arm1", "mean_arm2",
         "sd_arm2", "n_arm2"),
        ("Ash, 2001", "cbt", "wl", "BDI", "10.5", "4", "20", "12", "5", "21"),
    ),
    "bias": (("Study", "D1", "D2", "D3", "D4", "D5", "Overall"), ("Ash 2001", *["Low"] * 6)),
    "network": (("study", "t", "y", "sd", "n"), ("Ash 2001", "IPT", "10", "4", "20")),
    "covidence": (
        ("Study Identifier", "Intervention", "BDI-II 12 weeks Mean", "BDI-II 12 weeks SD", "BDI-II 12 weeks N"),
        ("Ash 2001", "IPT", "10", "4", "20"),
    ),
}  # fmt: skip
"""Names of columns and a row, by the kind of file."""


def told(tmp_path, kind, mark):
    """Return what an import says of a workbook with two rows whose sheet ``mark`` has changed."""
    book = Workbook()
    sheet = book.active
    head, row = TABLES[kind]
    for cells in (head, row, row):
        sheet.append(cells)
    mark(sheet)
    path = tmp_path / "file.xlsx"
    book.save(path)
    found = READERS[kind](path)
    return [item.reason for item in (*found.left, *found.todo)]


def comment(sheet):
    sheet["B2"].comment = Comment("I doubt\nthis", "Ada")


def comment_on_a_name(sheet):
    sheet["B1"].comment = Comment("at week 12", "Ada")


def strike(sheet):
    sheet["B3"].font = Font(strike=True)


def fold_a_row(sheet):
    sheet.row_dimensions[3].hidden = True


def fold_a_column(sheet):
    sheet.column_dimensions["B"].hidden = True


SAID = {
    comment: "its comment is left: I doubt this",
    comment_on_a_name: "its comment is left: at week 12",
    strike: "struck through in the workbook, and read like any other; is it to count?",
    fold_a_row: "row 3: hidden in the workbook, and read like any other",
    fold_a_column: "hidden in the workbook, and read like any other",
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("mark", SAID)
def test_marks_of_a_workbook_are_told(tmp_path, kind, mark):
    assert any(SAID[mark] in reason for reason in told(tmp_path, kind, mark))


@pytest.mark.parametrize("kind", TABLES)
def test_a_workbook_without_marks_has_none_told(tmp_path, kind):
    said = told(tmp_path, kind, lambda sheet: None)
    assert not any(word in reason for reason in said for word in ("comment", "struck", "hidden"))
