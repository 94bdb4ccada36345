"""The invented review runs as a user would run it, and nothing in it speaks of another review."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ipt_evidence.files import read_json, read_table

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "behavioural_activation"
QUESTION = "depression_ba_v_control_symptom_severity_post"
OTHER_REVIEW = re.compile(r"\bIPT\b|(?i:interpersonal)|(?i:(?<![\w/-])ipt(?![\w-]))")
"""Names of the therapy of the main review; the package and the project are called after it, and may be."""


def texts(folder: Path) -> dict[str, str]:
    """Every file below a folder that a person or a machine reads, by its name."""
    files = [
        path for path in folder.rglob("*") if path.is_file() and path.name != "README.md" and path.suffix != ".docx"
    ]
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.mark.parametrize("part", ["reports", "data/processed"])
def test_nothing_speaks_of_the_therapy_of_another_review(example, part):
    found = texts(example / part)
    assert len(found) > 10
    assert {name: OTHER_REVIEW.findall(text) for name, text in found.items() if OTHER_REVIEW.search(text)} == {}


def test_texts_call_the_therapy_by_the_names_of_the_vocabulary(example):
    reports = texts(example / "reports")
    for page in ("index.html", "gaps.html", "claims.html", "guidelines.html", "conditions/depression.html"):
        assert "behavioural activation (BA)" in reports[page]
    assert reports["guides/invented_leaflet.md"].startswith(
        "# Behavioural activation (BA): evidence for the invented leaflet\n"
    )
    assert "3 of the filled cells show one on BA together with medication" in reports["gaps.html"]


def test_every_page_is_marked_as_invented(example):
    pages = {name: text for name, text in texts(example / "reports").items() if name.endswith(".html")}
    assert len(pages) > 8
    for name, text in pages.items():
        assert "Invented example: behavioural activation" in text, name


def test_every_claim_gets_its_verdict(example):
    claims = read_table(example / "data/processed/claims.csv").set_index("claim_id")["verdict"]
    kinds = read_table(EXAMPLE / "data/raw/claims.csv")["kind"]
    assert set(kinds) == {
        "adaptation", "breadth", "comparative", "delivery", "dose", "efficacy", "exclusive", "guideline",
        "non_indication", "reading_list", "unrecorded",
    }  # fmt: skip
    assert claims.notna().all()
    assert claims[["helps_with_pain", "bodies_recommend", "reading"]].tolist() == [
        "no_trials",
        "supported",
        "supported",
    ]


def test_a_retracted_trial_is_shown_and_not_pooled(example):
    weights = read_table(example / "data/processed/synthesis_weights.csv")
    assert "fir2016" not in set(weights["trial_id"])
    assert "Invented Fir 2016" in (example / "reports/conditions/depression/all-trials.html").read_text(
        encoding="utf-8"
    )


def test_a_pooled_answer_is_what_metafor_makes_of_the_raw_figures(example, rscript):
    script = Path(__file__).with_name("example_check.R")
    expected = json.loads(subprocess.run([rscript, script], check=True, capture_output=True, text=True).stdout)
    answers = read_table(example / "data/processed/syntheses.csv").set_index("question_id")
    assert answers.loc[QUESTION, list(expected)].to_dict() == pytest.approx(expected, rel=1e-6, abs=1e-8)
    shown = [one for one in read_json(example / "reports/evidence.json")["questions"] if one["question_id"] == QUESTION]
    assert len(shown) == 1


def planned(folder: Path) -> str:
    """What a run would do there."""
    command = [sys.executable, "-m", "snakemake", "--directory", folder, "--dry-run"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def test_a_second_run_has_nothing_to_do(example):
    assert "Nothing to be done" in planned(example)


def test_a_name_that_snakemake_takes_for_a_pattern_is_refused_before_the_run(tmp_path):
    shutil.copytree(EXAMPLE / "config", tmp_path / "config")
    for name in (
        "notebooks/n{o}.ipynb",
        "notebooks/a\nb.ipynb",
        "reports/trust/<x>.json",
        "notebooks/[b] *?-'\".ipynb",
        os.fsdecode(b"notebooks/\xff.ipynb"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("", encoding="utf-8")
    said = planned(tmp_path)
    rule = "the name of a file that runs read holds no braces, angle brackets or line ends, and is UTF-8. Rename it."
    assert "4 problems in 4 files; nothing was written." in said
    for name in ("notebooks/n{o}.ipynb", r"notebooks/a\nb.ipynb", "reports/trust/<x>.json", r"notebooks/\udcff.ipynb"):
        assert f"{name}: {rule}" in said


def test_a_copy_that_lacks_a_page_on_a_network_makes_the_pages_anew_and_one_without_notes_everything(example):
    # As deep as the first: Snakemake knows the templates by their way from the review.
    folder = shutil.copytree(example, example.parents[1] / "incomplete" / "review")
    network = min((folder / "reports/conditions/depression").glob("network-*.html")).relative_to(folder)
    (folder / network).unlink()
    said = planned(folder)
    assert f"Missing, or not as the job that makes it left it, and so to be made anew: {network}." in said
    assert re.findall(r"^Job \d+: (.*)$", said, flags=re.MULTILINE) == ["Write the pages and the texts for guides"]
    shutil.rmtree(folder / ".snakemake")
    said = planned(folder)
    assert "Nothing is noted of the run that made the files here: all are to be made anew." in said
    jobs = re.findall(r"^Job \d+: (\w+)", said, flags=re.MULTILINE)
    assert set(jobs) == {"Check", "Hand", "Compute", "Answer", "Rate", "Gather", "Hold", "List", "Write", "Say"}
