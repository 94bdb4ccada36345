"""ipt-evidence merge, as a person at a terminal meets it: on a small review of which one trial is still to come."""

import csv
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.exchange.imported import table_text
from ipt_evidence.exchange.records import read_records
from ipt_evidence.extraction.schemas import RAW_TABLES

ROOT = Path(__file__).parents[2]
MINI = ROOT / "tests" / "mini"
NEW = ("beta2002",)


@pytest.fixture
def review(tmp_path, monkeypatch):
    """Lay out the small review without what concerns beta2002, and a folder with just that."""
    shutil.copytree(MINI, tmp_path, dirs_exist_ok=True)
    (tmp_path / "offered").mkdir()
    for name in RAW_TABLES:
        records, _ = read_records(MINI / "raw" / f"{name}.csv")
        new = [record.cells for record in records if record.cells.get("trial_id") in NEW]
        old = [record.cells for record in records if record.cells.get("trial_id") not in NEW]
        for folder, part in (("raw", old), ("offered", new)):
            (tmp_path / folder / f"{name}.csv").write_text(table_text(name, part), encoding="utf-8", newline="")
    bibliography = tmp_path / "raw" / "references.bib"
    head, entry = bibliography.read_text(encoding="utf-8").split("@article{beta2002")
    bibliography.write_text(head, encoding="utf-8")
    (tmp_path / "offered" / "references.bib").write_text("@article{beta2002" + entry.split("\n@")[0], encoding="utf-8")
    rest = "".join("\n@" + other for other in entry.split("\n@")[1:])
    bibliography.write_text(head + rest, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path


@pytest.fixture
def run(review):
    places = [
        "--into", "raw", "--vocabulary", "vocabulary", "--questions", "questions.csv", "--rules", "strength_rules.csv",
        "--config", str(ROOT / "config" / "config.yaml"),
    ]  # fmt: skip
    return lambda *arguments: CliRunner().invoke(app, ["merge", *arguments, *places])


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_table_and_the_references_come_in_and_nothing_else_moves(run, review):
    before = contents(review)
    result = run("offered")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = {name: read_records(review / "raw" / f"{name}.csv")[0] for name in RAW_TABLES}
    whole = {name: read_records(MINI / "raw" / f"{name}.csv")[0] for name in RAW_TABLES}
    for name in RAW_TABLES:
        assert sorted(str(row.cells) for row in rows[name]) == sorted(str(row.cells) for row in whole[name])
    assert "@article{beta2002" in (review / "raw" / "references.bib").read_text(encoding="utf-8")
    after = contents(review)
    assert {name for name in after if after[name] != before[name]} == {
        *(f"raw/{name}.csv" for name, found in rows.items() if any(row.cells.get("trial_id") in NEW for row in found)),
        "raw/references.bib",
    }
    assert run("offered").stdout.strip().endswith("Nothing was written.")


def test_a_dry_run_writes_nothing(run, review):
    before = contents(review)
    assert run("offered", "--dry-run").exit_code == 0
    assert contents(review) == before


def test_questions_nobody_asks_are_named_and_added_when_asked_for(run, review):
    plan = review / "questions.csv"
    text = plan.read_text(encoding="utf-8")
    plan.write_text("".join(line for line in text.splitlines(keepends=True) if "ptsd" not in line), encoding="utf-8")
    assert "The plan does not ask" in run("offered").stdout
    assert plan.read_text(encoding="utf-8").count("ptsd") == 0
    result = run("offered", "--plan")
    assert result.exit_code == 0
    with plan.open(encoding="utf-8", newline="") as file:
        added = [row for row in csv.DictReader(file) if row["condition"] == "ptsd"]
    assert [(row["question_id"], row["title"], row["primary"]) for row in added] == [
        (f"ptsd_ipt_v_control_{name}", f"Post-traumatic stress disorder: IPT v control, {title}", leads)
        for name, title, leads in (
            ("symptom_severity_post", "symptom severity at the end of treatment", "true"),
            ("symptom_severity_followup", "symptom severity at follow-up", "false"),
            ("relapse_followup", "relapse at follow-up", "false"),
        )
    ]
    assert run("offered", "--plan").stdout.strip().endswith("Nothing was written.")


def test_what_the_checks_would_refuse_is_named_where_it_comes_from_and_nothing_is_written(run, review):
    table = review / "offered" / "trials.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(",ptsd,", ",ptsdd,"), encoding="utf-8")
    before = contents(review)
    result = run("offered")
    assert result.exit_code == 1
    assert (
        "offered/trials.csv:2: trial_id=beta2002: condition = 'ptsdd': must be listed in vocabulary/conditions.csv"
        in (result.stderr)
    )
    assert contents(review) == before


def test_what_is_wrong_with_a_reference_is_named_where_it_comes_from(run, review):
    entries = review / "offered" / "references.bib"
    entries.write_text(entries.read_text(encoding="utf-8").replace("beta2002,", "beta2003,", 1), encoding="utf-8")
    result = run("offered")
    assert result.exit_code == 1
    assert "offered/references.bib:1: beta2003: no trial of trials.csv cites the entry." in result.stderr


def test_warnings_on_new_rows_are_told_where_they_come_from(run, review):
    result = run("offered", "--dry-run")
    assert result.exit_code == 0
    assert re.search(
        r"1 warning on the new rows:\noffered/contrasts\.csv:2: trial_id=beta2002; .* SE of 0.372", result.stdout
    )
    assert run("offered").exit_code == 0
    assert "warning" not in run("offered").stdout


def test_a_folder_that_is_not_there_and_one_that_holds_other_things(run, review):
    assert "nowhere: there is no such folder." in run("nowhere").stderr
    (review / "offered" / "further").mkdir()
    assert "Left, because no raw file has the name: further\n" in run("offered").stdout


def test_spaces_at_the_end_of_a_cell_in_conflict_are_seen(run, review):
    assert run("offered").exit_code == 0
    table = review / "offered" / "trials.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Beta 2002", "Beta 2002 "), encoding="utf-8")
    assert "│ Beta 2002 │ 'Beta 2002 ' │" in run("offered").stdout


def test_conflicts_stop_everything_until_they_are_settled(run, review):
    assert run("offered").exit_code == 0
    table = review / "offered" / "trials.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("Beta 2002", "Beta & al. 2002"), encoding="utf-8")
    before = contents(review)
    stopped = run("offered")
    assert stopped.exit_code == 1
    assert "offered/trials.csv:2 │ beta2002 │ label  │ Beta 2002 │ Beta & al. 2002" in stopped.stdout
    assert stopped.stderr == (
        "1 cell in conflict; nothing was written. Correct the cells, or say --conflicts keep or --conflicts take.\n"
    )
    assert run("offered", "--conflicts", "keep").exit_code == 0
    assert contents(review) == before
    assert run("offered", "--conflicts", "take").exit_code == 0
    assert b"Beta & al. 2002" in contents(review)["raw/trials.csv"]


def test_rows_and_plan_come_together_or_not_at_all(run, review, monkeypatch):
    plan = review / "questions.csv"
    text = plan.read_text(encoding="utf-8")
    plan.write_text("".join(line for line in text.splitlines(keepends=True) if "ptsd" not in line), encoding="utf-8")
    before = contents(review)
    move, moved = Path.replace, []

    def fail(self, target):
        if Path(target).name == "questions.csv":
            raise OSError(28, "no space left")
        moved.append(Path(target).name)
        return move(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", fail)
        stopped = run("offered", "--plan")
    assert stopped.exit_code == 1
    assert "the folder cannot be written to (no space left)" in stopped.stderr
    assert "trials.csv" in moved
    assert contents(review) == before
    assert run("offered", "--plan").exit_code == 0
    assert b"ptsd" in contents(review)["questions.csv"]


def test_a_merge_that_a_machine_broke_off_is_completed_by_the_same_command(run, review):
    whole = review / "whole"
    shutil.copytree(review / "raw", whole)
    assert run("offered").exit_code == 0
    done = contents(review / "raw")
    # Only the first file had been moved.
    shutil.rmtree(review / "raw")
    shutil.copytree(whole, review / "raw")
    (review / "raw" / "trials.csv").write_bytes(done["trials.csv"])
    assert run("offered").exit_code == 0
    assert contents(review / "raw") == done
