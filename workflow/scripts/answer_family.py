"""Answer and rate the questions on one family of conditions (rule ``answer_family``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.family import answer_family
from ipt_evidence.extraction.studies import read_studies
from ipt_evidence.files import read_table, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary, studies = read_vocabulary(snakemake.input.vocabulary), read_studies(Path(snakemake.input.studies))
    table = {name: read_table(snakemake.input[name]) for name in snakemake.params.tables}
    family, therapy = snakemake.wildcards.family, snakemake.params.intervention
    made = answer_family(family, table, studies, vocabulary, therapy, snakemake.params.settings)
for name, path in snakemake.output.items():
    write_table(made[name], path)
