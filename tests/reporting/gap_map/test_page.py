"""The page of the gap map."""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.gap_map.content import gap_map
from ipt_evidence.reporting.gap_map.page import gap_page, gap_svg

SVG = "{http://www.w3.org/2000/svg}"
TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"


@pytest.fixture(scope="module")
def page(review):
    return gap_page(review, TEMPLATES)


def test_every_combination_is_in_the_map(review):
    shown, gaps = gap_map(review), review.tables["gaps"]
    assert len(shown.cells) == len(gaps) == len(shown.rows) * len(shown.comparators) * len(shown.outcomes)
    counts = shown.counts(shown.outcomes)
    asked = gaps[gaps["question_id"].notna()]
    none = asked[asked["k"].eq(0)]
    unusable = none["unusable"].gt(0).sum()
    assert (counts.answered, counts.unusable) == (asked["k"].gt(0).sum(), unusable)
    assert counts.empty == len(none) - unusable
    assert counts.unasked == gaps["question_id"].isna().sum()


def test_the_cells_say_what_the_table_of_gaps_says(review):
    shown, asked = gap_map(review), review.tables["gaps"].dropna(subset="question_id")
    assert len(asked) > 10
    for row in asked.to_dict("records"):
        cell = shown.cells[row["condition"], row["comparator"], row["outcome"]]
        assert (cell.question_id, cell.k, cell.strength) == (row["question_id"], row["k"], row["strength"])


def test_the_tables_hold_the_same_as_the_map_and_lead_to_the_answers(review, page):
    asked = set(review.tables["gaps"]["question_id"].dropna())
    links = re.findall(r'href="conditions/([a-z_0-9]+)/([a-z_0-9]+)\.html"', page)
    assert {question for _, question in links} == asked
    assert len(links) == len(asked)
    condition = dict(zip(review.questions["question_id"], review.questions["condition"], strict=True))
    assert all(condition[question] == name for name, question in links)
    assert page.count("asked, none in our tables</span>") == gap_map(review).counts(gap_map(review).outcomes).empty
    assert page.count(", no effect follows</span>") == gap_map(review).counts(gap_map(review).outcomes).unusable
    assert page.count('class="unseen"') == review.tables["gaps"]["question_id"].isna().sum()


def test_a_condition_three_levels_down_is_in_the_map_and_linked_from_its_table(deep):
    review, condition, label = deep
    assert [row.depth for row in gap_map(review).rows if row.condition == condition] == [2]
    assert label in [text.text for text in ElementTree.fromstring(gap_svg(review)).iter(f"{SVG}text")]
    page = gap_page(review, TEMPLATES)
    assert f'<tr class="child" style="--depth: 2"><th scope="row">{label}</th>' in page
    asked = review.tables["gaps"].query("condition == @condition")["question_id"].dropna()
    assert len(asked)
    for question in asked:
        assert f'href="conditions/{condition}/{question}.html"' in page


def test_the_page_offers_the_files_and_marks_itself_in_the_navigation(page):
    assert 'href="gaps.svg"' in page
    assert 'href="gaps.csv"' in page
    assert '<a href="gaps.html" aria-current="page">' in page


def test_cells_on_the_therapy_with_something_else_are_counted(review, page):
    filled = [cell for cell in gap_map(review).cells.values() if cell and cell.k]
    special = [cell for cell in filled if cell.intervention == "ba_with_medication"]
    assert special
    assert f"{len(special)} of the filled cells show one on BA together with medication" in page


def test_the_drawing_stands_alone_and_fits_a_page_of_1200_pixels(review, clashes):
    svg = gap_svg(review)
    root = ElementTree.fromstring(svg)
    assert root.tag == f"{SVG}svg"
    assert int(root.attrib["width"]) <= 1128
    assert clashes(svg) == []
