import csv
import json
from copy import deepcopy
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.export import check_document, evidence_document

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "config/schemas/evidence.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def document(review):
    return evidence_document(review)


def objects(schema):
    """Walk through every schema of an object within a schema."""
    if isinstance(schema, dict):
        if schema.get("type") == "object":
            yield schema
        for part in schema.values():
            yield from objects(part)


def test_the_document_fits_its_schema(document):
    check_document(document, SCHEMA)


def test_the_document_is_json_without_loss(document):
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_the_schema_is_a_schema_and_closed():
    Draft202012Validator.check_schema(SCHEMA)
    open_objects = [each for each in objects(SCHEMA) if each.get("additionalProperties", True) is True]
    assert [each["description"][:21] for each in open_objects] == ["Method choices of the"]


def test_everything_in_the_schema_is_described():
    for each in objects(SCHEMA):
        for name, part in each.get("properties", {}).items():
            described = part if "$ref" not in part else SCHEMA["$defs"][part["$ref"].rsplit("/", 1)[1]]
            assert described.get("description"), name


def test_every_question_is_there_with_its_answer(review, document):
    assert [question["question_id"] for question in document["questions"]] == list(review.questions["question_id"])
    estimates = review.tables["syntheses"].set_index("question_id")["estimate"]
    for question in document["questions"]:
        estimate = question["synthesis"]["estimate"]
        assert (estimate is None) == (question["synthesis"]["k"] == 0)
        assert estimate is None or estimate == estimates[question["question_id"]]


def test_the_weights_of_a_question_add_up(document):
    for question in document["questions"]:
        assert len(question["trials"]) == question["synthesis"]["k"]
        if question["trials"]:
            assert sum(trial["weight_percent"] for trial in question["trials"]) == pytest.approx(100)


def test_every_effect_is_used_or_has_a_reason(document):
    for question in document["questions"]:
        for effect in question["effects"]:
            assert effect["used"] == (effect["reason"] is None)


def test_every_effect_leads_to_raw_rows_of_its_trial(document):
    rows = {}
    for name in ("outcomes", "contrasts"):
        file = f"data/raw/{name}.csv"
        with (ROOT / file).open(encoding="utf-8", newline="") as stream:
            rows[file] = list(csv.DictReader(stream))
    for question in document["questions"]:
        for effect in question["effects"]:
            found = [rows[effect["raw"]["file"]][line - 2] for line in effect["raw"]["lines"]]
            assert found
            assert {row["trial_id"] for row in found} == {effect["trial_id"]}


def test_no_trial_is_missing(review, document):
    assert {trial["trial_id"] for trial in document["trials"]} == set(review.tables["trials"]["trial_id"])
    assert sum(len(trial["arms"]) for trial in document["trials"]) == len(review.tables["arms"])


def test_every_claim_points_to_questions_that_exist(document):
    questions = {question["question_id"] for question in document["questions"]}
    claims = [claim for guide in document["guides"] for claim in guide["claims"]]
    assert any(claim["question_ids"] for claim in claims)
    for claim in claims:
        assert set(claim["question_ids"]) <= questions


def test_every_source_and_reference_named_is_there(document):
    sources = {source["source_id"] for source in document["sources"]}
    references = {reference["id"] for reference in document["references"]}
    for question in document["questions"]:
        assert {effect["source_id"] for effect in question["effects"]} <= sources
    assert {trial["citekey"] for trial in document["trials"]} <= references


def test_the_same_review_gives_the_same_document(review, document):
    assert evidence_document(review) == document


def test_all_breaches_are_named_with_their_place(document):
    broken = deepcopy(document)
    broken["surprise"] = 1
    broken["questions"][0]["rating"]["strength"] = "certain"
    del broken["questions"][1]["synthesis"]["k"]
    with pytest.raises(EvidenceError) as caught:
        check_document(broken, SCHEMA)
    words = str(caught.value)
    assert "in 3 place(s)" in words
    assert "'surprise' was unexpected" in words
    assert "$.questions[0].rating.strength: 'certain' is not one of" in words
    assert "$.questions[1].synthesis: 'k' is a required property" in words
