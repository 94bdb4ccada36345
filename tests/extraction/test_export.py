import json

from ipt_evidence.extraction.export import FILES, write_tables
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.files import read_table


def test_every_table_is_written_with_its_lines(evidence, tmp_path):
    paths = write_tables(evidence, tmp_path / "out")
    assert [path.name for path in paths[:-2]] == [f"{FILES.get(name, name)}.csv" for name in RAW_TABLES]
    for name in RAW_TABLES:
        written = read_table(tmp_path / "out" / f"{FILES.get(name, name)}.csv")
        assert list(written["line"]) == list(getattr(evidence, name)["line"])


def test_references_are_written_as_csl_json(evidence, tmp_path):
    write_tables(evidence, tmp_path)
    assert json.loads((tmp_path / "references.json").read_text(encoding="utf-8")) == evidence.references
    assert json.loads((tmp_path / "guide_references.json").read_text(encoding="utf-8")) == evidence.guide_references


def test_the_same_tables_give_the_same_bytes(evidence, tmp_path):
    one, other = (write_tables(evidence, tmp_path / name) for name in ("one", "other"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in other]
