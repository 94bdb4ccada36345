"""Read the review plan: one row per question, each word of it in the vocabulary."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.schemas import QUESTIONS
from ipt_evidence.extraction.tables import read_table, with_lines
from ipt_evidence.extraction.validation import key_of
from ipt_evidence.words.vocabulary import Vocabulary, nearest

SIDES = {"intervention": "both", "comparator": "both comparator mixture"}
"""Per column: the roles a treatment class may have to stand there."""

SCALE_MEASURE = "SMD"


def load_questions(path: Path, vocabulary: Vocabulary) -> pd.DataFrame:
    """Read and check the review plan.

    Parameters
    ----------
    path : Path
        The plan, a CSV file with one row per question.
    vocabulary : Vocabulary
        The words in use.

    Returns
    -------
    pandas.DataFrame
        The questions in the order of the file, with ``line``; ``primary`` is boolean, all else text.

    Raises
    ------
    ExtractionError
        With every problem of the plan.
    """
    questions, breaches = read_questions(path, vocabulary)
    if breaches:
        raise ExtractionError(breaches)
    return questions


def read_questions(path: Path, vocabulary: Vocabulary) -> tuple[pd.DataFrame, list[Breach]]:
    """Read the review plan without raising: what could be read, and what is wrong with it."""
    frame, breaches = read_table(path, QUESTIONS)
    file = path.as_posix()
    breaches.extend(_unlisted_words(frame, vocabulary, file))
    breaches.extend(_misplaced_classes(frame, vocabulary, file))
    breaches.extend(_unfit_measures(frame, vocabulary, file))
    return with_lines(frame), breaches


def _unlisted_words(frame: pd.DataFrame, vocabulary: Vocabulary, file: str) -> Iterator[Breach]:
    classes = set(vocabulary.treatment_classes["class"])
    listed: dict[str, tuple[Collection[str], str]] = {
        "condition": (set(vocabulary.conditions["condition"]), "conditions"),
        "intervention": (classes, "treatment_classes"),
        "comparator": (classes, "treatment_classes"),
        "outcome": (set(vocabulary.outcomes["outcome"]), "outcomes"),
    }
    for column, (known, name) in listed.items():
        # A list without words could not be read, which is a problem of its own.
        stray = frame[column].notna() & ~frame[column].isin(known)
        for line, row in frame[stray].iterrows() if known else ():
            remedy = f"Correct it: {nearest(row[column], known)}"
            yield _breach(file, line, row, column, f"must be listed in {name}.csv of the vocabulary", remedy)


def _misplaced_classes(frame: pd.DataFrame, vocabulary: Vocabulary, file: str) -> Iterator[Breach]:
    classes = vocabulary.treatment_classes
    roles = dict(zip(classes["class"], classes["role"], strict=True))
    for column, allowed in SIDES.items():
        role = frame[column].map(roles)
        for line, row in frame[role.notna() & ~role.isin(allowed.split())].iterrows():
            rule = f"must be a class that may stand as {column}"
            yield _breach(file, line, row, column, rule, "Exchange the sides, or correct the role of the class")


def _unfit_measures(frame: pd.DataFrame, vocabulary: Vocabulary, file: str) -> Iterator[Breach]:
    kinds = dict(zip(vocabulary.outcomes["outcome"], vocabulary.outcomes["kind"], strict=True))
    kind = frame["outcome"].map(kinds)
    unfit = (frame["measure"] == SCALE_MEASURE) != (kind == "continuous")
    for line, row in frame[kind.notna() & frame["measure"].notna() & unfit].iterrows():
        rule = f"must be SMD if the outcome is on a scale, else a log ratio; its kind is {kinds[row['outcome']]}"
        yield _breach(file, line, row, "measure", rule, "Correct the measure or the outcome")


def _breach(file: str, line: object, row: pd.Series, column: str, rule: str, remedy: str) -> Breach:
    at = int(str(line))
    key = key_of(row, QUESTIONS)
    return Breach(file=file, line=at, key=key, column=column, value=row[column], rule=rule, remedy=remedy)
