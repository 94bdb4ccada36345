"""ipt-evidence draft: what a condition's pages will say, in seconds, told apart from what is published."""

import re

import pytest
from typer.testing import CliRunner

from ipt_evidence.cli import app
from ipt_evidence.exchange.drafting import DRAFT

PARTS = re.compile(r"<p>This page pools the trials on .*?</p>\n", re.DOTALL)
"""Links to pages that a draft on one condition does not make."""


@pytest.mark.parametrize("condition", ["depression", "late_life_depression"])
def test_a_draft_says_what_the_whole_run_says_and_is_marked(example, tmp_path, monkeypatch, condition):
    monkeypatch.chdir(example)
    made = {path: path.stat().st_mtime_ns for path in example.rglob("*")}
    # A question on the condition names it as well.
    done = CliRunner().invoke(app, ["draft", condition, "--out", str(tmp_path)])
    page = tmp_path / "conditions" / f"{condition}.html"
    assert (done.exit_code, done.stdout) == (0, f"The draft is at {page.as_posix()}\n")
    assert {path: path.stat().st_mtime_ns for path in example.rglob("*")} == made
    drafted = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*.*")}
    reports = example / "reports"
    there = {path.relative_to(reports) for path in (reports / "conditions").rglob(f"{condition}/*.html")}
    assert (condition == "depression") == any("network" in path.name for path in there)
    assert there <= drafted.keys()
    for name, path in drafted.items():
        text, whole = path.read_text(encoding="utf-8"), (reports / name).read_text(encoding="utf-8")
        if name.suffix == ".html":
            assert text.count(DRAFT) == 1
            text = re.sub(r'\n<p class="draft".*?</p>', "", text).replace("DRAFT of ", "")
        assert text == PARTS.sub("", whole), name


def test_a_name_that_nobody_asks_about_and_the_folder_of_the_reports_are_refused(example, monkeypatch):
    monkeypatch.chdir(example)
    refused = CliRunner().invoke(app, ["draft", "late_life"])
    assert refused.exit_code == 1
    assert refused.stderr == "the plan asks nothing on 'late_life'; did you mean late_life_depression?\n"
    refused = CliRunner().invoke(app, ["draft", "depression", "--out", "reports"])
    assert "choose another one" in refused.stderr
