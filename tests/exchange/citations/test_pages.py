"""Answers of a server that hold a part of what it found."""

import json

import pytest

WORK = {
    "crossref": {"DOI": "10.1000/x", "type": "journal-article", "title": ["T"], "container-title": ["J"],
                 "issued": {"date-parts": [[2001]]}, "author": [{"family": "Doe", "given": "Ada"}]},
    "openalex": {"id": "https://openalex.org/W1", "type": "article", "title": "T", "publication_year": 2001,
                 "primary_location": {"source": {"display_name": "J"}},
                 "authorships": [{"author": {"display_name": "Ada Doe"}}]},
}  # fmt: skip


def answer(kind, total, held):
    """Return what a server sends of ``total`` works."""
    works = [WORK[kind]] * held
    if kind == "crossref":
        return {"status": "ok", "message": {"total-results": total, "items": works, "items-per-page": held}}
    return {"meta": {"count": total, "per_page": held}, "results": works}


def pages_of(outcome):
    return [(line, reason) for line, what, reason in outcome.todo if what == "part of an answer"]


@pytest.mark.parametrize("kind", WORK)
def test_one_page_of_many_is_told(take, kind):
    said = "the server found 60 works, and 2 are in the file: save the other pages too"
    assert pages_of(take(kind, json.dumps(answer(kind, 60, 2)))) == [(1, said)]


@pytest.mark.parametrize("kind", WORK)
def test_whole_answers_and_all_pages_of_one_are_not(take, kind):
    assert pages_of(take(kind, json.dumps(answer(kind, 2, 2)))) == []
    both = [answer(kind, 3, 2), answer(kind, 3, 1)]
    for text in (json.dumps(both), "\n".join(map(json.dumps, both))):
        outcome = take(kind, text)
        assert (pages_of(outcome), len(outcome.items)) == ([], 3)


@pytest.mark.parametrize("kind", WORK)
def test_a_total_that_is_no_number_says_nothing(take, kind):
    assert pages_of(take(kind, json.dumps(answer(kind, "many", 2)))) == []
    assert pages_of(take(kind, json.dumps(WORK[kind]))) == []
