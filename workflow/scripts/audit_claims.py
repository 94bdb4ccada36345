"""Hold claims, guidelines and published results against our answers; sum these up (rule ``audit_claims``)."""

from typing import TYPE_CHECKING

from ipt_evidence.appraisal.agreement import agreement
from ipt_evidence.appraisal.answers import TABLES as ANSWER_TABLES
from ipt_evidence.appraisal.answers import answers_of
from ipt_evidence.appraisal.claims import TABLES, Base, audit_claims
from ipt_evidence.appraisal.guidelines import concordance
from ipt_evidence.appraisal.summary import summary_of_findings
from ipt_evidence.files import read_json, read_table, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.synthesis.deciding import Model
from ipt_evidence.words.labels import labels_of
from ipt_evidence.words.registers import PLAIN, voice
from ipt_evidence.words.strength_rules import rules_of
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    questions, vocabulary = read_table(snakemake.input.questions), read_vocabulary(snakemake.input.vocabulary)
    tables = {name: read_table(snakemake.input[name]) for name in {*TABLES, *ANSWER_TABLES}}
    labels = labels_of(vocabulary, tables, snakemake.params.intervention)
    base = Base(
        answers=tuple(answers_of(questions, tables, labels).values()),
        tables=tables,
        works=read_json(snakemake.input.guide_references),
        vocabulary=vocabulary,
        voice=voice(PLAIN, vocabulary, labels),
        model=Model(**snakemake.params.model),
        rules=rules_of(read_table(snakemake.input.rules)),
    )
    claims, beside = audit_claims(read_table(snakemake.input.stated_claims), base), concordance(base)
    benchmarks, selections = read_table(snakemake.input.benchmarks), read_table(snakemake.input.selections)
    outcomes = vocabulary.outcomes["outcome"].tolist()
    summary = summary_of_findings(base.answers, tables["certainty"], outcomes, base.voice)
    published = agreement(benchmarks, base.answers, tables["trials"], selections)
write_table(claims, snakemake.output.claims)
write_table(beside, snakemake.output.concordance)
write_table(published, snakemake.output.agreement)
write_table(summary, snakemake.output.summary_of_findings)
