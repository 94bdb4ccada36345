import html
from pathlib import Path

import pypandoc
import pytest

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.guides import markdown
from ipt_evidence.reporting.guides.markdown import (
    DIALECT,
    Markdown,
    environment,
    escape,
    headings,
    link,
    tidy,
    to_html,
)
from ipt_evidence.reporting.kept import Kept

HOSTILE = [
    "*b* _c_ ~~d~~ `e` $f$ ^g^ a|b {h}",
    "<script>alert(1)</script> <!-- c --> <b>x</b> &amp; &lt;",
    "[l](http://evil.example) ![i](u) [^1] [r]: u",
    "see http://evil.example or www.evil.example",
    "# head",
    "> quote",
    "- item",
    "+ item",
    "1. item",
    "2019) item",
    "===",
    "---",
    "back\\slash \\* and `tick",
    "line\n\n# break\n- and item",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_text_shows_to_the_letter(text):
    page = str(to_html(escape(text), Kept()))
    shown = page.removeprefix("<p>").removesuffix("</p>\n")
    assert page.startswith("<p>")
    assert "<" not in shown
    assert html.unescape(shown) == " ".join(text.split())


def test_figures_are_left_as_they_are():
    text = "g = 0.48 (95% CI −0.30 to 0.65); 2,231 people"
    assert escape(text) == text
    assert escape("0.6 and more") == "0.6 and more"


def test_markdown_is_not_escaped_twice():
    assert escape(escape("a*b")) == "a\\*b"
    assert escape(Markdown("*a*")) == "*a*"


@pytest.mark.parametrize("value", [None, float("nan")])
def test_a_missing_value_is_never_printed(value):
    with pytest.raises(EvidenceError, match="missing value"):
        escape(value)


def test_raw_html_is_shown_and_not_obeyed():
    page = to_html("<div onclick='x'>a</div>\n\n<script>b</script>\n", Kept())
    assert "<div" not in page
    assert "<script" not in page


def test_links_lead_to_the_web_or_to_a_page_of_the_reports():
    assert link("a [b]", "https://doi.org/10.1/x") == "[a \\[b\\]](https://doi.org/10.1/x)"
    assert link("c", "../conditions/depression.html#q") == "[c](../conditions/depression.html#q)"


@pytest.mark.parametrize("address", ["javascript:x", "https://a b", "https://a)b", "file:///etc", "//x", "data:x"])
def test_other_addresses_are_refused(address):
    with pytest.raises(EvidenceError, match="no address to link to"):
        link("a", address)


def test_templates_escape_what_they_print(tmp_path: Path):
    (tmp_path / "a.md.j2").write_text("- {{ text }} **{{ link }}**", encoding="utf-8")
    rendered = environment(tmp_path).get_template("a.md.j2").render(text="*x* <b>", link=Markdown("[a](#b)"))
    assert rendered == "- \\*x\\* \\<b\\> **[a](#b)**"


def test_headings_are_listed_down_to_a_level():
    page = to_html("# A\n\n## B & C\n\n### D\n\n## B & C\n", Kept())
    assert headings(page, deepest=2) == [(2, "b--c", "B & C"), (2, "b--c-1", "B & C")]
    assert (3, "d", "D") in headings(page, deepest=3)


TEXT = "\n\n".join([
    "Before.", "# A guide", "One.", "## On *x*", *map(escape, HOSTILE), "- a\n- b", "### Again", "1. c\n\n2. d",
    "## On *x*", "### Again", "One.", "[link](https://doi.org/10.1/x) # no heading", "#### End",
])  # fmt: skip


def test_a_text_set_in_pieces_is_the_text_set_whole():
    options = ["--wrap=none"]
    assert to_html(TEXT, Kept()) == pypandoc.convert_text(TEXT, "html", format=DIALECT, extra_args=options)


def test_what_did_not_change_is_not_set_again(monkeypatch):
    kept = Kept()
    before = to_html(TEXT, kept)
    asked = []
    whole = markdown._html
    monkeypatch.setattr(markdown, "_html", lambda text: asked.append(text) or whole(text))
    assert to_html(TEXT, Kept(kept.used)) == before
    assert asked == []
    assert to_html(TEXT.replace("Before.", "Other."), Kept(kept.used)) == before.replace("Before.", "Other.")
    assert len(asked) == 1
    assert "Other." in asked[0]
    assert "One." not in asked[0]


def test_empty_lines_are_joined():
    assert tidy("\n\na\n\n\n\nb\n\n") == "a\n\nb\n"
