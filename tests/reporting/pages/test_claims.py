import re
from dataclasses import replace
from pathlib import Path

import pytest

from ipt_evidence.appraisal.claims.verdicts import VERDICTS as SLUGS
from ipt_evidence.extraction.schemas.guides import CLAIM_KINDS
from ipt_evidence.reporting.pages.claims import KINDS, by_verdict, claim_rows, claims_page
from ipt_evidence.words.audit import VERDICTS

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"


@pytest.fixture(scope="module")
def page(review):
    return claims_page(review, TEMPLATES)


def test_every_verdict_and_every_kind_has_words():
    assert set(VERDICTS) == set(SLUGS)
    assert set(KINDS) == set(CLAIM_KINDS)
    assert len({symbol for symbol, _, _ in VERDICTS.values()}) == len(VERDICTS)


def test_the_summary_counts_every_claim_once(review):
    rows = claim_rows(review)
    assert sum(map(len, by_verdict(rows).values())) == len(rows) == len(review.tables["claims"])


def test_every_claim_has_its_place_its_verdict_and_its_reason(review, page):
    for claim in review.tables["claims"].to_dict("records"):
        part = page.split(f'<h3 id="{claim["claim_id"]}">')[1].split("<section")[0]
        assert VERDICTS[claim["verdict"]][1] in part
        assert claim["why"].split("(")[0].strip() in part.replace("&#39;", "'")
        assert ("We would print instead:" in part) == isinstance(claim["instead"], str)


def test_links_lead_to_questions_that_exist(review, page):
    conditions = review.questions.set_index("question_id")["condition"]
    found = re.findall(r'href="conditions/(\w+)/(\w+)\.html"', page)
    assert found
    assert all(conditions[question] == condition for condition, question in found)


def test_figures_are_those_of_the_deciding_answer(review):
    rows = {row.claim_id: dict(row.figures) for row in claim_rows(review)}
    answer = review.tables["ratings"].set_index("question_id").loc["depression_ba_v_control_symptom_severity_post"]
    shown = rows["eases_depression"]
    assert shown["Strength claimed"] == "Strong"
    assert shown["Strength found"].lower() == answer["strength"]
    assert shown["Trials"] == str(answer["k"])
    assert shown["Effect"].startswith(f"g = {answer['estimate']:.2f}")


def test_nothing_is_left_blank_and_text_stays_text(review, page):
    assert not re.search(r"\bnan\b|\bNone\b|\{\{", page)
    claims = review.tables["claims"].assign(claim="<script>alert(1)</script>", why="<b>x</b>")
    spoiled = claims_page(replace(review, tables={**review.tables, "claims": claims}), TEMPLATES)
    assert spoiled.count("<script") == 1
    assert "<b>x" not in spoiled
