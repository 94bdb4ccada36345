"""The processed tables are what their schemas say: the codebook and evidence.json are made from these."""

from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.extraction.export import FILES
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import dtype_of, schema_breaches
from ipt_evidence.files import read_table
from ipt_evidence.reporting.schemas import PROCESSED_TABLES

PROCESSED = Path(__file__).parents[2] / "data" / "processed"


def as_defined(table, schema):
    """Give a table as it was read the types of its schema; a value that is not of that type is an error."""
    cells = {name: table[name].astype(object).where(table[name].notna(), None).tolist() for name in table}
    return pd.DataFrame({name: pd.array(cells[name], dtype=dtype_of(one)) for name, one in schema.columns.items()})


@pytest.mark.parametrize("name", PROCESSED_TABLES)
def test_each_table_has_the_columns_its_schema_defines_and_fits_it(name):
    table, schema = read_table(PROCESSED / f"{name}.csv"), PROCESSED_TABLES[name]
    assert list(table) == list(schema.columns)
    # Who screened is not recorded in this review.
    assert len(table) or name == "screening_agreement"
    assert schema_breaches(as_defined(table, schema), schema, f"{name}.csv") == []


def test_every_table_is_defined():
    # The moderators are handed on as the plan declares them.
    raw = {FILES.get(name, name) for name in RAW_TABLES} | {"moderators", "moderator_groups"}
    assert {path.stem for path in PROCESSED.glob("*.csv")} == raw | set(PROCESSED_TABLES)
