"""A hundred people on either side: as many discs as are told, nothing clipped, the same in words."""

from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.pages.icon_array import FULL, LIKELY, OPEN, icon_array
from ipt_evidence.words.figures import ABSOLUTE, AbsoluteFigures
from ipt_evidence.words.registers import PLAIN, voice
from ipt_evidence.words.statements import state

SIDES = ("With another form of interpersonal psychotherapy together with medication", "With IPT")


@pytest.fixture
def draw(make_answer, vocabulary, labels):
    def drawn(risk, low, middle, high, does="clearly improve", **cells):
        figures = dict.fromkeys(ABSOLUTE, 0.0) | {
            "basis": "counts", "event_good": True, "control_question_id": "q", "control_trials": 2,
            "control_risk": risk, "with_intervention": middle, "with_low": low, "with_high": high,
            "through_infinity": False,
        }  # fmt: skip
        answer = make_answer(outcome="response", measure="logOR", absolute=AbsoluteFigures(**figures), **cells)
        canvas = icon_array(state(answer, voice(PLAIN, vocabulary, labels)), SIDES, does)
        return canvas and canvas.svg(title="t", description="d", name="people")

    return drawn


def discs(svg):
    return [one.attrib["fill"] for one in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}circle")][:200]


@pytest.mark.parametrize(
    ("shares", "counts"),
    [
        ((0.284, 0.366, 0.44, 0.521), (28, 37, 7, 8)),
        ((0.5, 0.1, 0.2, 0.3), (50, 10, 10, 10)),
        ((0.55, 0.15, 0.4, 0.53), (55, 15, 25, 13)),
        ((0.5, 0.2, 0.2, 0.2), (50, 20, 0, 0)),
        ((0.002, 0.0, 0.001, 1.0), (0, 0, 0, 100)),
    ],
)
def test_there_are_as_many_discs_as_people(draw, shares, counts):
    people = discs(draw(*shares))
    first, second = people[:100], people[100:]
    assert (first.count(FULL), *map(second.count, (FULL, LIKELY, OPEN))) == counts
    assert not {OPEN, LIKELY} & set(first)


@pytest.mark.parametrize("does", ["clearly improve", "have the outcome (being able to go to work on most days again)"])
def test_no_text_is_clipped_or_covered(draw, clashes, does):
    assert clashes(draw(0.284, 0.366, 0.44, 0.521, does)) == []


def test_nobody_is_drawn_where_nothing_is_told(draw):
    assert draw(0.284, 0.366, 0.44, 0.521, strength="insufficient") is None
