"""What a column offers to choose from, and what is said about it: from the schemas and the vocabulary."""

from dataclasses import dataclass

import pandera.pandas as pa

from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.schemas.columns import BOOLEAN, NUMBER, TEXT, WHOLE
from ipt_evidence.extraction.validation import dtype_of
from ipt_evidence.words.vocabulary import Vocabulary

KINDS = {TEXT: "Text.", WHOLE: "A whole number.", NUMBER: "A number, with a decimal point.", BOOLEAN: "true or false."}

VOCABULARY_COLUMNS = {
    "condition": "conditions",
    "treatment": "treatments",
    "outcome": "outcomes",
    "instrument": "instruments",
}
"""Columns whose words are listed in the vocabulary, with the list."""


@dataclass(frozen=True, slots=True)
class WordList:
    """The words a column offers.

    Attributes
    ----------
    name : str
        Heading of the list on the sheet of lists; columns that share a list share its name.
    words : tuple of str
        The words.
    closed : bool
        Whether other words are refused; the vocabulary may grow, so its words are only proposed.
    """

    name: str
    words: tuple[str, ...]
    closed: bool


def word_list(table: str, column: str, vocabulary: Vocabulary) -> WordList | None:
    """Return the words that a column of a sheet offers; None if it is free."""
    schema = SHEETS[table].columns[column]
    if dtype_of(schema) == BOOLEAN:
        return WordList("true or false", ("true", "false"), closed=True)
    if words := allowed_words(schema):
        return WordList(f"{table}.{column}", words, closed=True)
    if column in VOCABULARY_COLUMNS:
        name = VOCABULARY_COLUMNS[column]
        return WordList(name, tuple(getattr(vocabulary, name)[column]), closed=False)
    return None


def allowed_words(schema: pa.Column) -> tuple[str, ...]:
    """Return the closed list of a column, empty if it has none."""
    lists = [check.statistics["allowed_values"] for check in schema.checks if check.name == "isin"]
    return tuple(lists[0]) if lists else ()


def about(schema: pa.Column) -> str:
    """Say what a column means, what it may hold and whether it must be filled."""
    unit = (schema.metadata or {}).get("unit")
    head = f"{schema.title} ({unit})" if unit else str(schema.title)
    rules = [f"The cell {check.error}." for check in schema.checks]
    filled = "May be empty: not reported." if schema.nullable else "Must be filled."
    return "\n".join([head, str(schema.description), KINDS[dtype_of(schema)], *rules, filled])
