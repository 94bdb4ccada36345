"""The trials of trust see what they are there to see: a difference, and where it is; a process without a network."""

import importlib
import shutil
import subprocess
import sys
import zipfile

import pytest

from ipt_evidence.errors import EvidenceError


@pytest.fixture(scope="module")
def trial():
    """Import a script of trust/, which takes a while."""
    return importlib.import_module


def archive(path, day):
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr(zipfile.ZipInfo("word/document.xml", (2026, 11, day, 0, 0, 0)), "the same")


def test_a_difference_is_told_with_its_place(trial, tmp_path):
    verify = trial("verify")
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, day in ((one, 1), (other, 2)):
        (folder / "reports").mkdir(parents=True)
        (folder / "data/processed").mkdir(parents=True)
        archive(folder / "reports/a.docx", day)
        (folder / "reports/index.html").write_text(f"first\nmade on day {day}\n", encoding="utf-8")
        (folder / "reports/same.html").write_text("same", encoding="utf-8")
        (folder / "data/processed/kept.txt").write_text(str(day), encoding="utf-8")
    (other / "reports/more.csv").write_text("more", encoding="utf-8")
    found = list(verify.differences(*(verify.sums(folder) for folder in (one, other))))
    assert found == ["reports/a.docx", "reports/index.html", "reports/more.csv"]
    said = [verify.first_difference(name, one, other) for name in found]
    assert said[0].startswith("reports/a.docx: ('word/document.xml', (2026, 11, 1, 0, 0, 0),")
    assert said[1] == "reports/index.html: line 2, byte 18: 'first\\nmade on day 1\\n' | 'first\\nmade on day 2\\n'"
    assert said[2] == "reports/more.csv: one has no such file"


def test_every_file_is_of_one_kind(trial):
    kind_of = trial("verify").kind_of
    names = {
        "releases/2026-11-22/reports/index.html": "release", "reports/notebooks/1.html": "notebooks",
        "reports/documents/whole-review.pdf": "PDF", "reports/guides/a.docx": "DOCX", "reports/guides/a.md": "guides",
        "reports/conditions/a.html": "pages and pictures", "reports/evidence.json": "data for machines",
        "data/processed/arms.csv": "tables",
    }  # fmt: skip
    assert {name: kind_of(name) for name in names} == names


def test_a_process_without_network_reaches_nothing(trial):
    verify = trial("verify")
    way = verify.without_network()
    if way:
        command = [*way, sys.executable, "-c", verify.CONNECT]
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
        assert "Network is unreachable" in tried.stderr
    elif shutil.which("unshare"):  # only where the system lets none of the ways start a process
        ends = [subprocess.run([*one, "true"], capture_output=True, check=False) for one in verify.WITHOUT_NETWORK]
        assert all(end.returncode for end in ends)


def test_a_spoilt_archive_is_one_that_opens(trial, tmp_path):
    fuzz = trial("fuzz")
    archive(tmp_path / "a.docx", 1)
    spoilt = fuzz.spoilt_archive((tmp_path / "a.docx").read_bytes(), [(0.0, ("in", b"<script>"))])
    (tmp_path / "b.docx").write_bytes(spoilt)
    with zipfile.ZipFile(tmp_path / "b.docx") as parts:
        assert parts.read("word/document.xml") == b"<script>the same"


def test_a_reader_that_fails_in_its_own_way_is_found(trial):
    counts, wrong = trial("fuzz").tried("x", [("", b"sound")], lambda _, content: [][len(content)], 10)
    assert not counts
    assert wrong.startswith("IndexError: list index out of range")


def test_every_door_is_given_a_file_that_it_takes(trial):
    fuzz = trial("fuzz")
    shut = [
        kind for kind, files in fuzz.samples().items() if "taken" not in (_given(fuzz, kind, file) for file in files)
    ]
    assert shut == []


def _given(fuzz, kind, file):
    try:
        return fuzz.through(kind)(*file)
    except EvidenceError:
        return "refused"
