"""Set the answers of all conditions under one another; stop if a question is missing (rule ``gather_answers``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.extraction import load_vocabulary
from ipt_evidence.files import messages_to, read_table, read_tables, write_table
from ipt_evidence.synthesis.selection import refuse_unasked

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

tables = {name: read_tables(snakemake.input[name]) for name in snakemake.output.keys()}
with messages_to(snakemake.log[0]):
    vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
    refuse_unasked(read_table(snakemake.input.effect_sizes), tables["selections"], vocabulary)
for name, table in tables.items():
    write_table(table, snakemake.output[name])
