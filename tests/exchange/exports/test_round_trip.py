"""What is exported comes back through our importers with the same effects."""

import pytest

from ipt_evidence.exchange import READERS
from ipt_evidence.exchange.completing import directions_of
from ipt_evidence.exchange.exports import FORMATS
from ipt_evidence.exchange.kinds import kind_of


def back(review, name, tmp_path):
    """Export everything a review was asked, and read it again as what it is recognised to be."""
    exported = FORMATS[name].export(review, review.questions)
    path = tmp_path / "out.csv"
    path.write_text(exported.content, encoding="utf-8")
    kind = kind_of(path)
    known = {"known": directions_of(review.vocabulary)} if kind == "metapsy" else {}
    return kind, READERS[kind](path, **known), exported


@pytest.mark.parametrize("name", ["revman", "metapsy"])
def test_the_invented_review_comes_back(name, invented, tmp_path, effects_of, missing):
    kind, imported, _ = back(invented, name, tmp_path)
    assert kind == name
    assert missing(invented, effects_of(imported, invented.vocabulary)) == []


@pytest.mark.parametrize("name", ["revman", "metapsy"])
def test_a_real_question_comes_back(name, real, tmp_path, effects_of, missing):
    kind, imported, _ = back(real, name, tmp_path)
    assert kind == name
    assert missing(real, effects_of(imported, real.vocabulary)) == []
