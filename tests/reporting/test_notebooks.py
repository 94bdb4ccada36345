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


def small(tmp_path, *code):
    cells = [new_markdown_cell("# A title", id="title"), *[new_code_cell(text, id="code") for text in code]]
    write_notebook(new_notebook(cells=cells), tmp_path / "small.ipynb")
    return tmp_path / "small.ipynb"


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
