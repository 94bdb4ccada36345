"""Read the review plan: one row per question, each word of it in the vocabulary."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.schemas import QUESTIONS
from ipt_evidence.extraction.tables import read_table, with_lines
from ipt_evidence.extraction.validation import cell_breach
from ipt_evidence.words.vocabulary import Vocabulary, nearest

SIDES = {"intervention": "both", "comparator": "both comparator mixture"}
"""Per column: the roles a treatment class may have to stand there."""

SCALE_MEASURE = "SMD"


def read_questions(path: Path, vocabulary: Vocabulary) -> tuple[pd.DataFrame, list[Breach]]:
    """Read the review plan without raising: what could be read, and what is wrong with it.

    The questions stand in the order of the file, with ``line``; ``primary`` is boolean, all else text.
    """
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
            rule = f"must be listed in {name}.csv of the vocabulary"
            remedy = f"Correct it: {nearest(row[column], known)}"
            yield cell_breach(file, line, row, QUESTIONS, column, rule, remedy)


def _misplaced_classes(frame: pd.DataFrame, vocabulary: Vocabulary, file: str) -> Iterator[Breach]:
    classes = vocabulary.treatment_classes
    roles = dict(zip(classes["class"], classes["role"], strict=True))
    for column, allowed in SIDES.items():
        role = frame[column].map(roles)
        for line, row in frame[role.notna() & ~role.isin(allowed.split())].iterrows():
            rule = f"must be a class that may stand as {column}"
            remedy = "Exchange the sides, or correct the role of the class"
            yield cell_breach(file, line, row, QUESTIONS, column, rule, remedy)


def _unfit_measures(frame: pd.DataFrame, vocabulary: Vocabulary, file: str) -> Iterator[Breach]:
    kinds = dict(zip(vocabulary.outcomes["outcome"], vocabulary.outcomes["kind"], strict=True))
    kind = frame["outcome"].map(kinds)
    unfit = (frame["measure"] == SCALE_MEASURE) != (kind == "continuous")
    for line, row in frame[kind.notna() & frame["measure"].notna() & unfit].iterrows():
        rule = f"must be SMD if the outcome is on a scale, else a log ratio; its kind is {kinds[row['outcome']]}"
        yield cell_breach(file, line, row, QUESTIONS, "measure", rule, "Correct the measure or the outcome")
