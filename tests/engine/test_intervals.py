"""Where an interval lies against no difference."""

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.engine.intervals import excludes_null, includes_null, short_of, side_of_null

bounds = st.floats(-3, 3)


@pytest.mark.parametrize(
    ("low", "high", "side"),
    [(0.1, 0.5, 1), (-0.5, -0.1, -1), (-0.1, 0.1, 0), (0.0, 0.5, 0), (-0.5, 0.0, 0), (nan, nan, 0)],
)
def test_an_interval_lies_on_one_side_or_includes_no_difference(low, high, side):
    assert side_of_null(low, high) == side
    assert excludes_null(low, high) == bool(side)
    assert includes_null(low, high) == (side == 0 and low == low)


@given(st.tuples(bounds, bounds).map(sorted))
def test_turning_the_sign_turns_the_side(ends):
    low, high = ends
    assert side_of_null(-high, -low) == -side_of_null(low, high)


@given(st.lists(st.tuples(bounds, bounds).map(sorted), max_size=5))
def test_many_intervals_are_read_as_one_by_one(many):
    lows, highs = [low for low, _ in many], [high for _, high in many]
    assert side_of_null(lows, highs).tolist() == [int(side_of_null(low, high)) for low, high in many]


@pytest.mark.parametrize(
    ("low", "high", "short"),
    [
        (-0.4, 0.4, (True, True)),
        (-0.5, 0.4, (False, True)),  # reaches it
        (-0.4, 0.5, (True, False)),
        (0.6, 0.9, (True, False)),
        (nan, nan, (False, False)),
    ],
)
def test_an_interval_is_short_of_a_difference_by_side(low, high, short):
    assert short_of(low, high, 0.5) == short
    assert short_of(low, high, nan) == (False, False)
