"""The kinds of columns tables are made of; each carries title, description, unit, rule and remedy."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa

from ipt_evidence.extraction.schemas.patterns import SLUG, WORD

WHOLE = "Int64"
NUMBER = "Float64"
BOOLEAN = "boolean"
TEXT = "str"

OR_EMPTY = " or leave it empty"
"""How the remedy ends where a column need not be filled."""

JSON_TYPES = {TEXT: "string", WHOLE: "integer", NUMBER: "number", BOOLEAN: "boolean"}
"""Types as JSON Schema and Frictionless name them."""


def _column(
    dtype: str,
    title: str,
    description: str,
    *,
    checks: Iterable[pa.Check] = (),
    required: bool = False,
    unit: str | None = None,
    packed: Mapping[str, Any] | None = None,
) -> pa.Column:
    return pa.Column(
        # Named "str", the same dtype would be checked value by value.
        pd.StringDtype(na_value=np.nan) if dtype == TEXT else dtype,
        list(checks),
        nullable=not required,
        title=title,
        description=description,
        metadata={name: fact for name, fact in (("unit", unit), ("packed", packed)) if fact},
    )


def slug(title: str, description: str, *, required: bool = True) -> pa.Column:
    """Return a column of identifiers: they become file names and anchors, so the pattern is narrow."""
    rule, remedy = "must be a slug: small ASCII letters, digits and _", "Write it like agras2000 or care_as_usual"
    return _column(TEXT, title, description, checks=[_form(f"^{SLUG}$", rule, remedy)], required=required)


def term(title: str, description: str, *, required: bool = True) -> pa.Column:
    """Return a column of words listed in a vocabulary file; a check across tables holds it to them."""
    rule = "must be a word of the vocabulary: ASCII letters, digits and _ : + -"
    check = _form(f"^{WORD}$", rule, "Take the word from the file in config/vocabulary/")
    return _column(TEXT, title, description, checks=[check], required=required)


def text(title: str, description: str, *, required: bool = False, pattern: str = "", rule: str = "") -> pa.Column:
    """Return a column of free text, or of text in the form that ``pattern`` gives and ``rule`` words."""
    remedy = f"Correct the cell{'' if required else OR_EMPTY}"
    checks = [_form(f"^(?:{pattern})$", rule, remedy)] if pattern else []
    return _column(TEXT, title, description, checks=checks, required=required)


def _form(pattern: str, rule: str, remedy: str) -> pa.Check:
    return pa.Check.str_matches(pattern, error=rule, description=remedy)


def choice(title: str, description: str, allowed: Iterable[str], *, required: bool = False) -> pa.Column:
    """Return a column with a closed list of values."""
    words = list(allowed)
    remedy = f"Choose one of the listed words{'' if required else ', or leave the cell empty'}"
    check = pa.Check.isin(words, error=f"must be one of {', '.join(words)}", description=remedy)
    return _column(TEXT, title, description, checks=[check], required=required)


def several(title: str, description: str, *, pattern: str = "", rule: str = "") -> pa.Column:
    """Return a column of lists, their entries joined by semicolons, each in the form that ``pattern`` gives."""
    form = _form(
        f"^(?:(?:{pattern})(?:;(?:{pattern}))*)$", f"{rule}, joined by ; if several", f"Correct the cell{OR_EMPTY}"
    )
    packed = {"type": "array", "items": {"type": "string"}}
    return _column(TEXT, title, description, checks=[form] if pattern else [], packed=packed)


def mapping(title: str, description: str, values: Mapping[str, Any], *, required: bool = False) -> pa.Column:
    """Return a column of JSON objects, whose values are as the JSON Schema ``values`` says."""
    packed = {"type": "object", "additionalProperties": values}
    return _column(TEXT, title, description, packed=packed, required=required)


def boolean(title: str, description: str, *, required: bool = False) -> pa.Column:
    """Return a column of true and false."""
    return _column(BOOLEAN, title, description, required=required)


def whole(
    title: str,
    description: str,
    *,
    least: int = 0,
    most: int | None = None,
    unit: str | None = None,
    required: bool = False,
) -> pa.Column:
    """Return a column of whole numbers from ``least`` to ``most``."""
    return _column(WHOLE, title, description, checks=_range(least, most), unit=unit, required=required)


def number(
    title: str,
    description: str,
    *,
    least: float | None = None,
    most: float | None = None,
    above: float | None = None,
    unit: str | None = None,
    required: bool = False,
) -> pa.Column:
    """Return a column of decimal numbers from ``least`` to ``most``, or strictly above ``above``."""
    checks = _range(least, most)
    if above is not None:
        remedy = "Enter the figure as printed, or leave the cell empty if it is not reported"
        checks.append(pa.Check.gt(above, error=f"must be above {above:g}", description=remedy))
    return _column(NUMBER, title, description, checks=checks, unit=unit, required=required)


def _range(least: float | None, most: float | None) -> list[pa.Check]:
    remedy = "Look the figure up in its source"
    if least is not None and most is not None:
        rule = f"must be from {least:g} to {most:g}"
        return [pa.Check.in_range(least, most, error=rule, description=remedy)]
    if least is not None:
        return [pa.Check.ge(least, error=f"must be {least:g} or more", description=remedy)]
    return [] if most is None else [pa.Check.le(most, error=f"must be {most:g} or less", description=remedy)]


CONSTRAINTS = {
    "isin": {"enum": "allowed_values"},
    "str_matches": {"pattern": "pattern"},
    "in_range": {"minimum": "min_value", "maximum": "max_value"},
    "greater_than_or_equal_to": {"minimum": "min_value"},
    "less_than_or_equal_to": {"maximum": "max_value"},
    "greater_than": {"exclusiveMinimum": "min_value"},
}
"""Per check: the words of JSON Schema and Frictionless for its figures, with those of pandera."""


def constraints_of(column: pa.Column) -> dict[str, Any]:
    """Return the checks of a column in the words that JSON Schema and Frictionless share."""
    figures = [(check.statistics, CONSTRAINTS[check.name].items()) for check in column.checks]
    found = {word: statistics[name] for statistics, words in figures for word, name in words}
    return found | ({"enum": list(found["enum"])} if "enum" in found else {})


LINE = whole("Line", "Line of the raw table the row stands on; the header is line 1.", least=2, required=True)
FLAGS = several("Flags", "Remarks on the figures; `doubt:<doubt_id>` names a known doubt.")
"""Columns that validation adds to raw tables."""


def limits(name: str, title: str, what: str, unit: str | None = None) -> dict[str, pa.Column]:
    """Return the two columns of an interval: of ``what``, as their descriptions say."""
    return {
        f"{name}_low": number(f"{title}, lower limit", f"Lower limit of {what}.", unit=unit),
        f"{name}_high": number(f"{title}, upper limit", f"Upper limit of {what}.", unit=unit),
    }


def table(name: str, title: str, description: str, columns: dict[str, pa.Column], key: list[str]) -> pa.DataFrameSchema:
    """Return the schema of one table: these columns and no others, no two rows with the same ``key``."""
    return pa.DataFrameSchema(
        columns, name=name, title=title, description=description, strict=True, unique=key,
        report_duplicates="exclude_first",
    )  # fmt: skip
