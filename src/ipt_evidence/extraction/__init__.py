"""Extraction: raw tables and bibliographies in, sound study data out; every problem named at its cell."""

from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.evidence import Evidence, load_evidence
from ipt_evidence.extraction.export import write_tables
from ipt_evidence.extraction.inputs import check_inputs
from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.studies import Studies, read_studies, studies_of, write_studies
from ipt_evidence.extraction.vocabulary import Vocabulary, load_vocabulary

__all__ = [
    "Breach",
    "Evidence",
    "ExtractionError",
    "Studies",
    "Vocabulary",
    "check_inputs",
    "load_evidence",
    "load_questions",
    "load_vocabulary",
    "read_studies",
    "studies_of",
    "write_studies",
    "write_tables",
]
