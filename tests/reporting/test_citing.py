"""How a review is cited, and whether a document is of the state that its pages are of."""

from ipt_evidence.reporting.citing import differs_from_pages

OLD, NEW = "0123456789abcdef0123", "fedcba98765432100000"


def test_a_document_says_that_its_pages_are_of_another_commit():
    assert differs_from_pages(NEW, None) == ""
    assert differs_from_pages(OLD, OLD) == ""
    assert differs_from_pages(NEW, OLD) == (
        "The pages of the report that lay beside this document were made from commit 0123456789ab, this document from "
        "commit fedcba987654."
    )
    assert differs_from_pages("", OLD).endswith("this document from a state that no commit holds.")
    assert differs_from_pages("", "") == ""
    assert "made from a state that no commit holds, this document from commit fed" in differs_from_pages(NEW, "")
