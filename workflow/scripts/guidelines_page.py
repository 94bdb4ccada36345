"""Write the page on the guidelines (rule ``guidelines_page``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to
from ipt_evidence.reporting.pages.guidelines import guidelines_page
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    page = guidelines_page(load_review(snakemake.params.settings), Path("workflow/templates"))
Path(snakemake.output[0]).write_text(page, encoding="utf-8")
