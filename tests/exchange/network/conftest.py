import pytest

from ipt_evidence.exchange.network.reading import read_network


@pytest.fixture(scope="session")
def imported(tmp_path_factory):
    """Import rows given as cells by column."""
    folder = tmp_path_factory.mktemp("network")

    def read(*rows: dict[str, str]):
        columns = list(dict.fromkeys(name for row in rows for name in row))
        lines = [";".join(columns), *(";".join(row.get(name, "") for name in columns) for row in rows)]
        path = folder / "file.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_network(path)

    return read
