"""Write the index page (rule ``index_page``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to
from ipt_evidence.reporting.pages.index import index_page
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    page = index_page(review, Path("workflow/templates"))
Path(snakemake.output[0]).write_text(page, encoding="utf-8")
