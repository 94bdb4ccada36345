"""Taken, left and asked are all that was read: the doors whose own tests do not show it row by row."""

import csv
import re
from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ipt_evidence.exchange import report_of
from ipt_evidence.exchange.column_map import mapped_sheet, parse_map
from ipt_evidence.exchange.foreign import Wanted
from ipt_evidence.exchange.forms.reading import read_srdr
from ipt_evidence.exchange.metapsy.importing import read_mapped
from ipt_evidence.exchange.revman.importing import read_revman
from ipt_evidence.exchange.spreadsheets import read_table_sheet
from ipt_evidence.exchange.workbook import read_workbook
from ipt_evidence.extraction.schemas import RAW_TABLES

QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
CELL = st.sampled_from(["", "NA", "10", "4,5", "0", "-1", "x", "20"])
NAMES = st.sampled_from(["Ash 2011", "Elm 2012", ""])
TREATMENTS = st.sampled_from(["IPT", "CBT", "TAU", ""])


def lines_told(found):
    """Return the lines of which an import says what became of them."""
    told = {int(line) for line in report_of(found)["line"].dropna()}
    return told | {int(line) for item in found.todo for line in re.findall(r"\d+", item.reason)}


def everything(found):
    cells = [str(cell) for table in found.tables.values() for row in table.to_numpy() for cell in row]
    report = report_of(found)
    return "\n".join([*cells, *report["what"], *report["reason"]]).lower()


def by_map(path, rows, items):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return read_mapped(path, mapped_sheet(path, parse_map(items)))


OF_ARM = {"id": NAMES, "arm": TREATMENTS, "y": CELL, "s": CELL, "size": CELL, "when": st.sampled_from(["post", "fu"])}
OF_PAIR = {"id": NAMES, "t1": TREATMENTS, "t2": TREATMENTS} | {
    f"{name}{side}": CELL for name, side in product(("m", "sd", "n", "r", "t_"), (1, 2))
}
MAPS = {
    "arm": (OF_ARM, ["study=id", "condition=arm", "mean=y", "sd=s", "n=size", "time=when"]),
    "pair": (
        OF_PAIR,
        ["study=id", *(
            f"{name}_arm{side}={column}{side}" for side in (1, 2) for name, column in
            (("condition", "t"), ("mean", "m"), ("sd", "sd"), ("n", "n"), ("event", "r"), ("totaln", "t_"))
        )],
    ),
}  # fmt: skip


@pytest.mark.parametrize("shape", MAPS)
@QUICK
@given(data=st.data())
def test_no_row_of_a_mapped_table_vanishes(tmp_path, shape, data):
    columns, items = MAPS[shape]
    rows = data.draw(st.lists(st.fixed_dictionaries(columns), min_size=1, max_size=5))
    main = "y" if shape == "arm" else "m1"
    for line, row in enumerate(rows, start=2):
        row[main] = row[main] and f"{line}.61{line}"
    found = by_map(tmp_path / "table.csv", rows, items)
    told, said = lines_told(found), everything(found)
    for line, row in enumerate(rows, start=2):
        # Arms of one result go by the line of one of them.
        together = {
            place
            for place, other in enumerate(rows, start=2)
            if place == line or (shape == "arm" and (other["id"], other["when"]) == (row["id"], row["when"]))
        }
        assert together & told or not any(cell not in ("", "NA") for cell in row.values())
        assert line in told or row[main] in said


@pytest.mark.parametrize("shape", MAPS)
@pytest.mark.parametrize("column", ["colour", "second setting"])
def test_no_column_of_a_mapped_table_vanishes(tmp_path, shape, column):
    columns, items = MAPS[shape]
    row = {**dict.fromkeys(columns, "10"), "id": "Ash 2011", "when": "post", "arm": "IPT", "t1": "IPT", "t2": "TAU"}
    row = {name: row[name] for name in columns} | {column: "zymurgy"}
    other = row | ({"arm": "TAU"} if shape == "arm" else {"id": "Elm 2012"})
    assert "zymurgy" in everything(by_map(tmp_path / "table.csv", [row, other], items))


SRDR = Path(__file__).parent / "samples" / "forms" / "srdr.xlsx"


DESCRIBING = ("RefMan", "Key Questions", "Outcome Description", "Population Description", "Arm Description 1", "Digest")


def test_no_column_of_an_export_of_srdr_vanishes(tmp_path):
    book = load_workbook(SRDR)
    sheet = next(sheet for sheet in book if sheet.title.startswith("Continuous - Desc"))
    markers = {name: f"zymurgy{place}x" for place, name in enumerate(DESCRIBING)} | {"New column": "zymurgynewx"}
    sheet.cell(1, sheet.max_column + 1).value = "New column"
    for cells in sheet.iter_rows(min_row=2):
        for head, cell in zip(sheet[1], cells, strict=True):
            if head.value in markers:
                cell.value = markers[head.value]
    book.save(tmp_path / "srdr.xlsx")
    said = everything(read_srdr(tmp_path / "srdr.xlsx"))
    assert [name for name, marker in markers.items() if marker not in said] == []


FIGURE = st.sampled_from(["0", "0.0", "5", "9.5", "20", "x", ""])
DATA = st.fixed_dictionaries(
    {f"{name}_{side}": FIGURE for name, side in product(("MEAN", "SD", "TOTAL", "EVENTS"), (1, 2))}
    | {"STUDY_ID": st.sampled_from(["STD-Ash", "STD-Elm", "STD-Nobody"]), "kind": st.sampled_from(["CONT", "DICH"])}
)


def element(row):
    cells = " ".join(f'{name}="{cell}"' for name, cell in row.items() if name != "kind")
    return f"<{row['kind']}_DATA {cells}/>"


@QUICK
@given(rows=st.lists(DATA, min_size=1, max_size=5))
def test_no_result_of_an_rm5_file_vanishes(tmp_path, rows):
    outcomes = [
        f'<{kind}_OUTCOME ID="CMP-001.0{number}" NO="{number}"><NAME>Result {number}</NAME>\n'
        "<GROUP_LABEL_1>IPT</GROUP_LABEL_1><GROUP_LABEL_2>TAU</GROUP_LABEL_2>\n"
        + "\n".join(element(row) for row in rows if row["kind"] == kind)
        + f"\n</{kind}_OUTCOME>"
        for number, kind in enumerate(("CONT", "DICH"), start=1)
    ]
    path = tmp_path / "review.rm5"
    path.write_text(
        "<COCHRANE_REVIEW><COVER_SHEET><TITLE>T</TITLE></COVER_SHEET><STUDIES_AND_REFERENCES><STUDIES><INCLUDED_STUDIES>"
        '<STUDY ID="STD-Ash" NAME="Ash 2011"/><STUDY ID="STD-Elm" NAME="Elm 2012"/></INCLUDED_STUDIES></STUDIES>'
        "</STUDIES_AND_REFERENCES><ANALYSES_AND_DATA><COMPARISON NO=\"1\"><NAME>IPT versus TAU</NAME>\n"
        + "\n".join(outcomes)
        + "\n</COMPARISON></ANALYSES_AND_DATA></COCHRANE_REVIEW>",
        encoding="utf-8",
    )  # fmt: skip
    text = path.read_text(encoding="utf-8").splitlines()
    held = {line for line, words in enumerate(text, start=1) if re.match(r"<(?:CONT|DICH)_DATA", words)}
    assert held <= lines_told(read_revman(path))


TEXT = st.text("aÄß 1.-", min_size=1, max_size=8).map(str.strip).filter(bool)


@QUICK
@given(labels=st.lists(TEXT, min_size=1, max_size=4), extra=TEXT)
def test_no_row_and_no_column_of_a_workbook_vanishes(tmp_path, labels, extra):
    book = Workbook()
    sheet = book.active
    sheet.title = "sources"
    columns = list(RAW_TABLES["sources"].columns)
    sheet.append([*columns, "colour of the cover"])
    for place, label in enumerate(labels):
        row = {"source_id": f"source_{place}", "kind": "database", "title": label, "licence": "free"}
        sheet.append([*(row.get(name) for name in columns), extra])
    book.create_sheet("Other").append(["zymurgy"])
    path = tmp_path / "book.xlsx"
    book.save(path)
    found = read_workbook(path)
    assert found.tables["sources"]["title"].tolist() == labels
    told = [item.what for item in found.left]
    assert "column colour of the cover" in told
    assert "sheet Other" in told


def test_lines_of_a_sheet_are_those_of_its_rows(tmp_path):
    book = Workbook()
    for row in (["study", "n"], [], ["Ash 2011", 10], [None, None], ["Elm 2012", 11]):
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    sheet = read_table_sheet(tmp_path / "book.xlsx", Wanted("a table", ("study",)))
    assert [record.line for record in sheet.records] == [3, 5]
