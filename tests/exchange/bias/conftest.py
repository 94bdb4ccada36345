import pytest

from ipt_evidence.exchange.bias.reading import read_bias


@pytest.fixture
def imported(tmp_path):
    """Import a table given as text."""

    def read(text: str):
        path = tmp_path / "bias.csv"
        path.write_text(text, encoding="utf-8")
        return read_bias(path)

    return read
