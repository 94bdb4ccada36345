"""What an import cannot know from its file alone: the words of this review, and cells its user gives."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from ipt_evidence.exchange.imported import Imported, LeftOut
from ipt_evidence.exchange.names import slug
from ipt_evidence.extraction.breaches import shown
from ipt_evidence.words.vocabulary import Vocabulary, nearest

WORD_COLUMNS = (
    ("trials", "condition", "conditions"),
    ("arms", "treatment", "treatments"),
    ("outcomes", "outcome", "outcomes"),
    ("contrasts", "outcome", "outcomes"),
    ("outcomes", "instrument", "instruments"),
    ("contrasts", "instrument", "instruments"),
    ("risk_of_bias", "instrument", "instruments"),
)
"""Table, column, and the list of the vocabulary its words come from."""


def directions_of(vocabulary: Vocabulary) -> dict[str, bool]:
    """Return whether lower is better, for the instruments of which the vocabulary says it."""
    known = vocabulary.instruments.dropna(subset=["lower_is_better"])
    return {name: bool(lower) for name, lower in zip(known["instrument"], known["lower_is_better"], strict=True)}


def with_directions(imported: Imported, vocabulary: Vocabulary) -> Imported:
    """Say which way is better on instruments that the vocabulary knows, where the file does not.

    Changes of a score are after minus before, or gains: importers that know which it is have said so, and
    ClinicalTrials.gov has the former alone. RevMan asks by the name of the outcome, and not again by that of the scale.
    """
    if "outcomes" not in imported.tables:
        return imported
    directions = {name: str(lower).lower() for name, lower in directions_of(vocabulary).items()}
    outcomes = imported.tables["outcomes"]
    measures = ["continuous", "change"] if imported.kind == "ctgov" else ["continuous"]
    asked = outcomes["lower_is_better"].eq("") & outcomes["measure"].isin(measures)
    filled = outcomes["lower_is_better"].mask(asked, outcomes["instrument"].map(directions).fillna(""))
    completed = outcomes.assign(lower_is_better=filled.astype("str"))
    open_ones = completed.loc[asked & completed["lower_is_better"].eq(""), "instrument"]
    reason = "fill lower_is_better in outcomes.csv: the file does not say which way is better"
    named = [f"direction of {name or 'results without an instrument'}" for name in open_ones.unique()]
    asked_before = {item.what for item in imported.todo}
    by_outcome = imported.kind == "revman"
    settled = {*completed.index} - {*completed.index[completed["lower_is_better"].eq("")]} if by_outcome else set()
    kept = [item for item in imported.todo if item.line not in settled or not item.what.startswith("direction of ")]
    new = (LeftOut(imported.file, None, what, reason) for what in named if what not in asked_before and not by_outcome)
    return replace(imported, tables={**imported.tables, "outcomes": completed}, todo=(*kept, *new))


def with_known_treatments(imported: Imported, vocabulary: Vocabulary) -> Imported:
    """Write treatments as the vocabulary does where the file has its word in other letters, or its label."""
    if "arms" not in imported.tables:
        return imported
    table = vocabulary.treatments
    labels, words = (
        {slug(name): word for name, word in zip(table[column], table["treatment"], strict=True)}
        for column in ("label", "treatment")
    )
    known = labels | words
    arms = imported.tables["arms"]
    treatments = arms["treatment"].map(lambda name: name if name in words.values() else known.get(slug(name), name))
    return replace(imported, tables={**imported.tables, "arms": arms.assign(treatment=treatments.astype("str"))})


def with_new_words(imported: Imported, vocabulary: Vocabulary) -> Imported:
    """Name each word that the vocabulary does not list, with the line it first comes from."""
    todo: dict[tuple[str, str], LeftOut] = {}
    for table, column, words in WORD_COLUMNS:
        if table not in imported.tables:
            continue
        cells = imported.tables[table][column]
        known = set(getattr(vocabulary, words)[column])
        new = cells[cells.ne("") & ~cells.isin(known)].drop_duplicates()
        for line, word in new.items():
            reason = f"needs a row in config/vocabulary/{words}.csv, or another word; {nearest(word, known)}"
            todo.setdefault((words, word), LeftOut(imported.file, int(str(line)), f"{column} '{shown(word)}'", reason))
    return replace(imported, todo=(*imported.todo, *todo.values()))


def with_own_condition(imported: Imported) -> Imported:
    """Write ``target`` where the domain of a result is the condition of its trial, such as depression."""
    if "trials" not in imported.tables:
        return imported
    trials = imported.tables["trials"]
    conditions = dict(zip(trials["trial_id"], trials["condition"], strict=True))
    tables = dict(imported.tables)
    for name in ("outcomes", "contrasts"):
        if name in tables:
            rows = zip(tables[name]["domain"], tables[name]["trial_id"], strict=True)
            # An unknown domain is not that of an unknown condition.
            domains = [
                "target" if said and said in conditions.get(trial, "").split("_") else said for said, trial in rows
            ]
            tables[name] = tables[name].assign(domain=pd.Series(domains, index=tables[name].index, dtype="str"))
    return replace(imported, tables=tables)


def with_cells(imported: Imported, given: Mapping[tuple[str, str], str]) -> Imported:
    """Put ``given`` values into the empty cells of whole columns.

    Parameters
    ----------
    imported : Imported
        What was read.
    given : mapping of (str, str) to str
        Value by table and column.

    Returns
    -------
    Imported
        With no empty cell left in these columns; requests for them are taken off the list of what is to be done.

    Raises
    ------
    KeyError
        If the import has no such table, or the table no such column.
    """
    tables: dict[str, pd.DataFrame] = dict(imported.tables)
    for (table, column), value in given.items():
        cells = tables[table][column]
        tables[table] = tables[table].assign(**{column: cells.mask(cells.eq(""), value)})
    answered = {f"{table}.{column}" for table, column in given}
    return replace(imported, tables=tables, todo=tuple(item for item in imported.todo if item.what not in answered))
