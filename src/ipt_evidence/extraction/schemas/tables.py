"""The schemas of the raw tables and of the vocabulary, by the name of the table."""

from ipt_evidence.extraction.schemas.appraisal import OVERRIDES, STRENGTH_RULES
from ipt_evidence.extraction.schemas.guides import BENCHMARKS, CLAIMS, GUIDELINES
from ipt_evidence.extraction.schemas.moderators import MODERATOR_GROUPS, MODERATORS
from ipt_evidence.extraction.schemas.sources import CORRECTIONS, DOUBTS, EXCLUDED_REPORTS, SCREENING, SOURCES
from ipt_evidence.extraction.schemas.studies import ARMS, CONTRASTS, OUTCOMES, RISK_OF_BIAS, TRIALS
from ipt_evidence.extraction.schemas.vocabulary import (
    CONDITIONS,
    INSTRUMENTS,
    MIDS,
    OUTCOME_WORDS,
    QUESTIONS,
    TREATMENT_CLASSES,
    TREATMENTS,
)

RAW_TABLES = {
    schema.name: schema
    for schema in (
        TRIALS, ARMS, OUTCOMES, CONTRASTS, RISK_OF_BIAS, EXCLUDED_REPORTS, SCREENING, SOURCES, GUIDELINES, CLAIMS,
        BENCHMARKS, DOUBTS, CORRECTIONS, OVERRIDES,
    )
}  # fmt: skip
"""Schema of each table of data/raw by name, in the order of the codebook; the file is NAME.csv."""

VOCABULARY_TABLES = {
    schema.name: schema for schema in (CONDITIONS, TREATMENT_CLASSES, TREATMENTS, OUTCOME_WORDS, INSTRUMENTS, MIDS)
}
"""Schema of each table of config/vocabulary by name; the file is NAME.csv."""

__all__ = ["MODERATORS", "MODERATOR_GROUPS", "QUESTIONS", "RAW_TABLES", "STRENGTH_RULES", "VOCABULARY_TABLES"]
