import pytest

from ipt_evidence.exchange.metapsy.importing import read_metapsy


@pytest.fixture
def imported(tmp_path):
    """Import rows given as cells by column."""

    def read(*rows: dict[str, str]):
        columns = list(dict.fromkeys(name for row in rows for name in row))
        lines = [";".join(columns), *(";".join(str(row.get(name, "NA")) for name in columns) for row in rows)]
        path = tmp_path / "file.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_metapsy(path)

    return read
