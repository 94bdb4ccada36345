"""Check the raw tables, the plan and the strength rules (rule ``check_evidence``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.extraction.inputs import examine, findings_table, sound
from ipt_evidence.files import messages_to, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    raw, vocabulary = Path(snakemake.input.raw[0]).parent, Path(snakemake.input.vocabulary[0]).parent
    plan, rules = Path(snakemake.input.questions), Path(snakemake.input.rules)
    examination = sound(examine(raw, vocabulary, plan, rules, snakemake.params.intervention))
write_table(examination.inputs, snakemake.output.inputs)
write_table(findings_table(examination.findings), snakemake.output.findings)
