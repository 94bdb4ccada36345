"""The names of columns that hold no text are those of the definitions of all tables."""

import pandas as pd

from ipt_evidence.columns import NUMBERS, TEXTS, TRUTHS, is_text
from ipt_evidence.extraction.schemas import (
    MODERATOR_GROUPS,
    MODERATORS,
    QUESTIONS,
    RAW_TABLES,
    STRENGTH_RULES,
    VOCABULARY_TABLES,
)
from ipt_evidence.extraction.schemas.columns import BOOLEAN, TEXT
from ipt_evidence.extraction.validation import dtype_of
from ipt_evidence.files import read_table, write_table
from ipt_evidence.reporting.schemas import PROCESSED_TABLES

PLANNED = {schema.name: schema for schema in (QUESTIONS, MODERATORS, MODERATOR_GROUPS, STRENGTH_RULES)}
TABLES = [
    (name, schema)
    for tables in (RAW_TABLES, PROCESSED_TABLES, VOCABULARY_TABLES, PLANNED)
    for name, schema in tables.items()
]
UNDEFINED = {"version"}
"""Columns of tables that one room writes for itself."""


def test_every_column_is_read_as_it_is_defined():
    for name, schema in TABLES:
        for column, checks in schema.columns.items():
            assert is_text(name, column) == (dtype_of(checks) == TEXT), (name, column)
            assert (column in TRUTHS) == (dtype_of(checks) == BOOLEAN), (name, column)


def test_no_name_is_listed_that_no_table_has():
    defined = {column for _, schema in TABLES for column in schema.columns}
    assert (NUMBERS | TRUTHS) & (defined | UNDEFINED) == NUMBERS | TRUTHS
    for table, texts in TEXTS.items():
        assert texts <= NUMBERS, table


def test_text_of_digits_and_text_that_is_nowhere_filled_stay_text(tmp_path):
    rows = {"trial_id": ["006", "1e5"], "arm_id": ["01", "inf"], "instrument": [None, None], "mean": [1.0, 2.0]}
    table = pd.DataFrame(rows).astype({"instrument": "str"})
    write_table(table, tmp_path / "outcomes.csv")
    pd.testing.assert_frame_equal(read_table(tmp_path / "outcomes.csv"), table)


def test_a_value_of_digits_is_text_where_the_table_says_so(tmp_path):
    for name, kind in (("findings", "str"), ("sensitivity", "float64")):
        write_table(pd.DataFrame({"value": ["131", "7.8820"]}), tmp_path / f"{name}.csv")
        assert read_table(tmp_path / f"{name}.csv")["value"].dtype == kind
    assert read_table(tmp_path / "findings.csv")["value"].tolist() == ["131", "7.8820"]


def test_a_table_without_rows_has_the_types_of_one_with_rows(tmp_path):
    write_table(pd.DataFrame(columns=["trial_id", "used", "yi", "k"]), tmp_path / "selections.csv")
    kinds = read_table(tmp_path / "selections.csv").dtypes
    assert kinds.to_dict() == {"trial_id": "str", "used": "bool", "yi": "float64", "k": "float64"}
