"""Execute the notebooks and set each as a page (rule ``notebooks``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.made_from import fingerprint
from ipt_evidence.reporting.notebooks import notebook_page, run_notebooks, write_notebook

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

templates = Path(snakemake.input.templates[0]).parent
with messages_to(snakemake.log[0]):
    made_from = fingerprint(Path.cwd())
    notebooks = run_notebooks(map(Path, snakemake.input.notebooks), root=Path.cwd())
    for (source, notebook), executed, page in zip(
        notebooks.items(), snakemake.output.executed, snakemake.output.pages, strict=True
    ):
        write_notebook(notebook, Path(executed))
        write_file(notebook_page(notebook, source.name, templates), page)
    write_file(made_from, snakemake.output.made_from)
