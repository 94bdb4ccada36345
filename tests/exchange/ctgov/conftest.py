import json
from pathlib import Path

import pytest

from ipt_evidence.exchange.ctgov import read_ctgov

SAMPLE = Path(__file__).parents[1] / "samples" / "ctgov.json"


@pytest.fixture
def study():
    """Return the invented record, to be changed at will."""
    return json.loads(SAMPLE.read_text(encoding="utf-8"))


@pytest.fixture
def imported(tmp_path):
    """Import a record given as an object."""

    def read(study):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(study, indent=1), encoding="utf-8")
        return read_ctgov(path)

    return read


@pytest.fixture
def told():
    """Return all cells and all that is said of an import, as one text."""

    def text(imported) -> str:
        cells = [str(cell) for table in imported.tables.values() for row in table.to_numpy() for cell in row]
        said = [f"{item.what} {item.reason}" for item in (*imported.left, *imported.todo)]
        return "\n".join([*cells, *said])

    return text
