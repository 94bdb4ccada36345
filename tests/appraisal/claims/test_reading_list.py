"""Claims that list works to read."""

import pytest

from ipt_evidence.appraisal.claims.reading_list import judge, on_works


def work(name, *families, year=2016, recommended=True, used=("g",)):
    people = [{"family": family.removeprefix("de "), **({"non-dropping-particle": "de"} if " " in family else {})}
              for family in families]  # fmt: skip
    return {
        "id": name,
        "author": people,
        "issued": {"date-parts": [[year]]},
        "recommended": recommended,
        "usedby": used,
    }


LIST = "The page recommends: Cuijpers 2016, de Mello 2005, Klerman and Weissman 1994."
WORKS = [
    work("a", "Cuijpers", "Donker"),
    work("b", "de Mello", "Mari", year=2005),
    work("c", "Klerman", "Weissman", year=1994),
]


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
        ([*WORKS, work("d", "Extra")], "partly_supported"),
        ([*WORKS, work("d", "Extra", recommended=False)], "supported"),
        ([*WORKS, work("d", "Extra", used=("other",))], "supported"),
        ([work("a", "Cuijpers", year=2015)], "not_supported"),
    ],
)
def test_works_are_found_by_author_and_year_among_those_the_guide_recommends(make_claim, make_base, works, verdict):
    assert judge(make_claim(LIST, kind="reading_list"), make_base(works=works)).verdict == verdict


def test_what_is_missing_is_named(make_claim, make_base):
    judged = judge(make_claim(LIST, kind="reading_list"), make_base(works=WORKS[:2]))
    assert "2 of the 3 works named stand in the bibliography" in judged.why
    assert "Not found: Klerman and Weissman 1994." in judged.why
