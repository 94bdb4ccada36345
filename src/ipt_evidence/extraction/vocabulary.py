"""Read the vocabulary and hold it to its schemas and to itself."""

from collections.abc import Iterator
from pathlib import Path

from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.extraction.schemas import VOCABULARY_TABLES
from ipt_evidence.extraction.tables import Tables, check_all, read_all, with_lines
from ipt_evidence.extraction.validation import cell_breach
from ipt_evidence.words.vocabulary import Vocabulary, nearest


def load_vocabulary(folder: Path) -> Vocabulary:
    """Read the vocabulary: conditions, treatment_classes, treatments, outcomes, instruments and mids (.csv).

    Raises
    ------
    ExtractionError
        With every problem of these files.
    """
    vocabulary, tables = read_vocabulary(folder)
    if tables.breaches:
        raise ExtractionError(tables.breaches)
    return vocabulary


def read_vocabulary(folder: Path) -> tuple[Vocabulary, Tables]:
    """Read the vocabulary without raising: what could be read, and the tables with their breaches."""
    tables = check_all(folder, read_all(folder, VOCABULARY_TABLES), VOCABULARY_TABLES)
    for link in (
        ("conditions", "parent", "conditions", "condition"),
        ("treatments", "class", "treatment_classes", "class"),
        ("mids", "outcome", "outcomes", "outcome"),
        ("mids", "condition", "conditions", "condition"),
    ):
        tables.breaches.extend(_link_breaches(tables, *link))
    tables.breaches.extend([*_mids(tables), *_cycles(tables)])
    vocabulary = Vocabulary(**{name: with_lines(frame) for name, frame in tables.frames.items()})
    return vocabulary, tables


def _link_breaches(tables: Tables, table: str, column: str, target: str, word: str) -> Iterator[Breach]:
    if not tables.readable(target):
        return
    frame, known = tables.frames[table], set(tables.frames[target][word].dropna())
    for line, row in frame[frame[column].notna() & ~frame[column].isin(known)].iterrows():
        rule = f"must be a {word} listed in {target}.csv"
        remedy = f"Add it there, or correct it: {nearest(row[column], known)}"
        yield cell_breach(tables.files[table], line, row, VOCABULARY_TABLES[table], column, rule, remedy)


def _mids(tables: Tables) -> Iterator[Breach]:
    """Yield outcomes without a minimal important difference for all conditions, and risks asked of a scale."""
    if not (tables.readable("mids") and tables.readable("outcomes")):
        return
    mids, outcomes = tables.frames["mids"], tables.frames["outcomes"]
    for outcome in sorted(set(outcomes["outcome"]) - set(mids.loc[mids["condition"].isna(), "outcome"])):
        rule = f"must have a row for {outcome} without a condition, which all conditions fall back on"
        yield Breach(file=tables.files["mids"], rule=rule, remedy="Add it, with the source of its figure")
    scales = outcomes.loc[outcomes["kind"].eq("continuous"), "outcome"]
    for line, row in mids[mids["scale"].eq("per_1000") & mids["outcome"].isin(scales)].iterrows():
        rule = "must be SMD for an outcome that is measured on a scale"
        remedy = "Give the difference in standard deviations, or correct the outcome"
        yield cell_breach(tables.files["mids"], line, row, VOCABULARY_TABLES["mids"], "scale", rule, remedy)


def _cycles(tables: Tables) -> Iterator[Breach]:
    frame = tables.frames["conditions"]
    parents = dict(zip(frame["condition"], frame["parent"], strict=True))
    for line, row in frame.iterrows():
        seen, condition = set(), row["condition"]
        while condition in parents and condition not in seen:
            seen.add(condition)
            condition = parents[condition]
        if condition == row["condition"]:
            file, schema = tables.files["conditions"], VOCABULARY_TABLES["conditions"]
            rule = "a condition must not be its own parent, nor that of one of its parents"
            yield cell_breach(file, line, row, schema, "parent", rule, "Break the circle at one place")
