"""Effects from tables of one's own, in the form of the raw tables of a review."""

from collections.abc import Iterator, Mapping

import pandas as pd

from ipt_evidence.effects.rows import stacked
from ipt_evidence.effects.tables import compute_effects, compute_other_effects
from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.flags import FLAGGED, flags_of
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.studies import STUDY_TABLES, Studies
from ipt_evidence.extraction.validation import as_typed, row_ids, schema_breaches, typed
from ipt_evidence.words.vocabulary import Vocabulary, nearest

NEEDED = ("trials", "arms")
LEFT_OUT, OWN = {"source_id", "citekey"}, "own_table"
"""Columns that one's own tables need not have, and what then stands in them."""

WORDS = ("condition", "treatment", "outcome", "instrument")
"""Columns whose cells are words of the vocabulary; its table of them has the name in the plural."""


def effects_from_tables(tables: Mapping[str, pd.DataFrame], vocabulary: Vocabulary) -> pd.DataFrame:
    """Compute every effect between two arms that tables of one's own allow.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``trials``, ``arms``, and ``outcomes`` (means and counts by arm) or ``contrasts`` (statistics between arms),
        with the columns of ``data/raw``. A column that may be empty may be left out; so may ``source_id`` and
        ``citekey``.
    vocabulary : Vocabulary
        The words that the cells use; :attr:`EvidenceTables.vocabulary`.

    Returns
    -------
    DataFrame
        As ``effect_sizes``: one row per effect; ``yi`` positive favours the arm named first, that of the therapy under
        review if it is one of the two. ``vi`` is its sampling variance.

    Raises
    ------
    EvidenceError
        If a table or a column is not one of the raw tables, or ``trials`` or ``arms`` are missing.
    ExtractionError
        With every cell that breaks the rules of its column.
    """
    _check_names(tables)
    read = {name: _typed(name, tables.get(name, pd.DataFrame())) for name in STUDY_TABLES}
    frames = {name: frame for name, (frame, _) in read.items()}
    breaches = [breach for _, found in read.values() for breach in found]
    if breaches := [*breaches, *_strange_words(frames, vocabulary), *_strange_arms(frames)]:
        raise ExtractionError(breaches)
    for name in FLAGGED:
        flags = flags_of(name, frames, vocabulary, frozenset())
        frames[name] = frames[name].assign(flags=flags, row_id=row_ids(frames[name], RAW_TABLES[name]))
    studies = Studies(**{name: frame.reset_index(drop=True) for name, frame in frames.items()})
    return stacked(compute_effects(studies, vocabulary).effect_sizes, compute_other_effects(studies, vocabulary))


def _check_names(tables: Mapping[str, pd.DataFrame]) -> None:
    """Refuse tables and columns that the raw tables do not have."""
    for name, table in tables.items():
        if name not in STUDY_TABLES:
            raise EvidenceError(f"'{name}' is no table of trials; these are {', '.join(STUDY_TABLES)}")
        columns = RAW_TABLES[name].columns
        if strange := [str(column) for column in table if column not in columns]:
            raise EvidenceError(f"the table '{name}' has no column '{strange[0]}'; {nearest(strange[0], columns)}")
    if missing := [name for name in NEEDED if name not in tables]:
        raise EvidenceError(f"the table '{missing[0]}' is missing: trials say who was randomised, arms to what")


def _typed(name: str, table: pd.DataFrame) -> tuple[pd.DataFrame, list[Breach]]:
    """Give a table all its columns and their types; its rows are counted as lines of a file, the header first."""
    schema = RAW_TABLES[name]
    cells = table.reindex(columns=list(schema.columns)).astype(object)
    cells = cells.where(cells.notna(), "").map(as_typed).set_axis(range(2, len(table) + 2), axis=0)
    for column in LEFT_OUT & set(cells):
        cells[column] = cells[column].replace("", OWN)
    frame, malformed = typed(cells, schema, name)
    return frame, malformed + schema_breaches(frame, schema, name)


def _strange_words(frames: Mapping[str, pd.DataFrame], vocabulary: Vocabulary) -> Iterator[Breach]:
    for name, frame in frames.items():
        for column in {*WORDS} & set(frame):
            known, rule = set(getattr(vocabulary, f"{column}s")[column]), f"must be a word of {column}s"
            for line, word in frame[column].dropna().items():
                if word not in known:
                    yield _breach(name, line, column, word, rule, f"Correct it: {nearest(word, known)}")


def _strange_arms(frames: Mapping[str, pd.DataFrame]) -> Iterator[Breach]:
    """Yield rows on trials and arms that are not there."""
    trials = set(frames["trials"]["trial_id"])
    arms = set(zip(frames["arms"]["trial_id"], frames["arms"]["arm_id"], strict=True))
    for name in ("arms", "outcomes", "contrasts"):
        for line, row in frames[name].iterrows():
            if row["trial_id"] not in trials:
                yield _breach(name, line, "trial_id", row["trial_id"], "must be a trial of trials", "Add its row")
                continue
            for column in {"arm_id", "arm1_id", "arm2_id"} & set(row.index):
                if name != "arms" and (row["trial_id"], row[column]) not in arms:
                    yield _breach(name, line, column, row[column], "must be an arm of arms", "Add its row")


def _breach(table: str, line: object, column: str, value: str, rule: str, remedy: str) -> Breach:
    return Breach(file=table, line=int(str(line)), column=column, value=value, rule=rule, remedy=remedy)
