"""Compute the effects of the trials on one condition (rule ``compute_effects``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.extraction.studies import read_studies
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import messages_to, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
    tables = compute_effects(read_studies(Path(snakemake.input.studies)), vocabulary, rho=snakemake.params.rho)
for name in ("effect_sizes", "effect_covariances", "not_computed"):
    write_table(getattr(tables, name), snakemake.output[name])
