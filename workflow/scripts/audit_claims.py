"""Hold claims, guidelines and published results against our answers; sum these up (rule ``audit_claims``)."""

from typing import TYPE_CHECKING

from ipt_evidence.appraisal.beside import TABLES, beside_answers
from ipt_evidence.files import read_json, read_table, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.words.strength_rules import rules_of
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

given = snakemake.input
with messages_to(snakemake.log[0]):
    made = beside_answers(
        read_table(given.questions),
        {name: read_table(given[name]) for name in TABLES},
        read_json(given.guide_references),
        read_vocabulary(given.vocabulary),
        rules_of(read_table(given.rules)),
        **snakemake.params.settings,
    )
    for name, table in made.items():
        write_table(table, snakemake.output[name])
