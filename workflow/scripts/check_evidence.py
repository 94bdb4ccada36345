"""Check the raw tables, the plan and the strength rules, and lay out what is sound (rule ``check_evidence``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.extraction.checks.listing import checks_table, recall_table
from ipt_evidence.extraction.evidence import evidence_of
from ipt_evidence.extraction.export import write_tables
from ipt_evidence.extraction.inputs import examine, findings_table, sound
from ipt_evidence.extraction.moderators import planned_moderators
from ipt_evidence.extraction.slices import write_plan, write_studies
from ipt_evidence.files import write_table
from ipt_evidence.messages import messages_to

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    raw, vocabulary = Path(snakemake.input.raw[0]).parent, Path(snakemake.input.vocabulary[0]).parent
    plan, rules = Path(snakemake.input.questions), Path(snakemake.input.rules)
    examination = sound(examine(raw, vocabulary, plan, rules, snakemake.params.intervention))
    evidence, out = evidence_of(examination.draft), Path(snakemake.output[0])
    write_table(examination.inputs, out / "inputs.csv")
    write_table(findings_table(examination.findings), out / "findings.csv")
    write_table(checks_table(), out / "checks.csv")
    write_table(recall_table(examination.doubts), out / "recall.csv")
    write_tables(evidence, out)
    write_studies(evidence, out / "studies")
    for name, planned in planned_moderators(plan).items():
        write_table(planned, out / f"{name}.csv")
    write_plan(examination.questions, evidence, out / "plan")
