import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.extraction.schemas.columns import boolean, choice, number, slug, table, text, whole
from ipt_evidence.extraction.validation import as_typed, key_of, row_ids, schema_breaches, typed

SCHEMA = table(
    "t",
    "Title",
    "Description",
    {
        "id": slug("Id", "Key."),
        "n": whole("n", "People.", least=1),
        "sd": number("SD", "Spread.", above=0),
        "share": number("Share", "Share.", least=0, most=100),
        "good": boolean("Good", "Whether."),
        "kind": choice("Kind", "Kind.", ["one", "two"]),
        "note": text("Note", "Words."),
    },
    key=["id", "kind", "sd"],
)


@pytest.mark.parametrize(("required", "end"), [(True, ""), (False, " or leave it empty")])
def test_no_remedy_empties_a_cell_that_must_be_filled(required, end):
    (check,) = text("Day", "Day.", pattern="[0-9]+", rule="must be digits", required=required).checks
    assert check.description == f"Correct the cell{end}"


def cells(**values):
    row = dict.fromkeys(SCHEMA.columns, "") | {"id": "x"} | values
    return pd.DataFrame([row], index=[7], dtype="str")


@given(st.floats(min_value=-1e9, max_value=1e9).filter(lambda value: value == 0 or abs(value) > 1e-9))
def test_numbers_keep_their_value(value):
    frame, malformed = typed(cells(share=repr(value)), SCHEMA, "t.csv")
    assert (frame["share"].iloc[0], malformed) == (value, [])


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_a_cell_is_a_finite_number_or_a_problem(value):
    frame, malformed = typed(cells(share=value), SCHEMA, "t.csv")
    assert bool(malformed) == frame["share"].isna().iloc[0]
    assert malformed or math.isfinite(frame["share"].iloc[0])


def test_empty_cells_are_missing_and_no_problem():
    frame, malformed = typed(cells(), SCHEMA, "t.csv")
    assert frame.iloc[0].isna().sum() == 6
    assert not malformed


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("n", "12.0", "must be a whole number"),
        ("n", "0", "must be 1 or more"),
        ("n", "٣", "must be a whole number"),
        ("n", "9" * 20, "must be a whole number"),
        ("n", "1000000001", "must lie between -1000000000 and 1000000000"),
        ("sd", "1e99", "must lie between -1000000000 and 1000000000"),
        ("sd", "0", "must be above 0"),
        ("sd", "12,5", "must be a number"),
        ("sd", "nan", "must be a number"),
        ("sd", "1e999", "must be a number"),
        ("share", "100.1", "must be from 0 to 100"),
        ("good", "yes", "must be true or false"),
        ("kind", "three", "must be one of one, two"),
        ("note", " left", "must be printable text without spaces at its ends"),
        ("note", "a\x00b", "must be printable text without spaces at its ends"),
        ("note", "a\u202eb", "must be printable text without spaces at its ends"),
        ("note", "a\u061cb", "must be printable text without spaces at its ends"),
        ("note", "a\u00adb", "must be printable text without spaces at its ends"),
        ("note", "a\U000e0041b", "must be printable text without spaces at its ends"),
        ("id", "Agras-2000", "must be a slug: small ASCII letters, digits and _"),
        ("id", "../up", "must be a slug: small ASCII letters, digits and _"),
        ("id", "", "must not be empty"),
    ],
)
def test_names_the_cell_and_the_rule_it_breaks(column, value, rule):
    values, malformed = typed(cells(**{column: value}), SCHEMA, "t.csv")
    (breach,) = malformed + schema_breaches(values, SCHEMA, "t.csv")
    assert (breach.line, breach.column, breach.value, breach.rule) == (7, column, value, rule)


def test_names_the_line_of_the_row_with_the_same_key():
    rows = [cells(), cells(kind="one", sd="1"), cells(), cells(kind="one", sd="1.0")]
    frame = pd.concat(rows).set_axis([2, 3, 4, 5])
    found = schema_breaches(typed(frame, SCHEMA, "t.csv")[0], SCHEMA, "t.csv")
    assert [(breach.line, breach.rule) for breach in found] == [
        (4, "line 2 has the same id, kind, sd"),
        (5, "line 3 has the same id, kind, sd"),
    ]


def test_keys_are_written_as_cells_are_typed():
    frame, _ = typed(cells(sd="4"), SCHEMA, "t.csv")
    assert key_of(frame.iloc[0], SCHEMA) == "id=x; sd=4"


def test_a_row_keeps_its_name_until_its_key_changes():
    rows = [cells(kind="one", sd="1"), cells(kind="one", sd="1.0", n="5", note="x"), cells(kind="two", sd="1")]
    one, same, other = (row_ids(typed(row, SCHEMA, "t.csv")[0], SCHEMA) for row in rows)
    assert one == same == ["t-580cb7fded52"]
    assert other != one


@pytest.mark.parametrize(
    ("value", "cell"), [(4.0, "4"), (0.125, "0.125"), (True, "true"), (pd.NA, ""), (math.nan, ""), ("x", "x")]
)
def test_values_are_shown_the_way_they_stand_in_a_cell(value, cell):
    assert as_typed(value) == cell
