from pathlib import Path

import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.references import read_bibliography
from ipt_evidence.reporting.references import (
    STYLES,
    cited,
    format_references,
    format_references_markdown,
)

RAW = Path(__file__).parents[2] / "data" / "raw"


def article(key, *names, **fields):
    authors = [{"literal": name} if name == "others" else {"family": name, "given": "Ana"} for name in names]
    return {
        "id": key, "type": "article-journal", "author": authors, "title": "A trial",
        "container-title": "The Journal", "issued": {"date-parts": [[2001]]}, "volume": "3", "page": "1-9",
    } | fields  # fmt: skip


def test_sets_a_reference_in_apa_with_a_link_to_its_doi():
    html = format_references([article("nunez2001", "Núñez", "Li", DOI="10.1/x")], "apa")["nunez2001"]
    assert html == (
        "Núñez, A., &amp; Li, A. (2001). A trial. <em>The Journal</em>, <em>3</em>, 1–9. "
        '<a href="https://doi.org/10.1/x">https://doi.org/10.1/x</a>'
    )


def test_sets_a_reference_in_harvard_with_british_quotation_marks():
    markdown = format_references_markdown([article("nunez2001", "Núñez", DOI="10.1/x")], "harvard")["nunez2001"]
    assert markdown == (
        "Núñez, A. (2001) ‘A trial’, *The Journal*, 3, pp. 1–9. Available at: <https://doi.org/10.1/x>."
    )


def test_sets_a_reference_in_vancouver_with_its_number_and_shortened_pages():
    items = [article("b", "Young", page="457-459"), article("nunez2001", "Núñez", "Li", DOI="10.1/x")]
    assert format_references(items, "vancouver") == {
        "b": "1. Young A. A trial. The Journal. 2001;3:457–9.",
        "nunez2001": '2. Núñez A, Li A. <a href="https://doi.org/10.1/x">A trial</a>. The Journal. 2001;3:1–9.',
    }
    assert list(format_references_markdown(items, "vancouver").values()) == [
        "1\\. Young A. A trial. The Journal. 2001;3:457–9.",
        "2\\. Núñez A, Li A. [A trial](https://doi.org/10.1/x). The Journal. 2001;3:1–9.",
    ]


@pytest.mark.parametrize(
    ("style", "words"),
    [("apa", "Li, A., et al."), ("harvard", "Li, A., *et al.*"), ("vancouver", "Núñez A, Li A, et al.")],
)
def test_and_others_becomes_et_al_in_the_way_of_the_style(style, words):
    reference = format_references_markdown([article("a", "Núñez", "Li", "others")], style)["a"]
    assert words in reference
    assert "others" not in reference


@pytest.mark.parametrize("style", STYLES)
def test_text_never_becomes_markup(style):
    title = "<b>B</b> <script>x</script> *s* _u_ [l](u) $m$ ^p^ # 1. & `c`"
    html = format_references([article("a", "Li", title=title)], style)["a"]
    assert "&lt;b&gt;B&lt;/b&gt; &lt;script&gt;x&lt;/script&gt; *s* _u_ [l](u) $m$ ^p^ # 1. &amp; `c`" in html
    markdown = format_references_markdown([article("a", "Li", title=title)], style)["a"]
    assert "<script>" not in markdown.replace("\\<script\\>", "")
    assert r"\*s\* \_u\_ \[l\](u)" in markdown


@pytest.mark.parametrize("style", STYLES)
def test_an_article_of_unknown_volume_is_not_called_a_preprint(style):
    item = article("a", "Li")
    del item["volume"], item["page"]
    assert "reprint" not in format_references([item], style)["a"]


def test_both_forms_list_the_works_in_the_order_of_the_style():
    items = [article("b", "Young"), article("a", "Adams"), article("c", "Moore")]
    assert list(format_references(items, "apa")) == ["a", "c", "b"]
    assert list(format_references_markdown(items, "apa")) == ["a", "c", "b"]


def test_works_of_one_author_and_year_get_letters():
    items = [article("a", "Li"), article("b", "Li", title="B trial")]
    assert [html.split(".")[1] for html in format_references(items, "apa").values()] == [
        " (2001a)",
        " (2001b)",
    ]


def test_no_works_give_no_references():
    assert format_references([], "apa") == {}


def test_the_same_works_give_the_same_text():
    items = [article("a", "Li"), article("b", "Núñez", "others")]
    assert format_references(items, "apa") == format_references(items, "apa")


def test_finds_what_is_cited_once_and_in_order():
    bibliography = {key: article(key, "Li") for key in "abc"}
    assert [item["id"] for item in cited(bibliography, ["c", "a", "c"])] == ["c", "a"]


def test_a_missing_work_is_an_error_that_names_it():
    with pytest.raises(EvidenceError, match="not in the bibliography: x, y;"):
        cited({"a": article("a", "Li")}, ["x", "a", "y"])


def test_refuses_an_unknown_style():
    with pytest.raises(EvidenceError, match="'mla' is unknown; choose one of apa, harvard, vancouver"):
        format_references([article("a", "Li")], "mla")


def test_refuses_an_address_that_is_not_of_the_web():
    with pytest.raises(EvidenceError, match="a, URL = 'javascript:x'"):
        format_references([article("a", "Li", URL="javascript:x")], "apa")


@pytest.fixture(scope="module")
def real():
    files = ("references.bib", "guide_references.bib")
    return {key: entry.csl for file in files for key, entry in read_bibliography(RAW / file).entries.items()}


def test_eight_authors_are_named_as_each_style_has_it(real):
    of = {style: format_references_markdown([real["beeber2010"]], style)["beeber2010"] for style in STYLES}
    assert of["apa"].startswith(
        "Beeber, L. S., Holditch-Davis, D., Perreira, K., Schwartz, T. A., Lewis, V., Blanchard, H., Canuso, R., & "
    )
    assert of["harvard"].startswith("Beeber, L.S. *et al.* (2010) ‘Short-Term")
    assert of["vancouver"].startswith(
        r"1\. Beeber LS, Holditch-Davis D, Perreira K, Schwartz TA, Lewis V, Blanchard H, et al. ["
    )


def test_volume_issue_and_pages_stand_as_each_style_has_them(real):
    of = {style: format_references_markdown([real["agras2000"]], style)["agras2000"] for style in STYLES}
    assert of["apa"].endswith("*Archives of General Psychiatry*, *57*(5), 459–466.")
    assert of["harvard"].endswith("*Archives of General Psychiatry*, 57(5), pp. 459–466.")
    assert of["vancouver"].endswith("Archives of General Psychiatry. 2000;57(5):459–66.")


def test_editors_are_called_editors(real):
    of = {
        style: format_references_markdown([real["markowitz1998book"]], style)["markowitz1998book"] for style in STYLES
    }
    assert of["apa"].startswith("Markowitz, J. C. (Ed.). (1998).")
    assert of["harvard"].startswith("Markowitz, J.C. (ed.) (1998)")
    assert of["vancouver"].startswith(r"1\. Markowitz JC, editor. Interpersonal Psychotherapy.")


def test_a_chapter_names_its_book_in_vancouver(real):
    text = format_references_markdown([real["zaretsky2011"]], "vancouver")["zaretsky2011"]
    assert "In: Goldbloom D, Davine J, editors. Psychiatry in Primary Care:" in text
    assert text.endswith("Toronto, ON: Centre for Addiction and Mental Health; 2011. p. 249–64.")


@pytest.mark.parametrize("style", STYLES)
def test_every_work_of_the_review_can_be_set_in_every_style(real, style):
    texts = format_references_markdown(real.values(), style)
    assert set(texts) == set(real)
    assert not [key for key, text in texts.items() if "editorM" in text or " others" in text.lower()]


def test_a_suffix_stands_behind_the_name(real):
    of = {style: format_references_markdown([real["reynolds1999a"]], style)["reynolds1999a"] for style in STYLES}
    assert of["apa"].startswith("Reynolds, C. F., III, Miller, M. D.,")
    assert of["harvard"].startswith("Reynolds, C.F., III *et al.* (1999)")
    assert of["vancouver"].startswith(r"1\. Reynolds CF III, Miller MD,")
