"""The traffic light: every judgement in its place, nothing clipped, nothing said by colour alone."""

from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.bias_plots.content import LightRow, TrafficLight
from ipt_evidence.reporting.bias_plots.traffic_light import traffic_light_canvas
from ipt_evidence.reporting.forest.marks import RISK_MARKS

SVG = "{http://www.w3.org/2000/svg}"
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenundwaisenkasse 1999"
COLUMNS = ("Randomisation", "Deviations", "Missing data", "Measurement", "Reporting", "Overall")


def row(*judgements, label="One 2001", instrument="", departs=()):
    return LightRow(
        label=label,
        instrument=instrument,
        judgements=judgements,
        departs=tuple(place in departs for place in range(len(judgements))),
    )


def drawn(*rows, columns=COLUMNS, title="RoB 2"):
    light = TrafficLight(title=title, columns=columns, rows=rows)
    return traffic_light_canvas(light).svg(title="t", description="d", name="n")


def texts(svg):
    return [element.text for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


MIXED = row("low", "some_concerns", "high", "unknown", "low", "high", departs=(5,))


@pytest.mark.parametrize(
    "svg",
    [
        drawn(MIXED),
        drawn(*[row(*RISK_MARKS, label=f"Trial {place}", instrument="HAM-D-17") for place in range(25)]),
        drawn(row(*RISK_MARKS, label=LONG, instrument=LONG)),
        drawn(row("high", label="A 1999"), columns=("Overall",), title="Judged without a tool, 1 to 25 of 49"),
        drawn(row("low", "high"), columns=("Incomplete outcome data", "Donaudampfschifffahrtsgesellschaft")),
    ],
    ids=["one trial", "many", "long names", "overall only", "long domain"],
)
def test_no_text_is_clipped_or_lies_over_another(svg, clashes):
    assert clashes(svg) == []


def test_each_judgement_has_its_letter_under_its_domain():
    root = ElementTree.fromstring(drawn(MIXED))
    place = {element.text: float(element.attrib["x"]) for element in root.iter(f"{SVG}text") if element.text in COLUMNS}
    letters = [element for element in root.iter(f"{SVG}text") if element.attrib["font-size"] == "7"]
    shown = {(element.text, float(element.attrib["x"])) for element in letters[:6]}
    names = ("Randomisation", "Deviations", "Measurement", "Reporting", "Overall")
    wanted = {(letter, place[name]) for letter, name in zip("LS?LH", names, strict=True)}
    assert wanted <= shown


def test_what_departs_from_the_algorithm_is_starred_and_explained():
    assert texts(drawn(MIXED)).count("*") == 2
    assert "not what the algorithm gives; see the remarks" in texts(drawn(MIXED))
    assert "*" not in texts(drawn(row("low", "low", "low", "low", "low", "low")))


def test_the_key_explains_the_judgements_that_occur_and_no_others():
    shown = texts(drawn(row("low", "low", "self_report", "unclear", "low", "unknown")))
    words = {risk: explained in shown for risk, (_, explained, _, _) in RISK_MARKS.items()}
    assert [risk for risk, is_shown in words.items() if is_shown] == ["low", "self_report", "unclear", "unknown"]


def test_every_judgement_has_a_letter_of_its_own():
    letters = [letter for letter, _, _, _ in RISK_MARKS.values()]
    assert len(set(letters)) == len(letters)


def test_the_instrument_has_a_column_only_where_one_is_named():
    assert "Instrument" not in texts(drawn(MIXED))
    assert "Instrument" in texts(drawn(row(*["low"] * 6, instrument="BDI")))
