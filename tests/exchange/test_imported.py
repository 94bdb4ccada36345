from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ipt_evidence.exchange import NAMES, READERS, Imported, LeftOut, report_of, text_table, write_import
from ipt_evidence.exchange.imported import write_files
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.reading import read_cells

ARMS = [(2, {"trial_id": "a2000", "arm_id": "ipt", "detail": "=1+1"}), (4, {"trial_id": "a2000", "arm_id": "cau"})]
COLUMNS = ["trial_id", "arm_id", "treatment", "detail", "format", "n_sessions", "n_randomised"]


def imported(**fields):
    fields = {"tables": {"arms": text_table("arms", ARMS)}} | fields
    return Imported(kind="metapsy", file="data.csv", **fields)


def test_a_table_has_the_columns_of_its_schema_and_the_lines_of_the_foreign_file():
    table = text_table("arms", ARMS)
    assert list(table.columns) == COLUMNS
    assert list(table.index) == [2, 4]
    assert list(table.loc[4]) == ["a2000", "cau", "", "", "", "", ""]


def test_other_tables_and_other_columns_are_a_fault_of_the_importer():
    with pytest.raises(ValueError, match="'effects' has not the name and the columns of a raw table"):
        Imported(kind="metapsy", file="data.csv", tables={"effects": pd.DataFrame()})
    with pytest.raises(ValueError, match="'arms' has not"):
        Imported(kind="metapsy", file="data.csv", tables={"arms": text_table("arms", ARMS)[COLUMNS[:3]]})


def test_files_and_report_are_written(tmp_path):
    bibliography = "@article{a2000,\n  title = {A},\n}\n"
    left = (LeftOut("data.csv", 3, "row", "no figures"),)
    todo = (LeftOut("data.csv", None, "treatment 'x'", "needs a row in config/vocabulary/treatments.csv"),)
    result = imported(bibliography=bibliography, left=left, todo=todo)
    files = write_import(result, tmp_path / "out", force=False)
    assert [path.name for path in files] == ["arms.csv", "references.bib", "import_report.csv"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in files)
    assert (tmp_path / "out" / "references.bib").read_text(encoding="utf-8") == bibliography
    assert report_of(result).fillna(0).to_numpy().tolist() == [
        ["taken", "data.csv", 2, "arms: a2000 | ipt", ""],
        ["taken", "data.csv", 4, "arms: a2000 | cau", ""],
        ["taken", "data.csv", 0, "reference: a2000", ""],
        ["left", "data.csv", 3, "row", "no figures"],
        ["to do", "data.csv", 0, "treatment 'x'", "needs a row in config/vocabulary/treatments.csv"],
    ]
    assert result.counts == {"arms": 2, "references": 1}


def test_raw_cells_stay_to_the_letter_and_reports_are_disarmed(tmp_path):
    left = (LeftOut("data.csv", 3, "=cmd()", "no figures"),)
    write_import(imported(left=left), tmp_path, force=False, beside={"mismatches": pd.DataFrame({"row": ["=1"]})})
    assert read_cells(tmp_path / "arms.csv", COLUMNS).frame["detail"].tolist() == ["=1+1", ""]
    assert "'=cmd()" in (tmp_path / "import_report.csv").read_text(encoding="utf-8")
    assert (tmp_path / "mismatches.csv").read_text(encoding="utf-8") == "row\n'=1\n"


def test_a_report_without_rows_is_not_written(tmp_path):
    write_import(imported(), tmp_path, force=False, beside={"mismatches": pd.DataFrame({"row": []})})
    assert not (tmp_path / "mismatches.csv").exists()


def test_what_is_there_is_not_overwritten_and_every_file_is_named(tmp_path):
    (tmp_path / "import_report.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "arms.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(ExtractionError) as caught:
        write_import(imported(bibliography="@book{b,}\n"), tmp_path, force=False)
    assert [str(breach) for breach in caught.value.breaches] == [
        f"{tmp_path.as_posix()}/{name}: the file is there already. "
        "Choose another folder with --out, or replace it with --force."
        for name in ("arms.csv", "import_report.csv")
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["arms.csv", "import_report.csv"]
    write_import(imported(bibliography="@book{b,}\n"), tmp_path, force=True)
    assert (tmp_path / "arms.csv").read_text(encoding="utf-8").startswith("trial_id,")


def test_a_link_out_of_the_folder_is_replaced_and_not_followed(tmp_path):
    outside = tmp_path / "outside.csv"
    outside.write_text("mine", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    (out / "arms.csv").symlink_to(outside)
    with pytest.raises(ExtractionError, match="the file is there already"):
        write_import(imported(), out, force=False)
    write_import(imported(), out, force=True)
    assert outside.read_text(encoding="utf-8") == "mine"
    assert not (out / "arms.csv").is_symlink()


def test_a_link_to_a_folder_is_replaced_and_put_back_where_another_file_fails(tmp_path, monkeypatch):
    folder, link = tmp_path / "folder", tmp_path / "a.csv"
    folder.mkdir()
    link.symlink_to("folder")
    move = Path.replace

    def fail(self, target):
        if Path(target).name == "b.csv":
            raise OSError(28, "no space left")
        return move(self, target)

    texts = {link: "one", tmp_path / "b.csv": "two"}
    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", fail)
        with pytest.raises(ExtractionError, match="no space left"):
            write_files(texts, "Try again")
    assert link.is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "folder"]
    write_files(texts, "Try again")
    assert not link.is_symlink()
    assert link.read_text(encoding="utf-8") == "one"
    assert list(folder.iterdir()) == []


def test_of_two_folders_the_one_that_failed_is_named(tmp_path):
    (tmp_path / "z").write_text("mine", encoding="utf-8")
    with pytest.raises(ExtractionError) as told:
        write_files({tmp_path / "a" / "x.csv": "one", tmp_path / "z" / "y.csv": "two"}, "Try again")
    assert [breach.file for breach in told.value.breaches] == [(tmp_path / "z").as_posix()]
    assert list((tmp_path / "a").iterdir()) == []


def test_a_folder_in_the_way_stops_everything(tmp_path):
    (tmp_path / "import_report.csv").mkdir()
    with pytest.raises(ExtractionError, match="a folder stands where the file goes"):
        write_import(imported(), tmp_path, force=True)
    assert [path.name for path in tmp_path.iterdir()] == ["import_report.csv"]


def test_a_file_in_place_of_the_folder_is_a_message(tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(ExtractionError, match="the folder cannot be written to"):
        write_import(imported(), tmp_path / "out", force=True)


@given(cells=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_is_read_back_as_it_was(tmp_path, cells):
    rows = [(line, {"trial_id": "a", "detail": cell}) for line, cell in enumerate(cells, start=2)]
    write_import(imported(tables={"arms": text_table("arms", rows)}), tmp_path, force=True)
    assert read_cells(tmp_path / "arms.csv", COLUMNS).frame["detail"].tolist() == cells


def test_the_kinds_are_known():
    assert READERS.keys() == NAMES.keys()
