"""ipt-evidence export FORMAT, as a person at a terminal meets it."""

import shutil
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.cli.exporting import _exported
from ipt_evidence.exchange.exports import FORMATS, Exported

QUESTION = "depression_ba_v_control_symptom_severity_post"


@pytest.fixture
def export(monkeypatch, example):
    monkeypatch.chdir(example)
    return lambda *arguments: CliRunner().invoke(app, ["export", *map(str, arguments)])


@pytest.mark.parametrize("scope", [("--question", QUESTION), ("--condition", "depression")])
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_writes_a_question_and_a_condition(export, tmp_path, name, scope):
    file = tmp_path / f"out.{FORMATS[name].ending}"
    result = export(name, file, *scope)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{file}: ")
    assert file.stat().st_size > 200


REFUSALS = [
    (
        ("revman", "out.csv"),
        "export revman: one question or one condition must be named. Give --question ID, or --condition ID with one of "
        "depression, late_life_depression, chronic_pain",
    ),
    (
        ("revman", "out.csv", "--condition", "depresion"),
        "export revman: --condition = 'depresion': the review plan has no such condition. Correct it: did you mean "
        "depression?; the conditions are depression, late_life_depression, chronic_pain",
    ),
    (
        ("fhir", "out.json", "--question", f"{QUESTION}x"),
        f"export fhir: --question = '{QUESTION}x': the review plan has no such question. Correct it: did you mean "
        f"{QUESTION}",
    ),
    (
        ("fhir", "out.csv", "--question", QUESTION),
        "out.csv: a file of the format fhir ends in .json. Name it out.json.",
    ),
]


@pytest.mark.parametrize(("arguments", "message"), REFUSALS)
def test_a_request_that_cannot_be_met_says_what_there_is(export, arguments, message):
    result = export(*arguments)
    assert result.exit_code == 1
    assert message in result.stderr


def test_a_file_that_is_there_is_not_replaced(export, tmp_path):
    file = tmp_path / "out.csv"
    file.write_text("mine", encoding="utf-8")
    result = export("revman", file, "--question", QUESTION)
    assert (result.exit_code, file.read_text(encoding="utf-8")) == (1, "mine")
    assert "the file is there already. Choose another name, or replace it with --force." in result.stderr
    assert export("revman", file, "--question", QUESTION, "--force").exit_code == 0


def test_without_processed_tables_the_pipeline_is_to_be_run(export, tmp_path, monkeypatch, example):
    folder = tmp_path / "review"
    shutil.copytree(example / "config", folder / "config")
    shutil.copytree(example / "data/raw", folder / "data/raw")
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(app, ["export", "revman", "out.csv", "--question", QUESTION])
    assert result.exit_code == 1
    assert "Run the pipeline first: ipt-evidence run" in result.stderr


def test_tables_of_another_version_are_to_be_made_again(export, tmp_path, example):
    old = shutil.copytree(example / "data/processed", tmp_path / "processed")
    (old / "fates.csv").write_text("question_id,trial_id\n", encoding="utf-8")
    result = export("fhir", tmp_path / "out.json", "--question", QUESTION, "--processed", old)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{old}/fates.csv: cannot be read: it has no column ")
    (old / "fates.csv").unlink()
    result = export("fhir", tmp_path / "out.json", "--question", QUESTION, "--processed", old)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{old}: the tables have no 'fates', ")
    assert result.stderr.endswith("so another version made them. Run: ipt-evidence run\n")


class Form:
    """A form that takes nothing of what there is."""

    ending = "csv"

    def export(self, review, questions):
        return Exported(content="", holds="no rows", left=(("Ash\n2001", "it has no place"),))


def test_nothing_to_write_is_said_with_its_reason(example, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(example)
    with pytest.raises(typer.Exit):
        _exported("cinema", Form(), tmp_path / "out.csv", QUESTION, None, Path("data/processed"), force=False)
    assert capsys.readouterr().err == (
        f"export cinema --question {QUESTION}: our tables hold nothing for it (no rows); what there is does not go "
        "into this form:\n  Ash\\n2001: it has no place\n"
    )
    assert not (tmp_path / "out.csv").exists()
