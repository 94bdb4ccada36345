"""Read the moderators that the review plans: each says where it is read, what is expected and why."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pandas as pd
from pandera.pandas import DataFrameSchema

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.schemas.moderators import (
    LARGER,
    LEVELS,
    MODERATOR_GROUPS,
    MODERATORS,
    NUMBERS,
    SMALLER,
    WORDS,
)
from ipt_evidence.extraction.tables import read_table
from ipt_evidence.extraction.validation import cell_breach, row_at
from ipt_evidence.words.vocabulary import Vocabulary, nearest

FILES = ("moderators.csv", "moderator_groups.csv")
"""The tables, which lie beside the review plan; a review without them plans no moderator."""

BASELINE = "baseline"

Tell = Callable[[int, str, str, str], Breach]


def moderator_files(questions: Path) -> list[Path]:
    """Return those of the two tables that there are."""
    return [path for path in (questions.with_name(name) for name in FILES) if path.exists()]


def planned_moderators(questions: Path) -> dict[str, pd.DataFrame]:
    """Return the two tables by name, sound ones; without rows where a review plans no moderator."""
    schemas = (MODERATORS, MODERATOR_GROUPS)
    if not moderator_files(questions):
        return {schema.name: pd.DataFrame(columns=list(schema.columns)) for schema in schemas}
    return {schema.name: read_table(questions.with_name(f"{schema.name}.csv"), schema)[0] for schema in schemas}


def check_moderators(questions: Path, vocabulary: Vocabulary) -> list[Breach]:
    """Return what is wrong with the moderators of a review.

    Parameters
    ----------
    questions : Path
        The review plan, beside which they lie.
    vocabulary : Vocabulary
        Lists the treatments.

    Returns
    -------
    list of Breach
        Cells that break the schemas; columns that do not belong to their level or kind; instruments that are not
        listed; groups of moderators that are not listed, or of values that no trial can have; categorical moderators
        without two groups; expectations that name none of their groups; words that two groups share, or two words for
        one.
    """
    if not moderator_files(questions):
        return []
    plan, groups = (questions.with_name(name) for name in FILES)
    listed, breaches = read_table(plan, MODERATORS)
    members, of_groups = read_table(groups, MODERATOR_GROUPS)
    breaches += of_groups
    if breaches:
        return breaches
    tell = partial(_breach, plan.as_posix(), listed, MODERATORS)
    instruments = set(vocabulary.instruments["instrument"])
    breaches += [*_sources(listed, instruments, tell), *_expectations(listed, members, tell)]
    tell = partial(_breach, groups.as_posix(), members, MODERATOR_GROUPS)
    return [*breaches, *_strangers(listed, members, tell), *_values(listed, members, vocabulary, tell)]


def _breach(
    file: str, frame: pd.DataFrame, schema: DataFrameSchema, line: int, column: str, rule: str, remedy: str
) -> Breach:
    return cell_breach(file, line, row_at(frame, line), schema, column, rule, remedy)


def _sources(listed: pd.DataFrame, instruments: set[str], tell: Tell) -> Iterator[Breach]:
    for line, row in listed.iterrows():
        at, allowed = int(str(line)), LEVELS[row["level"]]
        if row["column"] not in allowed:
            yield tell(at, "column", f"must belong to the level {row['level']}", f"Take {' or '.join(allowed)}")
        elif row["kind"] == "continuous" and row["column"] not in NUMBERS:
            yield tell(at, "kind", f"{row['column']} holds no numbers", "Make it categorical, with groups")
        if pd.notna(row["instrument"]) != (row["level"] == BASELINE):
            rule = "must be filled where level is baseline, and only there"
            yield tell(at, "instrument", rule, "Name the instrument, or leave the cell empty")
        elif pd.notna(row["instrument"]) and row["instrument"] not in instruments:
            rule = "must be listed in config/vocabulary/instruments.csv"
            yield tell(at, "instrument", rule, f"Correct it: {nearest(row['instrument'], instruments)}")


def _expectations(listed: pd.DataFrame, members: pd.DataFrame, tell: Tell) -> Iterator[Breach]:
    for line, row in listed.iterrows():
        at, own = int(str(line)), set(members.loc[members["moderator_id"].eq(row["moderator_id"]), "group"])
        categorical = row["kind"] == "categorical"
        if categorical and len(own) < 2:
            rule = f"must have two groups in {FILES[1]}, has {len(own)}"
            yield tell(at, "moderator_id", rule, "List the values of its groups")
        allowed = own if categorical else {LARGER, SMALLER}
        if pd.notna(row["expects"]) and row["expects"] not in allowed:
            rule = f"must be one of {', '.join(sorted(allowed))}"
            yield tell(at, "expects", rule, "Correct it, or leave it empty")


def _strangers(listed: pd.DataFrame, members: pd.DataFrame, tell: Tell) -> Iterator[Breach]:
    categorical = set(listed.loc[listed["kind"].eq("categorical"), "moderator_id"])
    for line, row in members[~members["moderator_id"].isin(categorical)].iterrows():
        remedy = f"Correct it: {nearest(row['moderator_id'], categorical)}"
        yield tell(int(str(line)), "moderator_id", f"must be a categorical moderator of {FILES[0]}", remedy)
    for one, other in (("group", "label"), ("label", "group"), ("group", "trials"), ("trials", "group")):
        pairs = members[["moderator_id", one, other]].drop_duplicates()
        for line in pairs.index[pairs.duplicated(["moderator_id", one])]:
            rule = f"must be the same for every value of {one} {members[one][line]}"
            yield tell(int(str(line)), other, rule, "Correct one of them")


def _values(listed: pd.DataFrame, members: pd.DataFrame, vocabulary: Vocabulary, tell: Tell) -> Iterator[Breach]:
    """Miss values that no trial can have: they would leave trials in no group without a word."""
    words = {**WORDS, "treatment": tuple(vocabulary.treatments["treatment"])}
    columns = members["moderator_id"].map(dict(zip(listed["moderator_id"], listed["column"], strict=True)))
    for line, column, value in zip(members.index, columns, members["value"], strict=True):
        if column in words and value not in words[column]:
            rule = f"must be a value that {column} may have"
            yield tell(int(line), "value", rule, f"Correct it: {nearest(value, set(words[column]))}")
