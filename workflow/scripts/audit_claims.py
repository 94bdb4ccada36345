"""Hold the claims of the guides, and the guidelines, against the ratings (rule ``audit_claims``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.claims import TABLES, Base, audit_claims, findings_of
from ipt_evidence.appraisal.guidelines import concordance
from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import read_json, read_table, write_table
from ipt_evidence.words.strength_rules import rules_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
questions = load_questions(Path(snakemake.input.questions), vocabulary)
base = Base(
    findings=findings_of(questions, read_table(snakemake.input.syntheses), read_table(snakemake.input.ratings)),
    tables={name: read_table(snakemake.input[name]) for name in TABLES},
    works=read_json(snakemake.input.guide_references),
    vocabulary=vocabulary,
    pooling=snakemake.params.pooling,
    rules=rules_of(read_table(snakemake.input.rules)),
)
write_table(audit_claims(read_table(snakemake.input.stated_claims), base), snakemake.output.claims)
write_table(concordance(base), snakemake.output.concordance)
