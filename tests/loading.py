"""Sound evidence, plans and studies, or one error with all that is wrong in them."""

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import ExtractionError, errors_in
from ipt_evidence.extraction.evidence import Evidence, draft_evidence, evidence_of
from ipt_evidence.extraction.questions import read_questions
from ipt_evidence.extraction.slices import studies_by
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.words.vocabulary import Vocabulary


def load_evidence(raw: Path, vocabulary: Path) -> Evidence:
    draft, breaches = draft_evidence(raw, vocabulary)
    if errors := errors_in(breaches):
        raise ExtractionError(errors)
    return evidence_of(draft)


def load_questions(path: Path, vocabulary: Vocabulary) -> pd.DataFrame:
    questions, breaches = read_questions(path, vocabulary)
    if breaches:
        raise ExtractionError(breaches)
    return questions


def studies_of(evidence: Evidence, conditions: Collection[str]) -> Studies:
    """The study data of the trials whose own condition is one of ``conditions``."""
    return studies_by(evidence, dict.fromkeys(conditions, "asked"), ["asked"])["asked"]
