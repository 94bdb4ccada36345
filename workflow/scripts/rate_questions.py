"""Rate every question (rule ``rate_questions``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.bodies import body_tables
from ipt_evidence.appraisal.ratings import rate_questions
from ipt_evidence.appraisal.tables import evidence_gaps
from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import read_table, write_table
from ipt_evidence.words.strength_rules import rules_of

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
table = {name: read_table(path) for name, path in snakemake.input.items() if isinstance(path, str)}
rated = rate_questions(
    body_tables(table, vocabulary), table["synthesis_weights"], table["overrides"], rules_of(table["rules"]),
    snakemake.params.settings,
)  # fmt: skip
questions = load_questions(Path(snakemake.input.questions), vocabulary)
gaps = evidence_gaps(questions, table["syntheses"], rated.ratings, vocabulary, snakemake.params.intervention)
for name in ("ratings", "certainty", "robustness"):
    write_table(getattr(rated, name), snakemake.output[name])
write_table(gaps, snakemake.output.gaps)
