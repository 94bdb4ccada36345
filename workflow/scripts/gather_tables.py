"""Set the tables of all families under one another (rules ``gather_...``)."""

from typing import TYPE_CHECKING

from ipt_evidence.gathering import gather, order_of
from ipt_evidence.messages import messages_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    order = order_of(snakemake.input.questions)
    for name, path in snakemake.output.items():
        gather(snakemake.input[name], path, column=snakemake.params.column.get(name, ""), order=order)
