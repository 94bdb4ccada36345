"""Every number of every page of the small review is read back and held to the tables."""

import re

import pytest

from reading_back import known_of, unexplained, unnoticed


@pytest.fixture(scope="module")
def known(review, files):
    return known_of(review, files)


@pytest.fixture(scope="module")
def pages(files):
    return {name: text for name, text in files.items() if name.endswith(".html")}


def test_tables_or_words_of_people_explain_every_number(pages, known):
    faults = {name: unexplained(name, page, known) for name, page in pages.items()}
    assert len(faults) > 30
    assert {name: found for name, found in faults.items() if found} == {}


def test_a_wrong_number_is_noticed(pages, known):
    page = pages["conditions/depression/ba-v-control.html"]
    name = "conditions/depression/ba-v-control.html"
    (first, *_) = re.findall(r"g = \d\.\d\d \(95% CI", page)
    wrong = page.replace(first, "g = 9.87 (95% CI")
    assert any("9.87" in fault for fault in unexplained(name, wrong, known))


def test_most_intervals_with_a_wrong_last_digit_are_noticed(pages, known):
    found = [one for name, page in pages.items() for one in unnoticed(name, page, known, every=3)]
    assert len(found) > 200
    assert sum(found) / len(found) < 0.1
