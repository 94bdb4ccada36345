"""Claims on what guidelines recommend."""

import pytest

from ipt_evidence.appraisal.claims.guidance import judge, on_stances
from ipt_evidence.extraction.choices import NOT_STATED
from ipt_evidence.words.sentence_parts import joined

NICE = {
    "organisation": "National Institute (NICE)",
    "body": "NICE",
    "title": "Depression",
    "code": "NG222",
    "year": 2022,
    "condition": "depression",
}
APA = {
    "organisation": "American Psychological Association",
    "body": "APA",
    "title": "Guideline",
    "condition": "depression",
}


@pytest.mark.parametrize(
    ("stances", "verdict"),
    [
        (["recommends", "recommends"], "supported"),
        (["recommends", "names"], "partly_supported"),
        (["names", "not_read"], "partly_supported"),
        (["lists"], "partly_supported"),
        (["recommends", "advises_against"], "contradicted"),
        (["does_not", "not_read"], "not_supported"),
        (["not_read", "not_read"], "not_assessable"),
    ],
)
def test_every_body_named_must_recommend_it(stances, verdict):
    assert on_stances(stances)[0] == verdict


def rows(*changes):
    return [
        {
            "guideline_id": f"g{number}",
            "summary": "What it says.",
            "population": "adults with a new episode",
            "recommendation": "recommended",
            "kind": "recommendation",
        }
        | change
        for number, change in enumerate(changes)
    ]


@pytest.fixture
def claim(make_claim):
    return make_claim(kind="guideline", bodies=("NICE:NG222", "APA"))


def test_bodies_go_by_their_short_names_and_the_code_picks_the_guideline(claim, make_base):
    other = {**NICE, "title": "Antenatal", "code": "CG192", "recommendation": "not_recommended"}
    judged = judge(claim, make_base(guidelines=rows(NICE, other, APA)))
    assert (judged.verdict, joined(judged.instead)) == ("supported", "")
    assert joined(judged.why) == (
        "In NG222, the National Institute (NICE) recommends IPT for depression in adults. The American Psychological "
        "Association recommends IPT for depression in adults. NICE NG222 speaks of adults with a new episode. APA "
        "speaks of adults with a new episode."
    )


def test_another_guideline_of_the_body_does_not_stand_in_for_the_one_named(claim, make_base):
    judged = judge(claim, make_base(guidelines=rows({**NICE, "code": "NG1"}, APA)))
    assert joined(judged.why).startswith("NICE NG222 is not in our tables.")
    assert judged.verdict == "partly_supported"


def test_an_option_supports_it_in_part_and_is_quoted_with_its_year(claim, make_base):
    base = make_base(guidelines=rows({**NICE, "recommendation": "option"}, APA))
    judged = judge(claim, base)
    assert judged.verdict == "partly_supported"
    assert joined(judged.instead).startswith(
        "National Institute (NICE) 2022, on adults with a new episode: What it says."
    )


def test_whom_a_body_does_not_name_is_not_printed(claim, make_base):
    silent = {**APA, "population": NOT_STATED, "recommendation": "option"}
    judged = judge(claim, make_base(guidelines=rows(NICE, silent)))
    assert "APA speaks of" not in joined(judged.why)
    assert NOT_STATED not in joined(judged.instead)


def test_a_listing_of_evidence_is_no_recommendation(claim, make_base):
    listing = {**APA, "kind": "evidence_rating"}
    judged = judge(claim, make_base(guidelines=rows(NICE, listing)))
    assert judged.verdict == "partly_supported"
    said = "The American Psychological Association rates evidence on IPT for depression in adults, which is no rec"
    assert said in joined(judged.why)


def test_a_body_read_on_another_condition_only_is_not_read(claim, make_base):
    base = make_base(guidelines=rows(NICE, {**APA, "condition": "ptsd"}))
    assert "Association said nothing on IPT for depression in adults" in joined(judge(claim, base).why)


def test_of_several_bodies_of_one_name_the_one_that_speaks_is_named(claim, make_base):
    other = {**APA, "organisation": "American Psychiatric Association", "condition": "ptsd"}
    said = joined(judge(claim, make_base(guidelines=rows(NICE, other, APA))).why)
    assert "Of 2 bodies called APA, the American Psychological Association recommends" in said


@pytest.mark.parametrize("bodies", [(), ("XYZ",)])
def test_a_claim_that_names_no_body_of_the_tables_cannot_be_assessed(make_claim, make_base, bodies):
    assert judge(make_claim(kind="guideline", bodies=bodies), make_base()).verdict == "not_assessable"
