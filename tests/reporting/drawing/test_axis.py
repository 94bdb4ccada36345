from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.reporting.drawing.axis import axis_for

EFFECTS = st.lists(st.floats(-6, 6), min_size=1, max_size=12)


def axis(measure, estimates, trials, others=(), mid=0.24):
    return axis_for(measure, estimates, trials, others, mid, left=100, right=300)


@given(EFFECTS, st.floats(0.01, 3), st.sampled_from(["SMD", "logOR"]))
def test_every_estimate_no_difference_and_the_mid_are_on_the_axis(estimates, half, measure):
    found = axis(measure, estimates, [(value - half, value + half) for value in estimates])
    for value in (*estimates, 0, -0.24, 0.24):
        assert found.low <= value <= found.high
        assert 100 <= found.place(value) <= 300


@given(EFFECTS, st.floats(0.01, 3), st.sampled_from(["SMD", "MD", "RD", "logOR", "logHR"]))
def test_ticks_are_few_in_order_and_name_no_difference(estimates, half, measure):
    found = axis(measure, estimates, [(value - half, value + half) for value in estimates], mid=None)
    places = [place for place, _ in found.ticks]
    labels = [label for _, label in found.ticks]
    assert 1 <= len(places) <= 9
    assert places == sorted(places)
    assert len(set(labels)) == len(labels)
    assert "1" in labels if measure.startswith("log") else any(float(label) == 0 for label in labels if label[0] in "0")


def test_ratio_ticks_are_exponentiated():
    found = axis("logOR", [0.5], [(-0.7, 1.7)])
    assert [label for _, label in found.ticks] == ["0.5", "0.7", "1", "1.5", "2", "3", "5"]
    assert [exp(place) for place, _ in found.ticks] == pytest.approx([0.5, 0.7, 1, 1.5, 2, 3, 5])


def test_risk_differences_are_shown_in_percentage_points():
    found = axis("RD", [0.1], [(-0.1, 0.3)], mid=None)
    assert (0.1, "10") in [(round(place, 9), label) for place, label in found.ticks]


def test_a_single_trial_is_shown_whole():
    found = axis("SMD", [0.3], [(-4, 4.6)])
    assert found.low < -4
    assert found.high > 4.6


def test_one_very_wide_interval_does_not_squeeze_the_others():
    trials = [(0.1, 0.5), (0.2, 0.6), (-9, 10)]
    found = axis("SMD", [0.3, 0.4, 0.5], trials, others=[-30, 30])
    assert found.high < 2
    assert found.place(10) == 300


def test_ratios_are_equally_far_apart_for_equal_factors():
    found = axis("logOR", [0.0], [(-2, 2)])
    gaps = [found.place(log(high)) - found.place(log(low)) for low, high in ((0.5, 1), (1, 2), (2, 4))]
    assert gaps == pytest.approx([gaps[0]] * 3)
