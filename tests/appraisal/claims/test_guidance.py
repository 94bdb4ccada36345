"""Claims on what guidelines recommend."""

import pytest

from ipt_evidence.appraisal.claims.guidance import judge, on_stances

NICE = {
    "organisation": "National Institute (NICE)",
    "title": "Depression (NG222)",
    "year": 2022,
    "condition": "depression",
}
APA = {"organisation": "American Psychological Association", "title": "Guideline", "condition": "depression"}


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
        {"guideline_id": f"g{number}", "summary": "What it says.", "recommendation": "recommended", "note": ""} | change
        for number, change in enumerate(changes)
    ]


CLAIM = "The NICE guideline NG222 recommends IPT for depression and APA guidance supports it."


def test_bodies_are_found_by_abbreviation_or_initials_and_the_code_picks_the_guideline(make_claim, make_base):
    other = {**NICE, "title": "Antenatal (CG192)", "recommendation": "not_recommended"}
    base = make_base(guidelines=rows(NICE, other, APA))
    judged = judge(make_claim(CLAIM, kind="guideline"), base)
    assert (judged.verdict, judged.instead) == ("supported", "")
    assert judged.why == "NICE recommends IPT for depression in adults. APA recommends IPT for depression in adults."


def test_an_option_supports_it_in_part_and_is_quoted_with_its_year(make_claim, make_base):
    base = make_base(guidelines=rows({**NICE, "recommendation": "option"}, APA))
    judged = judge(make_claim(CLAIM, kind="guideline"), base)
    assert judged.verdict == "partly_supported"
    assert judged.instead.startswith("National Institute (NICE) 2022: What it says.")


def test_a_listing_of_evidence_is_no_recommendation(make_claim, make_base):
    listing = {**APA, "note": "An evidence listing, not a recommendation."}
    judged = judge(make_claim(CLAIM, kind="guideline"), make_base(guidelines=rows(NICE, listing)))
    assert judged.verdict == "partly_supported"
    assert "by its own rating of the evidence, which is no recommendation" in judged.why


def test_a_body_read_on_another_condition_only_is_not_read(make_claim, make_base):
    base = make_base(guidelines=rows(NICE, {**APA, "condition": "ptsd"}))
    assert "APA said nothing on IPT for depression in adults" in judge(make_claim(CLAIM, kind="guideline"), base).why


def test_a_claim_that_names_no_body_of_the_tables_cannot_be_assessed(make_claim, make_base):
    assert judge(make_claim("The XYZ recommends IPT.", kind="guideline"), make_base()).verdict == "not_assessable"
