"""Execute the notebook and set it as a page (rule ``notebook``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.notebooks import notebook_page, run_notebook, write_notebook

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

source = Path(snakemake.input.notebook)
with messages_to(snakemake.log[0]):
    notebook = run_notebook(source, root=Path.cwd())
page = notebook_page(notebook, source.name, Path(snakemake.input.templates[0]).parent)
write_notebook(notebook, Path(snakemake.output.executed))
write_file(page, snakemake.output.page)
