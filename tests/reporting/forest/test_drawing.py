from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pytest

from ipt_evidence.reporting.drawing.canvas import text_width
from ipt_evidence.reporting.forest.content import Average, Forest, ForestRow
from ipt_evidence.reporting.forest.drawing import forest_canvas

SVG = "{http://www.w3.org/2000/svg}"
NAN = float("nan")
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenundwaisenkasse Maryborough 1999"


def row(place, **changes):
    estimate = [0.4, -0.2, 1.1, 0.0][place % 4]
    half = [0.3, 0.6, 2.5][place % 3]
    facts = {
        "label": f"Trial {1980 + place}†",
        "arms": "IPT v care as usual"
        if place % 2
        else "Interpersonal and social rhythm therapy v intensive clinical management",
        "n1": 1200 if place % 5 else NAN,
        "n2": 41,
        "risk": ["low", "some_concerns", "high", "unknown"][place % 4],
        "estimate": estimate,
        "ci_low": estimate - half,
        "ci_high": estimate + half,
        "weight": 1 + place,
    }
    return ForestRow(**(facts | changes))


def forest(rows, measure="SMD", average=(0.3, 0.1, 0.5, -0.4, 1.0), comparator="another psychotherapy", mid=0.24):
    names = ("estimate", "ci_low", "ci_high", "pi_low", "pi_high")
    total = None
    if average:
        total = Average(
            label=f"Average of {len(rows)} trials (random effects)",
            n1=51234,
            n2=41000,
            **dict(zip(names, average, strict=True)),
        )
    notes = ("Differences between trials: τ² = 0.12, 95% CI 0.06 to 0.20; I² = 70%, 95% CI 52% to 80%.",)
    return Forest(
        measure=measure, level=0.95, intervention="IPT plus medication", comparator=comparator, rows=tuple(rows),
        average=total, mid=mid, notes=notes,
    )  # fmt: skip


def drawn(plot):
    return ElementTree.fromstring(forest_canvas(plot).svg(title="t", description="d", name="plot"))


def texts(root):
    return [element.text for element in root.iter(f"{SVG}text")]


def boxes(root):
    """Left, top, right and bottom of every text."""
    found = []
    for element in root.iter(f"{SVG}text"):
        x, y, size = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
        width = text_width(element.text, size, bold="font-weight" in element.attrib)
        left = x - {"start": 0, "middle": 0.5, "end": 1}[element.attrib.get("text-anchor", "start")] * width
        found.append((left, y - 0.76 * size, left + width, y + 0.24 * size, element.text))
    return found


PLOTS = {
    "one trial": forest([row(0)], average=None),
    "two trials, wide average": forest([row(0), row(1)], average=(-0.2, -5.7, 5.4, NAN, NAN)),
    "long names": forest([row(0, label=LONG, arms=LONG), row(1)], comparator=LONG),
    "everything on one side": forest(
        [row(n, estimate=9, ci_low=8.9, ci_high=9.1) for n in range(3)], average=(9, 8.9, 9.1, 8, 10)
    ),
    "ratios": forest([row(n) for n in range(12)], measure="logOR", mid=0.435),
    "ratio without mid": forest([row(n) for n in range(3)], measure="logHR", mid=None),
    "sixty trials": forest([row(n) for n in range(60)]),
}


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_no_text_is_clipped_or_lies_over_another(plot):
    root = drawn(plot)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    found = boxes(root)
    assert len(found) > 5
    for left, top, right, bottom, text in found:
        assert 0 <= left < right <= width, text
        assert 0 <= top < bottom <= height, text
    for one, other in combinations(found, 2):
        apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one[4], other[4])


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
def test_no_mark_leaves_the_page(plot):
    root = drawn(plot)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for mark in root.iter(f"{SVG}polygon"):  # a plot of single trials has none
        corners = np.array([pair.split(",") for pair in mark.attrib["points"].split()], dtype=float)
        assert (corners >= 0).all()
        assert (corners <= [width, height]).all()


def test_every_trial_shows_its_figures_and_its_risk_of_bias():
    found = texts(drawn(forest([row(0), row(1)])))
    for expected in ("Trial 1980†", "0.40 (0.10 to 0.70)", "1.0%", "L", "Trial 1981†", "−0.20 (−0.80 to 0.40)", "S"):
        assert expected in found


def test_ratios_are_exponentiated_everywhere():
    found = texts(drawn(forest([row(0), row(1)], measure="logOR")))
    assert "1.49 (1.11 to 2.01)" in found
    assert "1.35 (1.11 to 1.65)" in found
    assert "0.67 to 2.72" in found
    assert "odds ratio, logarithmic axis" in found


def test_both_directions_are_named_under_the_axis():
    found = texts(drawn(forest([row(0)], average=None, comparator="control")))
    assert {"favours control", "favours IPT plus medication"} <= set(found)


def test_unknown_numbers_of_people_are_a_dash():
    assert "–" in texts(drawn(forest([row(0)], average=None)))


def test_a_single_trial_has_no_average_and_no_prediction():
    found = " ".join(texts(drawn(forest([row(0)], average=None))))
    assert "verage" not in found
    assert "prediction" not in found


def test_two_trials_have_an_average_but_no_prediction_interval():
    found = " ".join(texts(drawn(PLOTS["two trials, wide average"])))
    assert "Average of 2 trials" in found
    assert "prediction interval" not in found


def test_the_key_names_an_arrow_only_where_an_interval_is_cut():
    narrow = forest([row(0), row(3)], average=(0.3, 0.1, 0.5, -0.2, 0.8))
    assert "goes on beyond the axis" not in texts(drawn(narrow))
    assert "goes on beyond the axis" in texts(drawn(PLOTS["two trials, wide average"]))


@pytest.mark.parametrize(("limits", "heads"), [((-9.0, 9.0), 2), ((-0.2, 9.0), 1), ((-0.2, 0.8), 0)])
def test_a_prediction_bar_that_is_cut_ends_in_heads_that_stand_out_of_it(limits, heads):
    root = drawn(forest([row(0), row(3)], average=(0.3, 0.1, 0.5, *limits)))
    bar = next(line for line in root.iter(f"{SVG}line") if float(line.attrib["stroke-width"]) > 4)
    middle, half = float(bar.attrib["y1"]), float(bar.attrib["stroke-width"]) / 2
    found = []
    for mark in root.iter(f"{SVG}polygon"):
        corners = np.array([pair.split(",") for pair in mark.attrib["points"].split()], dtype=float)
        if mark.attrib["fill"] == bar.attrib["stroke"] and corners[:, 1].min() < middle < corners[:, 1].max():
            found.append(corners)
    assert len(found) == heads
    for corners in found:
        assert np.abs(corners[:, 1] - middle).max() >= 2 * half
        # The tip lies beyond the end of the bar: its square end does not hide it.
        ends = [float(bar.attrib["x1"]), float(bar.attrib["x2"])]
        assert corners[:, 0].max() > max(ends) or corners[:, 0].min() < min(ends)


def test_the_lines_of_the_smallest_important_difference_are_drawn_only_where_there_is_one():
    with_mid, without = (
        [line for line in drawn(PLOTS[name]).iter(f"{SVG}line") if "stroke-dasharray" in line.attrib]
        for name in ("ratios", "ratio without mid")
    )
    assert len(with_mid) == 3  # one either way, one in the key
    assert without == []


def test_squares_have_areas_proportional_to_weights():
    root = drawn(forest([row(0, weight=10), row(1, weight=40)], average=None))
    squares = [box for box in root.iter(f"{SVG}rect") if box.attrib["width"] == box.attrib["height"]]
    sides = [float(box.attrib["width"]) for box in squares][:2]
    assert sides[1] ** 2 / sides[0] ** 2 == pytest.approx(4, rel=0.01)


def test_marks_stand_where_their_figures_say():
    root = drawn(forest([row(0, estimate=0.0, ci_low=-0.5, ci_high=0.5)], average=None))
    null = next(
        float(line.attrib["x1"])
        for line in root.iter(f"{SVG}line")
        if line.attrib["x1"] == line.attrib["x2"] and "stroke-dasharray" not in line.attrib
    )
    square = next(box for box in root.iter(f"{SVG}rect") if box.attrib["width"] == box.attrib["height"])
    assert float(square.attrib["x"]) + float(square.attrib["width"]) / 2 == pytest.approx(null, abs=0.02)


def test_the_same_plot_gives_the_same_bytes():
    first, second = (forest_canvas(PLOTS["ratios"]).svg(title="t", description="d", name="n") for _ in range(2))
    assert first == second
