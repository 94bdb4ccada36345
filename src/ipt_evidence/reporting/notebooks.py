"""Notebooks executed by the pipeline: the same inputs give the same bytes, as a notebook and as a page."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jupyter_client.kernelspec import NoSuchKernel
from markdown_it import MarkdownIt
from markupsafe import Markup
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from traitlets.config import Config

from ipt_evidence.errors import EvidenceError
from ipt_evidence.files import write_file
from ipt_evidence.memory import give_back
from ipt_evidence.reporting import templating
from ipt_evidence.reporting.kernel import ForkedKernel, PromptClient

TIMEOUT = 600
"""Seconds a cell may take."""

PRESENTATION = re.compile(r'<style scoped>.*?</style>\n|(?<=<table) border="1"|(?<=<tr) style="[^"]*"', re.DOTALL)
"""How pandas would have its tables look."""

FRESH = f"""
def fresh():
    import gc
    import sys
    import warnings
    from {give_back.__module__} import {give_back.__name__}

    shell = get_ipython()
    shell.run_line_magic("reset", "-f")  # also of this function's name
    shell.execution_count = 1
    told = vars(shell).setdefault("filters_at_first", warnings.filters[:])
    warnings.resetwarnings()
    warnings.filters.extend(told)
    if plots := sys.modules.get("matplotlib.pyplot"):
        plots.close("all")
        plots.rcdefaults()
    if tables := sys.modules.get("pandas"):
        tables.reset_option("all")
        tables.set_option("display.max_columns", 20)  # all, if pandas was loaded before there was a kernel
    give_back()
    gc.freeze()  # modules are not looked through for garbage after each notebook again

fresh()
"""
"""What makes a used kernel a new one for the next notebook."""

TABLE_PART = re.compile(r"<(thead|tbody)>.*?</\1>", re.DOTALL)
SCOPES = {"thead": "col", "tbody": "row"}
INDEX_NAME = re.compile(r"<th></th>(.*?</tr>)\s*<tr>\s*<th>([^<]+)</th>\s*(?:<th></th>\s*)+</tr>", re.DOTALL)
"""The header rows of a table whose index has a name: pandas gives the name a row of its own."""


def run_notebooks(sources: Iterable[Path], root: Path) -> dict[Path, Any]:
    """Execute notebooks, one after the other in one kernel: most of the time a notebook takes is the kernel's start.

    Each finds what it would in a kernel of its own: no name of another one, its cells counted from 1, pandas,
    matplotlib and the filters of warnings as they are when imported. On Linux the kernel is forked from this process,
    with the modules that it has loaded.

    Parameters
    ----------
    sources : iterable of Path
        The notebooks, committed without outputs.
    root : Path
        Root of the review, where they are executed.

    Returns
    -------
    dict of Path to nbformat.NotebookNode
        The notebooks with outputs and without anything that changes from run to run.

    Raises
    ------
    EvidenceError
        If cells fail or warn, with each notebook, the cell and its error; if there is no kernel, or it died.
    """
    notebooks = {source: _read(source) for source in sources}
    with TemporaryDirectory() as own:
        client = NotebookClient(
            new_notebook(),  # type: ignore[no-untyped-call]
            timeout=TIMEOUT,
            kernel_name="python3",
            record_timing=False,
            shutdown_kernel="immediate",  # it keeps nothing, so need not be asked
            resources={"metadata": {"path": str(root)}},
            config=Config({"KernelManager": {"transport": "ipc", "ip": f"{own}/kernel"}}),  # no network port
        )
        alone = {**os.environ, "IPYTHONDIR": own}  # no start-up files or history of the user
        try:
            failures = _run_each(client, notebooks, alone)
        except NoSuchKernel:
            raise EvidenceError("There is no Python kernel to run notebooks: ipykernel is not installed.") from None
        except DeadKernelError:
            raise EvidenceError("The kernel died while a notebook ran; it may have run out of memory.") from None
    if failures:
        raise EvidenceError("\n".join(failures))
    return notebooks


def _read(source: Path) -> Any:
    try:
        notebook = nbformat.read(source, as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except (ValueError, AttributeError, nbformat.ValidationError):
        raise EvidenceError(
            f"{source.name}: this is no notebook that can be read. Open and save it in JupyterLab, or remove it."
        ) from None
    return notebook


def _run_each(client: NotebookClient, notebooks: Mapping[Path, Any], environment: dict[str, str]) -> list[str]:
    """Execute notebooks in place, and return what failed."""
    failures = []
    manager = client.create_kernel_manager()
    manager.client_factory = PromptClient
    if sys.platform == "linux":  # else a process that has loaded libraries cannot be forked safely
        manager.provisioner = ForkedKernel(parent=manager, kernel_spec=manager.kernel_spec)
    with client.setup_kernel(env=environment):
        for source, notebook in notebooks.items():
            try:
                _run(client, new_notebook(cells=[new_code_cell(FRESH)]), store_history=False)  # type: ignore[no-untyped-call]
                _run(client, notebook)
                _refuse_warnings(notebook)
            except CellExecutionError as failure:
                failures.append(f"{source.name}: a cell failed.\n{failure}")
            except EvidenceError as warning:
                failures.append(f"{source.name}, {warning}")
            notebook.metadata.pop("language_info", None)
    return failures


def _run(client: NotebookClient, notebook: Any, *, store_history: bool = True) -> None:
    client.nb = notebook
    client.reset_execution_trackers()
    for place, cell in enumerate(notebook.cells):
        client.execute_cell(cell, place, store_history=store_history)


def _refuse_warnings(notebook: Any) -> None:
    """Stop at what a cell wrote to the error stream: it names paths of this machine, and readers cannot act on it."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise EvidenceError(f"cell {cell.id}: it warns; put right what it says.\n{output.text}")


def write_notebook(notebook: Any, path: Path) -> None:
    """Write a notebook, checked against the notebook format."""
    nbformat.validate(notebook)
    write_file(nbformat.writes(notebook).rstrip() + "\n", path)  # type: ignore[no-untyped-call]


def notebook_page(notebook: Any, name: str, templates: Path) -> str:
    """Set an executed notebook as a page that works offline.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        An executed notebook; its first line that is not empty is its title.
    name : str
        File name of the notebook, beside the page.
    templates : Path
        ``workflow/templates``.
    """
    lines = (line for cell in notebook.cells for line in cell.source.splitlines() if line.strip())
    title = next(lines, name).removeprefix("# ")
    template = templating.environment(templates).get_template("notebook.html.j2")
    return template.render(
        title=title, name=name, cells=notebook.cells, text=_text, code=_code, table=accessible, drawing=Markup
    )


def _text(source: str) -> Markup:
    """Turn Markdown into HTML; raw HTML in it is shown, not obeyed."""
    return Markup(MarkdownIt("commonmark", {"html": False}).render(source))


def _code(source: str) -> Markup:
    """Mark the words of Python by their kinds."""
    return Markup(highlight(source, PythonLexer(), HtmlFormatter(nowrap=True)))


def accessible(table: str) -> Markup:
    """Give a table one header row and the scope of each header.

    The table is what pandas wrote: its text is escaped in it, so the tags found here are its own.
    """
    table = PRESENTATION.sub("", table)
    table = INDEX_NAME.sub(r"<th>\2</th>\1", table)
    return Markup(TABLE_PART.sub(lambda part: part[0].replace("<th>", f'<th scope="{SCOPES[part[1]]}">'), table))
