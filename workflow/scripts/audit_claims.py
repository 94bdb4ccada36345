"""Hold claims, guidelines and published results against our answers; sum these up (rule ``audit_claims``)."""

from typing import TYPE_CHECKING

from ipt_evidence.appraisal.answers import TABLES as ANSWER_TABLES
from ipt_evidence.appraisal.answers import answers_of
from ipt_evidence.appraisal.beside import beside_answers
from ipt_evidence.appraisal.claims import TABLES, Base
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
    vocabulary = read_vocabulary(snakemake.input.vocabulary)
    tables = {name: read_table(snakemake.input[name]) for name in {*TABLES, *ANSWER_TABLES}}
    labels = labels_of(vocabulary, tables, snakemake.params.intervention)
    base = Base(
        answers=tuple(answers_of(read_table(snakemake.input.questions), tables, labels).values()),
        tables=tables,
        works=read_json(snakemake.input.guide_references),
        vocabulary=vocabulary,
        voice=voice(PLAIN, vocabulary, labels),
        model=Model(**snakemake.params.model),
        rules=rules_of(read_table(snakemake.input.rules)),
    )
    given = (read_table(snakemake.input[name]) for name in ("stated_claims", "benchmarks", "selections"))
    made = beside_answers(base, *given)
    for name, table in made.items():
        write_table(table, snakemake.output[name])
