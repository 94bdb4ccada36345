"""What PDF/UA-1 asks of a file, as far as a program can see it, read by a library that did not make the file."""

from collections import Counter
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, ContentStream, DictionaryObject

PAINTS = {b"Tj", b"TJ", b"'", b'"', b"S", b"s", b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"Do", b"sh"}
STANDARD = {
    "/Document", "/Part", "/Div", "/Caption", "/TOC", "/TOCI", "/P", "/H1", "/H2", "/H3", "/H4", "/L", "/LI", "/Lbl",
    "/LBody", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD", "/Span", "/Reference", "/Note", "/Code", "/Link",
    "/Figure", "/Formula", "/BibEntry", "/Quote", "/BlockQuote",
}  # fmt: skip
"""Structure types of PDF 1.7 that a document may use; others must be mapped to one of them."""


class Tagged:
    """The tree of tags of a PDF.

    Attributes
    ----------
    elements : list of DictionaryObject
        Its elements in reading order.
    marked : dict of int to set of int
        By number of the page object, the ids of marked content that the tree holds.
    """

    def __init__(self, content):
        self.reader = PdfReader(BytesIO(content))
        self.root = self.reader.trailer["/Root"]
        self.elements, self.marked = [], {}
        self._walk(self.root["/StructTreeRoot"]["/K"], None)

    def _walk(self, kid, page):
        kid = kid.get_object()
        if isinstance(kid, ArrayObject):
            for one in kid:
                self._walk(one, page)
        elif isinstance(kid, DictionaryObject):
            page = kid.raw_get("/Pg").idnum if "/Pg" in kid else page
            if kid.get("/Type") == "/MCR":
                self.marked.setdefault(page, set()).add(int(kid["/MCID"]))
            elif kid.get("/Type") != "/OBJR":
                self.elements.append(kid)
                if "/K" in kid:
                    self._walk(kid["/K"], page)
        else:
            self.marked.setdefault(page, set()).add(int(kid))

    def of(self, *kinds):
        return [one for one in self.elements if one["/S"] in kinds]


@pytest.fixture(scope="module")
def tagged(documents):
    return Tagged(documents["whole-review.pdf"])


def test_the_file_is_marked_and_has_a_language_and_a_title_that_is_shown(tagged):
    root = tagged.root
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "dc:title" in root["/Metadata"].get_data().decode("utf-8")


def test_every_kind_of_tag_is_a_standard_one_or_stands_for_one(tagged):
    mapped = tagged.root["/StructTreeRoot"].get("/RoleMap", {})
    kinds = {mapped.get(one["/S"], one["/S"]) for one in tagged.elements}
    assert kinds <= STANDARD
    assert {"/H1", "/H2", "/Table", "/TH", "/Figure", "/Caption", "/L", "/Link"} <= kinds


def test_every_picture_has_words_and_every_head_of_a_table_says_what_it_heads(tagged):
    figures, heads = tagged.of("/Figure"), tagged.of("/TH")
    assert len(figures) > 3
    assert all(str(one.get("/Alt", "")).strip() for one in figures)
    assert len(heads) > 10
    for one in heads:
        attributes = one["/A"].get_object()
        entries = attributes if isinstance(attributes, ArrayObject) else [attributes]
        assert any("/Scope" in entry.get_object() for entry in entries)


def test_headings_skip_no_level(tagged):
    levels = [int(one["/S"][2:]) for one in tagged.of("/H1", "/H2", "/H3", "/H4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_nothing_is_painted_outside_the_tags_and_the_tree_holds_all_of_it(tagged):
    painted = Counter()
    for page in tagged.reader.pages:
        depth, ids = 0, set()
        for operands, operator in ContentStream(page.get_contents(), tagged.reader).operations:
            if operator in (b"BDC", b"BMC"):
                depth += 1
                if operator == b"BDC" and isinstance(operands[1], DictionaryObject) and "/MCID" in operands[1]:
                    ids.add(int(operands[1]["/MCID"]))
            elif operator == b"EMC":
                depth -= 1
            elif operator in PAINTS:
                painted["tagged" if depth else "not tagged"] += 1
        assert ids <= tagged.marked.get(page.indirect_reference.idnum, set())
    assert painted["tagged"] > 1000
    assert not painted["not tagged"]


def test_links_are_tagged_and_described_and_follow_the_order_of_the_tags(tagged):
    pages = [page for page in tagged.reader.pages if "/Annots" in page]
    links = [one.get_object() for page in pages for one in page["/Annots"]]
    assert len(links) > 20
    assert all(page["/Tabs"] == "/S" for page in pages)
    assert all("/StructParent" in one and one.get("/Contents") for one in links)


def test_every_font_is_in_the_file_with_its_letters(tagged):
    fonts = {}
    for page in tagged.reader.pages:
        fonts |= page["/Resources"].get("/Font", {})
    assert fonts
    for font in (one.get_object() for one in fonts.values()):
        assert "/ToUnicode" in font
        for inner in font["/DescendantFonts"]:
            assert {"/FontFile2", "/FontFile3"} & set(inner.get_object()["/FontDescriptor"].get_object())


def test_the_claim_in_the_file_is_the_one_the_rest_of_the_tests_are_about(documents):
    for name in documents:
        if Path(name).suffix == ".pdf":
            metadata = PdfReader(BytesIO(documents[name])).trailer["/Root"]["/Metadata"].get_data()
            assert b"<pdfuaid:part>1</pdfuaid:part>" in metadata, name
