import io
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from ipt_evidence.exchange.workbook import read_workbook, workbook_bytes, write_workbook
from ipt_evidence.exchange.workbook.lists import VOCABULARY_COLUMNS, allowed_words
from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.schemas.columns import BOOLEAN
from ipt_evidence.extraction.validation import dtype_of


@pytest.fixture(scope="module")
def template(vocabulary):
    return load_workbook(io.BytesIO(workbook_bytes({}, vocabulary)))


def drop_downs(sheet) -> dict[str, list[str]]:
    """Return the words each column of a sheet offers, by column name."""
    found = {}
    for rule in sheet.data_validations.dataValidation:
        letter = str(rule.sqref).split(":")[0].rstrip("0123456789")
        words = sheet.parent["lists"][rule.formula1.removeprefix("lists!")]
        found[sheet[f"{letter}1"].value] = [cell.value for (cell,) in words]
    return found


def test_the_same_tables_give_the_same_bytes(mini_tables, vocabulary):
    assert workbook_bytes(mini_tables, vocabulary) == workbook_bytes(mini_tables, vocabulary)


def test_the_real_tables_come_back_to_the_letter(real_tables, vocabulary, tmp_path):
    path = tmp_path / "all.xlsx"
    write_workbook(real_tables, vocabulary, path, force=False)
    back = read_workbook(path)
    assert (back.left, back.todo, list(back.tables)) == ((), (), list(RAW_TABLES))
    for name, frame in real_tables.items():
        assert back.tables[name].to_numpy().tolist() == frame.to_numpy().tolist(), name


def test_a_template_has_a_sheet_per_table_and_hides_only_the_lists(template):
    assert template.sheetnames == ["Read me", *SHEETS, "lists"]
    assert [sheet.title for sheet in template if sheet.sheet_state != "visible"] == ["lists"]


@pytest.mark.parametrize("name", SHEETS)
def test_every_column_is_named_explained_and_one_of_text(template, name):
    sheet = template[name]
    assert [cell.value for cell in sheet[1]] == list(SHEETS[name].columns)
    assert sheet.freeze_panes == "A2"
    for cell, column in zip(sheet[1], SHEETS[name].columns.values(), strict=True):
        assert str(column.title) in cell.comment.text
        assert str(column.description) in cell.comment.text
        assert ("Must be filled." in cell.comment.text) is not column.nullable
        assert sheet.column_dimensions[cell.column_letter].number_format == "@"


@pytest.mark.parametrize("name", SHEETS)
def test_closed_choices_and_words_of_the_vocabulary_are_offered(template, vocabulary, name):
    offered = drop_downs(template[name])
    for column, schema in SHEETS[name].columns.items():
        if dtype_of(schema) == BOOLEAN:
            assert offered[column] == ["true", "false"]
        elif words := allowed_words(schema):
            assert offered[column] == list(words)
        elif column in VOCABULARY_COLUMNS:
            assert offered[column] == getattr(vocabulary, VOCABULARY_COLUMNS[column])[column].tolist()
        else:
            assert column not in offered


def test_never_replaces_a_filled_workbook_unasked(vocabulary, tmp_path):
    path = tmp_path / "anna.xlsx"
    path.write_text("hours of work")
    with pytest.raises(ExtractionError, match=r"the file is there already\. Choose another name, or replace it with"):
        write_workbook({}, vocabulary, path, force=False)
    assert path.read_text() == "hours of work"
    write_workbook({}, vocabulary, path, force=True)
    assert read_workbook(path).counts == {}


def test_refuses_a_name_that_no_spreadsheet_would_open(vocabulary):
    with pytest.raises(ExtractionError, match=r"anna.csv: the name must end in \.xlsx"):
        write_workbook({}, vocabulary, Path("anna.csv"), force=False)


def test_names_a_cell_that_is_too_long_for_a_workbook(vocabulary):
    columns = list(RAW_TABLES["sources"].columns)
    frame = pd.DataFrame([["x" * 40_000] + [""] * (len(columns) - 1)], columns=columns, index=[7], dtype="str")
    with pytest.raises(ExtractionError, match=r"sources.csv:7: source_id = 'x+\.\.\. \(40000 characters\)': a cell of"):
        workbook_bytes({"sources": frame}, vocabulary)
