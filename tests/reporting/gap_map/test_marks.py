"""The marks of the gap map: area for people, quarters for strength."""

from math import nan, pi
from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.drawing.canvas import Canvas
from ipt_evidence.reporting.gap_map.marks import FEWEST, LARGEST, MOST, STRENGTH_MARKS, radius, strength_disc
from ipt_evidence.words import labels

SVG = "{http://www.w3.org/2000/svg}"


def test_twice_the_people_have_twice_the_area():
    assert radius(800) ** 2 == pytest.approx(2 * radius(400) ** 2)


@pytest.mark.parametrize(
    ("people", "same_as"), [(0, FEWEST), (nan, FEWEST), (12, FEWEST), (FEWEST, FEWEST), (MOST, MOST), (4000, MOST)]
)
def test_beyond_its_ends_the_area_changes_no_more(people, same_as):
    assert radius(people) == radius(same_as)
    assert radius(MOST) == LARGEST


@pytest.mark.parametrize(("strength", "quarters"), [("moderate", 3), ("limited", 2), ("insufficient", 1)])
def test_the_filled_part_of_a_disc_is_its_strength_in_quarters(strength, quarters):
    canvas = Canvas(100, 100)
    strength_disc(canvas, 50, 50, strength, 40)
    (sector,) = ElementTree.fromstring(canvas.svg(title="t", description="d", name="n")).iter(f"{SVG}polygon")
    corners = [tuple(map(float, pair.split(","))) for pair in sector.attrib["points"].split()]
    pairs = zip(corners, corners[1:] + corners[:1], strict=True)
    area = abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs)) / 2
    assert area == pytest.approx(quarters / 4 * pi * 40**2, rel=0.01)


def test_the_strongest_disc_is_full():
    canvas = Canvas(100, 100)
    strength_disc(canvas, 50, 50, "strong", 40)
    (disc,) = ElementTree.fromstring(canvas.svg(title="t", description="d", name="n")).iter(f"{SVG}circle")
    assert disc.attrib["fill"] == STRENGTH_MARKS["strong"][1]


def test_every_strength_an_answer_can_have_has_marks_of_its_own():
    assert [*STRENGTH_MARKS, "no_evidence"] == list(labels.STRENGTHS)
    assert len({quarters for quarters, _ in STRENGTH_MARKS.values()}) == len(STRENGTH_MARKS)
    assert len({colour for _, colour in STRENGTH_MARKS.values()}) == len(STRENGTH_MARKS)
