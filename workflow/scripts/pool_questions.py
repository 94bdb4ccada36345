"""Answer the questions on one condition (rule ``pool_questions``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import messages_to, read_table, read_tables, write_table
from ipt_evidence.synthesis.tables import answer_questions

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
    plan = load_questions(Path(snakemake.input.questions), vocabulary)
    questions = plan[plan["condition"].eq(snakemake.wildcards.condition)]
    found = [read_tables(snakemake.input[name]) for name in ("effect_sizes", "not_computed")]
    reports = read_table(snakemake.input.excluded_reports)
    answers = answer_questions(questions, *found, reports, vocabulary, **snakemake.params)
for name, path in snakemake.output.items():
    write_table(getattr(answers, name), path)
