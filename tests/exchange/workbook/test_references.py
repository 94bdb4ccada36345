"""References in the workbook: what the bibliography holds comes back, and what is wrong is named by its cell."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ipt_evidence.exchange.imported import write_import
from ipt_evidence.exchange.merging import merge_folder
from ipt_evidence.exchange.workbook import read_workbook, workbook_bytes
from ipt_evidence.exchange.workbook.references import REFERENCES, bibliography_text, reference_rows
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.references import bibliography_of, read_bibliography

RAW = Path(__file__).parents[3] / "data" / "raw"
ROW = {"key": "ash2020", "type": "article", "author": "Ash, A.", "title": "T", "journal": "J", "year": "2020"}


def said(bibliography):
    return {
        key: (one.csl, one.used_by, one.recommended, one.companion_of, one.registration)
        for key, one in bibliography.entries.items()
    }


@pytest.fixture
def book(tmp_path):
    def write(*rows):
        book = Workbook()
        book.active.title = "References"
        book.active.append(list(REFERENCES.columns))
        for row in rows:
            book.active.append([row.get(name) for name in REFERENCES.columns])
        book.save(tmp_path / "x.xlsx")
        return tmp_path / "x.xlsx"

    return write


def test_the_references_of_the_review_come_back_and_merge_as_the_same(vocabulary, tmp_path):
    rows, others = reference_rows(RAW)
    (tmp_path / "all.xlsx").write_bytes(workbook_bytes({"references": rows}, vocabulary))
    found = read_workbook(tmp_path / "all.xlsx")
    before = read_bibliography(RAW / "references.bib")
    assert (said(bibliography_of(found.bibliography, "x")), others) == (said(before), ())
    write_import(found, tmp_path / "out", force=False)
    merged = next(each for each in merge_folder(tmp_path / "out", RAW, "stop").files if each.name == "references.bib")
    assert (merged.same, merged.new, merged.conflicts) == (len(before.entries), 0, ())


def test_a_reference_is_typed_as_it_is_printed(book):
    typed = ROW | {"author": "Ash, Ann and {Trial Group, Ltd} and others", "title": "Mood & food: 50% of #1",
                   "pages": "S1-S9", "companionof": "elm2019", "registration": "NCT01234567"}  # fmt: skip
    (entry,) = bibliography_of(read_workbook(book(typed)).bibliography, "x").entries.values()
    assert entry.csl == {
        "id": "ash2020", "type": "article-journal", "title": "Mood & food: 50% of #1", "container-title": "J",
        "author": [{"family": "Ash", "given": "Ann"}, {"literal": "Trial Group, Ltd"}, {"literal": "others"}],
        "issued": {"date-parts": [[2020]]}, "page": "S1-S9",
    }  # fmt: skip
    assert (entry.companion_of, entry.registration) == ("elm2019", "NCT01234567")


def test_what_is_wrong_is_named_by_sheet_and_row(book):
    wrong = [
        ROW | {"year": "20xx"},
        ROW | {"key": "b", "type": "paper"},
    ]
    with pytest.raises(ExtractionError) as caught:
        read_workbook(book(*wrong))
    assert [str(breach).split("x.xlsx, sheet ")[1] for breach in caught.value.breaches] == [
        "References:2: key=ash2020: year (cell E2) = '20xx': must be a whole number. Write digits only (12), or leave "
        "the cell empty if it is not reported.",
        "References:3: key=b: type (cell B3) = 'paper': must be one of article, book, incollection, inproceedings, "
        "misc, phdthesis, techreport. Choose one of the listed words.",
    ]
    wrong = [
        ROW | {"journal": ""},
        ROW | {"key": "b", "title": "a {b"},
        ROW | {"key": "c", "author": "PhD, X, Y, Z, W"},
    ]
    with pytest.raises(ExtractionError) as caught:
        read_workbook(book(*wrong))
    told = [str(breach).split("x.xlsx, sheet ")[1] for breach in caught.value.breaches]
    assert told[0] == "References:2: key=ash2020: journal: must be filled in an entry of type article. Add the field."
    assert told[1] == "References:3: key=b: title = 'a {b': its braces do not match. Close or remove them."
    assert told[2].startswith("References:4: key=c: author or editor: the name")


TEXT = st.text("aZ é&%#_$~^-:{}\\'\"", min_size=1, max_size=12)


@given(TEXT, TEXT)
def test_whatever_is_typed_is_taken_or_refused_and_never_spills_into_another_field(title, journal):
    row = dict.fromkeys(REFERENCES.columns, "") | ROW | {"title": f"t {title}", "journal": f"j {journal}"}
    text, breaches = bibliography_text(pd.DataFrame([row], index=[2], dtype="str"))
    found = bibliography_of(text, "x")
    assert breaches or (list(found.entries) == ["ash2020"] and found.entries["ash2020"].csl["issued"])
    assert not set(next(iter(found.entries.values())).csl if found.entries else ()) - {
        "id", "type", "author", "title", "container-title", "issued",
    }  # fmt: skip


def test_a_merge_takes_a_field_and_keeps_the_others(tmp_path):
    for folder in ("there", "offered"):
        (tmp_path / folder).mkdir()
    shutil.copy(RAW / "references.bib", tmp_path / "there")
    (tmp_path / "offered" / "references.bib").write_text(
        "@article{agras2000,\n  title = {Another},\n  pmid = {123}\n}\n", encoding="utf-8"
    )
    merged = merge_folder(tmp_path / "offered", tmp_path / "there", "take")
    assert [(each.row, each.column, each.offered) for each in merged.conflicts] == [
        ("agras2000", "title", "Another"), ("agras2000", "pmid", "123"),
    ]  # fmt: skip
    before = read_bibliography(RAW / "references.bib")
    after = bibliography_of(merged.texts["references.bib"], "x")
    expected = before.entries["agras2000"].csl | {"title": "Another", "PMID": "123"}
    assert after.entries["agras2000"].csl == expected
    assert said(after) == said(before) | {"agras2000": (expected, *said(before)["agras2000"][1:])}
