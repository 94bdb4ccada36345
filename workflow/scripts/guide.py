"""Write the evidence parts of one guide as Markdown and as a page (rule ``guide``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to
from ipt_evidence.reporting.guides.document import guide_markdown, guide_page
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    guide, templates = snakemake.wildcards.guide, Path("workflow/templates")
    markdown = guide_markdown(review, guide, templates)
    page = guide_page(markdown, review, guide, templates)
Path(snakemake.output.markdown).write_text(markdown, encoding="utf-8")
Path(snakemake.output.html).write_text(page, encoding="utf-8")
