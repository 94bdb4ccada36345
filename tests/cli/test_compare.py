"""ipt-evidence compare, as two extractors at a terminal meet it."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app

ROOT = Path(__file__).parents[2]


@pytest.fixture
def work(tmp_path, monkeypatch):
    """A folder with the tables of Anna and of Ben, who reads one cell differently."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    for name in ("anna", "ben"):
        shutil.copytree(ROOT / "tests" / "mini" / "raw", tmp_path / name)
    arms = tmp_path / "ben" / "arms.csv"
    arms.write_text(arms.read_text().replace(",individual,", ",group,", 1))
    return tmp_path


def compare(*arguments):
    return CliRunner().invoke(app, ["compare", *arguments])


def test_two_extractors_come_to_agreed_tables(work):
    result = compare("anna", "ben", "--out", "compared")
    assert result.exit_code == 0
    assert "1 disagreement, listed in compared/disagreements.csv." in result.stdout
    refused = compare("anna", "ben", "--consensus", "compared/disagreements.csv", "--out", "agreed")
    assert refused.exit_code == 1
    assert "the disagreement is undecided" in refused.stderr
    assert not (work / "agreed").exists()
    listed = pd.read_csv("compared/disagreements.csv", dtype=str, keep_default_na=False)
    listed.assign(decision="group", decided_by="Anna").to_csv("compared/disagreements.csv", index=False)
    agreed = compare("anna", "ben", "--consensus", "compared/disagreements.csv", "--out", "agreed")
    assert agreed.exit_code == 0
    assert (work / "agreed" / "arms.csv").read_text() == (work / "ben" / "arms.csv").read_text()


def test_a_list_of_disagreements_is_not_replaced_unasked(work):
    compare("anna", "ben", "--out", "compared")
    again = compare("anna", "ben", "--out", "compared")
    assert again.exit_code == 1
    assert "may hold decisions. Choose another folder, or use --force." in again.stderr


def test_a_folder_where_a_list_goes_is_named_and_nothing_is_written(work):
    (work / "compared" / "disagreements.csv").mkdir(parents=True)
    stopped = compare("anna", "ben", "--out", "compared", "--force")
    assert stopped.exit_code == 1
    assert "compared/disagreements.csv: a folder stands where the file goes. Choose another folder" in stopped.stderr
    assert [path.name for path in (work / "compared").iterdir()] == ["disagreements.csv"]


def test_two_who_agree_are_told_so(work):
    assert "no disagreements" in compare("anna", "anna", "--out", "compared").stdout
