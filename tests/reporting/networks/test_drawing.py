from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.networks.drawing import NARROW, WIDE, Edge, Graph, network_canvas

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("IPT", "IPT plus medication", "Control", "CBT", "Other psychotherapy", "Medication", "Collaborative care")
RISKS = ("low", "some_concerns", "high_or_unclear", "high", "unknown")


def complete(number):
    """Every pair of treatments is compared, by trials at every risk of bias in turn."""
    pairs = [(first, second) for first in range(number) for second in range(first + 1, number)]
    edges = [
        Edge(first=first, second=second, trials=dict.fromkeys(RISKS[place % 3 : place % 3 + 2], place + 1))
        for place, (first, second) in enumerate(pairs)
    ]
    people = tuple(100.0 * place for place in range(number))
    return Graph(names=NAMES[:number], people=people, edges=tuple(edges))


def drawn(graph, width):
    return network_canvas(graph, width).svg(title="Title", description="Description", name="network")


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("number", [3, 4, 5, 6, 7])
def test_no_text_is_clipped_or_covers_another(clashes, number, width):
    assert clashes(drawn(complete(number), width)) == []


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_lines_are_as_wide_as_their_trials_are_many_and_cut_by_risk_of_bias(width):
    edges = (
        Edge(first=0, second=1, trials={"low": 1, "high": 3}),
        Edge(first=1, second=2, trials={"low": 1}),
        Edge(first=0, second=2, trials={"low": 8}),
    )
    root = ElementTree.fromstring(drawn(Graph(names=NAMES[:3], people=(10, 20, 30), edges=edges), width))
    lines = [line.attrib for line in root.iter(f"{SVG}line")][:4]
    low, high, one, eight = lines
    length = {name: abs(float(line["x2"]) - float(line["x1"])) for name, line in (("low", low), ("high", high))}
    assert length["high"] == pytest.approx(3 * length["low"], rel=0.01)
    assert low["stroke"] == one["stroke"] == eight["stroke"] != high["stroke"]
    assert float(one["stroke-width"]) < float(low["stroke-width"]) < float(eight["stroke-width"])
    assert low["stroke-width"] == high["stroke-width"]


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7])
def test_no_word_of_a_name_is_cut_on_a_phone(number):
    root = ElementTree.fromstring(drawn(complete(number), NARROW))
    words = {word for text in root.iter(f"{SVG}text") for word in text.text.split()}
    assert {word for name in NAMES[:number] for word in name.split()} <= words


def test_every_line_says_how_many_trials_it_is():
    graph = complete(6)
    root = ElementTree.fromstring(drawn(graph, WIDE))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    for edge in graph.edges:
        assert str(edge.k) in texts


def test_every_colour_is_seen_in_a_dark_window(seen_in_the_dark):
    root = ElementTree.fromstring(drawn(complete(6), WIDE))
    colours = {mark.attrib[part] for mark in root.iter() for part in ("fill", "stroke") if part in mark.attrib}
    assert colours <= seen_in_the_dark
