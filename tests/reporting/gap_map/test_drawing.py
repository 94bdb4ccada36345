"""The drawing of the gap map: every cell is there, and says what it holds."""

from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.gap_map.content import GapMap, Heading, MapRow
from ipt_evidence.reporting.gap_map.drawing import CELL, INDENT, gap_canvas
from ipt_evidence.reporting.gap_map.marks import MOST, STRENGTH_MARKS, UNASKED

SVG = "{http://www.w3.org/2000/svg}"
ROWS = (
    MapRow("unipolar", "Unipolar depression", 0),
    MapRow("adults", "Depression in children and adolescents", 1),
    MapRow("teens", "Depression in teenagers", 2),
)
COMPARATORS = (Heading("control", "Control"), Heading("other", "Other psychotherapy"), Heading("drug", "Medication"))


def asked(k, people=300.0, strength="limited", unusable=False):
    pooled = SimpleNamespace(n_participants=people)
    return SimpleNamespace(
        k=k, pooled=pooled, strength=strength if k else "no_evidence", is_unusable=not k and unusable
    )


def gaps(filled, outcomes=5):
    names = tuple(Heading(f"o{place}", f"Outcome {place}") for place in range(outcomes))
    keys = [(row.condition, one.slug, outcome.slug) for row in ROWS for one in COMPARATORS for outcome in names]
    cells = {key: filled(key) for key in keys}
    return GapMap(rows=ROWS, comparators=COMPARATORS, outcomes=names, cells=cells)


def some(key):
    return {"control": asked(12), "other": asked(0)}.get(key[1])


def unused(_key):
    return asked(0, unusable=True)


def full(_key):
    return asked(45, people=9999.0, strength="strong")


def drawn(shown):
    return gap_canvas(shown).svg(title="t", description="d", name="gap-map")


@pytest.mark.parametrize(
    "shown", [gaps(some), gaps(full), gaps(lambda key: None), gaps(some, outcomes=1), gaps(unused)]
)
def test_no_text_is_clipped_or_lies_over_another(shown, clashes):
    assert clashes(drawn(shown)) == []


def test_cells_with_trials_without_any_and_not_asked_differ_and_can_be_counted():
    root = ElementTree.fromstring(drawn(gaps(some)))
    numbers = Counter(text.text for text in root.iter(f"{SVG}text"))
    grey = sum(box.attrib["fill"] == UNASKED for box in root.iter(f"{SVG}rect"))
    # One more of what the key shows, too.
    assert (numbers["12"], numbers["0"], grey) == (15, 15, 15 + 1)
    words = " ".join(text.text for text in root.iter(f"{SVG}text"))
    assert words.count("3 with trials, 3 without, 3 not asked") == 5
    counts = gaps(some).counts(gaps(some).outcomes)
    assert (counts.answered, counts.unusable, counts.empty, counts.unasked) == (15, 0, 15, 15)


def test_a_result_that_could_not_be_used_is_no_empty_cell():
    shown = gaps(lambda key: asked(0, unusable=key[1] == "control"))
    counts = shown.counts(shown.outcomes)
    assert (counts.unusable, counts.empty) == (15, 30)
    words = " ".join(text.text for text in ElementTree.fromstring(drawn(shown)).iter(f"{SVG}text"))
    assert words.count("0 with trials, 3 reported, not usable, 6 without, 0 not asked") == 5


def test_the_largest_disc_and_a_number_of_two_digits_stay_in_their_cell():
    root = ElementTree.fromstring(drawn(gaps(full, outcomes=1)))
    discs = [disc for disc in root.iter(f"{SVG}circle") if disc.attrib["fill"] == STRENGTH_MARKS["strong"][1]][:9]
    places = sorted({float(disc.attrib["cx"]) for disc in discs})
    assert [b - a for a, b in pairwise(places)] == pytest.approx([CELL, CELL])
    size = float(discs[0].attrib["r"])
    starts = [float(text.attrib["x"]) for text in root.iter(f"{SVG}text") if text.text == "45"]
    assert all(any(place + size < start < place + size + 2 for place in places) for start in starts)
    assert 2 * size < CELL


def test_parents_stand_out_and_each_level_stands_further_in():
    root = ElementTree.fromstring(drawn(gaps(some, outcomes=1)))
    named = {text.text: text for text in root.iter(f"{SVG}text")}
    places = [float(named[row.label].attrib["x"]) for row in ROWS]
    assert [b - a for a, b in pairwise(places)] == pytest.approx([INDENT, INDENT])
    assert ["font-weight" in named[row.label].attrib for row in ROWS] == [True, False, False]


def test_the_key_names_every_mark():
    words = {text.text for text in ElementTree.fromstring(drawn(gaps(some))).iter(f"{SVG}text")}
    assert {
        *STRENGTH_MARKS,
        "reported, not usable",
        "asked, no trial in our tables",
        "not asked",
        "number of trials",
    } <= words
    assert f"{MOST:,.0f} or more" in words
