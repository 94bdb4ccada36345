import re
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

from ipt_evidence.errors import EvidenceError
from ipt_evidence.jobs import LOADED
from ipt_evidence.reporting.notebooks import accessible, notebook_page, write_notebook
from notebook_runs import run_apart

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "workflow" / "templates"


def small(tmp_path, *code, name="small"):
    cells = [
        new_markdown_cell("# A title", id="title"),
        *[new_code_cell(text, id=f"code-{place}") for place, text in enumerate(code)],
    ]
    write_notebook(new_notebook(cells=cells), tmp_path / f"{name}.ipynb")
    return tmp_path / f"{name}.ipynb"


LEAVES = """
import warnings
import pandas as pd
from matplotlib import pyplot as plt
warnings.simplefilter("ignore")
pd.set_option("display.precision", 1)
plt.rcParams["font.size"] = 40
plt.figure()
left = 1
"""
"""What a notebook may leave behind in its kernel."""

SEES = """
import pandas as pd
from matplotlib import pyplot as plt
print("left" in globals(), pd.get_option("display.precision"), plt.rcParams["font.size"], plt.get_fignums())
"""


def test_no_notebook_makes_words_of_labels_itself():
    """``no_difference`` is no important difference: the package has the words."""
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            assert not re.search(r"""replace\((["'])_\1""", cell.source), path.name


def test_a_notebook_finds_what_it_would_in_a_kernel_of_its_own(tmp_path):
    before, after = small(tmp_path, LEAVES, "print(left)", name="a"), small(tmp_path, SEES, "1 + 1", name="b")
    together, alone = run_apart([before, after], tmp_path), run_apart([after], tmp_path)
    assert [cell.execution_count for cell in together[after].cells[1:]] == [1, 2]
    assert together[after].cells[1].outputs[0].text == "False 6 10.0 []\n"
    assert nbformat.writes(together[after]) == nbformat.writes(alone[after])
    pages = [notebook_page(run[after], "b.ipynb", TEMPLATES) for run in (together, alone)]
    assert pages[0] == pages[1]


def test_a_notebook_that_silences_warnings_does_not_silence_those_of_the_next(tmp_path):
    warns = small(tmp_path, "import warnings\nwarnings.warn('careful')", name="warns")
    with pytest.raises(EvidenceError, match=r"(?s)^warns.ipynb, cell code-0: it warns.*careful"):
        run_apart([small(tmp_path, LEAVES, name="silences"), warns], tmp_path)


SETTINGS = """
import locale, os, re, warnings
import matplotlib as mpl
import numpy as np
import pandas as pd
import statsmodels.stats.meta_analysis
import ipt_evidence.analysis.answering, ipt_evidence.analysis.charts
from matplotlib import pyplot as plt
plt.close(plt.figure())
options = re.findall("\\w+ : |currently: .*]", pd.describe_option(_print_desc=False).lower())
print(*sorted(map(str, warnings.filters)), *options, *mpl.rcParams.items(), sep="\\n")
print(np.get_printoptions(), np.geterr(), locale.setlocale(locale.LC_ALL), os.getcwd(), __name__)
"""
"""What may be otherwise where libraries were loaded before there was a kernel."""


def test_a_forked_kernel_has_the_settings_of_one_that_is_started(tmp_path):
    source = small(tmp_path, SETTINGS)
    without_ports = Config({"KernelManager": {"transport": "ipc", "ip": str(tmp_path / "kernel")}})
    started = NotebookClient(
        nbformat.read(source, as_version=4), resources={"metadata": {"path": str(tmp_path)}}, config=without_ports
    )
    forked = run_apart([source], tmp_path, LOADED)[source]
    assert forked.cells[1].outputs[0].text == started.execute().cells[1].outputs[0].text


def test_a_notebook_runs_at_the_root_it_is_given_and_what_fails_or_warns_is_named_all_at_once(tmp_path):
    (tmp_path / "here.txt").write_text("found", encoding="utf-8")
    sources = [
        small(tmp_path, "print(open('here.txt').read())", name="reads"),
        small(tmp_path, "1 / 0", name="fails"),
        small(tmp_path, "import warnings\nwarnings.warn('careful')", name="warns"),
    ]
    with pytest.raises(EvidenceError) as caught:
        run_apart(sources, tmp_path)
    message = str(caught.value)
    assert re.search(r"(?s)fails.ipynb: a cell failed.*ZeroDivisionError", message)
    assert re.search(r"(?s)warns.ipynb, cell code-0: it warns.*careful", message)
    assert "reads.ipynb" not in message
    run = run_apart(sources[:1], tmp_path)
    assert run[sources[0]].cells[1].outputs[0].text == "found\n"


STARTS = """
import subprocess
print(subprocess.Popen(["sleep", "600"]).pid)
"""
"""A notebook that leaves a process behind."""


def test_what_a_notebook_has_started_ends_with_its_kernel(tmp_path):
    source = small(tmp_path, STARTS)
    run = run_apart([source], tmp_path)
    started = Path("/proc", run[source].cells[1].outputs[0].text.strip(), "stat")
    assert not started.exists() or started.read_text().split()[2] == "Z"  # dead, and nobody has asked for its end


@pytest.mark.parametrize(
    "text", ['{"cells": [}', "{}", "[]", '{"nbformat": 4, "nbformat_minor": 5, "cells": [{}]}', ""]
)
def test_a_file_that_is_no_notebook_is_named(tmp_path, text):
    (tmp_path / "mine.ipynb").write_text(text, encoding="utf-8")
    with pytest.raises(EvidenceError, match=r"^mine\.ipynb: this is no notebook that can be read\."):
        run_apart([tmp_path / "mine.ipynb"], tmp_path)


@pytest.mark.parametrize("cells", [[], [new_code_cell("")]])
def test_a_notebook_with_nothing_in_it_has_a_page_under_its_name(cells):
    page = notebook_page(new_notebook(cells=cells), "Untitled.ipynb", TEMPLATES)
    assert "<title>Untitled.ipynb" in page


def test_text_of_cells_stays_text(tmp_path):
    says = "from IPython.display import Markdown\nprint('<script>x</script> <th>')\nMarkdown('**<script>y**')"
    source = small(tmp_path, says)
    page = notebook_page(run_apart([source], tmp_path)[source], "small.ipynb", TEMPLATES)
    assert "<title>A title</title>" in page
    assert "<script" not in page
    assert "&lt;script&gt;x&lt;/script&gt; &lt;th&gt;" in page
    assert "<strong>&lt;script&gt;y</strong>" in page


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
