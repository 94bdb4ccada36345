import shutil
from pathlib import Path

import pytest

from ipt_evidence.exchange.double import Extract, read_extract
from ipt_evidence.exchange.double.extracts import entries
from ipt_evidence.exchange.workbook.references import SHEETS

MINI = Path(__file__).parents[2] / "mini" / "raw"


@pytest.fixture(scope="session")
def mini_extract():
    return read_extract(MINI)


@pytest.fixture
def two(tmp_path):
    """Two folders with the same tables, one of which a test may change."""
    folders = tmp_path / "anna", tmp_path / "ben"
    for folder in folders:
        shutil.copytree(MINI, folder)
    return folders


@pytest.fixture(scope="session")
def shuffled():
    """Return an extract with the rows of every table in another order."""

    def shuffle(extract: Extract, seed: int) -> Extract:
        tables = {name: extract.tables[name].cells.sample(frac=1, random_state=seed) for name in SHEETS}
        return Extract(extract.file, {name: entries(name, frame) for name, frame in tables.items()})

    return shuffle
