"""Bars of weight by judgement: their lengths are the shares, and their letters the judgements."""

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.bias_plots.content import Bar
from ipt_evidence.reporting.bias_plots.weighted_bars import BAR_WIDTH, weighted_canvas
from ipt_evidence.reporting.forest.marks import RISK_MARKS

SVG = "{http://www.w3.org/2000/svg}"


def bar(shares, group="", label="All trials, overall"):
    return Bar(group=group, label=label, shares=shares)


def drawn(*bars):
    return weighted_canvas(bars).svg(title="t", description="d", name="n")


def segments(svg):
    """Colour and width of each part of the bars."""
    return [(box.attrib["fill"], float(box.attrib["width"])) for box in ElementTree.fromstring(svg).iter(f"{SVG}rect")]


BOTH = [
    bar({"low": 20.0, "high": 30.0, "unknown": 50.0}),
    bar({"low": 100.0}, "By domain of RoB 2", "Randomisation"),
    bar({"some_concerns": 0.4, "unknown": 99.6}, "By domain of RoB 2", "Missing data"),
    bar({"self_report": 70.0, "unclear": 30.0}, "By domain of RoB 1", "Incomplete outcome data"),
]


@pytest.mark.parametrize("bars", [BOTH, BOTH[:1], BOTH[2:]])
def test_no_text_is_clipped_or_lies_over_another(bars, clashes):
    assert clashes(drawn(*bars)) == []


def test_the_length_of_a_part_is_its_share_and_its_colour_the_judgement():
    shown = segments(drawn(BOTH[0]))
    assert shown == [
        (RISK_MARKS[risk][2], pytest.approx(BAR_WIDTH * share / 100, abs=0.01))
        for risk, share in BOTH[0].shares.items()
    ]


def test_a_part_says_its_letter_and_share_where_they_fit():
    words = [element.text for element in ElementTree.fromstring(drawn(*BOTH)).iter(f"{SVG}text")]
    assert {"L 20%", "H 30%", "? 50%", "L 100%", "? >99%"} <= set(words)
    assert "S <1%" not in words
    assert words.count("By domain of RoB 2") == 1


@given(st.lists(st.floats(0.01, 100), min_size=len(RISK_MARKS), max_size=len(RISK_MARKS)))
def test_any_shares_fill_the_bar(raw):
    shares = {risk: 100 * value / sum(raw) for risk, value in zip(RISK_MARKS, raw, strict=True)}
    assert sum(width for _, width in segments(drawn(bar(shares)))) == pytest.approx(BAR_WIDTH, abs=0.05)
