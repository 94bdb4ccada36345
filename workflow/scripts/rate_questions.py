"""Rate every question (rule ``rate_questions``)."""

from pathlib import Path
from typing import TYPE_CHECKING

from ipt_evidence.appraisal.tables import claim_questions, evidence_gaps, rate_questions
from ipt_evidence.extraction import load_questions, load_vocabulary
from ipt_evidence.files import read_table, write_table

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

vocabulary = load_vocabulary(Path(snakemake.input.vocabulary[0]).parent)
questions = load_questions(Path(snakemake.input.questions), vocabulary)
tables = [read_table(snakemake.input[name]) for name in ("syntheses", "synthesis_weights", "risk_of_bias", "rules")]
ratings = rate_questions(*tables, mid_smd=snakemake.params.mid_smd)
write_table(ratings, snakemake.output.ratings)
write_table(evidence_gaps(questions, ratings, vocabulary), snakemake.output.gaps)
claims = claim_questions(read_table(snakemake.input.claims), questions, vocabulary)
write_table(claims, snakemake.output.claim_questions)
