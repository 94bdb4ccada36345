import csv
import json
import re
from copy import deepcopy
from dataclasses import asdict
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator

from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.export import FORMAT_VERSION, FORMS, check_document, evidence_document, evidence_schema

ROOT = Path(__file__).parents[2]
FRAME = yaml.safe_load((ROOT / "config/schemas/evidence.schema.yaml").read_text(encoding="utf-8"))
SCHEMA = evidence_schema(FRAME)


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


def keywords(schema):
    """List the keywords of every schema within a schema, each schema's apart."""
    if isinstance(schema, list):
        return [found for part in schema for found in keywords(part)]
    if not isinstance(schema, dict):
        return []
    named = [part for name in ("properties", "$defs") for part in schema.get(name, {}).values()]
    other = [part for name, part in schema.items() if name not in ("properties", "$defs", "enum")]
    return [set(schema), *keywords(named), *keywords(other)]


def test_the_fast_validator_knows_every_keyword_of_the_schema():
    about = {"title", "description", "$schema", "$id", "$defs"}
    found = [words - about for words in keywords(SCHEMA)]
    assert set.union(*found) <= set(Draft7Validator.VALIDATORS)
    assert all(words == {"$ref"} for words in found if "$ref" in words)


def test_the_document_is_json_without_loss(document):
    assert json.loads(json.dumps(document, allow_nan=False)) == document


def test_the_schema_is_a_schema_and_closed():
    Draft202012Validator.check_schema(SCHEMA)
    open_objects = [each for each in objects(SCHEMA) if each.get("additionalProperties", True) is True]
    assert [each["description"][:21] for each in open_objects] == ["Method choices of the"]


def test_the_schema_is_named_by_the_version_of_the_format():
    major = FORMAT_VERSION.partition(".")[0]
    assert SCHEMA["$id"] == f"urn:ipt-evidence:evidence:{major}"
    pattern = SCHEMA["properties"]["format_version"]["pattern"]
    assert re.fullmatch(pattern, FORMAT_VERSION)
    assert not re.fullmatch(pattern, f"{int(major) + 1}.0.0")


def test_every_object_and_every_field_of_the_schema_is_described():
    for each in objects(SCHEMA):
        for name, part in each.get("properties", {}).items():
            described = part if "$ref" not in part else SCHEMA["$defs"][part["$ref"].rsplit("/", 1)[1]]
            assert described.get("description", "").endswith("."), name
    assert all(definition["description"].endswith(".") for definition in SCHEMA["$defs"].values())


def test_the_kept_part_of_the_schema_repeats_no_column_and_describes_nothing_that_is_nowhere():
    for name, kept in FRAME["$defs"].items():
        assert name not in FORMS or not set(kept["properties"]) & set(FORMS[name].columns)
    used = set(re.findall(r"#/\$defs/(\w+)", json.dumps(SCHEMA)))
    assert used == set(SCHEMA["$defs"])


def test_every_question_is_there_with_its_answer(review, document):
    assert [question["question_id"] for question in document["questions"]] == list(review.questions["question_id"])
    estimates = review.tables["syntheses"].set_index("question_id")["estimate"]
    for question in document["questions"]:
        estimate = question["synthesis"]["estimate"]
        assert (estimate is None) == (question["synthesis"]["k"] == 0)
        assert estimate is None or estimate == estimates[question["question_id"]]


def test_the_document_gives_the_figures_and_ratings_of_the_answers_that_pages_tell(review, document):
    for question in document["questions"]:
        answer = review.answers[question["question_id"]]
        for part, told in (("synthesis", asdict(answer.pooled)), ("rating", asdict(answer.rated))):
            given = question[part]
            assert {name: given[name] for name in told if name in given} == {
                name: value if value == value else None for name, value in told.items() if name in given
            }
        for name in ("direction", "strength", "certainty", "label", "rule_id"):
            assert (question["rating"][name] or "") == getattr(answer, name)
        assert [trial["trial_id"] for trial in question["trials"]] == list(answer.trials)


def test_the_weights_of_a_question_add_up(document):
    for question in document["questions"]:
        assert len(question["trials"]) == question["synthesis"]["k"]
        if question["trials"]:
            assert sum(trial["weight_percent"] for trial in question["trials"]) == pytest.approx(100)


def test_every_effect_is_used_or_has_a_reason(document):
    effects = [effect for question in document["questions"] for effect in question["effects"]]
    assert {effect["used"] for effect in effects} == {True, False}
    assert all(effect["used"] == (effect["reason_id"] is None) for effect in effects)


def test_every_effect_leads_to_raw_rows_of_its_trial(example, document):
    rows = {}
    for name in ("outcomes", "contrasts"):
        file = f"data/raw/{name}.csv"
        with (example / file).open(encoding="utf-8", newline="") as stream:
            rows[file] = list(csv.DictReader(stream))
    assert sum(len(question["effects"]) for question in document["questions"]) > 20
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


def spoilt(document, change):
    broken = deepcopy({name: part[:1] if isinstance(part, list) else part for name, part in document.items()})
    change(broken)
    with pytest.raises(EvidenceError) as caught:
        check_document(broken, SCHEMA)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(
            lambda it: it["trials"][0].update(trial_id="one\n"),
            "data.trials[0].trial_id must match pattern",
            id="a line end after a slug",
        ),
        pytest.param(
            lambda it: it["trials"][0].update(year="2001"),
            "$.trials[0].year: '2001' is not of type 'integer'",
            id="wrong type in a raw column",
        ),
        pytest.param(
            lambda it: it["questions"][0]["synthesis"].update(k=None),
            "$.questions[0].synthesis.k: None is not of type 'integer'",
            id="empty where a processed column must be filled",
        ),
        pytest.param(
            lambda it: it["questions"][0]["rating"].update(strength="certain"),
            "$.questions[0].rating.strength: 'certain' is not one of ['strong', ",
            id="unknown word",
        ),
        pytest.param(
            lambda it: it["doubts"][0].update(doubt_id="no slug"),
            "$.doubts[0].doubt_id: 'no slug' does not match ",
            id="wrong form",
        ),
        pytest.param(
            lambda it: it["questions"][0]["synthesis"].update(tau3=0.1),
            "$.questions[0].synthesis: Additional properties are not allowed ('tau3' was unexpected)",
            id="unknown column",
        ),
        pytest.param(
            lambda it: it["sources"][0].pop("licence"),
            "$.sources[0]: 'licence' is a required property",
            id="missing key",
        ),
        pytest.param(
            lambda it: it["trials"][0].update(arms=[]),
            "$.trials[0].arms: [] should be non-empty",
            id="nothing nested",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(document, change, message):
    words = spoilt(document, change)
    assert words.startswith("evidence.json does not fit its schema in 1 place(s):\n")
    assert message in words


def test_all_breaches_are_named_at_once(document):
    words = spoilt(document, lambda it: (it.update(surprise=1), it.pop("title"), it["questions"][0].pop("title")))
    assert "in 3 place(s)" in words
