"""How a review is cited, and whether a document is of the state that its pages are of."""

from ipt_evidence.reporting.citing import citation, differs_from_pages

REVIEW = {"authors": "The developers", "title": "A review", "last_review": "2026-11-22"}
OLD, NEW = "0123456789abcdef0123", "fedcba98765432100000"


def test_a_document_says_that_its_pages_are_of_another_commit(tmp_path):
    index = tmp_path / "index.html"
    assert differs_from_pages(NEW, index) == ""
    index.write_text(f"<p>{citation(REVIEW, OLD).text}</p>", encoding="utf-8")
    assert differs_from_pages(OLD, index) == ""
    assert differs_from_pages(NEW, index) == (
        "The pages of the report that lay beside this document were made from commit 0123456789ab, this document from "
        "commit fedcba987654."
    )
    assert differs_from_pages("", index).endswith("this document from a state that no commit holds.")
    index.write_text(f"<p>{citation(REVIEW, '').text}</p>", encoding="utf-8")
    assert differs_from_pages("", index) == ""
    assert "made from a state that no commit holds, this document from commit fed" in differs_from_pages(NEW, index)
