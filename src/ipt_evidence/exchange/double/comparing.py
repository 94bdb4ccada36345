"""Compare two extractions cell by cell: how far they agree, and the list of what they disagree on."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pandas as pd
import pandera.pandas as pa

from ipt_evidence.exchange.double.agreement import Agreement, agreement
from ipt_evidence.exchange.double.extracts import Entries, Extract
from ipt_evidence.exchange.workbook.lists import VOCABULARY_COLUMNS, allowed_words
from ipt_evidence.exchange.workbook.references import SHEETS
from ipt_evidence.extraction.schemas.columns import BOOLEAN, NUMBER, WHOLE
from ipt_evidence.extraction.validation import dtype_of, key_columns

ROW, PRESENT, ABSENT = "(row)", "present", "absent"
"""What stands for the column and the values where one extractor has a row that the other has not."""

EMPTY = "(empty)"
"""What stands for an empty cell, so that an empty decision is one not taken."""

DECISION_COLUMNS = ["decision", "decided_by", "reason"]
COLUMNS = ["table", "key", "column", "value_a", "value_b", *DECISION_COLUMNS]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two extractions held against each other.

    Attributes
    ----------
    agreement : pandas.DataFrame
        One row per table and column: ``table``, ``column``, ``kind``, and the fields of
        :class:`~ipt_evidence.exchange.double.agreement.Agreement`. The column ``(row)`` is about the rows: of all
        rows either extractor has, how many both have.
    disagreements : pandas.DataFrame
        Text, one row per cell they differ on and per row only one has: ``table``, ``key``, ``column``, ``value_a``,
        ``value_b``, and, to be filled in, ``decision``, ``decided_by``, ``reason``.
    """

    agreement: pd.DataFrame
    disagreements: pd.DataFrame


def compare(first: Extract, second: Extract) -> Comparison:
    """Compare two extractions.

    Rows are matched by the key of their table, whatever their order. Numbers are compared as numbers, all else to
    the letter. Columns of the key are not compared: where they differ, each extractor has a row that the other has
    not.
    """
    agreements: list[dict] = []
    disagreements: list[tuple[str, ...]] = []
    for name in SHEETS:
        one, other = first.tables[name], second.tables[name]
        if len(one.cells) or len(other.cells):
            agreements += _agreements(name, one, other)
            disagreements += _disagreements(name, one, other)
    columns = ["table", "column", "kind", *Agreement.__dataclass_fields__]
    listed = [(*row, *("" for _ in DECISION_COLUMNS)) for row in disagreements]
    return Comparison(pd.DataFrame(agreements, columns=columns), pd.DataFrame(listed, columns=COLUMNS, dtype="str"))


def compared_columns(name: str) -> list[str]:
    """Return the columns of a raw table that are no part of its key."""
    schema = SHEETS[name]
    return [column for column in schema.columns if column not in key_columns(schema)]


def kind_of(name: str, column: pa.Column) -> str:
    """Return what a column holds: categories, numbers or text."""
    dtype = dtype_of(column)
    if dtype in (WHOLE, NUMBER):
        return "number"
    closed = dtype == BOOLEAN or allowed_words(column) or name in VOCABULARY_COLUMNS
    return "category" if closed else "text"


def _agreements(name: str, first: Entries, second: Entries) -> Iterator[dict]:
    keys = sorted({*first.plain.index, *second.plain.index})
    both = sorted({*first.plain.index} & {*second.plain.index})
    whole = Agreement(rows=len(keys), equal=len(both), percent=100 * len(both) / len(keys))
    yield {"table": name, "column": ROW, "kind": "row", **asdict(whole)}
    one, other = first.plain.loc[both], second.plain.loc[both]
    for column in compared_columns(name):
        kind = kind_of(column, SHEETS[name].columns[column])
        found = agreement(one[column].tolist(), other[column].tolist(), kind)
        yield {"table": name, "column": column, "kind": kind, **asdict(found)}


def _disagreements(name: str, first: Entries, second: Entries) -> Iterator[tuple[str, ...]]:
    for key in sorted({*first.plain.index, *second.plain.index}):
        if key not in second.plain.index:
            yield name, key, ROW, PRESENT, ABSENT
        elif key not in first.plain.index:
            yield name, key, ROW, ABSENT, PRESENT
        else:
            for column in compared_columns(name):
                if str(first.plain.at[key, column]) != str(second.plain.at[key, column]):
                    yield name, key, column, _named(first, key, column), _named(second, key, column)


def _named(table: Entries, key: str, column: str) -> str:
    return str(table.cells.at[key, column]) or EMPTY
