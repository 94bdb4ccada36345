"""What the tests of reporting share: the review as the pipeline left it, and a measure of pictures."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from ipt_evidence.reporting.drawing.canvas import text_width
from ipt_evidence.reporting.drawing.style import DARK
from ipt_evidence.reporting.forest.marks import RISK_COLOURS
from ipt_evidence.reporting.review import load_review
from ipt_evidence.reporting.site import site

ROOT = Path(__file__).parents[2]

LOOPED = (
    "agreement", "arms", "benchmarks", "certainty", "claims", "concordance", "corrections", "doubts", "effect_sizes",
    "excluded_reports", "fates", "gaps", "guidelines", "not_computed", "overrides", "ratings", "selections",
    "sensitivity", "small_study", "sources", "syntheses", "synthesis_weights", "trial_risk", "trials",
)  # fmt: skip


@pytest.fixture(scope="session")
def seen_in_the_dark():
    """Colours with one for dark windows, and those of discs, which are seen on either ground."""
    return {*DARK, "none", *(colour for disc in RISK_COLOURS.values() for colour in disc)}


@pytest.fixture(scope="session")
def review(example):
    """The invented review of examples/; what is true of the real one is tested in tests/workflow."""
    processed, config = example / "data/processed", example / "config"
    found = load_review(
        yaml.safe_load((config / "config.yaml").read_text(encoding="utf-8")),
        tables=processed.glob("*.csv"),
        references=processed.glob("*references.json"),
        guides=example / "data/raw/guides.yaml",
        questions=config / "questions.csv",
        vocabulary=(config / "vocabulary").glob("*.csv"),
        rules=config / "strength_rules.csv",
    )
    # Many tests go through the rows of one of these: none may be empty.
    assert {name for name in LOOPED if found.tables[name].empty} == set()
    return found


@pytest.fixture(scope="session")
def files(review, once):
    """Every report of the invented review but the notebooks, by its path."""
    return once("files", lambda _: _files(review))


def _files(review):
    settings = yaml.safe_load((ROOT / "config/schemas/config.schema.yaml").read_text(encoding="utf-8"))
    templates = ROOT / "workflow/templates"
    return dict(site(review, settings=settings, templates=templates, notebooks=[], commit=""))


@pytest.fixture(scope="session")
def deep(review):
    """Set one condition that the plan asks about two levels under another; return the review and its name and label."""
    table = review.vocabulary.conditions
    lowest = str(review.questions["condition"].iloc[0])
    top, middle = [name for name in table["condition"] if name != lowest][:2]
    parents = {top: None, middle: top, lowest: middle}
    parent = [parents.get(name, before) for name, before in zip(table["condition"], table["parent"], strict=True)]
    vocabulary = replace(review.vocabulary, conditions=table.assign(parent=parent))
    label = table.set_index("condition").at[lowest, "label"]
    return replace(review, vocabulary=vocabulary), lowest, label


@pytest.fixture(scope="session")
def clashes():
    """Return what is wrong with the texts of an SVG: those clipped by its edge, and pairs that lie over each other."""
    return overlapping


def text_box(element):
    """Return left, top, right and bottom of a text, which may run upwards."""
    x, y, size = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
    width = text_width(element.text, size, bold="font-weight" in element.attrib)
    start = -{"start": 0, "middle": 0.5, "end": 1}[element.attrib.get("text-anchor", "start")] * width
    if "transform" in element.attrib:
        return x - 0.76 * size, y - start - width, x + 0.24 * size, y - start
    return x + start, y - 0.76 * size, x + start + width, y + 0.24 * size


def overlapping(svg):
    root = ElementTree.fromstring(svg)
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    texts = [(element.text, text_box(element)) for element in root.iter("{http://www.w3.org/2000/svg}text")]
    clipped = [text for text, box in texts if box[0] < 0 or box[1] < 0 or box[2] > width or box[3] > height]
    over = [
        (one, other)
        for (one, a), (other, b) in combinations(texts, 2)
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
    ]
    return clipped + over
