"""Compute the effects of the trials on one family of conditions (rule ``compute_effects``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.extraction.studies import read_studies
from ipt_evidence.files import write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary = read_vocabulary(snakemake.input.vocabulary)
    tables = compute_effects(read_studies(Path(snakemake.input.studies)), vocabulary)
    for name, path in snakemake.output.items():
        write_table(getattr(tables, name), path)
