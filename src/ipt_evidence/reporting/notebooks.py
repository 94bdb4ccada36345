"""Notebooks executed by the pipeline: the same inputs give the same bytes, as a notebook and as a page."""

import os
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from markupsafe import Markup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbconvert import HTMLExporter
from traitlets.config import Config

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting import templating

TIMEOUT = 600
"""Seconds a cell may take."""

TABLE_PART = re.compile(r"<(thead|tbody)>.*?</\1>", re.DOTALL)
SCOPES = {"thead": "col", "tbody": "row"}
INDEX_NAME = re.compile(r"<th></th>\n(.*?)</tr>\n<tr>\n<th>([^<]+)</th>\n(?:<th></th>\n)+</tr>", re.DOTALL)
"""The header rows of a table whose index has a name: pandas gives the name a row of its own."""


def run_notebook(source: Path, root: Path) -> Any:
    """Execute a notebook.

    Parameters
    ----------
    source : Path
        The notebook, committed without outputs.
    root : Path
        Root of the repository, where it is executed.

    Returns
    -------
    nbformat.NotebookNode
        The notebook with outputs and without anything that changes from run to run.

    Raises
    ------
    EvidenceError
        If a cell fails, with the cell and its error.
    """
    notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
    with TemporaryDirectory() as own:
        client = NotebookClient(
            notebook,
            timeout=TIMEOUT,
            kernel_name="python3",
            record_timing=False,
            resources={"metadata": {"path": str(root)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{own}/kernel"}}),  # no network port
        )
        alone = {**os.environ, "IPYTHONDIR": own}  # no start-up files or history of the user
        try:
            client.execute(env=alone)
        except CellExecutionError as failure:
            raise EvidenceError(f"{source.name}: a cell failed.\n{failure}") from failure
    _refuse_warnings(notebook, source)
    notebook.metadata.pop("language_info", None)
    return notebook


def _refuse_warnings(notebook: Any, source: Path) -> None:
    """Stop at what a cell wrote to the error stream: it names paths of this machine, and readers cannot act on it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise EvidenceError(f"{source.name}, cell {cell.id}: it warns; put right what it says.\n{output.text}")


def write_notebook(notebook: Any, path: Path) -> None:
    """Write a notebook, checked against the notebook format."""
    nbformat.validate(notebook)
    nbformat.write(notebook, path)  # type: ignore[no-untyped-call]


def notebook_page(notebook: Any, name: str, templates: Path) -> str:
    """Set an executed notebook as a page that works offline.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        An executed notebook whose first cell begins with its title.
    name : str
        File name of the notebook, beside the page.
    templates : Path
        ``workflow/templates``.
    """
    exporter = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="basic", exclude_anchor_links=True, exclude_input_prompt=True, exclude_output_prompt=True
    )
    body, _ = exporter.from_notebook_node(notebook)
    title = notebook.cells[0].source.splitlines()[0].removeprefix("# ")
    template = templating.environment(templates).get_template("notebook.html.j2")
    return template.render(title=title, name=name, body=Markup(accessible(body)))


def accessible(body: str) -> str:
    """Give tables one header row and the scope of each header, and let the keyboard scroll wide code.

    The body is what nbconvert wrote: text of cells and tables is escaped in it, so the tags found here are its own.
    """
    body = re.sub(r'<style scoped="">.*?</style>\n|(?<=<table) border="1"', "", body, flags=re.DOTALL)
    body = INDEX_NAME.sub(r"<th>\2</th>\n\1</tr>", body)
    body = TABLE_PART.sub(lambda part: part[0].replace("<th>", f'<th scope="{SCOPES[part[1]]}">'), body)
    body = body.replace('class="cell ', 'class="')  # a class of the style sheet of the other pages
    return body.replace("<pre>", '<pre tabindex="0">').replace('"output_area">', '"output_area" tabindex="0">')
