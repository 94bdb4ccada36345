"""Reports that show other tables than there are now say so; what nothing makes any more is taken away or named."""

import os
import shutil

import pytest

from ipt_evidence.files import write_file
from ipt_evidence.reporting.leftovers import remove_leftovers
from ipt_evidence.reporting.made_from import (
    MARK,
    NO_TABLE,
    PARTS,
    citing_another,
    commit_of_pages,
    fingerprint,
    mark_pages,
    out_of_date,
)

PAGE = '<html><main id="main">\n<p>Answers</p></main></html>'
PAGES = ("index.html", "conditions/grief.html", "conditions/trust.html", "conditions/notebooks/trials.html",
         "changes.html", "notebooks/one.html")  # fmt: skip
OTHERS = {
    "data/processed/SHA256SUMS",
    "data/processed/ratings.csv",
    "data/processed/references.json",
    "reports/evidence.json",
}
REMAKE = "Made from other tables than there are now: {}. `ipt-evidence run` makes them anew."


@pytest.fixture
def review(tmp_path):
    """A review as a whole run leaves it."""
    write_file("a,b\n1,2\n", tmp_path / "data/processed/ratings.csv")
    write_file("[]", tmp_path / "data/processed/references.json")
    listed = "".join(f"0  data/processed/{name}\n" for name in ("ratings.csv", "references.json"))
    write_file(listed, tmp_path / "data/processed/SHA256SUMS")
    write_file("{}", tmp_path / "reports/evidence.json")
    for page in PAGES:
        write_file(PAGE, tmp_path / "reports" / page)
        os.utime(tmp_path / "reports" / page, ns=(10**18, 10**18))
    for job in PARTS:
        write_file(f"{fingerprint(tmp_path)}\nabc", tmp_path / f"reports/made_from/{job}.txt")
    return tmp_path


def marked(review):
    return {page for page in PAGES if MARK in (review / "reports" / page).read_text(encoding="utf-8")}


def test_after_a_whole_run_nothing_is_marked(review):
    assert mark_pages(review) == out_of_date(review) == []
    assert marked(review) == set()


def test_pages_beside_new_tables_say_so_and_stay_as_old_as_they_are_until_the_tables_are_back(review):
    ratings = review / "data/processed/ratings.csv"
    ratings.write_text("a,b\n1,3\n", encoding="utf-8")
    assert mark_pages(review) == [REMAKE.format("the pages, evidence.json, changes.html, the notebooks")]
    assert marked(review) == set(PAGES)
    assert {(review / "reports" / page).stat().st_mtime_ns for page in PAGES} == {10**18}
    mark_pages(review)
    assert (review / "reports/index.html").read_text(encoding="utf-8").count(MARK) == 1
    ratings.write_text("a,b\n1,2\n", encoding="utf-8")
    assert mark_pages(review) == []
    assert {(review / "reports" / page).read_text(encoding="utf-8") for page in PAGES} == {PAGE}


def test_a_table_that_a_person_laid_beside_them_puts_nothing_out_of_date(review):
    write_file("mine\n", review / "data/processed/my_notes.csv")
    write_file("[]", review / "data/processed/my_references.json")
    assert mark_pages(review) == []


def test_reports_that_cite_another_commit_are_named_and_not_marked(review):
    assert citing_another(review, "abc") == []
    assert commit_of_pages(review) == "abc"
    said = "The commit cited is not the one that holds the review now: the pages. `ipt-evidence run` makes them anew."
    assert citing_another(review, "def") == citing_another(review, "") == [said]
    write_file(b"", review / "reports/documents/whole-review.pdf")
    assert citing_another(review, "def") == [
        said.replace("the pages", "the pages, the documents").replace("run`", "run all documents`")
    ]
    assert mark_pages(review) == []


def test_a_review_without_pages_cites_nothing_and_pages_without_a_record_no_commit(review):
    (review / "reports/made_from/site.txt").unlink()
    assert commit_of_pages(review) == ""
    shutil.rmtree(review / "reports/conditions")
    (review / "reports/index.html").unlink()
    assert commit_of_pages(review) is None


def test_what_shows_no_table_is_never_out_of_date(review):
    write_file(NO_TABLE, review / "reports/made_from/changes.txt")
    (review / "data/processed/ratings.csv").write_text("a,b\n1,3\n", encoding="utf-8")
    assert out_of_date(review) == [REMAKE.format("the pages, evidence.json, the notebooks")]
    mark_pages(review)
    assert marked(review) == {*PAGES} - {"changes.html"}


def test_a_job_that_failed_leaves_only_its_own_pages_marked(review):
    (review / "reports/made_from/notebooks.txt").unlink()
    assert mark_pages(review) == [REMAKE.format("the notebooks")]
    assert marked(review) == {"notebooks/one.html"}


def test_what_a_person_laid_among_the_pages_stops_nothing_and_damage_is_out_of_date(review):
    (review / "reports/mine.html").write_bytes("f\u00fcr mich".encode("latin-1"))
    (review / "reports/folder.html").mkdir()
    (review / "reports/gone.html").symlink_to(review / "nowhere")
    (review / "reports/made_from/notebooks.txt").write_bytes(b"\xff")
    assert mark_pages(review) == [REMAKE.format("the notebooks")]
    assert marked(review) == {"notebooks/one.html"}


def test_documents_that_were_never_set_are_not_missed_and_old_ones_are(review):
    (review / "reports/made_from/documents.txt").write_text("before", encoding="utf-8")
    assert out_of_date(review) == []
    write_file(b"", review / "reports/documents/whole-review.pdf")
    assert out_of_date(review) == [REMAKE.format("the documents").replace("run`", "run documents`")]


def test_what_no_rule_makes_is_removed_where_nothing_else_can_be_and_named_elsewhere(review):
    for name in ("effects/grief/effect_sizes.csv", "effects/pain/effect_sizes.csv", "README.md", "old.csv"):
        write_file("x", review / "data/processed" / name)
    write_file(b"", review / "reports/documents/grief.docx")
    made = {f"reports/{page}" for page in PAGES[:-1]} | OTHERS
    made.add("data/processed/effects/pain/effect_sizes.csv")
    assert remove_leftovers(review, made) == [
        "Removed, because no rule makes it any more: data/processed/effects/grief/effect_sizes.csv, "
        "reports/notebooks/one.html.",
        "No rule makes these any more; remove what you do not need: data/processed/old.csv, "
        "reports/documents/grief.docx.",
    ]
    assert not (review / "data/processed/effects/grief").exists()
    assert (review / "data/processed/effects/pain/effect_sizes.csv").exists()
    assert remove_leftovers(review, made | {"data/processed/old.csv", "reports/documents/grief.docx"}) == []


def test_what_a_killed_run_could_not_take_away_is_gone_without_a_word(review):
    write_file("a\n", review / "data/processed/checked/studies/grief.json")
    assert remove_leftovers(review, {f"reports/{page}" for page in PAGES} | OTHERS) == []
    assert not (review / "data/processed/checked").exists()


def test_pages_on_trust_say_themselves_which_state_they_speak_of(review):
    pages = [review / "reports/trust.html", review / "reports/agreement.html"]
    for page in pages:
        write_file(PAGE, page)
    write_file("a,b\n1,3\n", review / "data/processed/ratings.csv")
    mark_pages(review)
    assert marked(review) == set(PAGES)
    assert [page.read_text(encoding="utf-8") for page in pages] == [PAGE, PAGE]


def test_where_there_are_only_pages_on_trust_nothing_is_out_of_date(tmp_path):
    write_file(PAGE, tmp_path / "reports/trust.html")
    assert out_of_date(tmp_path) == []
