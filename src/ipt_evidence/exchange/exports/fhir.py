"""Answers as Evidence resources of HL7 FHIR R5, held to the published structure before they are written."""

import hashlib
import html
import re
import uuid
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import pandas as pd
import yaml
from jsonschema import Draft202012Validator

from ipt_evidence.appraisal.answers import Answer
from ipt_evidence.errors import EvidenceError
from ipt_evidence.exchange.exports import fhir_codes as codes
from ipt_evidence.exchange.exports.exported import Exported
from ipt_evidence.exchange.exports.fhir_statistic import statistic
from ipt_evidence.exchange.exports.orientation import is_turned
from ipt_evidence.exchange.exports.results import events_good
from ipt_evidence.files import json_text, rows_of
from ipt_evidence.reporting.references import format_references
from ipt_evidence.reporting.review import Review, by_question
from ipt_evidence.words import labels, numbers
from ipt_evidence.words.registers import REGISTERS
from ipt_evidence.words.statements import Statement, state

LONGEST_ID = 64
SCHEMA = "fhir.schema.yaml"
NAMESPACE = uuid.UUID("0f0c4a5e-6f0b-5f43-9d0a-0b9f3f5a7c11")
"""Of the names of resources in a bundle, which are the same in every run."""

TAG = re.compile(r"<[^>]+>")


def fhir(review: Review, questions: pd.DataFrame) -> Exported:
    """Return one Evidence resource, or a Bundle of them where several questions are asked for.

    Raises
    ------
    EvidenceError
        Naming every place that does not fit the structure.
    """
    tables = {name: by_question(review, name) for name in ("syntheses", "ratings", "certainty", "synthesis_weights")}
    voice = review.voice(REGISTERS["professional"])
    citations = _citations(review, questions, tables["synthesis_weights"])
    resources = []
    for key in questions["question_id"]:
        answer = review.answers[key]
        parts = {name: rows.get(key, []) for name, rows in tables.items()}
        resources.append(_evidence(review, answer, state(answer, voice), parts, citations))
    document = resources[0] if len(resources) == 1 else _bundle(resources)
    check(document)
    return Exported(content=json_text(document), holds=numbers.counted(len(resources), "Evidence resource"))


def check(document: Mapping[str, Any]) -> None:
    """Hold a document to the part of the published structure that is used here.

    Raises
    ------
    EvidenceError
        Naming every place that does not fit.
    """
    schema = yaml.safe_load(files(__package__).joinpath(SCHEMA).read_text(encoding="utf-8"))
    breaches = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda breach: breach.json_path)
    if breaches:
        many = numbers.counted(len(breaches), "place")
        places = "\n".join(f"  {breach.json_path}: {breach.message[:300]}" for breach in breaches)
        raise EvidenceError(f"the resource does not fit the structure of FHIR R5 in {many}:\n{places}")


def _evidence(
    review: Review,
    answer: Answer,
    said: Statement,
    parts: Mapping[str, list[dict[Any, Any]]],
    citations: Mapping[str, str],
) -> dict[str, Any]:
    facts, rating = review.settings["review"], parts["ratings"][0]
    day = str(facts["last_review"])
    cited = f"{facts['authors']}. {answer.title}. In: {facts['title']}. Last reviewed {day}."
    trials = sorted(parts["synthesis_weights"], key=lambda row: (-row["weight_percent"], row["trial_id"]))
    cited_trials = [citations[row["trial_id"]] for row in trials if row["trial_id"] in citations]
    works = [{"type": "citation", "citation": _markdown(text)} for text in cited_trials]
    counted = answer.outcome in events_good(review.vocabulary)
    kind = "std-MA" if answer.k > 1 else "NotApplicable"
    return {
        "resourceType": "Evidence",
        "id": _id(answer.question_id),
        "identifier": [{"type": {"text": "question of the review plan"}, "value": answer.question_id}],
        "title": answer.title,
        "citeAsMarkdown": _markdown(cited),
        "status": "draft",
        "date": day,
        "lastReviewDate": day,
        "publisher": str(facts["authors"]),
        "copyright": _markdown(" ".join(str(facts["rights"]).split())),
        "description": _markdown(said.text),
        "assertion": _markdown(f"{answer.strength_label}: {rating['reason']}"),
        **_some("relatedArtifact", works),
        "variableDefinition": _variables(review, answer, counted=counted),
        **_some("synthesisType", codes.concept("synthesis", kind) if answer.k else {}),
        "studyDesign": [{"text": "randomised trials"}],
        "statistic": statistic(answer, parts["syntheses"][0], rating, turned=is_turned(review, answer.outcome)),
        **_some("certainty", _certainty(answer, said, parts["certainty"])),
    }


def _variables(review: Review, answer: Answer, *, counted: bool) -> list[dict[str, Any]]:
    people = labels.POPULATIONS.get(answer.population, "people of any age")
    measured = answer.aspect if counted else f"{answer.aspect}, scored so that more is better"
    described = {
        "population": f"{labels.capital(people)}: {labels.within(review.labels.conditions[answer.condition])}",
        "exposure": answer.sides[0],
        "referenceExposure": answer.sides[1],
        "measuredVariable": measured,
    }
    return [
        {"description": _markdown(text), "variableRole": codes.concept("role", role)}
        for role, text in described.items()
    ]


def _certainty(answer: Answer, said: Statement, domains: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the certainty of an answer with that of each domain; nothing without trials."""
    if not answer.certainty:
        return []
    parts = [
        {
            "description": str(row["reason"]),
            **_some("note", [{"text": _markdown(row["note"])}] if isinstance(row["note"], str) and row["note"] else []),
            "type": codes.concept("certainty", codes.DOMAINS[row["domain"]]),
            "rating": codes.concept("rating", codes.CONCERNS[int(row["downgrade"])]),
        }
        for row in domains
    ]
    provisional = "It would be another if the trials that nobody judged for risk of bias were judged."
    return [
        {
            "description": " ".join(sentence.text for sentence in said.limits) or "Nothing took certainty away.",
            **_some("note", [{"text": provisional}] if answer.provisional else []),
            "type": codes.concept("certainty", "Overall"),
            "rating": codes.concept("rating", answer.certainty.replace("_", "-")),
            "rater": "the published rules of the review",
            "subcomponent": parts,
        }
    ]


def _citations(review: Review, questions: pd.DataFrame, weights: Mapping[str, list[dict[Any, Any]]]) -> dict[str, str]:
    """Return the reference of each trial that an answer rests on, by trial."""
    pooled = {row["trial_id"] for key in questions["question_id"] for row in weights.get(key, [])}
    trials = review.tables["trials"]
    keys = {row["trial_id"]: row["citekey"] for row in rows_of(trials[trials["trial_id"].isin(pooled)])}
    items = [review.references[key] for key in dict.fromkeys(keys.values()) if key in review.references]
    # Set with those of one another, works of the same authors and year would get letters.
    texts = {key: _plain(text) for key, text in format_references(items, "vancouver").items()}
    return {trial: texts[key] for trial, key in keys.items() if key in texts}


def _plain(reference: str) -> str:
    return re.sub(r"^\d+\.\s*", "", " ".join(html.unescape(TAG.sub("", reference)).split()))


def _markdown(text: str) -> str:
    """Return text as Markdown that shows it as it is."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)


def _some(name: str, values: Any) -> dict[str, Any]:
    """Return an element with what it holds; without anything it must not be there."""
    return {name: values} if values else {}


def _id(question: str) -> str:
    """Return an id of letters, digits and hyphens; a long one is cut, and told apart by a digest."""
    name = re.sub(r"[^A-Za-z0-9.-]", "-", question)
    digest = hashlib.sha256(question.encode()).hexdigest()[:8]
    return name if len(name) <= LONGEST_ID else f"{name[: LONGEST_ID - 9]}-{digest}"


def _bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [{"fullUrl": f"urn:uuid:{uuid.uuid5(NAMESPACE, each['id'])}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}
