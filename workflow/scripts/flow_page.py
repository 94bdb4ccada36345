"""Write the flow of reports as a page, a drawing and a table (rule ``flow_page``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import messages_to, write_table
from ipt_evidence.reporting.flow.counts import count_flow, flow_table
from ipt_evidence.reporting.flow.page import flow_page, flow_svg
from ipt_evidence.reporting.review import load_review

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    review = load_review(snakemake.params.settings)
    boxes = count_flow(review.tables)
    page = flow_page(review, Path("workflow/templates"))
write_table(flow_table(boxes), snakemake.output.table)
Path(snakemake.output.drawing).write_text(flow_svg(boxes), encoding="utf-8")
Path(snakemake.output.page).write_text(page, encoding="utf-8")
