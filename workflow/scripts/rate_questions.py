"""Rate the questions on one family of conditions (rule ``rate_questions``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.family import rate_family
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
    made = rate_family(family, table, studies, vocabulary, therapy, snakemake.params.settings)
    for name, found in made.items():
        write_table(found, snakemake.output[name])
