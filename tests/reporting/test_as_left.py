"""What is gone, edited or unknown is made anew; what is as its job left it is not, wherever it was copied."""

import json
import os
import shutil

import pytest

from ipt_evidence.files import write_file
from ipt_evidence.reporting.as_left import NOTES, not_as_noted, note, tidy, to_make_anew
from ipt_evidence.reporting.made_from import MAIN, MARK

RATINGS, GAPS, PAGE, NETWORK = (
    "data/processed/ratings.csv",
    "data/processed/gaps.csv",
    "reports/index.html",
    "reports/conditions/grief/network.html",
)
WORD, OTHER_WORD = "reports/documents/grief.docx", "reports/documents/all.docx"
MADE = {RATINGS, GAPS, PAGE, WORD, OTHER_WORD}
ANEW = "Missing, or not as the job that makes it left it, and so to be made anew: {}."
NOTHING = (frozenset(), [])


@pytest.fixture
def review(tmp_path):
    """A review as three jobs left it: tables, pages with one that only the data name, documents made on request."""
    folder = tmp_path / "review"
    for path in (RATINGS, GAPS, WORD, OTHER_WORD):
        write_file("a,b\n1,2\n", folder / path)
    for path in (PAGE, NETWORK):
        write_file(f"<html>{MAIN}</html>", folder / path)
    (folder / NOTES).parent.mkdir(parents=True)
    note(folder, RATINGS, [RATINGS, GAPS])
    note(folder, PAGE, [PAGE, "reports/conditions"])
    note(folder, OTHER_WORD, [OTHER_WORD, WORD])
    return folder


def to_do(review, made=MADE):
    return to_make_anew(review, made, {WORD, OTHER_WORD})


def test_what_is_as_it_was_left_stays(review):
    assert to_do(review) == NOTHING
    assert not_as_noted(review) == []


def test_an_edit_that_keeps_size_and_date_is_seen_and_its_job_runs_again(review):
    path = review / GAPS
    before = path.stat()
    path.write_text("a,b\n1,3\n", encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    for _ in range(2):  # until it has run, the next one says so too
        assert to_do(review) == ({RATINGS}, [ANEW.format(GAPS)])
    note(review, RATINGS, [RATINGS, GAPS])
    assert to_do(review) == NOTHING


def test_a_page_that_only_the_data_name_is_missed(review):
    (review / NETWORK).unlink()
    assert to_do(review) == ({PAGE}, [ANEW.format(NETWORK)])


def test_documents_are_not_missed_but_made_anew_if_edited(review):
    (review / WORD).unlink()
    assert to_do(review) == NOTHING
    (review / OTHER_WORD).write_text("mine", encoding="utf-8")
    assert to_do(review) == ({OTHER_WORD}, [ANEW.format(OTHER_WORD)])


def test_without_notes_everything_is_made_anew_and_nothing_can_be_released(review):
    shutil.rmtree(review / ".snakemake")
    (review / GAPS).unlink()
    said = "Nothing is noted of the run that made the files here: all are to be made anew."
    assert to_do(review) == (MADE - {GAPS}, [said])
    assert not_as_noted(review) == [
        "Nothing is noted of the run that made the files here. `ipt-evidence run` makes it anew."
    ]
    for path in MADE:
        (review / path).unlink(missing_ok=True)
    assert to_do(review) == NOTHING


def test_what_a_killed_run_noted_in_part_counts_as_unknown(review):
    notes = review / NOTES
    lines = notes.read_text(encoding="utf-8").splitlines(keepends=True)
    notes.write_text("".join([*lines[:2], lines[2][:50]]), encoding="utf-8")
    assert to_do(review) == ({WORD, OTHER_WORD}, [ANEW.format(f"{OTHER_WORD}, {WORD}")])
    note(review, OTHER_WORD, [OTHER_WORD, WORD])
    assert to_do(review) == NOTHING


@pytest.mark.parametrize(
    "line",
    [b"\xff", b"[]", b'"x"', b'{"a": 1}', b'{"a": {"b": 1}}', b'{"a": {"b": []}}', b"[" * 100_000, b'{"a": NaN}'],
)
def test_a_damaged_note_says_nothing(review, line):
    with (review / NOTES).open("ab") as notes:
        notes.write(line + b"\n")
    assert to_do(review) == NOTHING


def test_a_folder_in_the_place_of_a_file_is_no_such_file(review):
    (review / GAPS).unlink()
    (review / GAPS).mkdir()
    assert to_do(review) == ({RATINGS}, [ANEW.format(GAPS)])


def test_a_copy_with_other_dates_is_as_it_was_left_and_read_once(review, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(review, copy, copy_function=shutil.copyfile)
    assert to_do(copy) == NOTHING
    for line in (copy / NOTES).read_text(encoding="utf-8").splitlines():
        for files in json.loads(line).values():
            for path, (_, _, time, _) in files.items():
                assert (copy / path).stat().st_mtime_ns == time


def test_the_line_that_says_out_of_date_is_no_edit(review):
    write_file(f"<html>{MAIN}{MARK}</html>", review / PAGE)
    assert to_do(review) == NOTHING


def test_what_no_rule_makes_any_more_is_forgotten_once_it_is_gone(review):
    without = MADE - {RATINGS, GAPS}
    (review / GAPS).write_text("edited", encoding="utf-8")
    assert to_do(review, without) == NOTHING
    for path in (RATINGS, GAPS):
        (review / path).unlink()
    assert not_as_noted(review) == [
        f"Missing, or not as the job that makes it left it: {GAPS}, {RATINGS}. `ipt-evidence run` makes it anew."
    ]
    tidy(review, without)
    assert not_as_noted(review) == []
