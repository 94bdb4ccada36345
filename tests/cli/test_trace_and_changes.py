"""trace, changes and release, as a person at a terminal meets them, in the invented review."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from small_review import lay_small_review


def git(*words):
    """Run git in the working directory as somebody."""
    who = ["-c", "user.name=Anna", "-c", "user.email=anna@example.org"]
    subprocess.run(["git", *who, *words], check=True, capture_output=True)


@pytest.fixture
def in_review(example, monkeypatch):
    """Run a command in the invented review."""
    monkeypatch.chdir(example)
    monkeypatch.setenv("COLUMNS", "200")
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_trace_prints_the_chain_from_answer_to_source(in_review):
    result = in_review("trace", "depression_ba_v_control_symptom_severity_followup")
    assert result.exit_code == 0
    for step in ("rule ", "pooled ", "effect ", "data/raw/outcomes.csv:", "source report_", "reference "):
        assert step in result.stdout


def test_trace_refuses_a_damaged_table_by_file_and_column(in_review, example, tmp_path):
    processed = shutil.copytree(example / "data/processed", tmp_path / "processed")
    (processed / "ratings.csv").write_bytes(b"a line of text\0\n")
    result = in_review("trace", "depression_ba_v_control_symptom_severity_post", "--processed", processed)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{processed}/ratings.csv: cannot be read: it has no column question_id.")
    assert "`ipt-evidence run` makes anew" in result.stderr
    (processed / "ratings.csv").unlink()
    gone = in_review("trace", "depression_ba_v_control_symptom_severity_post", "--processed", processed)
    assert (gone.exit_code, gone.stderr.endswith("Run: ipt-evidence run\n")) == (1, True)


def test_trace_of_a_cell_names_every_answer_as_json(in_review):
    found = json.loads(in_review("trace", "outcomes.csv:2:mean", "--json").stdout)
    (cell,) = found["start"]
    assert (cell["place"], cell["value"]) == ("data/raw/outcomes.csv:2", "16.4")
    up = {(step["kind"], step["name"]) for step in found["up"]}
    assert ("question", "depression_ba_v_control_symptom_severity_post") in up
    assert ("claim", "eases_depression") in up
    assert {kind for kind, _ in up} == {"effect", "pooled", "question", "claim", "guide"}


def test_trace_of_a_cell_that_nothing_rests_on_says_so(in_review):
    result = in_review("trace", "outcomes.csv:2:baseline_mean")
    assert "outcomes.csv:2:baseline_mean: nothing rests on it" in result.stdout


@pytest.mark.parametrize("asked", ["Eases_Depression", "CLAIM:eases_depression"])
def test_trace_takes_large_and_small_letters(in_review, asked):
    assert "claim eases_depression" in in_review("trace", asked).stdout


def test_trace_takes_a_cell_in_large_letters(in_review):
    found = in_review("trace", "Outcomes.CSV:2:MEAN").stdout
    assert "data/raw/outcomes.csv:2: mean 16.4" in found


def test_trace_takes_every_name_that_a_chain_prints(in_review):
    """A trial in an answer, several arms or results of which may stand behind it, is asked for by that name too."""
    found = json.loads(in_review("trace", "depression_ba_v_control_symptom_severity_post", "--json").stdout)
    pooled = [step["name"] for step in found["down"] if step["kind"] == "pooled"]
    assert pooled
    for name in pooled:
        (start,) = json.loads(in_review("trace", name, "--json").stdout)["start"]
        assert (start["kind"], start["name"]) == ("pooled", name)


def test_trace_says_what_is_nearest(in_review):
    result = in_review("trace", "eases_depresion")
    assert result.exit_code == 1
    assert "nothing in the review is called 'eases_depresion'; nearest: eases_depression" in result.stderr


def test_changes_between_commits_are_named(tmp_path, monkeypatch):
    folder = tmp_path / "review"
    lay_small_review(folder)
    monkeypatch.chdir(folder)
    git("init", "-q")
    git("add", "config", "data/raw")
    git("commit", "-q", "-m", "One")
    path = folder / "config/vocabulary/mids.csv"
    path.write_text(path.read_text() + "symptom_severity,chronic_pain,SMD,0.9,judgement,Invented for the example\n")
    git("commit", "-q", "-a", "-m", "Two")
    result = CliRunner().invoke(app, ["changes", "HEAD~1", "HEAD", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    title = "Important difference outcome=symptom_severity; condition=chronic_pain"
    assert [cause["title"] for cause in found["causes"]] == [title]
    assert (found["questions"], found["claims"]) == ([], [])
    assert found["summary"] == "1 change; no answer, label, verdict or sentence moved."


def test_changes_of_what_is_no_state_is_refused(in_review):
    result = in_review("changes", "no-such-state")
    assert result.exit_code == 1
    assert "no-such-state: neither the folder of a review, nor a release, nor a commit of git" in result.stderr


def test_release_says_where_it_is_and_checks_itself(in_review, tmp_path):
    result = in_review("release", "--releases", tmp_path)
    assert result.exit_code == 0, result.stderr
    (folder,) = tmp_path.iterdir()
    assert str(folder) in result.stdout
    checked = in_review("release", "--check", folder)
    assert checked.stdout.strip() == f"{folder}: every file is as it was released"
    (folder / "CITE.txt").write_text("another", encoding="utf-8")
    assert in_review("release", "--check", folder).stderr.strip() == f"{folder}/CITE.txt: changed"


def test_changes_of_a_commit_with_another_program_are_compared(tmp_path, monkeypatch):
    lay_small_review(tmp_path)
    root = Path(__file__).parents[2]
    for part in ("src", "workflow", "requirements", "profiles", "config/schemas"):
        shutil.copytree(root / part, tmp_path / part, dirs_exist_ok=True)
    shutil.copy(root / "Snakefile", tmp_path)
    monkeypatch.chdir(tmp_path)
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "One")
    with (tmp_path / "src/ipt_evidence/words/labels.py").open("a", encoding="utf-8") as file:
        file.write("# Another program.\n")
    git("commit", "-q", "-a", "-m", "Two")
    result = CliRunner().invoke(app, ["changes", "HEAD~1", "HEAD", "--format", "json"])
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert [cause["title"].partition(" ")[0] for cause in found["causes"]] == ["Program"]
    assert (found["questions"], found["claims"]) == ([], [])


def test_what_nothing_is_called_leads_to_what_can_be_asked(in_review):
    assert "`ipt-evidence trace --help`" in in_review("trace", "qqq").stderr
    assert "`ipt-evidence show` lists them" in in_review("show", "qqq").stderr
