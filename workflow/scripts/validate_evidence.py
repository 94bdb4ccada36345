"""Write the validated tables and one slice of studies per condition (rule ``validate_evidence``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.extraction.evidence import load_evidence
from ipt_evidence.extraction.export import write_tables
from ipt_evidence.extraction.studies import write_studies
from ipt_evidence.files import messages_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    evidence = load_evidence(Path(snakemake.input.raw[0]).parent, Path(snakemake.input.vocabulary[0]).parent)
write_tables(evidence, Path(snakemake.output.references[0]).parent)
write_studies(evidence, Path(snakemake.output.studies))
