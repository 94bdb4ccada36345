"""Rows are added to a review once, and nothing that is there is changed."""

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import Imported, text_table
from ipt_evidence.exchange.adding import added
from ipt_evidence.exchange.imported import write_files
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_FILES, RAW_TABLES

ENTRY = "@article{ash2011,\n  title = {One},\n}\n\n@article{elm2012,\n  title = {Two},\n}\n"


def an_import(*trials, bibliography=""):
    rows = [(line, {"trial_id": trial, "label": trial, "mean_age": age}) for line, (trial, age) in enumerate(trials, 2)]
    return Imported(kind="metapsy", file="f", tables={"trials": text_table("trials", rows)}, bibliography=bibliography)


def add(folder, imported):
    new, texts = added(imported, folder)
    write_files(texts, "")
    return new


def test_a_review_is_begun_with_every_file(tmp_path):
    new = add(tmp_path / "raw", an_import(("ash2011", "40"), bibliography=ENTRY))
    assert new.counts == {"trials": 1, "references": 2}
    assert {path.name for path in (tmp_path / "raw").iterdir()} == {*RAW_FILES}
    assert (tmp_path / "raw" / "references.bib").read_text(encoding="utf-8") == ENTRY


def test_what_is_there_stays_and_what_differs_is_told(tmp_path):
    add(tmp_path, an_import(("ash2011", "40"), ("elm2012", "9.80"), bibliography=ENTRY))
    before = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    again = an_import(
        ("ash2011", "41"), ("elm2012", "9.8"), ("oak2013", "50"), bibliography=ENTRY.replace("elm", "oak")
    )
    new = add(tmp_path, again)
    assert new.tables["trials"]["trial_id"].tolist() == ["oak2013"]
    assert new.citekeys == ["oak2012"]
    assert [(item.what, item.reason) for item in new.left] == [
        ("trials: ash2011", "a row with this key is there already, and is kept: mean_age is '40' there, '41' here"),
        ("trials: elm2012", "a row with this key is there already, the same"),
        ("reference: ash2011", "an entry with this key is there already, the same"),
    ]
    for name, text in before.items():
        now = (tmp_path / name).read_text(encoding="utf-8")
        assert now.startswith(text.rstrip()) if name in ("trials.csv", "references.bib") else now == text


def test_cells_come_through_to_the_letter(tmp_path):
    odd = 'a, "b"\r\nc\r'
    rows = [(2, {"trial_id": "ash2011", "notes": odd})]
    add(tmp_path, Imported(kind="metapsy", file="f", tables={"trials": text_table("trials", rows)}))
    add(tmp_path, an_import(("elm2012", "")))
    new, _ = added(Imported(kind="metapsy", file="f", tables={"trials": text_table("trials", rows)}), tmp_path)
    assert [item.reason for item in new.left] == ["a row with this key is there already, the same"]


def test_a_table_with_other_columns_is_refused_and_nothing_is_written(tmp_path):
    (tmp_path / "trials.csv").write_text("trial_id,colour\nash2011,red\n", encoding="utf-8")
    with pytest.raises(ExtractionError, match=r"trials\.csv:1: colour: the table has no such column"):
        added(an_import(("elm2012", "")), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["trials.csv"]


def test_a_row_that_is_there_twice_and_a_table_in_another_order_stay_as_they_are(tmp_path):
    add(tmp_path, an_import(("ash2011", "40")))
    path = tmp_path / "trials.csv"
    header, row = path.read_text(encoding="utf-8").splitlines()
    before = f"{header}\n{row}\n{row.replace('40', '41')}\n"
    path.write_text(before, encoding="utf-8")
    add(tmp_path, an_import(("elm2012", "50")))
    assert path.read_text(encoding="utf-8").startswith(before)


CELLS = st.sampled_from(["", "1", "1.0", "2", "a, b", "line\r\nbreak"])
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=5)


@pytest.mark.parametrize("name", list(RAW_TABLES))
@settings(max_examples=4)
@given(ROWS, ROWS)
def test_taken_and_left_are_what_was_offered(tmp_path_factory, name, there, offered):
    folder, columns = tmp_path_factory.mktemp("add"), list(RAW_TABLES[name].columns)

    def of(rows):
        cells = enumerate((dict(zip(columns, row, strict=False)) for row in rows if any(row)), 2)
        return Imported(kind="workbook", file="f", tables={name: text_table(name, cells)})

    first, second = of(there), of(offered)
    add(folder, first)
    before = (folder / f"{name}.csv").read_text(encoding="utf-8")
    new = add(folder, second)
    assert len(new.tables[name]) + len(new.left) == len(second.tables[name])
    assert (folder / f"{name}.csv").read_text(encoding="utf-8").startswith(before.rstrip("\n"))
    assert len(add(folder, second).tables[name]) == 0
    shutil.rmtree(folder)
