"""Set the tables of all conditions under one another (rules ``gather_effects`` and ``gather_answers``)."""

from typing import TYPE_CHECKING

from ipt_evidence.files import read_tables, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

for name, path in snakemake.output.items():
    write_table(read_tables(snakemake.input[name]), path)
