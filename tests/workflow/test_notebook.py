"""The notebook of the review, executed anew."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from ipt_evidence.files import read_table
from ipt_evidence.reporting.notebooks import notebook_page, run_notebook

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow" / "templates"
SOURCE = ROOT / "notebooks" / "01_explore_effects.ipynb"


@pytest.fixture(scope="module")
def executed():
    return run_notebook(SOURCE, ROOT)


@pytest.fixture(scope="module")
def page(executed):
    return notebook_page(executed, SOURCE.name, TEMPLATES)


def test_the_notebook_is_committed_without_outputs():
    for cell in json.loads(SOURCE.read_text(encoding="utf-8"))["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_the_notebook_finds_the_published_answer(executed):
    row = (
        read_table(ROOT / "data/processed/syntheses.csv")
        .set_index("question_id")
        .loc["unipolar_depression_ipt_v_control_symptom_severity_post"]
    )
    printed = [output.data["text/plain"] for cell in executed.cells for output in cell.get("outputs", [])]
    line = next(line for text in printed for line in text.splitlines() if line.startswith("REML, adhoc"))
    assert line.split()[2:6] == [
        f"{row['k']:.0f}", f"{row['estimate']:.3f}", f"{row['ci_low']:.3f}", f"{row['ci_high']:.3f}"
    ]  # fmt: skip


def test_two_programs_agree_side_by_side(executed):
    printed = "\n".join(output.data["text/plain"] for cell in executed.cells for output in cell.get("outputs", []))
    rows = re.findall(r"^DL, (?:normal|HKSJ): \w+\s+(-?[\d.]+)\s+(-?[\d.]+)\s+(-?[\d.]+)$", printed, re.MULTILINE)
    assert len(rows) == 8
    for ours, theirs, difference in rows:
        assert ours == theirs
        assert float(difference) == 0


def test_nothing_of_the_run_is_left_in_the_notebook(executed):
    text = nbformat.writes(executed)
    assert not re.search(r"iopub|shell\.execute|language_info|ipykernel|/home|/tmp|0x[0-9a-f]{6}", text)


def test_figures_have_a_text_that_tells_what_they_show(page):
    images = re.findall(r"<img[^>]*>", page, re.DOTALL)
    assert len(images) == 2
    for image in images:
        assert re.search(r'alt="[^"]{40,}"', image)


def test_headers_of_tables_say_what_they_head(page):
    assert "<table" in page
    assert "<th>" not in page
    assert "<th></th>" not in page
    assert 'border="1"' not in page


def test_the_page_needs_no_network_and_no_script(page):
    assert not re.search(r"<script|<link|<iframe|@import|https?://", page)
    assert set(re.findall(r'src="([a-z]+:)', page)) == {"data:"}


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
    set_code(own, "1 / 0")
    for broken in (run(own), run(own)):
        assert broken.returncode == 1
        assert "own.ipynb: a cell failed" in broken.stdout + broken.stderr
    set_code(own, "1 + 1")
    assert run(own).returncode == 0
    assert "Nothing to be done" in run(own).stderr
