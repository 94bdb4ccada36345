"""Write the page on one condition (rule ``condition_page``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to
from ipt_evidence.reporting.pages.condition import condition_page
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    page = condition_page(review, snakemake.wildcards.condition, Path("workflow/templates"))
Path(snakemake.output[0]).write_text(page, encoding="utf-8")
