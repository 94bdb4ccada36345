"""Check everything the pipeline starts from, and say exactly what it was."""

import hashlib
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.questions import read_questions
from ipt_evidence.extraction.schemas import RAW_TABLES, VOCABULARY_TABLES

RAW_FILES = (*(f"{name}.csv" for name in RAW_TABLES), "guides.yaml", "references.bib", "guide_references.bib")


def check_inputs(raw: Path, vocabulary: Path, questions: Path) -> pd.DataFrame:
    """Check the raw tables, the bibliographies, the vocabulary and the plan together.

    Parameters
    ----------
    raw : Path
        Folder with the raw tables, guides.yaml and the two bibliographies.
    vocabulary : Path
        Folder with the vocabulary.
    questions : Path
        The review plan.

    Returns
    -------
    pandas.DataFrame
        One row per file: ``file``, ``bytes``, ``sha256``.

    Raises
    ------
    ExtractionError
        With every problem of every file.
    """
    draft, breaches = draft_evidence(raw, vocabulary)
    _, of_the_plan = read_questions(questions, draft.vocabulary)
    if breaches or of_the_plan:
        raise ExtractionError([*breaches, *of_the_plan])
    words = [vocabulary / f"{name}.csv" for name in VOCABULARY_TABLES]
    paths = [*(raw / name for name in RAW_FILES), *words, questions]
    return pd.DataFrame(
        {
            "file": [path.as_posix() for path in paths],
            "bytes": [path.stat().st_size for path in paths],
            "sha256": [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths],
        }
    )
