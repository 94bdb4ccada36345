"""Archives that would grow without bound are refused by name, before anything of them is unpacked."""

import zipfile
from pathlib import Path

import pytest

from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.kinds import kind_of
from ipt_evidence.extraction.breaches import ExtractionError

CONTENT = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;">]><x>&b;</x>'


def packed(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize(
    ("module", "reader", "said"),
    [
        ("kinds", kind_of, "the archive unpacks to more than 0 MB"),
        (
            "workbook.opening",
            READERS["workbook"],
            f"the workbook unpacks to {len(CONTENT) + 5000} bytes, more than the 1000 allowed",
        ),
        ("revman.package", READERS["revman"], "the zip unpacks to more than 0 MB"),
    ],
)
def test_an_archive_that_grows_is_refused_by_its_size(tmp_path, monkeypatch, module, reader, said):
    name = "data-rows.csv" if reader is READERS["revman"] else "[Content_Types].xml"
    path = packed(tmp_path / "grows.zip", {name: CONTENT, "xl/sharedStrings.xml": " " * 5000})
    monkeypatch.setattr(f"ipt_evidence.exchange.{module}.MOST_BYTES", 1000)
    with pytest.raises(ExtractionError) as refusal:
        reader(path)
    assert said in str(refusal.value)


def test_entities_within_a_workbook_are_refused(tmp_path):
    from openpyxl import Workbook

    book, path = Workbook(), tmp_path / "laughs.xlsx"
    book.active.append(["trial_id"])
    book.save(path)
    with zipfile.ZipFile(path) as sound:
        parts = {name: sound.read(name).decode() for name in sound.namelist()}
    packed(path, parts | {"xl/workbook.xml": LAUGHS})
    with pytest.raises(ExtractionError, match="the workbook declares entities, which are not read"):
        READERS["workbook"](path)


def test_a_sheet_of_too_many_rows_is_refused_before_it_is_built(tmp_path, monkeypatch):
    sheet = "<worksheet><sheetData>" + '<row r="1"/>' * 1001 + "</sheetData></worksheet>"
    path = packed(tmp_path / "long.xlsx", {"[Content_Types].xml": CONTENT, "xl/worksheets/sheet1.xml": sheet})
    monkeypatch.setattr("ipt_evidence.exchange.workbook.opening.MOST_ROWS", 1000)
    with pytest.raises(ExtractionError) as refusal:
        READERS["workbook"](path)
    assert str(refusal.value).endswith(
        "long.xlsx: a sheet of the workbook has 1001 rows, more than the 1000 allowed. "
        "Delete empty rows under the table; or save the one sheet that is needed as CSV."
    )
