"""Write the gap map as page, drawing and table (rule ``gap_page``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to, write_table
from ipt_evidence.reporting.gap_map.page import gap_page, gap_svg
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    page, drawing = gap_page(review, Path("workflow/templates")), gap_svg(review)
Path(snakemake.output.page).write_text(page, encoding="utf-8")
Path(snakemake.output.drawing).write_text(drawing, encoding="utf-8")
write_table(review.tables["gaps"], snakemake.output.cells)
