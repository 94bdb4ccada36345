"""List the tables that reports draw on, with their checksums (rule ``list_tables``)."""

from typing import TYPE_CHECKING

from ipt_evidence.files import write_file
from ipt_evidence.messages import messages_to
from ipt_evidence.reporting.listing import listing

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    write_file(listing(snakemake.input), snakemake.output[0])
