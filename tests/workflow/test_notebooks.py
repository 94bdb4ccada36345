"""The notebooks for analysts, executed on the invented review: they go by no therapy, no question and no figure."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from ipt_evidence.files import read_table
from ipt_evidence.reporting.made_from import MARK
from ipt_evidence.reporting.notebooks import notebook_page
from ipt_evidence.words.labels import LABELS, within
from notebook_runs import run_apart

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow" / "templates"
SOURCES = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def executed(example):
    return {source.stem: notebook for source, notebook in run_apart(SOURCES, example).items()}


@pytest.fixture(scope="module")
def pages(executed):
    return {name: notebook_page(notebook, f"{name}.ipynb", TEMPLATES) for name, notebook in executed.items()}


def outputs(notebook) -> list[str]:
    """Return what the cells of a notebook show, as text."""
    found = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.get("text") or output.data.get("text/markdown") or output.data["text/plain"] for output in found]


def cells(source: Path) -> list[dict]:
    return json.loads(source.read_text(encoding="utf-8"))["cells"]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_is_committed_without_outputs(source):
    for cell in cells(source):
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_notebook_names_no_therapy_no_path_and_asserts_nothing(source):
    for cell in cells(source):
        text = "".join(cell["source"])
        assert not re.search(r"\bipt\b|interpersonal|/home|/work|/tmp", text, re.IGNORECASE), text
        if cell["cell_type"] == "code":
            assert not [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert)]


def test_the_answer_without_other_choices_is_that_of_the_tables(executed, example):
    rated = read_table(example / "data/processed/ratings.csv")
    asked = rated["question_id"].str.endswith("ba_v_control_symptom_severity_post")
    row = rated[asked].sort_values("k", ascending=False).iloc[0]
    said = f"{row['k']} trials, average {row['estimate']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f})"
    text = next(text for text in outputs(executed["02_pool_with_other_choices"]) if "The table `ratings`" in text)
    assert said in text
    assert "the two differ by 0." in text
    assert f"the label **{within(LABELS[row['label']])}** and the certainty" in text


def test_two_programs_agree_side_by_side(executed):
    printed = next(text for text in outputs(executed["01_explore_effects"]) if "statsmodels" in text)
    rows = [line.split() for line in printed.splitlines()[2:]]
    assert len(rows) == 4
    for *_, ours, theirs, difference in rows:
        assert ours == theirs
        assert float(difference) == 0


def test_a_trial_of_ones_own_joins_those_of_the_question(executed, example):
    shown = outputs(executed["06_add_your_own_trial"])
    before, after = next(
        re.findall(r"^(?:without|with the trial) +(\d+)", text, re.MULTILINE)
        for text in shown
        if "with the trial" in text
    )
    assert int(after) == int(before) + 1
    assert any("must be above 0" in text and "no_such_scale" in text for text in shown)


def test_every_combination_of_choices_is_counted(executed, example):
    table = pd.read_csv(example / "data/processed/multiverse.csv")
    most = table[table["question_id"].eq("depression_ba_v_control_symptom_severity_post")]
    assert any(f": {len(most)} paths" in text for text in outputs(executed["05_multiverse"]))


def test_nothing_of_the_run_is_left_in_the_notebooks(executed):
    for notebook in executed.values():
        text = nbformat.writes(notebook)
        assert not re.search(r"iopub|shell\.execute|language_info|ipykernel|/home|/tmp|0x[0-9a-f]{6}", text)


def test_pages_show_the_therapy_of_their_review(pages):
    for name, page in pages.items():
        assert re.search(r"\bBA\b", page), name
        assert not re.search(r"\bIPT\b|interpersonal", page), name


def test_figures_have_a_text_that_tells_what_they_show(pages):
    images = [image for page in pages.values() for image in re.findall(r"<img[^>]*>", page, re.DOTALL)]
    drawings = [drawing for page in pages.values() for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]
    assert len(images) >= 6
    assert len(drawings) >= 4
    for image in images:
        assert re.search(r'alt="[^"]{40,}"', image), image[:200]
    for drawing in drawings:
        assert re.search(r"<desc[^>]*>[^<]{20,}</desc>", drawing)


def test_headers_of_tables_say_what_they_head(pages):
    for name, page in pages.items():
        assert "<table" in page, name
        assert "<th>" not in page, name
        assert 'border="1"' not in page, name


def test_the_pages_need_no_network_and_no_script(pages):
    for page in pages.values():
        without_names = page.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert not re.search(r"<script|<link|<iframe|@import|https?://", without_names)
        assert set(re.findall(r'src="([a-z]+:)', page)) <= {"data:"}


@pytest.fixture
def own(example, tmp_path):
    """The notebook of a finished review that had none."""
    shutil.copytree(example, tmp_path / "review")
    (tmp_path / "review/notebooks").mkdir()
    return tmp_path / "review/notebooks/own.ipynb"


def set_code(notebook: Path, code: str) -> None:
    cells = [nbformat.v4.new_markdown_cell("# Own", id="title"), nbformat.v4.new_code_cell(code, id="code")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), notebook)


def run(notebook: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "snakemake", "--directory", notebook.parents[1]]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_broken_notebook_fails_until_it_is_mended(own):
    set_code(own, "1 + 1")
    assert run(own).returncode == 0
    page = own.parents[1] / "reports/notebooks/own.html"
    assert MARK not in page.read_text(encoding="utf-8")
    set_code(own, "1 / 0")
    for broken in (run(own), run(own)):
        assert broken.returncode == 1
        assert "own.ipynb: a cell failed" in broken.stdout + broken.stderr
        assert "Made from other tables than there are now: the notebooks." in broken.stdout + broken.stderr
        assert MARK in page.read_text(encoding="utf-8")
    set_code(own, "1 + 1")
    assert run(own).returncode == 0
    assert MARK not in page.read_text(encoding="utf-8")
    assert "Nothing to be done" in run(own).stderr
