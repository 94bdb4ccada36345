from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.drawing.canvas import Canvas, text_width, wrap

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=40)


def drawn(canvas):
    return ElementTree.fromstring(canvas.svg(title="Title", description="Description", name="plot"))


@given(st.lists(WORDS, max_size=8), st.floats(20, 300))
def test_wrapped_lines_fit_and_lose_nothing(words, width):
    lines = wrap(" ".join(words), width, 9)
    assert all(text_width(line, 9) <= width for line in lines if len(line) > 1)
    assert "".join(lines).replace(" ", "") == "".join(words)


def test_words_joined_by_a_hard_space_stay_on_one_line():
    assert wrap("Odds ratio (95%\N{NO-BREAK SPACE}CI)", 60, 9)[-1] == "(95%\N{NO-BREAK SPACE}CI)"


def test_letters_that_the_font_lacks_get_a_full_width():
    assert text_width("张三", 9) == 18


def test_bold_and_longer_texts_are_wider():
    assert text_width("IPT v control", 9) < text_width("IPT v control", 9, bold=True)
    assert text_width("IPT", 9) < text_width("IPT v", 9) < text_width("IPT v", 10)


def test_text_never_becomes_markup_or_a_formula():
    canvas = Canvas(100, 20)
    canvas.text(0, 10, "<script>$x^2$</script> & more", size=9, colour="#000000")
    root = drawn(canvas)
    assert [element.text for element in root.iter(f"{SVG}text")] == ["<script>$x^2$</script> & more"]
    assert not list(root.iter(f"{SVG}script"))


def test_the_drawing_is_announced_by_its_title_and_description():
    root = drawn(Canvas(72, 36))
    named = {element.attrib["id"]: element.text for element in root if "id" in element.attrib}
    assert root.attrib["role"] == "img"
    assert [named[name] for name in root.attrib["aria-labelledby"].split()] == ["Title", "Description"]


def test_the_size_on_a_page_is_in_pixels():
    root = drawn(Canvas(72, 36))
    assert (root.attrib["viewBox"], root.attrib["width"], root.attrib["height"]) == ("0 0 72 36", "96", "48")


@pytest.mark.parametrize(("dashes", "expected"), [(None, None), ((3, 2), "3 2")])
def test_lines_are_dashed_only_where_asked(dashes, expected):
    canvas = Canvas(10, 10)
    canvas.line((0, 1), (9.126, 1), colour="#000000", dashes=dashes)
    line = next(drawn(canvas).iter(f"{SVG}line"))
    assert (line.attrib.get("stroke-dasharray"), line.attrib["x2"]) == (expected, "9.13")


def test_later_marks_cover_earlier_ones():
    canvas = Canvas(10, 10)
    canvas.box(0, 0, 5, 5, colour="#000000")
    canvas.disc(2, 2, 1, colour="#ffffff", edge="#000000")
    canvas.polygon([(0, 0), (1, 0), (0, 1)], colour="#000000")
    assert [element.tag.removeprefix(SVG) for element in drawn(canvas)][2:] == ["rect", "circle", "polygon"]
