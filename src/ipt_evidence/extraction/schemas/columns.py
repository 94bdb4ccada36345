"""The kinds of columns tables are made of; each carries title, description, unit, rule and remedy."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

SLUG = r"[a-z0-9][a-z0-9_]{0,119}"
DOI = r"10\.[0-9]{4,9}/[^\s]+"

WHOLE = "Int64"
NUMBER = "Float64"
BOOLEAN = "boolean"
TEXT = "str"

JSON_TYPES = {TEXT: "string", WHOLE: "integer", NUMBER: "number", BOOLEAN: "boolean"}
"""Types as JSON Schema and Frictionless name them."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What every filled cell of a column holds to.

    Attributes
    ----------
    constraint : mapping of str to Any
        The rule in the words that JSON Schema and Frictionless share.
    says : str
        The rule in a sentence that follows "The cell".
    remedy : str
        What to do with a cell that breaks it.
    """

    constraint: Mapping[str, Any]
    says: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    dtype : {"str", "Int64", "Float64", "boolean"}
        Type of its values, as pandas names it.
    title, description : str
        What it is called and what it means.
    required : bool
        Whether no cell may be empty.
    rules : tuple of Rule
        What its cells hold to.
    unit : str or None
        Unit of its numbers.
    packed : mapping of str to Any
        JSON Schema of the list or the object that a cell holds as text; nothing where it holds a plain value.
    """

    dtype: str
    title: str
    description: str
    required: bool = False
    rules: tuple[Rule, ...] = ()
    unit: str | None = None
    packed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def constraints(self) -> dict[str, Any]:
        """All rules in the words that JSON Schema and Frictionless share."""
        return {word: value for rule in self.rules for word, value in rule.constraint.items()}


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: these columns and no others, no two rows with the same key.

    Attributes
    ----------
    name, title, description : str
        Name of its file, what it is called and what it holds.
    columns : mapping of str to Column
        The columns by name, in order.
    key : tuple of str
        The columns that together name a row; none where rows have no name.
    """

    name: str
    title: str
    description: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]


def slug(title: str, description: str, *, required: bool = True) -> Column:
    """Return a column of identifiers: they become file names and anchors, so the pattern is narrow."""
    rule = Rule(
        {"pattern": f"^{SLUG}$"},
        "must be a slug: small ASCII letters, digits and _",
        "Write it like agras2000 or care_as_usual",
    )
    return Column(dtype=TEXT, title=title, description=description, rules=(rule,), required=required)


def term(title: str, description: str, *, required: bool = True) -> Column:
    """Return a column of words listed in a vocabulary file; a check across tables holds it to them."""
    rule = Rule(
        {"pattern": r"^[A-Za-z0-9][A-Za-z0-9_:+-]*$"},
        "must be a word of the vocabulary: ASCII letters, digits and _ : + -",
        "Take the word from the file in config/vocabulary/",
    )
    return Column(dtype=TEXT, title=title, description=description, rules=(rule,), required=required)


def text(title: str, description: str, *, required: bool = False, pattern: str = "", rule: str = "") -> Column:
    """Return a column of free text, or of text in the form that ``pattern`` gives and ``rule`` words."""
    rules = _form(pattern, rule)
    return Column(dtype=TEXT, title=title, description=description, rules=rules, required=required)


def _form(pattern: str, rule: str) -> tuple[Rule, ...]:
    remedy = "Correct the cell or leave it empty"
    return (Rule({"pattern": f"^(?:{pattern})$"}, rule, remedy),) if pattern else ()


def choice(title: str, description: str, allowed: Iterable[str], *, required: bool = False) -> Column:
    """Return a column with a closed list of values."""
    words = list(allowed)
    ending = "" if required else ", or leave the cell empty"
    rule = Rule({"enum": words}, f"must be one of {', '.join(words)}", f"Choose one of the listed words{ending}")
    return Column(dtype=TEXT, title=title, description=description, rules=(rule,), required=required)


def several(title: str, description: str, *, pattern: str = "", rule: str = "") -> Column:
    """Return a column of lists, their entries joined by semicolons, each in the form that ``pattern`` gives."""
    rules = _form(f"(?:{pattern})(?:;(?:{pattern}))*" if pattern else "", f"{rule}, joined by ; if several")
    packed = {"type": "array", "items": {"type": "string"}}
    return Column(dtype=TEXT, title=title, description=description, rules=rules, packed=packed)


def mapping(title: str, description: str, values: Mapping[str, Any], *, required: bool = False) -> Column:
    """Return a column of JSON objects, whose values are as the JSON Schema ``values`` says."""
    packed = {"type": "object", "additionalProperties": values}
    return Column(dtype=TEXT, title=title, description=description, packed=packed, required=required)


def boolean(title: str, description: str, *, required: bool = False) -> Column:
    """Return a column of true and false."""
    return Column(dtype=BOOLEAN, title=title, description=description, required=required)


def whole(
    title: str,
    description: str,
    *,
    least: int = 0,
    most: int | None = None,
    unit: str | None = None,
    required: bool = False,
) -> Column:
    """Return a column of whole numbers from ``least`` to ``most``."""
    rules = _range(least, most)
    return Column(dtype=WHOLE, title=title, description=description, rules=rules, unit=unit, required=required)


def number(
    title: str,
    description: str,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    unit: str | None = None,
    required: bool = False,
) -> Column:
    """Return a column of decimal numbers from ``least`` to ``most``, or strictly above ``above``."""
    rules = _range(least, most)
    if above is not None:
        remedy = "Enter the figure as printed, or leave the cell empty if it is not reported"
        rules = (*rules, Rule({"exclusiveMinimum": above}, f"must be above {above:g}", remedy))
    return Column(dtype=NUMBER, title=title, description=description, rules=rules, unit=unit, required=required)


def _range(least: float | None, most: float | None) -> tuple[Rule, ...]:
    remedy = "Look the figure up in its source"
    if least is not None and most is not None:
        return (Rule({"minimum": least, "maximum": most}, f"must be from {least:g} to {most:g}", remedy),)
    if least is not None:
        return (Rule({"minimum": least}, f"must be {least:g} or more", remedy),)
    return ()


LINE = whole("Line", "Line of the raw table the row stands on; the header is line 1.", least=2, required=True)
FLAGS = several("Flags", "Remarks on the figures; `doubt:<doubt_id>` names a known doubt.")
"""Columns that validation adds to raw tables."""


def table(name: str, title: str, description: str, columns: Mapping[str, Column], key: Iterable[str]) -> TableSchema:
    """Return the schema of one table: these columns and no others, no two rows with the same ``key``."""
    return TableSchema(name, title, description, columns, tuple(key))
