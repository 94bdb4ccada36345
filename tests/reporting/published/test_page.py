"""The page of published results, and the same results on the pages of conditions."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ipt_evidence.reporting.addresses import question_address
from ipt_evidence.reporting.published.page import published_page
from ipt_evidence.words import agreement

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"


@pytest.fixture(scope="module")
def page(review):
    return published_page(review, TEMPLATES)


def test_every_published_result_is_printed_with_its_figure_and_a_link(review, page):
    table = review.tables["benchmarks"]
    assert len(table) > 5
    for row in table.to_dict("records"):
        assert f"{row['comparison']}. As printed: {agreement.MEASURES[row['measure']]}" in page
        address = row["url"] if row["doi"] != row["doi"] else f"https://doi.org/{row['doi']}"
        assert f'<a href="{address}">{row["label"]}</a>' in page
    assert f"Our tables hold {len(table)} published results" in page


def test_a_report_is_listed_once(review, page):
    for reference in review.tables["benchmarks"]["reference"].unique():
        assert page.count(reference) == 1


def test_links_lead_to_questions_and_sections_that_exist(review, page):
    conditions = review.questions.set_index("question_id")["condition"]
    found = re.findall(r'href="conditions/(\w+)/(\w+)\.html"', page)
    assert {name for _, name in found} == set(review.tables["agreement"]["question_id"].dropna())
    assert all(conditions[question] == condition for condition, question in found)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert '<a href="published.html" aria-current="page">Published results</a>' in page


def test_pictures_hold_what_is_compared_and_nothing_is_clipped(review, page, clashes):
    pictures = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    table = review.tables["agreement"]
    compared = table[table["reason_id"].isna()]
    assert len(pictures) == compared["measure"].nunique() == 2
    assert [clashes(svg) for svg in pictures] == [[], []]
    texts = [
        text.text for svg in pictures for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert sum(text.startswith("Invented Author") for text in texts) == len(compared)
    assert sum(text.startswith("Ours, ") for text in texts) == compared["question_id"].nunique()


def test_the_pages_of_the_questions_show_the_same(review, files):
    beside = set(review.tables["agreement"]["question_id"].dropna())
    shown = {name: files[question_address(review.answers[name])] for name in beside}
    assert len(shown) > 3
    assert all(page.count("<summary>Published results beside ours") == 1 for page in shown.values())
    assert all('href="../../published.html"' in page for page in shown.values())
    assert any("Ours is" in page for page in shown.values())


def test_without_published_results_the_page_says_so(review):
    empty = {name: review.tables[name].iloc[:0] for name in ("benchmarks", "agreement")}
    page = published_page(replace(review, tables={**review.tables, **empty}), TEMPLATES)
    assert "Our tables hold no published pooled result to set beside our answers." in page
    assert not re.search(r"<svg|By question|Beside no question", page)


def test_text_stays_text(review, page):
    assert not re.search(r"\bnan\b|\bNone\b|\{\{", page)
    table = review.tables["benchmarks"].assign(comparison="<script>alert(1)</script>", label="<b>x</b>")
    spoiled = published_page(replace(review, tables={**review.tables, "benchmarks": table}), TEMPLATES)
    assert spoiled.count("<script") == 1
    assert "<b>x" not in spoiled
