import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ipt_evidence.exchange.workbook.cells import escaped, put, text_of, trouble, unescaped

AWKWARD = ["0.50", "1e-3", "3-4", "=1+1", "+1", "-1", "@x", "'x", " x ", "a\r\nb", "_x0041_", "\x00", "1/2", "TRUE"]

PER_CENT = "the cell shows 40 per cent, and holds a hundredth of it"


def through_a_file(texts: list[str]) -> list[str]:
    book = Workbook()
    for row, text in enumerate(texts, start=1):
        put(book.active.cell(row, 1), text)
    stored = io.BytesIO()
    book.save(stored)
    sheet = load_workbook(stored).active
    return [text_of(sheet.cell(row, 1)) for row in range(1, len(texts) + 1)]


@given(st.text(st.characters()))
def test_every_text_survives_its_escape(text):
    assert unescaped(escaped(text)) == text


def test_what_spreadsheets_like_to_change_stays_as_typed():
    assert through_a_file(AWKWARD) == AWKWARD


@given(st.lists(st.text(st.characters(), max_size=20), max_size=10))
def test_every_text_comes_back_to_the_letter(texts):
    assert through_a_file(texts) == texts


@pytest.mark.parametrize("text", AWKWARD)
def test_no_text_is_stored_as_a_formula_a_number_or_a_date(text):
    cell = Workbook().active.cell(1, 1)
    put(cell, text)
    assert (cell.data_type, cell.number_format, trouble(cell)) == ("s", "@", None)


@pytest.mark.parametrize(
    ("value", "text"),
    [(12, "12"), (0.5, "0.5"), (0.1 + 0.2, "0.3"), (1e-7, "1e-07"), (True, "true"), (None, ""), (-3, "-3")],
)
def test_a_true_number_is_taken_with_the_digits_spreadsheets_keep(value, text):
    cell = Workbook().active.cell(1, 1, value)
    assert (text_of(cell), trouble(cell)) == (text, None)


@pytest.mark.parametrize(
    ("value", "form", "rule"),
    [
        pytest.param("=1+1", "General", "the cell holds a formula", id="formula"),
        pytest.param("#N/A", "General", "the cell holds an error value", id="error"),
        pytest.param(date(2027, 4, 3), "yyyy-mm-dd", "the cell holds a date", id="date"),
        pytest.param(0.4, "0%", PER_CENT, id="per cent"),
    ],
)
def test_refuses_what_is_not_what_was_typed(value, form, rule):
    cell = Workbook().active.cell(1, 1, value)
    cell.number_format = form
    assert trouble(cell)[0] == rule


def test_a_per_cent_sign_that_is_only_decoration_is_no_trouble():
    cell = Workbook().active.cell(1, 1, 40)
    cell.number_format = '0" %"'
    assert trouble(cell) is None
