"""Cells of exported tables: nothing a spreadsheet would run, and the same again when they are read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.exchange.exports.exported import cell, table
from ipt_evidence.exchange.foreign import MISSING, Text, Wanted, sheet_of
from ipt_evidence.files import ARMED, guarded

STARTS = st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "''=", "'+"])
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)


def back(text):
    content = table(["study", "other"], [{"study": text, "other": "x"}])
    return content, sheet_of(Text("f.csv", content, ()), Wanted("a table", ("study",))).records[0].get("study")


@pytest.mark.parametrize("text", ["=1+1", "+SUM(A1)", "-cmd", "@x", "'=1+1", "\u2212 1", "Ash 2001", "-0.5", "1e-7"])
def test_text_comes_back_as_it_was(text):
    content, read = back(text)
    assert read == text
    assert content.splitlines()[1].startswith("'" if text[0] in "=+@'" or text == "-cmd" else text[0])


@given(start=STARTS, word=WORDS)
def test_no_cell_runs_and_every_text_comes_back(start, word):
    text = start + word
    content, read = back(text)
    written = next(csv.reader(io.StringIO(content.split("\n", 1)[1])))[0]
    assert written == guarded(text)
    assert not written.startswith(("=", "+", "@")) or not ARMED.match(written)
    assert read == ("" if text.lower() in MISSING else text)


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, ""), (float("nan"), ""), (12.0, "12"), (0.1 + 0.2, "0.30000000000000004"), (True, "true"), (7, "7")],
)
def test_numbers_are_written_in_full(value, written):
    assert cell(value) == written
