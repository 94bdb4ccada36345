import re

import pytest

from ipt_evidence.reporting.curves.by_year import Step, by_year_canvas
from ipt_evidence.reporting.curves.dose import Dose, dose_canvas
from ipt_evidence.reporting.curves.funnel import Funnel, funnel_canvas
from ipt_evidence.reporting.curves.specification_curve import COLOURS, Specification, curve_canvas, shares
from ipt_evidence.reporting.drawing.axis import ticks_from_zero
from ipt_evidence.words.labels import LABELS

LONG = "Donaudampfschifffahrtsgesellschaftskapitän and sons 1999"
SIDES = "IPT plus medication", "another psychotherapy"
TRIALS = [(0.1 * place - 0.4, 0.1 + 0.03 * place) for place in range(12)]


def funnel(measure="SMD", added=((-1.2, 0.4), (-0.9, 0.3)), scale=1.0):
    trials = [(scale * effect, error) for effect, error in TRIALS]
    return funnel_canvas(
        Funnel(measure=measure, sides=SIDES, trials=trials, added=added, average=0.3, filled=0.1, extrapolated=-0.2)
    )


def curve(measure="SMD", spread=0.1):
    found = [
        Specification(spread * place, spread * place - 0.3, spread * place + 0.4, label, place == 3)
        for place, label in enumerate(LABELS)
    ]
    return curve_canvas(found, measure)


def years(measure="SMD", spread=0.1):
    steps = [
        Step(f"{LONG[: 6 * place]} {1990 + place}", 0.1, 0.1 - spread * place, 0.2 + spread) for place in range(1, 9)
    ]
    return by_year_canvas(steps, measure, SIDES)


def doses(measure="SMD", sessions=(4, 8, 8, 16, 52)):
    return dose_canvas([Dose(one, 0.3 - one / 50, -1.0, 0.9, one) for one in sessions], measure)


DRAWN = {
    "funnel": funnel,
    "funnel of ratios": lambda: funnel("logOR", scale=6.0),
    "nothing added": lambda: funnel(added=()),
    "curve": curve,
    "curve of ratios": lambda: curve("logRR", 0.6),
    "years": years,
    "years cut": lambda: years(spread=3.0),
    "doses": doses,
    "few sessions": lambda: doses("logHR", (1, 2)),
}


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_is_clipped_or_overlaps_and_every_colour_has_one_for_dark_windows(name, clashes, seen_in_the_dark):
    svg = DRAWN[name]().svg(title="t", description="d", name="n")
    assert clashes(svg) == []
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= seen_in_the_dark


def test_a_funnel_shows_every_trial_and_every_one_added_and_says_so():
    svg = funnel().svg(title="t", description="d", name="n")
    # One more of each stands in the key.
    assert svg.count("<circle") == len(TRIALS) + 2 + 2
    assert "2 trials that trim and fill adds; nobody has seen them" in svg
    bare = funnel(added=()).svg(title="t", description="d", name="n")
    assert "adds" not in bare
    assert bare.count("<circle") == len(TRIALS) + 1


def test_every_label_has_a_colour_of_its_own_and_its_share():
    assert list(COLOURS) == list(LABELS)
    assert len(set(COLOURS.values())) == len(LABELS)
    found = [Specification(0, 0, 0, label, False) for label in ("limited", "limited", "harm")]
    assert shares(found) == [("limited", "2 of 3 (67%)"), ("harm", "1 of 3 (33%)")]


def test_ticks_from_zero_are_few_and_round():
    assert [words for _, words in ticks_from_zero(0.46, most=4)] == ["0.0", "0.2", "0.4"]
    assert [value for value, _ in ticks_from_zero(3.2, least=1.0)] == [0, 1, 2, 3]
