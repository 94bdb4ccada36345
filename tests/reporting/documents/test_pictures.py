"""Pictures fit their pages, are never enlarged, and are drawn from nothing but their drawing."""

import struct
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.documents.pictures import LYING, UPRIGHT, picture_of, png_of
from ipt_evidence.reporting.drawing.canvas import Canvas

SIDES = st.floats(20, 4000)


@given(SIDES, SIDES)
def test_a_picture_fits_its_page_is_never_enlarged_and_stands_where_it_is_larger(width, height):
    picture = picture_of("p", Canvas(width, height).svg(title="t", description="d", name="p"))
    shown = picture.width, picture.width * height / width
    room, other = (LYING, UPRIGHT) if picture.lies else (UPRIGHT, LYING)
    # Widths are given to a tenth of a millimetre.
    slack = 0.06 * max(1, height / width)
    assert shown[0] <= room[0] + slack
    assert shown[1] <= room[1] + slack
    assert picture.width <= width * 25.4 / 72 + 0.06
    assert picture.width >= min(width * 25.4 / 72, other[0], other[1] * width / height) - 0.06


def test_title_and_description_are_read_out():
    drawn = Canvas(50, 50).svg(title="A <b> & c", description="D.", name="p")
    assert picture_of("p", drawn).told == "A <b> & c. D."


def test_each_png_is_its_own_picture_at_twice_the_points():
    found = {name: picture_of(name, Canvas(*size).svg(title="t", description="d", name=name))
             for name, size in {"a": (100, 40), "b": (60, 90)}.items()}  # fmt: skip
    drawn = png_of(found)
    assert {name: struct.unpack(">II", png[16:24]) for name, png in drawn.items()} == {"a": (200, 80), "b": (120, 180)}
    assert png_of({}) == {}
    assert png_of({"a": replace(found["a"])}) == {"a": drawn["a"]}
