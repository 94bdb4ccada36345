"""Answer the questions on one family of conditions (rule ``pool_questions``)."""

from typing import TYPE_CHECKING

from ipt_evidence.files import read_table, write_table
from ipt_evidence.messages import messages_to
from ipt_evidence.synthesis.tables import answer_questions
from ipt_evidence.words.vocabulary import read_vocabulary

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with messages_to(snakemake.log[0]):
    vocabulary = read_vocabulary(snakemake.input.vocabulary)
    given = [read_table(snakemake.input[name]) for name in ("plan", "effect_sizes", "not_computed", "excluded_reports")]
    answers = answer_questions(*given, vocabulary, **snakemake.params.settings)
    for name, path in snakemake.output.items():
        write_table(getattr(answers, name), path)
