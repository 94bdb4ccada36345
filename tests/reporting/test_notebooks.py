import json
import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.notebooks import accessible, notebook_page, run_notebook, write_notebook

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow" / "templates"
SOURCE = ROOT / "notebooks" / "01_explore_effects.ipynb"


def small(tmp_path, *code):
    cells = [new_markdown_cell("# A title", id="title"), *[new_code_cell(text, id="code") for text in code]]
    write_notebook(new_notebook(cells=cells), tmp_path / "small.ipynb")
    return tmp_path / "small.ipynb"


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


def test_the_notebook_finds_the_published_answer(review, executed):
    row = (
        review.tables["syntheses"]
        .set_index("question_id")
        .loc["unipolar_depression_ipt_v_control_symptom_severity_post"]
    )
    printed = [output.data["text/plain"] for cell in executed.cells for output in cell.get("outputs", [])]
    line = next(line for text in printed for line in text.splitlines() if line.startswith("REML, HKSJ"))
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


def test_the_same_notebook_gives_the_same_bytes(tmp_path):
    source = small(tmp_path, "import os\nprint({'a': 1}, os.getcwd() == os.path.realpath(os.getcwd()))\n[1, 2]")
    runs = [run_notebook(source, tmp_path) for _ in range(2)]
    assert nbformat.writes(runs[0]) == nbformat.writes(runs[1])
    assert notebook_page(runs[0], "small.ipynb", TEMPLATES) == notebook_page(runs[1], "small.ipynb", TEMPLATES)


def test_a_notebook_runs_at_the_root_it_is_given(tmp_path):
    (tmp_path / "here.txt").write_text("found", encoding="utf-8")
    run = run_notebook(small(tmp_path, "print(open('here.txt').read())"), tmp_path)
    assert run.cells[1].outputs[0].text == "found\n"


def test_a_failing_cell_is_named_with_its_error(tmp_path):
    with pytest.raises(EvidenceError, match=r"(?s)small.ipynb: a cell failed.*ZeroDivisionError"):
        run_notebook(small(tmp_path, "1 / 0"), tmp_path)


def test_a_warning_stops_the_notebook(tmp_path):
    with pytest.raises(EvidenceError, match=r"(?s)small.ipynb, cell code: it warns.*careful"):
        run_notebook(small(tmp_path, "import warnings\nwarnings.warn('careful')"), tmp_path)


def test_text_of_cells_stays_text(tmp_path):
    run = run_notebook(small(tmp_path, "print('<script>x</script> <th>')"), tmp_path)
    page = notebook_page(run, "small.ipynb", TEMPLATES)
    assert "<title>A title</title>" in page
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; &lt;th&gt;" in page


def test_a_table_has_one_header_row_that_names_its_index_and_every_header_its_scope():
    table = pd.DataFrame({"k": [1]}, index=pd.Index(["<a>"], name="choice"))._repr_html_()
    assert re.sub(r">\s+<", "><", accessible(table)) == (
        '<div><table class="dataframe"><thead><tr><th scope="col">choice</th><th scope="col">k</th></tr></thead>'
        '<tbody><tr><th scope="row">&lt;a&gt;</th><td>1</td></tr></tbody></table></div>'
    )


def test_markup_in_a_cell_of_text_is_shown_and_not_obeyed(tmp_path):
    cells = [new_markdown_cell("# A title\n\n<script>x</script> and *this*", id="title")]
    page = notebook_page(new_notebook(cells=cells), "small.ipynb", TEMPLATES)
    assert "<p>&lt;script&gt;x&lt;/script&gt; and <em>this</em></p>" in page
