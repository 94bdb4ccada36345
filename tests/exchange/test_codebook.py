import json
from pathlib import Path

import pytest
import yaml

from ipt_evidence.exchange.codebook import codebook_files, write_codebook
from ipt_evidence.extraction.breaches import ExtractionError
from ipt_evidence.extraction.schemas import QUESTIONS, RAW_FILES, RAW_TABLES, VOCABULARY_TABLES
from ipt_evidence.extraction.validation import key_columns
from ipt_evidence.reporting.schemas import PROCESSED_TABLES

ROOT = Path(__file__).parents[2]
FACTS = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))["review"]["data"]
CHECKED = [*RAW_TABLES.values(), *VOCABULARY_TABLES.values(), QUESTIONS]
SCHEMAS = [*CHECKED, *PROCESSED_TABLES.values()]


def test_the_codebook_is_the_one_the_schemas_give():
    for path, content in codebook_files(ROOT / "data", FACTS).items():
        assert path.read_text(encoding="utf-8") == content, "regenerate it: python -m ipt_evidence.exchange.codebook"


def test_the_raw_files_are_the_raw_tables_and_what_is_no_table():
    assert [f"{name}.csv" for name in RAW_TABLES] == [name for name in RAW_FILES if name.endswith(".csv")]


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: schema.title)
def test_every_table_and_column_is_explained(schema):
    assert schema.title
    assert schema.description.endswith(".")
    for column in schema.columns.values():
        assert column.title
        assert column.description.endswith(".")
        assert all(check.error and check.description for check in column.checks)


@pytest.mark.parametrize("schema", CHECKED, ids=lambda schema: schema.title)
def test_every_table_is_closed_and_has_a_key(schema):
    assert schema.strict is True
    assert set(key_columns(schema)) <= set(schema.columns)


def test_the_package_describes_every_file_as_it_stands(real):
    package = json.loads((real.raw / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        with (real.raw / resource["path"]).open(encoding="utf-8", newline="") as stream:
            header = stream.readline().rstrip("\r\n").split(",")
        assert [field["name"] for field in resource["schema"]["fields"]] == header
    assert {resource["path"] for resource in package["resources"]} == {path.name for path in real.raw.glob("*.csv")}


def test_every_open_database_is_attributed(real):
    page = (real.raw / "README.md").read_text(encoding="utf-8")
    package = json.loads((real.raw / "datapackage.json").read_text(encoding="utf-8"))
    paths = {source.get("path") for source in package["sources"]}
    for doi in ("zenodo.7254845", "zenodo.10027042", "zenodo.12726122", "zenodo.10185551", "zenodo.6881064"):
        assert f"https://doi.org/10.5281/{doi}" in page
        assert f"https://doi.org/10.5281/{doi}" in paths


def test_the_codebook_is_written_beside_the_tables(mini):
    written = [path.relative_to(mini.folder).as_posix() for path in write_codebook(mini.folder, FACTS)]
    assert written == ["raw/README.md", "raw/datapackage.json", "processed/README.md"]
    assert "Open trial data 1.0" in (mini.raw / "README.md").read_text(encoding="utf-8")


def test_cells_that_hold_several_things_say_so(mini):
    write_codebook(mini.folder, FACTS)
    page = (mini.folder / "processed" / "README.md").read_text(encoding="utf-8")
    assert "| `doubts` | **Doubts.** Known doubts that say the same, by `doubt_id`. | list, joined by `;` |" in page
    assert "| `labels` | **Labels.** Combinations by label. | JSON object | must be filled |" in page


def test_without_sound_sources_no_codebook_is_written(mini):
    mini.swap("raw/sources.csv", "database", "data base")
    with pytest.raises(ExtractionError, match="must be one of abstract, full_text, supplement, "):
        write_codebook(mini.folder, FACTS)
    assert not (mini.raw / "README.md").exists()
