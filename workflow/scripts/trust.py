"""Say what was tried on this state of the review, and what came of it (rule ``trust``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.trust import read_records, trust_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

given = snakemake.params
with messages_to(snakemake.log[0]):
    templates = Path(snakemake.input.templates[0]).parent
    page = trust_page(read_records(Path.cwd()), given.state, given.settings, templates)
    write_file(page, snakemake.output.page)
