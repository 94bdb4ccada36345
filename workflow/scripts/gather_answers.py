"""Set the answers of all conditions under one another; stop if a question is missing (rule ``gather_answers``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import messages_to, read_table, read_tables, write_table
from ipt_evidence.synthesis.selection import refuse_unasked

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
    questions = load_questions(Path(snakemake.input.questions), vocabulary)
    effects, not_computed = read_table(snakemake.input.effect_sizes), read_table(snakemake.input.not_computed)
    refuse_unasked(questions, effects, not_computed, vocabulary)
for name, path in snakemake.output.items():
    write_table(read_tables(snakemake.input[name]), path)
