"""Evidence resources: the numbers of the tables, codes of the code systems, and the published structure."""

import copy
import json
import math

import pytest
from fhir.resources.bundle import Bundle

from ipt_evidence.errors import EvidenceError
from ipt_evidence.exchange.exports import FORMATS
from ipt_evidence.exchange.exports import fhir_codes as codes
from ipt_evidence.exchange.exports.fhir import LONGEST_ID, check
from ipt_evidence.exchange.exports.orientation import is_turned


def document(review, questions):
    return json.loads(FORMATS["fhir"].export(review, questions).content)


@pytest.fixture(scope="module")
def bundle(invented):
    return document(invented, invented.questions)


@pytest.fixture(scope="module")
def evidence(bundle):
    return {each["resource"]["identifier"][0]["value"]: each["resource"] for each in bundle["entry"]}


def test_one_question_is_a_resource_and_several_are_a_bundle(invented, bundle):
    one = document(invented, invented.questions.head(1))
    assert (one["resourceType"], bundle["resourceType"], bundle["type"]) == ("Evidence", "Bundle", "collection")
    assert bundle["entry"][0]["resource"] == one
    assert len({each["fullUrl"] for each in bundle["entry"]}) == len(invented.questions)
    assert len({each["resource"]["id"] for each in bundle["entry"]}) == len(invented.questions)
    assert all(len(each["resource"]["id"]) <= LONGEST_ID for each in bundle["entry"])


def shown(value, measure):
    return math.exp(value) if measure.startswith("log") else value


def test_statistics_are_those_of_the_answers(invented, evidence):
    checked = {"with": 0, "without": 0, "turned": 0}
    for question, resource in evidence.items():
        answer, first = invented.answers[question], resource["statistic"][0]
        assert first["sampleSize"]["numberOfStudies"] == answer.k
        assert first["sampleSize"]["numberOfParticipants"] == answer.rated.n_participants
        if not answer.k:
            assert first.keys() == {"description", "sampleSize"}
            assert "certainty" not in resource
            checked["without"] += 1
            continue
        rated, turned = answer.rated, is_turned(invented, answer.outcome)
        sign = -1 if turned else 1
        limits = sorted((sign * rated.ci_low, sign * rated.ci_high))
        interval = first["attributeEstimate"][0]
        assert first["quantity"]["value"] == pytest.approx(shown(sign * rated.estimate, rated.measure))
        assert interval["level"] == rated.level
        found = [interval["range"][end]["value"] for end in ("low", "high")]
        assert found == pytest.approx([shown(limit, rated.measure) for limit in limits])
        (overall,) = resource["certainty"]
        assert overall["rating"]["coding"][0]["code"] == answer.certainty.replace("_", "-")
        checked["with"] += 1
        checked["turned"] += turned
    assert min(checked.values()) > 0


def test_each_domain_of_certainty_has_its_level_and_reason(invented, evidence):
    rows = invented.tables["certainty"].set_index(["question_id", "domain"])
    ours = {code: name for name, code in codes.DOMAINS.items()}
    for question, resource in evidence.items():
        for part in (resource.get("certainty") or [{"subcomponent": []}])[0]["subcomponent"]:
            row = rows.loc[(question, ours[part["type"]["coding"][0]["code"]])]
            assert part["rating"]["coding"][0]["code"] == codes.CONCERNS[int(row["downgrade"])]
            assert part["description"] == row["reason"]


def test_every_trial_in_an_answer_is_cited(invented, evidence):
    weights = invented.tables["synthesis_weights"]
    for question, resource in evidence.items():
        trials = weights.loc[weights["question_id"].eq(question), "trial_id"].nunique()
        assert len(resource.get("relatedArtifact", [])) == trials


def everywhere(node):
    if isinstance(node, dict):
        yield node
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from everywhere(each)


def test_every_code_is_one_of_its_system(bundle):
    names = {system: codes.DISPLAYS[name] for name, system in codes.SYSTEMS.items()}
    codings = [coding for node in everywhere(bundle) for coding in node.get("coding", [])]
    assert len(codings) > 100
    assert all(names[each["system"]][each["code"]] == each["display"] for each in codings)


URL = "urn:uuid:0ba738bc-30f0-536a-9fb2-776079c71d53"
BREAKS = [
    (lambda one: one.pop("status"), "$: 'status' is a required property"),
    (lambda one: one.update(status="final"),
     "$.status: 'final' is not one of ['draft', 'active', 'retired', 'unknown']"),
    (lambda one: one.update(colour="red"), "$: Additional properties are not allowed ('colour' was unexpected)"),
    (lambda one: one.update(id="a_b"), "$.id: 'a_b' does not match '^[A-Za-z0-9.-]{1,64}$'"),
    (lambda one: one["statistic"][0]["sampleSize"].update(numberOfStudies=-1),
     "$.statistic[0].sampleSize.numberOfStudies: -1 is less than the minimum of 0"),
    (lambda one: one["variableDefinition"][0].pop("variableRole"),
     "$.variableDefinition[0]: 'variableRole' is a required property"),
    (lambda one: one.update(relatedArtifact=[]), "$.relatedArtifact: [] should be non-empty"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "place"), BREAKS, ids=[place for _, place in BREAKS])
def test_what_does_not_fit_the_structure_is_refused_with_its_place(evidence, spoil, place):
    one = copy.deepcopy(next(one for one in evidence.values() if "relatedArtifact" in one))
    check(one)
    spoil(one)
    whole = {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": URL, "resource": one}]}
    with pytest.raises(EvidenceError) as inside:
        check(whole)
    assert str(inside.value).endswith(f"$.entry[0].resource{place[1:]}")
    with pytest.raises(EvidenceError) as caught:
        check(one)
    assert str(caught.value).startswith("the resource does not fit the structure of FHIR R5 in 1 place:\n  ")
    assert str(caught.value).endswith(place)


def test_models_that_others_made_of_the_structure_read_every_resource_as_it_is(bundle):
    read = Bundle.model_validate(bundle)
    assert {type(one.resource).__name__ for one in read.entry} == {"Evidence"}
    assert json.loads(read.model_dump_json()) == bundle


@pytest.mark.parametrize("spoil", [
    lambda one: one.pop("variableDefinition"), lambda one: one.update(made_up=1),
    lambda one: one["certainty"][0].update(type="low"), lambda one: one.update(date="2026-13-45"),
], ids=["no variable", "a field nobody knows", "a type in words", "no day"])  # fmt: skip
def test_those_models_refuse_what_the_structure_does_not_hold(bundle, spoil):
    wrong = copy.deepcopy(bundle)
    spoil(wrong["entry"][0]["resource"])
    with pytest.raises(ValueError, match="validation error"):
        Bundle.model_validate(wrong)
