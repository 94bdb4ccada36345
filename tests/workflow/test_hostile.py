"""Harmless markers of an attack in every text column of a review: refused by name, or text wherever they come out."""

import json
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from html import escape, unescape
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from ipt_evidence.exchange.workbook.writing import workbook_bytes
from ipt_evidence.extraction.breaches import errors_in
from ipt_evidence.extraction.inputs import examine
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import TEXT, dtype_of
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import ARMED

MARK = (
    "=1+1 <img data-mark src=x onerror=top.MARKED=1><script data-mark>top.MARKED=1</script>&lt;b data-mark&gt; "
    "{{ 7*7 }} {% raw %} [link](javascript:top.MARKED=1) `#` $x$ \\input{x} ../../x !!python/object:os"
)
"""Markup, script, formula, template, Markdown, TeX, path and tag in one; none does harm where it is obeyed."""

UNSEEN = ("\u202e", "\u2066", "\x1b", "\x07", "\u200b")
"""Signs that turn the reading direction, steer a terminal, or do not show."""


BOUND = {("corrections.csv", name) for name in ("table", "key", "column", "expected_old", "new_value")} | {
    ("contrasts.csv", "event")
}
"""Columns of text that other cells have to agree with."""

Cells = dict[tuple[str, str], str]


def set_first(raw: Path, cells: Cells) -> Cells:
    """Set cells of the first rows of tables, by file and column; return what stood there."""
    before = {}
    for file in {file for file, _ in cells}:
        table = pd.read_csv(raw / file, dtype=str, keep_default_na=False)
        for name, column in cells:
            if name == file:
                before[file, column] = table.loc[0, column]
                table.loc[0, column] = cells[file, column]
        table.to_csv(raw / file, index=False, lineterminator="\n")
    return before


def texts(raw: Path) -> Cells:
    """Return the first cell of every column of text."""
    first = {name: pd.read_csv(raw / f"{name}.csv", dtype=str, keep_default_na=False).head(1) for name in RAW_TABLES}
    return {
        (f"{name}.csv", column): str(row.iloc[0][column])
        for name, row in first.items()
        for column, checks in RAW_TABLES[name].columns.items()
        if len(row) and dtype_of(checks) == TEXT and column in row
    }


def refused(folder: Path) -> set[tuple[str, str]]:
    """Return file and column of every error."""
    given = (folder / part for part in ("data/raw", "config/vocabulary", "config/questions.csv"))
    found = examine(*given, folder / "config/strength_rules.csv", "ipt")
    return {(Path(breach.file).name, breach.column) for breach in errors_in(found.findings)}


def test_signs_that_do_not_show_are_refused_in_every_text_column_by_name(review):
    cells = texts(review / "data/raw")
    signs = (UNSEEN[place % len(UNSEEN)] for place in range(len(cells)))
    set_first(
        review / "data/raw", {cell: f"{text}{sign}" for (cell, text), sign in zip(cells.items(), signs, strict=True)}
    )
    assert len(cells) > 100
    assert set(cells) - refused(review) == set()


def mark(review: Path) -> int:
    """Set the mark into the first row of every column of text that takes it; return how many do."""
    raw = review / "data/raw"
    before = texts(raw)
    set_first(raw, dict.fromkeys(before.keys() - BOUND, MARK))
    tried = 0
    while wrong := refused(review) & before.keys():
        set_first(raw, {cell: before.pop(cell) for cell in wrong})
        tried += 1
    assert tried > 0
    assert refused(review) == set()
    return len(before.keys() - BOUND)


@pytest.fixture(scope="module")
def marked(tmp_path_factory, lay_review, run_review) -> Iterator[Path]:
    """A run of a review with the mark in every column of free text."""
    folder = tmp_path_factory.mktemp("marked")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(folder)
        lay_review(folder)
        assert mark(folder) > 20
        run_review()
        yield folder


class Obeyed(HTMLParser):
    """What of a page is markup, script or address because a mark said so."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"{tag} {name}={value}" for name, value in attrs if is_obeyed(name, value or "")]


def is_obeyed(name: str, value: str) -> bool:
    address = name in ("href", "src", "action") and ("javascript:" in value.lower() or "../x" in value)
    return name == "data-mark" or name.startswith("on") or address


def pages_of(folder: Path) -> dict[str, str]:
    found = sorted((folder / "reports").rglob("*.html"))
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_marks_in_free_text_are_text_in_pages(marked):
    pages = pages_of(marked)
    assert sum("data-mark" in page for page in pages.values()) > 3
    for name, page in pages.items():
        reader = Obeyed()
        reader.feed(page)
        assert reader.found == [], name
        assert "2 <img" not in page, name
        assert "49 {%" not in page, name


def test_marks_in_free_text_are_no_formulas_in_tables_to_take_away(marked, tmp_path):
    tables = [*(marked / "data/processed").rglob("*.csv"), *(marked / "reports").rglob("*.csv")]
    assert sum("data-mark" in path.read_text(encoding="utf-8") for path in tables) > 3
    for path in tables:
        cells = pd.read_csv(path, dtype=str, keep_default_na=False, header=None).to_numpy().ravel()
        assert [cell for cell in cells if ARMED.match(cell) and not cell.startswith("'")] == [], path.name
    raw = {name: pd.read_csv(marked / f"data/raw/{name}.csv", dtype=str, keep_default_na=False) for name in RAW_TABLES}
    book = load_workbook(BytesIO(workbook_bytes(raw, load_vocabulary(marked / "config/vocabulary"))))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if MARK in str(cell.value)}
    assert kinds == {"s"}


def test_marks_in_free_text_are_text_in_word_documents(marked):
    documents = list((marked / "reports").rglob("*.docx"))
    assert documents
    for path in documents:
        with zipfile.ZipFile(path) as parts:
            content = parts.read("word/document.xml") + parts.read("word/_rels/document.xml.rels")
        assert not re.search(rb"<w:instrText|javascript:|<(?:img|script)\b", content.replace(b"javascript:top", b"")), (
            path.name
        )


BESIDE = """onload = () => {
  const frames = [...document.querySelectorAll("iframe")];
  const found = frames.map(frame => frame.contentDocument.querySelectorAll("[data-mark]").length);
  const seen = frames.filter(frame => frame.contentDocument.body.textContent.includes("data-mark")).length;
  const said = document.createElement("pre");
  said.id = "said";
  said.textContent = JSON.stringify([seen, found, window.MARKED || 0]);
  document.body.replaceChildren(said);
};"""
"""Says on how many pages marks are seen, what was made of them on each, and whether one was obeyed."""


def test_a_browser_obeys_no_mark(marked, tmp_path):
    program = shutil.which("chromium")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    pages = {name: page for name, page in pages_of(marked).items() if "data-mark" in page}
    whole = [page for name, page in pages.items() if not name.endswith(".fragment.html")]
    assert all("""Content-Security-Policy" content="default-src 'none';""" in page for page in whole)
    held = "".join(f'<iframe srcdoc="{escape(page)}"></iframe>' for page in pages.values())
    window = tmp_path / "window.html"
    window.write_text(f"<!DOCTYPE html><meta charset=utf-8><script>{BESIDE}</script><body>{held}", encoding="utf-8")
    command = [
        program, "--headless=new", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr",
        "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}",
        "--virtual-time-budget=60000", "--dump-dom", window.as_uri(),
    ]  # fmt: skip
    run = subprocess.run(command, capture_output=True, check=True, timeout=240)
    said = re.search(r'<pre id="said">(.*?)</pre>', run.stdout.decode(), flags=re.DOTALL)
    seen, found, obeyed = json.loads(unescape(said.group(1)))
    assert (seen, sum(found), obeyed) == (len(pages), 0, 0)
    assert [line for line in run.stderr.decode(errors="replace").splitlines() if "CONSOLE" in line] == []
