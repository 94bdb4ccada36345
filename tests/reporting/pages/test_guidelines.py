import re
from dataclasses import replace
from pathlib import Path

import pytest

from ipt_evidence.extraction.schemas.guides import READ_AS as READINGS
from ipt_evidence.extraction.schemas.guides import RECOMMENDATIONS
from ipt_evidence.reporting.pages.guidelines import by_condition, guidelines_page
from ipt_evidence.reporting.recommendations import recommendations
from ipt_evidence.words.audit import READ_AS, RELATIONS, STANCES

TEMPLATES = Path(__file__).parents[3] / "workflow" / "templates"


@pytest.fixture(scope="module")
def page(review):
    return guidelines_page(review, TEMPLATES)


def test_every_stance_reading_and_relation_has_words(review):
    assert set(STANCES) == set(RECOMMENDATIONS)
    assert set(READ_AS) == set(READINGS)
    assert set(review.tables["concordance"]["relation"]) <= set(RELATIONS)


def test_every_recommendation_is_printed_once_under_its_condition(review, page):
    stated = [one.guideline_id for group in by_condition(review) for one in group.recommendations]
    assert sorted(stated) == sorted(review.tables["guidelines"]["guideline_id"])
    for name in stated:
        assert page.count(f'id="{name}"') == 1


def test_differences_are_named_and_a_repeated_recommendation_is_not(review):
    groups = by_condition(review)
    assert sum(len(group.differences) for group in groups) > 1
    for group in groups:
        for relation, bodies in group.differences:
            assert bodies
            assert all(one.relation == relation and not one.same_as for one in bodies)
            assert all(one in group.recommendations for one in bodies)


def test_bodies_are_not_counted(page):
    assert not re.search(r"\b(\d{1,2}|two|three|four|most|half of the) (bodies|guidelines|recommendations)\b", page)


def test_links_lead_to_questions_and_rows_that_exist(review, page):
    conditions = review.questions.set_index("question_id")["condition"]
    found = re.findall(r'href="conditions/(\w+)/(\w+)\.html"', page)
    assert found
    assert all(conditions[question] == condition for condition, question in found)
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors


def test_text_stays_text_and_only_web_addresses_are_links(review, page):
    assert not re.search(r"\bnan\b|\bNone\b|\{\{", page)
    table = review.tables["guidelines"].assign(summary="<script>alert(1)</script>", url="javascript:alert(1)")
    spoiled = guidelines_page(replace(review, tables={**review.tables, "guidelines": table}), TEMPLATES)
    assert "<script>alert" not in spoiled
    assert "javascript:" not in spoiled


def test_a_note_names_the_recommendation_that_it_calls_by_its_id(review):
    first = review.tables["guidelines"].iloc[0]
    table = review.tables["concordance"].assign(note=f"See {first['guideline_id']}; not {first['guideline_id']}_else.")
    notes = {one.note for one in recommendations(replace(review, tables={**review.tables, "concordance": table}))}
    called = next(one for one in recommendations(review) if one.guideline_id == first["guideline_id"])
    on = review.labels.conditions[called.condition].lower()
    assert notes == {f"See {called.name} on {on}; not {first['guideline_id']}_else."}
