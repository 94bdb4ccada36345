from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from ipt_evidence.exchange.workbook import read_workbook, workbook_bytes
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import read_all

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def real_tables() -> dict[str, pd.DataFrame]:
    return {name: cells.frame for name, cells in read_all(ROOT / "data" / "raw", RAW_TABLES).items()}


@pytest.fixture(scope="session")
def mini_tables() -> dict[str, pd.DataFrame]:
    folder = ROOT / "tests" / "mini" / "raw"
    return {name: cells.frame for name, cells in read_all(folder, RAW_TABLES).items()}


@pytest.fixture(scope="session")
def mini_workbook(mini_tables, vocabulary) -> bytes:
    return workbook_bytes(mini_tables, vocabulary)


@pytest.fixture
def spoiled(mini_workbook, tmp_path):
    """Change the workbook of the mini tables as a person could, and return what reading it complains about."""

    def spoil(change) -> list[str]:
        path = tmp_path / "anna.xlsx"
        path.write_bytes(mini_workbook)
        book = load_workbook(path)
        change(book)
        book.save(path)
        with pytest.raises(ExtractionError) as caught:
            read_workbook(path)
        return [str(breach).replace(f"{tmp_path.as_posix()}/", "") for breach in caught.value.breaches]

    return spoil
