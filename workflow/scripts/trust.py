"""Say what was tried on this state of the review and whether another engine agrees (rule ``trust``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.trust import agreement_page, read_records, trust_page

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

given = snakemake.params
with messages_to(snakemake.log[0]):
    templates = Path(snakemake.input.templates[0]).parent
    records, said = read_records(Path.cwd()), (given.state, given.settings, templates)
    write_file(trust_page(records, *said), snakemake.output.page)
    write_file(agreement_page(records.get("agreement"), *said), snakemake.output.agreement)
