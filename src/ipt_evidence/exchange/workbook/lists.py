"""What a column offers to choose from, and what is said about it: from the schemas and the vocabulary."""

from dataclasses import dataclass

from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.schemas.columns import BOOLEAN, NUMBER, TEXT, WHOLE, Column
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
    """Return the words that a column of a raw table offers; None if it is free."""
    schema = RAW_TABLES[table].columns[column]
    if schema.dtype == BOOLEAN:
        return WordList("true or false", ("true", "false"), closed=True)
    if words := allowed_words(schema):
        return WordList(f"{table}.{column}", words, closed=True)
    if column in VOCABULARY_COLUMNS:
        name = VOCABULARY_COLUMNS[column]
        return WordList(name, tuple(getattr(vocabulary, name)[column]), closed=False)
    return None


def allowed_words(schema: Column) -> tuple[str, ...]:
    """Return the closed list of a column, empty if it has none."""
    return tuple(schema.constraints.get("enum", ()))


def about(schema: Column) -> str:
    """Say what a column means, what it may hold and whether it must be filled."""
    head = f"{schema.title} ({schema.unit})" if schema.unit else schema.title
    rules = [f"The cell {rule.says}." for rule in schema.rules]
    filled = "Must be filled." if schema.required else "May be empty: not reported."
    return "\n".join([head, schema.description, KINDS[schema.dtype], *rules, filled])
