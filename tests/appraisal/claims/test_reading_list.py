"""Claims that list works to read."""

import pytest

from ipt_evidence.appraisal.claims.reading_list import judge, on_works
from ipt_evidence.words.sentence_parts import joined


def work(name, recommended=True, used=("g",)):
    return {"id": name, "recommended": recommended, "usedby": used}


LIST = ("a2016", "b2005", "c1994")
WORKS = [work(name) for name in LIST]


@pytest.mark.parametrize(
    ("named", "present", "unnamed", "verdict"),
    [(4, 4, 0, "supported"), (4, 4, 1, "partly_supported"), (4, 1, 0, "partly_supported"), (4, 0, 0, "not_supported")],
)
def test_a_list_is_as_good_as_its_works(named, present, unnamed, verdict):
    assert on_works(named, present, unnamed)[0] == verdict


@pytest.mark.parametrize(
    ("works", "verdict"),
    [
        (WORKS, "supported"),
        (WORKS[:2], "partly_supported"),
        ([*WORKS, work("d")], "partly_supported"),
        ([*WORKS, work("d", recommended=False)], "supported"),
        ([*WORKS, work("d", used=("other",))], "supported"),
        ([work("a2015")], "not_supported"),
    ],
)
def test_works_are_found_by_key_among_those_the_guide_recommends(make_claim, make_base, works, verdict):
    assert judge(make_claim(kind="reading_list", works=LIST), make_base(works=works)).verdict == verdict


def test_what_is_missing_is_named(make_claim, make_base):
    judged = judge(make_claim(kind="reading_list", works=LIST), make_base(works=WORKS[:2]))
    assert "2 of the 3 works named stand in the bibliography" in joined(judged.why)
    assert "Not found: c1994." in joined(judged.why)


def test_a_list_without_works_cannot_be_assessed(make_claim, make_base):
    assert judge(make_claim(kind="reading_list"), make_base(works=WORKS)).rule_id == "no_work_named"
