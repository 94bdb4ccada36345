"""ipt-evidence init: a review that passes its checks and runs before it has a trial."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.exchange.beginning import EXAMPLE, Therapy, begin_review
from ipt_evidence.extraction.inputs import examine

OTHER_REVIEW = re.compile(r"\bIPT\b|(?i:interpersonal)|(?i:(?<![\w/-])ipt(?![\w-]))")
"""Names of the therapy of the main review; the program is called after it, and may be."""


def run(*arguments):
    return CliRunner().invoke(app, ["init", *map(str, arguments)])


def texts(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def examined(folder, intervention):
    config = folder / "config"
    return examine(
        folder / "data" / "raw",
        config / "vocabulary",
        config / "questions.csv",
        config / "strength_rules.csv",
        intervention,
    )


def test_a_new_review_passes_its_checks_and_speaks_of_no_other(tmp_path):
    folder = tmp_path / "my panic"
    done = run(folder, "--therapy", "Panic-focused therapy", "--short", "PFT", "--condition", "Panic disorder")
    assert (done.exit_code, done.stderr) == (0, "")
    assert f"Next: cd '{folder}'; ipt-evidence check" in done.stdout
    assert examined(folder, "pft").findings == ()
    files = texts(folder)
    # An instrument is called what it is called.
    found = {name: OTHER_REVIEW.findall(text.replace("Interpersonal Problems", "")) for name, text in files.items()}
    assert not any(found.values())
    assert files["config/vocabulary/conditions.csv"].splitlines()[1:] == [
        "panic_disorder,Panic disorder,panic disorder,,"
    ]
    assert "pft,PFT,panic-focused therapy (PFT),,both" in files["config/vocabulary/treatment_classes.csv"]


def test_a_therapy_that_others_compare_with_is_no_comparator_of_its_own_review(tmp_path):
    assert run(tmp_path / "cbt", "--therapy", "Cognitive behavioural therapy", "--short", "CBT").exit_code == 0
    rows = texts(tmp_path / "cbt")["config/vocabulary/treatment_classes.csv"].splitlines()
    assert [row.split(",")[0] for row in rows if row.startswith("cbt")] == ["cbt", "cbt_with_medication"]
    assert examined(tmp_path / "cbt", "cbt").findings == ()
    assert run(tmp_path / "pst", "--therapy", "Problem-solving therapy", "--short", "PST").exit_code == 0
    rows = texts(tmp_path / "pst")["config/vocabulary/treatments.csv"].splitlines()
    assert [row for row in rows if "roblem" in row] == ["pst,Problem-solving therapy,pst,"]


@settings(max_examples=25)
@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_names_never_become_markup_of_the_configuration(tmp_path_factory, name, title):
    folder = tmp_path_factory.mktemp("init") / "review"
    begin_review(folder, Therapy(name=name, short="ABC"), title, [])
    review = yaml.safe_load((folder / "config" / "config.yaml").read_text(encoding="utf-8"))["review"]
    assert (review["title"], review["intervention"]) == (title, "abc")
    assert review["data"]["title"] == f"Trials of {name}: extraction tables"


def test_the_example_is_the_whole_example_without_what_a_run_made(tmp_path):
    assert run(tmp_path / "copy", "--example").exit_code == 0
    made = {"reports", "processed", "logs", ".snakemake"}
    files = {path.relative_to(EXAMPLE): path for path in EXAMPLE.rglob("*") if path.is_file()}
    whole = {name: path.read_bytes() for name, path in files.items() if not made & set(name.parts)}
    copy = tmp_path / "copy"
    copied = {path.relative_to(copy): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert b"/reports/" in copied.pop(Path(".gitignore"))
    assert copied == whole


def test_nothing_that_is_there_is_touched(tmp_path):
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    refused = run(tmp_path, "--therapy", "Any")
    assert refused.exit_code == 1
    assert "the folder is not empty. Name a new one; nothing that is there is replaced." in refused.stderr
    assert texts(tmp_path) == {"mine.txt": "x"}


@pytest.mark.parametrize("arguments", [(), ("--therapy", "Any", "--example")])
def test_it_must_be_said_what_is_begun(tmp_path, arguments):
    refused = run(tmp_path / "new", *arguments)
    assert refused.stderr == "say either --therapy NAME, for a review of your own, or --example, for the invented one\n"
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--condition", "???"), "--condition: name = '???': no word for tables can be made of the name"),
        (
            ("--condition", "Dépression", "--condition", "Depression"),
            "'Dépression': 'depression' is the word of 2 conditions",
        ),
        (
            ("--short", "Control"),
            "--short: name = 'Control': 'control' is the word for no therapy, usual care and waiting lists",
        ),
    ],
)
def test_a_name_that_leaves_no_word_or_one_that_is_taken_is_refused(tmp_path, arguments, said):
    refused = run(tmp_path / "new", "--therapy", "Any", *arguments)
    assert said in refused.stderr
    assert not (tmp_path / "new").exists()


def test_it_runs_from_its_folder_without_its_environment_on_the_path(tmp_path):
    folder = tmp_path / "panic"
    arguments = ("--therapy", "Panic-focused therapy", "--short", "PFT", "--condition", "Panic disorder")
    assert run(folder, *arguments).exit_code == 0
    command = [sys.executable, "-c", "from ipt_evidence.cli import app; app()", "run", "--dry-run"]
    bare = {name: value for name, value in os.environ.items() if name not in ("PATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        command, cwd=folder, env=bare | {"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Check every raw table" in done.stdout + done.stderr
