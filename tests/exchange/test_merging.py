"""Two folders of raw files become one: nothing offered vanishes, and nothing that is there changes unless asked."""

import csv
import io
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange.imported import table_text, write_files
from ipt_evidence.exchange.merging import merge_folder
from ipt_evidence.exchange.records import read_records, records_text
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_FILES, RAW_TABLES

RAW = Path(__file__).parents[2] / "data" / "raw"
EXAMPLE = Path(__file__).parents[2] / "examples" / "behavioural_activation" / "data" / "raw"
CELLS = st.sampled_from(["", "1", "1.0", "2", "a, b", '"quoted"', "line\r\nbreak", "=1+1", "é"])


def review_with(name):
    """Return the raw files of the real review, or of the invented one for a file that only that has."""
    return RAW if (RAW / name).exists() else EXAMPLE


def table(folder, name, rows, *, backwards=False):
    folder.mkdir(parents=True, exist_ok=True)
    columns = list(RAW_TABLES[name].columns)
    cells = [dict(zip(columns, [*row, *[""] * len(columns)], strict=False)) for row in rows]
    text = table_text(name, cells)
    if backwards:
        turned = io.StringIO(newline="")
        csv.writer(turned).writerows(row[::-1] for row in csv.reader(io.StringIO(text, newline="")))
        text = turned.getvalue()
    (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")


def write(texts, folder):
    write_files({folder / name: text for name, text in texts.items()}, "")


@pytest.mark.parametrize("name", RAW_FILES)
def test_a_file_merged_with_itself_stays(name, tmp_path):
    raw = review_with(name)
    shutil.copy(raw / name, tmp_path / name)
    (merged,) = merge_folder(tmp_path, raw, "take").files
    assert (merged.offered, merged.new, merged.conflicting, merged.text) == (merged.same, 0, 0, None)
    # A table without rows offers none; each other one of the real review offers all it has.
    assert merged.offered == len([record for record in read_records(raw / name)[0] if record.key])


@pytest.mark.parametrize("name", RAW_FILES)
def test_a_file_cut_in_two_comes_back_to_the_letter(name, tmp_path):
    records, _ = read_records(review_with(name) / name)
    there, offered = tmp_path / "there", tmp_path / "offered"
    for folder, part in ((there, records[: len(records) // 2]), (offered, records[len(records) // 2 :])):
        folder.mkdir()
        (folder / name).write_text(records_text(name, part), encoding="utf-8", newline="")
    before = (there / name).read_bytes()
    write(merge_folder(offered, there, "stop").texts, there)
    assert (there / name).read_bytes().startswith(before.rstrip())
    assert [record.cells for record in read_records(there / name)[0]] == [record.cells for record in records]


def alike(there, offered):
    try:
        return float(there) == float(offered)
    except ValueError:
        return there == offered


def by_hand(there, rows, settlement):
    """Return the rows by key as they should be after a merge, and how many were new, the same, in conflict."""
    new = same = conflicting = 0
    for row in rows:
        said = {name: cell for name, cell in row.cells.items() if cell}
        known = there.setdefault(row.key, row.cells)
        if known is row.cells:
            new += 1
        elif all(alike(known[name], cell) for name, cell in said.items()):
            same += 1
        else:
            conflicting += 1
            there[row.key] = known | said if settlement == "take" else known
    return there, (new, same, conflicting)


@pytest.mark.parametrize("name", list(RAW_TABLES))
@settings(max_examples=20)
@given(
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), unique=True, max_size=6),
    st.lists(st.tuples(CELLS, CELLS, CELLS, CELLS), max_size=6),
    st.sampled_from(["stop", "keep", "take"]),
    st.booleans(),
)
def test_taken_and_left_and_conflicting_are_what_was_offered(
    tmp_path_factory, name, there, offered, settlement, backwards
):
    folder = tmp_path_factory.mktemp("merge")
    columns = list(RAW_TABLES[name].columns)
    keys = [columns.index(key) for key in RAW_TABLES[name].unique or columns]
    full = [(*row, *[""] * len(columns))[: len(columns)] for row in there]
    there = list({tuple(row[key] for key in keys): row for row in full if any(row)}.values())
    table(folder / "there", name, there, backwards=backwards)
    table(folder / "offered", name, [row for row in offered if any(row)])
    before = read_records(folder / "there" / f"{name}.csv")[0]
    rows = read_records(folder / "offered" / f"{name}.csv")[0]
    expected, counts = by_hand({row.key: row.cells for row in before}, rows, settlement)
    (merged,) = merge_folder(folder / "offered", folder / "there", settlement).files
    assert (merged.new, merged.same, merged.conflicting) == counts
    assert merged.offered == sum(counts) == len(rows)
    write({merged.name: merged.text} if merged.text else {}, folder / "there")
    after = read_records(folder / "there" / f"{name}.csv")[0]
    assert [(row.key, row.cells) for row in after] == list(expected.items())
    shutil.rmtree(folder)


def test_conflicts_are_told_cell_by_cell_and_settled_as_asked(tmp_path):
    table(tmp_path / "there", "arms", [("ash2011", "ipt", "ipt", "weekly"), ("ash2011", "cau", "cau", "")])
    table(tmp_path / "offered", "arms", [("ash2011", "ipt", "", "monthly"), ("ash2011", "cau", "cau", "said")])
    kept, taken = (merge_folder(tmp_path / "offered", tmp_path / "there", how) for how in ("keep", "take"))
    column = list(RAW_TABLES["arms"].columns)[3]
    assert [(each.line, each.row, each.column, each.there, each.offered) for each in kept.conflicts] == [
        (2, "ash2011 | ipt", column, "weekly", "monthly"),
        (3, "ash2011 | cau", column, "", "said"),
    ]
    assert kept.texts == {}
    write(taken.texts, tmp_path / "there")
    rows = [list(record.cells.values())[:4] for record in read_records(tmp_path / "there" / "arms.csv")[0]]
    assert rows == [["ash2011", "ipt", "ipt", "monthly"], ["ash2011", "cau", "cau", "said"]]


def test_a_key_that_is_there_twice_stops_because_one_row_would_be_lost(tmp_path):
    table(tmp_path / "there", "arms", [("ash2011", "ipt", "ipt"), ("ash2011", "ipt", "cbt")])
    table(tmp_path / "offered", "arms", [])
    with pytest.raises(ExtractionError) as caught:
        merge_folder(tmp_path / "offered", tmp_path / "there", "keep")
    assert "arms.csv:3: ash2011 | ipt: line 2 has the same key. Keep one of them, then merge." in str(caught.value)


def test_a_folder_without_raw_tables_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ExtractionError, match="the folder holds no raw table"):
        merge_folder(tmp_path, RAW, "stop")


def test_what_is_no_raw_file_is_named(tmp_path):
    table(tmp_path, "arms", [])
    (tmp_path / "import_report.csv").write_text("x", encoding="utf-8")
    assert merge_folder(tmp_path, RAW, "stop").left == ("import_report.csv",)
