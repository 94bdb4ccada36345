"""ipt-evidence export, as a person at a terminal meets it."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.exchange.workbook import read_workbook
from ipt_evidence.extraction.schemas import RAW_TABLES

ROOT = Path(__file__).parents[2]


@pytest.fixture
def export(monkeypatch):
    monkeypatch.chdir(ROOT)
    return lambda *arguments: CliRunner().invoke(app, ["export", *map(str, arguments)])


def test_a_template_is_empty_and_can_be_read_back(export, tmp_path):
    result = export("template", tmp_path / "anna.xlsx")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "an empty workbook" in result.stdout
    assert read_workbook(tmp_path / "anna.xlsx").counts == {}


def test_a_workbook_that_somebody_may_have_filled_is_not_replaced(export, tmp_path):
    export("template", tmp_path / "anna.xlsx")
    result = export("template", tmp_path / "anna.xlsx")
    assert result.exit_code == 1
    assert "anna.xlsx: the file is there already. Choose another name, or replace it with --force." in result.stderr
    assert export("template", tmp_path / "anna.xlsx", "--force").exit_code == 0


def test_the_tables_go_into_a_workbook_row_by_row(export, tmp_path):
    result = export("tables", tmp_path / "all.xlsx")
    assert result.exit_code == 0
    counts = read_workbook(tmp_path / "all.xlsx").counts
    references = counts.pop("references")
    said = f"{len(RAW_TABLES)} tables with {sum(counts.values()):,} rows, {references} references."
    assert said in result.stdout


def test_tables_that_cannot_be_read_are_named(export, tmp_path):
    raw = shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    (raw / "arms.csv").unlink()
    result = export("tables", tmp_path / "all.xlsx", "--raw", raw)
    assert result.exit_code == 1
    assert "arms.csv: the file is missing." in result.stderr
    assert not (tmp_path / "all.xlsx").exists()
