"""Baujat's plot and the picture of subsets: every mark on the picture, names apart, equal trials too."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.drawing.canvas import text_width
from ipt_evidence.reporting.drawing.style import SMALL
from ipt_evidence.reporting.influence.pictures import baujat_picture, gosh_picture

LABELS = {"a": "Ash 2001", "b": "Birch 2002", "c": "Cedar and others 2003"}


def trial(name, x, y, influential=False):
    return {"trial_id": name, "baujat_x": x, "baujat_y": y, "influential": influential}


def cell(estimate, i2, subsets, with_trial):
    return {"estimate": estimate, "i2": i2, "subsets": subsets, "with_trial": with_trial}


def drawn(canvas):
    return ElementTree.fromstring(canvas.svg(title="t", description="d", name="n"))


def of(svg, tag):
    return list(svg.iter(f"{{http://www.w3.org/2000/svg}}{tag}"))


def box(text):
    """Return left, top, right and bottom of a text that begins where it stands."""
    x, y = float(text.get("x")), float(text.get("y"))
    return x, y - 0.75 * SMALL, x + text_width(text.text, SMALL), y


def test_each_trial_is_a_mark_and_those_that_matter_have_a_name():
    rows = [trial("a", 0.1, 0.02), trial("b", 4.0, 0.5, influential=True), trial("c", 1.0, 0.1)]
    svg = drawn(baujat_picture(rows, rows[1:], LABELS))
    texts = [text.text for text in of(svg, "text")]
    assert {"Birch 2002", "Cedar and others 2003", "one influential trial"} <= set(texts)
    assert "Ash 2001" not in texts
    assert len(of(svg, "circle")) == 2 + 1  # one in the key


def test_the_key_names_only_what_is_there():
    rows = [trial("a", 0.1, 0.02), trial("b", 0.2, 0.03)]
    assert "one influential trial" not in [text.text for text in of(drawn(baujat_picture(rows, rows, LABELS)), "text")]


share = st.floats(0, 1)


@given(st.lists(st.tuples(share, share), min_size=3, max_size=3))
def test_names_stay_on_the_picture_and_apart(places):
    rows = [trial(name, *place) for name, place in zip("abc", places, strict=True)]
    svg = drawn(baujat_picture(rows, rows, LABELS))
    width = float(svg.get("viewBox").split()[2])
    boxes = [box(text) for text in of(svg, "text") if text.text in LABELS.values()]
    assert len(boxes) == 3
    assert all(left >= 0 and right <= width for left, _, right, _ in boxes)
    for one, other in combinations(boxes, 2):
        assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


@pytest.mark.parametrize("measure", ["SMD", "logOR", "RD"])
def test_every_cell_of_subsets_is_drawn_and_no_difference_is_seen(measure):
    cells = [cell(0.4, 30.0, 8, True), cell(0.5, 10.0, 1, False), cell(0.3, 97.5, 40, True)]
    svg = drawn(gosh_picture(cells, measure, 0.42, "Birch 2002"))
    assert len(of(svg, "circle")) == 3 + 2
    left, _, width, _ = map(float, svg.get("viewBox").split())
    assert all(left <= float(mark.get("cx")) <= width for mark in of(svg, "circle"))
    assert {"subsets with Birch 2002", "subsets without Birch 2002"} <= {text.text for text in of(svg, "text")}


def test_trials_that_are_all_alike_can_be_drawn():
    rows = [trial(name, 0.0, 0.0) for name in "abc"]
    assert len(of(drawn(baujat_picture(rows, rows, LABELS)), "circle")) == 4
    assert of(drawn(gosh_picture([cell(0.3, 2.5, 57, True)], "SMD", 0.3, "Ash 2001")), "circle")
