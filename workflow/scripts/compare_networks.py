"""Compare all treatments of a condition in one network (rule ``compare_networks``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.networks import compare_networks
from ipt_evidence.extraction.studies import read_studies
from ipt_evidence.files import read_table, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    given = zip(snakemake.input.studies, snakemake.input.effect_sizes, strict=True)
    families = [(read_studies(Path(studies)), read_table(effects)) for studies, effects in given]
    risk, vocabulary = read_table(snakemake.input.trial_risk), read_vocabulary(snakemake.input.vocabulary)
    tables = compare_networks(families, risk, vocabulary, **snakemake.params.settings)
    for name, path in snakemake.output.items():
        write_table(tables[name], path)
