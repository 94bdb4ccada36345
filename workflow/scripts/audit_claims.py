"""Hold the claims of the guides, and the guidelines, against the ratings (rule ``audit_claims``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.answers import TABLES as ANSWER_TABLES
from ipt_evidence.appraisal.answers import answers_of
from ipt_evidence.appraisal.claims import TABLES, Base, audit_claims
from ipt_evidence.appraisal.guidelines import concordance
from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import read_json, read_table, write_table
from ipt_evidence.words.labels import labels_of
from ipt_evidence.words.registers import PLAIN, voice
from ipt_evidence.words.strength_rules import rules_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
questions = load_questions(Path(snakemake.input.questions), vocabulary)
tables = {name: read_table(snakemake.input[name]) for name in {*TABLES, *ANSWER_TABLES}}
labels = labels_of(vocabulary, tables, snakemake.params.intervention)
base = Base(
    answers=tuple(answers_of(questions, tables, labels).values()),
    tables=tables,
    works=read_json(snakemake.input.guide_references),
    vocabulary=vocabulary,
    voice=voice(PLAIN, vocabulary, labels),
    pooling=snakemake.params.pooling,
    rules=rules_of(read_table(snakemake.input.rules)),
)
write_table(audit_claims(read_table(snakemake.input.stated_claims), base), snakemake.output.claims)
write_table(concordance(base), snakemake.output.concordance)
