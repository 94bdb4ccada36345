"""What became of reports, where Crossref, OpenAlex and the XML of PubMed say so, and only there."""

import json

import pytest

from ipt_evidence.exchange.kinds import kind_of

WORK = {
    "DOI": "10.1000/work", "type": "journal-article", "title": ["T"], "container-title": ["J"],
    "issued": {"date-parts": [[2001]]}, "author": [{"family": "Doe", "given": "J."}],
}  # fmt: skip
NOTICE = WORK | {"DOI": "10.1000/notice", "title": ["U"], "author": [{"family": "Roe", "given": "A."}]}


@pytest.fixture
def crossref(take):
    return lambda *works: take("crossref", json.dumps({"message": {"items": works}}))


def notes(outcome):
    return [item.get("note", "") for item in outcome.items.values()]


@pytest.mark.parametrize(
    ("update", "status", "said"),
    [
        ({"type": "retraction", "DOI": "10.1000/n"}, "retracted", "Retracted, says Crossref (10.1000/n)"),
        ({"type": "withdrawal"}, "retracted", "Withdrawn, says Crossref"),
        (
            {"type": "removal", "DOI": "10.1000/n", "updated": {"date-parts": [[2020, 1, 2]]}},
            "retracted",
            "Removed, says Crossref (10.1000/n, 2020-01-02)",
        ),
        ({"type": "partial_retraction"}, "retracted", "Partly retracted, says Crossref"),
        (
            {"type": "Expression of Concern", "source": "retraction-watch"},
            "expression_of_concern",
            "Under an expression of concern, says Crossref (from retraction-watch)",
        ),
        ({"type": "erratum"}, "corrected", "Corrected, says Crossref"),
    ],
)
def test_crossref_says_what_became_of_a_work(crossref, update, status, said):
    outcome = crossref(WORK | {"updated-by": [update]})
    assert notes(outcome) == [f"{said}."]
    assert outcome.todo == [
        (1, "10.1000/work", f"{said}: set report_status to {status} in trials.csv, and the day in notes")
    ]


@pytest.mark.parametrize(
    "update", [[], None, [{"type": ""}], [{}], [{"type": "new_version"}], [{"type": "addendum"}], "retraction"]
)
def test_no_other_update_says_anything(crossref, update):
    outcome = crossref(WORK | {"updated-by": update})
    assert (notes(outcome), outcome.todo) == ([""], [])


@pytest.mark.parametrize("works", [(WORK, NOTICE), (NOTICE, WORK)])
def test_a_notice_in_the_same_file_is_about_the_work_it_names(crossref, works):
    told = {"update-to": [{"DOI": "https://doi.org/10.1000/WORK", "type": "retraction", "label": "Retraction"}]}
    outcome = crossref(*(work | (told if work is NOTICE else {}) for work in works))
    assert {item["DOI"]: item.get("note", "") for item in outcome.items.values()} == {
        "10.1000/work": "Retracted, says Crossref (10.1000/notice).",
        "10.1000/notice": "",
    }
    reason = "a notice (Retraction) about 10.1000/WORK, not a report of results"
    assert [why for _, what, why in outcome.todo if what == "10.1000/notice"] == [reason]


def test_all_notices_are_named_once_and_the_gravest_counts(crossref):
    updates = [
        {"DOI": "10.1000/c", "type": "correction"},
        {"DOI": "10.1000/r", "type": "retraction", "source": "publisher"},
        {"DOI": "10.1000/r", "type": "retraction", "source": "retraction-watch"},
        {"DOI": "10.1000/s", "type": "retraction"},
    ]
    (note,) = notes(crossref(WORK | {"updated-by": updates}))
    assert note == (
        "Retracted, says Crossref (10.1000/r, from publisher; 10.1000/s). Corrected, says Crossref (10.1000/c)."
    )


OPENALEX = {
    "id": "https://openalex.org/W1", "type": "article", "title": "T", "publication_year": 2001,
    "authorships": [{"author": {"display_name": "J Doe"}}], "primary_location": {"source": {"display_name": "J"}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("told", "retracted"),
    [(True, True), ("true", True), (1, True), (False, False), (None, False), ("", False), ("false", False)],
)
def test_openalex_marks_what_is_retracted_without_a_notice(take, told, retracted):
    outcome = take("openalex", json.dumps(OPENALEX | {"is_retracted": told}))
    assert notes(outcome) == [""]
    assert any("marked as retracted by OpenAlex" in reason for _, _, reason in outcome.todo) == retracted


ARTICLE = (
    "<PubmedArticle><MedlineCitation><PMID>{}</PMID><Article><Journal><JournalIssue><PubDate><Year>2001</Year></PubDate>"
    "</JournalIssue><Title>J</Title></Journal><ArticleTitle>T</ArticleTitle><AuthorList><Author><LastName>Doe</LastName>"
    "<ForeName>J</ForeName></Author></AuthorList><PublicationTypeList>{}</PublicationTypeList></Article>"
    "<CommentsCorrectionsList>{}</CommentsCorrectionsList></MedlineCitation></PubmedArticle>"
)
TYPE = "<PublicationType>{}</PublicationType>"
LINK = '<CommentsCorrections RefType="{}"><RefSource>{}</RefSource></CommentsCorrections>'


@pytest.mark.parametrize(
    ("types", "links", "said"),
    [
        (TYPE.format("Retracted Publication"), "", "Retracted, says PubMed."),
        ("", LINK.format("RetractionIn", "A. 2003;1:1."), "Retracted, says PubMed (A. 2003;1:1)."),
        (
            TYPE.format("Retracted Publication"),
            LINK.format("RetractionIn", "A. 2003;1:1") + LINK.format("RetractionIn", "B. 2004;1:1"),
            "Retracted, says PubMed (A. 2003;1:1; B. 2004;1:1).",
        ),
        ("", LINK.format("PartialRetractionIn", "A. 2003;1:1"), "Partly retracted, says PubMed (A. 2003;1:1)."),
        (
            "",
            LINK.format("ExpressionOfConcernIn", "A. 2003;1:1"),
            "Under an expression of concern, says PubMed (A. 2003;1:1).",
        ),
        ("", LINK.format("ErratumIn", "A. 2003;1:1"), "Corrected, says PubMed (A. 2003;1:1)."),
        ("<PublicationType/>", "", ""),
        (TYPE.format(" "), "", ""),
        (TYPE.format("Journal Article"), LINK.format("RetractionOf", "A. 2003;1:1"), ""),
        ("", LINK.format("CommentIn", "A. 2003;1:1"), ""),
        ("", LINK.format("RetractionIn", ""), ""),
        ("", '<CommentsCorrections RefType="RetractionIn"/>', ""),
    ],
)
def test_pubmed_says_what_became_of_an_article(take, types, links, said):
    assert notes(take("pubmed", ARTICLE.format(1, types, links))) == [said]


def test_a_link_that_names_no_notice_is_told(take):
    outcome = take("pubmed", ARTICLE.format(1, "", '<CommentsCorrections RefType="RetractionIn"/>'))
    assert outcome.left == [(1, "PMID 1: RetractionIn", "the link names no notice: look the record up in PubMed")]


def test_no_retraction_moves_to_another_article(take):
    text = ARTICLE.format(1, "", "") + ARTICLE.format(2, TYPE.format("Retracted Publication"), "")
    outcome = take("pubmed", f"<PubmedArticleSet>{text}{ARTICLE.format(3, '', '')}</PubmedArticleSet>")
    assert notes(outcome) == ["", "Retracted, says PubMed.", ""]


def test_what_pubmed_deleted_is_left(take):
    text = ARTICLE.format(1, "", "") + "<DeleteCitation><PMID>2</PMID><PMID>3</PMID></DeleteCitation>"
    outcome = take("pubmed", f"<PubmedArticleSet>{text}</PubmedArticleSet>")
    assert [what for _, what, reason in outcome.left if "deleted" in reason] == ["PMID 2", "PMID 3"]


@pytest.mark.parametrize("status", ["retracted", "Retracted", "withdrawn"])
def test_a_status_of_csl_is_told(take, status):
    item = {
        "type": "article-journal", "title": "T", "container-title": "J", "issued": "2001", "status": status,
        "author": [{"family": "Doe", "given": "J."}],
    }  # fmt: skip
    outcome = take("csl", json.dumps([item]))
    assert len(outcome.todo) == 1
    assert "set report_status to retracted" in outcome.todo[0][2]


def test_what_crossref_gives_in_the_form_of_csl_is_read_with_its_updates(take, tmp_path):
    work = WORK | {"title": "T", "container-title": "J", "indexed": {}, "updated-by": [{"type": "retraction"}]}
    path = tmp_path / "work.json"
    path.write_text(json.dumps(work), encoding="utf-8")
    assert kind_of(path) == "crossref"
    assert notes(take("crossref", path.read_bytes())) == ["Retracted, says Crossref."]
