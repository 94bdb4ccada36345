"""The picture of published results: every text whole, every mark where its figure is."""

from math import nan
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.published.drawing import Block, Line, published_canvas
from ipt_evidence.reporting.published.results import Drawn

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Depression in children and adolescents: IPT plus medication v other psychotherapy, relapse at follow-up"


def block(estimate=0.5, low=0.2, high=0.8, question="Depression: IPT v control", published=None):
    return Block(question, Line("Ours, 45 trials", Drawn(estimate, low, high)), published or (PLAIN,))


PLAIN = Line("Cuijpers 2011", Drawn(0.63, 0.36, 0.9))
BARE = Line("A report with a long name", Drawn(0.06, nan, nan))


def drawn(measure, blocks, level=0.95):
    return published_canvas(measure, level, blocks).svg(title="t", description="d", name="p")


figures = st.tuples(st.floats(-3, 3), st.floats(0.01, 20), st.floats(0.01, 20)).map(
    lambda x: Drawn(x[0], x[0] - x[1], x[0] + x[2])
)


@given(st.sampled_from(["SMD", "logOR"]), st.lists(figures, min_size=2, max_size=6))
def test_no_text_is_clipped_or_lies_over_another(clashes, measure, results):
    ours, *others = results
    lines = tuple(Line(f"Report {place}", one) for place, one in enumerate(others))
    shown = [Block(LONG, Line("Ours, a single trial", ours), lines), block(published=(PLAIN, BARE))]
    assert clashes(drawn(measure, shown)) == []


def test_a_result_without_interval_has_a_mark_and_no_line():
    def marks(published):
        root = ElementTree.fromstring(drawn("SMD", [block(published=published)]))
        boxes = [one for one in root.iter(f"{SVG}rect") if one.attrib["width"] == one.attrib["height"]]
        # One square is that of the key.
        return len(boxes) - 1, len(list(root.iter(f"{SVG}line")))

    with_interval, without = marks((PLAIN,)), marks((Line("Bare", Drawn(0.63, nan, nan)),))
    assert with_interval[0] == without[0] == 1
    assert with_interval[1] - without[1] == 1


def test_squares_stand_at_their_figures():
    zero, half = (Line(f"At {value}", Drawn(value, value - 0.1, value + 0.1)) for value in (0.0, 0.4))
    root = ElementTree.fromstring(drawn("SMD", [block(published=(zero, half))]))
    boxes = [one for one in root.iter(f"{SVG}rect") if one.attrib["width"] == one.attrib["height"]][:2]
    middles = [float(box.attrib["x"]) + float(box.attrib["width"]) / 2 for box in boxes]
    ticks = {text.text: float(text.attrib["x"]) for text in root.iter(f"{SVG}text")}
    assert middles == pytest.approx([ticks["0.0"], ticks["0.4"]], abs=0.02)


def test_the_key_names_an_arrow_only_where_an_interval_is_cut():
    assert "goes on beyond the axis" not in drawn("SMD", [block()])
    wide = Line("Wide", Drawn(0.5, -40.0, 41.0))
    assert "goes on beyond the axis" in drawn("SMD", [block(), block(published=(PLAIN, wide)), block()])


def test_the_key_names_the_level_of_our_intervals():
    assert "our answer with 90% CI" in drawn("SMD", [block()], level=0.9)
