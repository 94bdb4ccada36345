from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipt_evidence.reporting.drawing.canvas import text_width
from ipt_evidence.reporting.flow.counts import Box, Part, count_flow
from ipt_evidence.reporting.flow.diagram import LINE, PADDING, ROWS, SIZE, flow_canvas, layout_of
from ipt_evidence.reporting.flow.page import flow_svg

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [name for row in ROWS for name in row if name]
PARTS = st.lists(
    st.builds(Part, st.just("r"), st.text(st.characters(codec="ascii"), max_size=120), st.integers(0, 99999)),
    max_size=9,
)


@st.composite
def flows(draw):
    """Flows with any texts and numbers, to see whether the boxes bear them."""
    words = st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=90)
    numbers = st.none() | st.integers(0, 10**6)
    boxes = [Box("screening", name, draw(words), draw(numbers), tuple(draw(PARTS))) for name in NAMES]
    return (*boxes, Box("included", "main_reports", draw(words), draw(numbers)))


@settings(max_examples=25, deadline=None)
@given(flows())
def test_boxes_never_overlap_and_hold_their_texts(boxes):
    placed = [box for _, row in layout_of(boxes) for box in row]
    assert len(placed) > 3
    for one, other in combinations(placed, 2):
        apart = one.right < other.left or other.right < one.left or one.bottom < other.top or other.bottom < one.top
        assert apart
    for box in placed:
        lines = len(box.head) + sum(len(words) for _, words in box.parts)
        assert box.bottom - box.top == pytest.approx(2 * PADDING + LINE * lines)
        room = box.right - box.left - 2 * PADDING
        assert all(text_width(line, SIZE, bold=True) <= room for line in box.head)


def drawing(boxes):
    return ElementTree.fromstring(flow_svg(tuple(boxes.values())))


def test_nothing_is_drawn_outside_the_drawing(boxes):
    root = drawing(boxes)
    width, height = map(float, root.get("viewBox").split()[2:])
    assert len(list(root.iter(f"{SVG}text"))) > len(boxes)
    for text in root.iter(f"{SVG}text"):
        wide = text_width(text.text, float(text.get("font-size")), bold=text.get("font-weight") == "bold")
        start = float(text.get("x")) - wide * {"middle": 0.5, "end": 1}.get(text.get("text-anchor"), 0)
        assert start >= 0
        assert start + wide <= width
        assert 0 < float(text.get("y")) < height
    assert len(list(root.iter(f"{SVG}line"))) > len(boxes)
    for line in root.iter(f"{SVG}line"):
        assert all(0 <= float(line.get(name)) <= width for name in ("x1", "x2"))
        assert all(0 <= float(line.get(name)) <= height for name in ("y1", "y2"))


def test_every_number_of_the_flow_is_written(boxes):
    texts = " ".join(text.text for text in drawing(boxes).iter(f"{SVG}text")).replace("\N{NO-BREAK SPACE}", " ")
    assert any(box.parts for box in boxes.values())
    for box in boxes.values():
        assert ("(not recorded)" if box.n is None else f"n = {box.n}") in texts
        for part in box.parts:
            assert part.words in " ".join(texts.split())


def test_what_is_not_recorded_is_told_apart_by_words_and_by_a_broken_frame(small):
    boxes = {box.name: box for box in count_flow(small())}
    root = drawing(boxes)
    unknown = sum(box.n is None for box in boxes.values())
    assert sum("not recorded" in text.text for text in root.iter(f"{SVG}text")) == unknown
    assert sum("stroke-dasharray" in line.attrib for line in root.iter(f"{SVG}line")) == 4 * unknown


def test_the_drawing_says_in_words_what_it_shows(boxes):
    description = drawing(boxes).find(f"{SVG}desc").text
    assert f"Reports sought: {boxes['reports_sought'].n}" in description
    assert f"Records identified: {boxes['records_identified'].n}" in description


def test_text_never_becomes_markup(boxes):
    odd = {**boxes, "trials": Box("included", "trials", "<b>1 & 2</b>", 3)}
    svg = flow_canvas(tuple(odd.values())).svg(title="t", description="d", name="flow")
    assert "<b>" not in svg
