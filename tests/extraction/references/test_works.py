"""Likeness of works, however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipt_evidence.extraction.references.works import (
    clean_doi,
    first_author,
    is_preprint,
    nearly_same,
    runs_backwards,
    same_title,
    team_of,
)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("10.1000/x", "10.1000/x"),
        ("https://doi.org/10.1000/x", "10.1000/x"),
        ("http://dx.doi.org/10.1000/x", "10.1000/x"),
        ("doi.org/10.1000/x", "10.1000/x"),
        ("https://doi-org.proxy.example.edu/10.1000/x", "10.1000/x"),
        ("DOI: 10.1000/x.", "10.1000/x"),
        ("{10.1000/x},", "10.1000/x"),
        (r"10.1000/a\_b", "10.1000/a_b"),
        ("https://doi.org/10.1002%2F(SICI)1%3A2%3C3%3E", "10.1002/(SICI)1:2<3>"),
        ("10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",) * 2,
        ("10.1000/Case", "10.1000/Case"),
    ],
)
def test_a_doi_loses_what_is_not_its_own(typed, clean):
    assert clean_doi(typed) == clean


@given(st.text())
def test_cleaning_twice_is_cleaning_once_for_plain_text(text):
    assert (
        clean_doi(f"10.1000/{'x'.join(filter(str.isalnum, text))}") == f"10.1000/{'x'.join(filter(str.isalnum, text))}"
    )


@given(st.text())
def test_case_and_punctuation_do_not_tell_titles_apart(title):
    assert same_title(f"  {title}. ") == same_title(title)
    assert same_title(same_title(title)) == same_title(title)


def test_accents_do_not_tell_titles_apart():
    assert same_title("Étude: l'IPT!") == same_title("etude L IPT")


def test_one_letter_is_no_other_title_but_a_word_is():
    title = same_title("Interpersonal psychotherapy for depressed adolescents")
    assert nearly_same(title, same_title("Interpersonal psychotherapy for depresed adolescents"))
    assert not nearly_same(title, same_title("Interpersonal psychotherapy for depressed mothers"))


@pytest.mark.parametrize(
    ("item", "author"),
    [
        ({"author": [{"family": "Núñez", "given": "A."}, {"family": "Li"}]}, "nunez"),
        ({"editor": [{"literal": "World Health Organization"}]}, "worldhealthorganization"),
        ({}, ""),
    ],
)
def test_the_first_author_may_be_an_editor_or_an_organisation(item, author):
    assert first_author(item).replace("\u0303", "").replace("\u0301", "") == author


@pytest.mark.parametrize(
    ("item", "team"),
    [
        ({"author": [{"family": "Schaik", "given": "A.", "non-dropping-particle": "van"}]}, "schaik"),
        ({"author": [{"literal": "Authors not on the page seen"}]}, ""),
        ({"editor": [{"family": "Klerman"}]}, ""),
    ],
)
def test_a_team_is_known_by_a_person_who_wrote_the_report(item, team):
    assert team_of(item) == team


@pytest.mark.parametrize(
    ("item", "preprint"),
    [
        ({"DOI": "10.1101/2020.01.02.20016502"}, True),
        ({"DOI": "10.1101/123456"}, True),
        ({"DOI": "10.1101/gad.123456.108"}, False),
        ({"DOI": "10.31234/osf.io/abcde"}, True),
        ({"DOI": "10.48550/ARXIV.2001.00001"}, True),
        ({"DOI": "10.1001/jama.2014.1"}, False),
        ({"container-title": "arXiv:2001.00001"}, True),
        ({"container-title": "Archives of General Psychiatry"}, False),
        ({"note": "PsyArXiv"}, True),
    ],
)
def test_preprints_are_known_by_server_or_doi(item, preprint):
    assert is_preprint(item) == preprint


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.sampled_from(["", "S", "e"]))
def test_pages_that_go_forwards_do_not_run_backwards(first, more, prefix):
    assert not runs_backwards(f"{prefix}{first}-{prefix}{first + more}")
    assert runs_backwards(f"{prefix}{first + more + 1}-{prefix}{first}") or len(str(first + more + 1)) > len(str(first))
