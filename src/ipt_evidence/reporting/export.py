"""Everything for machines: one JSON document, held to its published schema before it is written."""

import json
from collections.abc import Mapping
from typing import Any

import fastjsonschema
import pandera.pandas as pa
from jsonschema import Draft202012Validator

from ipt_evidence.appraisal import schemas as appraisal
from ipt_evidence.appraisal.risk_of_bias import trial_overall
from ipt_evidence.effects.schemas import NOT_COMPUTED
from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.schemas import MODERATOR_GROUPS, MODERATORS, QUESTIONS, RAW_TABLES, VOCABULARY_TABLES
from ipt_evidence.extraction.schemas.appraisal import CERTAINTY_DOMAINS
from ipt_evidence.extraction.schemas.columns import LINE
from ipt_evidence.extraction.schemas.findings import INPUTS
from ipt_evidence.files import records
from ipt_evidence.reporting.forms import Form, close
from ipt_evidence.reporting.provenance import RawLines
from ipt_evidence.reporting.review import Review, by_question, rows_by
from ipt_evidence.synthesis import schemas as synthesis
from ipt_evidence.words.figures import FIGURES
from ipt_evidence.words.reasons import REASONS
from ipt_evidence.words.registers import REGISTERS
from ipt_evidence.words.statements import state

FORMAT_VERSION = "3.2.0"
"""Rises in the first place when a reader of the old format would go wrong, in the second when it finds more."""

MAJOR = FORMAT_VERSION.partition(".")[0]
"""The first place alone."""

GUIDE = ("guide_id", "kind", "audience", "readings", "citation_style", "evidence_parts")
BESIDE = ("question_ids", "relation", "listing")
"""What of a guide, and of what our ratings say beside a guideline, is in the document."""


def _form(description: str, schema: pa.DataFrameSchema, *less: str) -> Form:
    """Return the form of the rows of a table, less some of its columns."""
    return Form(description, schema.columns).without(*less)


def _entered(description: str, name: str) -> Form:
    """Return the form of the rows of a raw table."""
    return Form(description, {**RAW_TABLES[name].columns, "line": LINE})


FORMS = {
    "input": _form("A file the run read.", INPUTS),
    "condition": _form("A condition of the vocabulary.", VOCABULARY_TABLES["conditions"]),
    "treatment_class": _form("A class of treatments.", VOCABULARY_TABLES["treatment_classes"]),
    "treatment": _form("A treatment an arm was given.", VOCABULARY_TABLES["treatments"]),
    "outcome": _form("An outcome.", VOCABULARY_TABLES["outcomes"]),
    "arm": _entered("An arm of a trial.", "arms").without("trial_id"),
    "trial": _entered("A randomised trial.", "trials"),
    "question": _form("A question of the review plan with its answer.", QUESTIONS),
    "synthesis": _form("The pooled answer.", synthesis.SYNTHESES, *QUESTIONS.columns),
    "rating": _form(
        "How far the answer can be relied on.", appraisal.RATINGS, "question_id", "k", "n_participants",
        *CERTAINTY_DOMAINS, "est_reason", "tolin_reason", "trace",
    ),
    "absolute": _form("The answer as numbers of people.", appraisal.ABSOLUTE, "question_id"),
    "certainty_domain": _form("One GRADE domain of one answer.", appraisal.CERTAINTY_OF_DOMAINS, "question_id"),
    "robustness": _form(
        "How the label would stand under other choices.", appraisal.ROBUSTNESS,
        "question_id", "label", "n_participants",
    ),
    "bayes": _form("The Bayesian answer.", appraisal.BAYES, "question_id", "k"),
    "weighted_trial": _form(
        "A trial in a pooled answer, its results on the question combined into one.", synthesis.SYNTHESIS_WEIGHTS,
        "question_id",
    ),
    "effect": _form(
        "An effect that matches the question, used or not.", synthesis.SELECTIONS, "question_id", "question_condition",
        "population", "intervention", "comparator", "outcome", "timepoint", "phase", "measure", "measurement",
    ),
    "variant": _form("The answer under another choice of method or data.", synthesis.SENSITIVITY, "question_id"),
    "moderator": _form("A characteristic of trials that effects are held against.", MODERATORS),
    "moderator_group": _form("A value of a moderator that belongs to a group.", MODERATOR_GROUPS),
    "subgroup": _form("A group of trials with its contrast, or why none was made.", appraisal.SUBGROUPS, "question_id"),
    "regression": _form("The slope of a moderator, or why none was fitted.", appraisal.REGRESSIONS, "question_id"),
    "influence": _form("What one trial does to the answer.", synthesis.INFLUENCE, "question_id"),
    "not_computed": _form("A reported result from which no effect follows.", NOT_COMPUTED),
    "network": _form("All treatments of a condition compared at once, where trials connect them.", appraisal.NETWORKS),
    "network_estimate": _form(
        "Two treatments of a network: all evidence together, direct and indirect. Not rated.",
        appraisal.NETWORK_ESTIMATES, "network_id",
    ),
    "network_treatment": _form("A treatment of a network with its P-score.", appraisal.NETWORK_RANKS, "network_id"),
    "network_contrast": _form("What a trial brings into a network.", appraisal.NETWORK_CONTRASTS, "network_id"),
    "claim": _form(
        "A statement on evidence that a guide makes, in our own words.", appraisal.CLAIMS,
        "guide_id", "sentences", *FIGURES,
    ),
    "guideline": Form(
        "What a guideline says, in our own words.",
        {**RAW_TABLES["guidelines"].columns, "line": LINE}
        | {name: appraisal.CONCORDANCE.columns[name] for name in BESIDE},
    ),
    "benchmark": _entered("A published pooled result, as printed.", "benchmarks"),
    "agreement": _form("A published pooled result beside our answer to a question.", appraisal.AGREEMENT),
    "excluded_report": _entered("A report that was sought and not entered.", "excluded_reports"),
    "doubt": _entered("A known problem with figures and what was done about it.", "doubts"),
    "source": _entered("Where figures were read.", "sources"),
}  # fmt: skip
"""The objects of the document that are rows of tables; others are in ``config/schemas/evidence.schema.yaml``."""

WHOLE = {
    "inputs": "input", "moderators": "moderator", "moderator_groups": "moderator_group",
    "not_computed": "not_computed", "benchmarks": "benchmark", "agreement": "agreement",
    "excluded_reports": "excluded_report", "doubts": "doubt", "sources": "source",
}  # fmt: skip
WORDS = {
    "conditions": "condition", "treatment_classes": "treatment_class", "treatments": "treatment", "outcomes": "outcome"
}  # fmt: skip
"""Tables, of the review and of its vocabulary, that stand in the document as they are, with the form of their rows."""

OF_QUESTION = {
    "syntheses": "synthesis", "ratings": "rating", "absolute": "absolute", "certainty": "certainty_domain",
    "robustness": "robustness", "bayes": "bayes", "synthesis_weights": "weighted_trial", "sensitivity": "variant",
    "subgroups": "subgroup", "regressions": "regression", "influence": "influence",
}  # fmt: skip
"""Tables whose rows stand with their question, with the form of them."""


def evidence_document(review: Review) -> dict[str, Any]:
    """Gather the evidence base, its answers and what they rest on.

    Returns
    -------
    dict
        What :func:`evidence_schema` describes: only text, numbers, booleans, null, lists and objects; null where a
        table has an empty cell.
    """
    tables, words = review.tables, review.vocabulary
    return {
        "format_version": FORMAT_VERSION,
        "title": review.settings["review"]["title"],
        "last_review": str(review.settings["review"]["last_review"]),
        "settings": json.loads(json.dumps(review.settings, default=str)),
        **{name: FORMS[form].records(tables[name]) for name, form in WHOLE.items()},
        **{name: FORMS[form].records(getattr(words, name)) for name, form in WORDS.items()},
        "trials": _trials(review),
        "questions": _questions(review),
        "networks": _networks(review),
        "reasons": dict(REASONS),
        "guides": _guides(review),
        "guidelines": _guidelines(review),
        "references": list(review.references.values()),
        "guide_references": list(review.guide_references.values()),
    }


def evidence_schema(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of the document.

    Parameters
    ----------
    frame : mapping
        The JSON Schema of what is no row of a table, ``config/schemas/evidence.schema.yaml``; it names no version.
    """
    kept, about = frame["$defs"], frame["properties"]
    version = {**about["format_version"], "pattern": rf"^{MAJOR}\.[0-9]+\.[0-9]+$"}
    rows = {
        name: {
            "description": form.description,
            "properties": {**form.properties(), **kept.get(name, {}).get("properties", {})},
        }
        for name, form in FORMS.items()
    }
    whole = {"$id": f"{frame['$id']}:{MAJOR}", "properties": about | {"format_version": version}}
    return dict(close({**frame, **whole, "$defs": {**kept, **rows}}))


def check_document(document: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Hold a document to its schema.

    A compiled validator, several times as fast, says whether it fits; where it does not, another lists every place.

    Raises
    ------
    EvidenceError
        Naming every place that does not fit.
    """
    try:
        fastjsonschema.compile(dict(schema), use_default=False, detailed_exceptions=False)(document)
    except fastjsonschema.JsonSchemaValueException as refusal:
        breaches = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda breach: breach.json_path)
        places = [f"  {breach.json_path}: {breach.message[:300]}" for breach in breaches] or [f"  {refusal}"]
        lines = "\n".join(places)
        raise EvidenceError(f"evidence.json does not fit its schema in {len(places)} place(s):\n{lines}") from None


def _questions(review: Review) -> list[dict[str, Any]]:
    lines, effects = RawLines(review), by_question(review, "selections")
    tables = {name: by_question(review, name) for name in OF_QUESTION}
    speakers = {name: review.voice(register) for name, register in REGISTERS.items()}
    questions = []
    for question in records(review.questions):
        key = question["question_id"]
        answer = review.answers[key]
        of = {name: [FORMS[form].of(row) for row in tables[name].get(key, [])] for name, form in OF_QUESTION.items()}
        weighted = {row["trial_id"]: row for row in of["synthesis_weights"]}
        questions.append(
            {
                **FORMS["question"].of(question),
                "synthesis": of["syntheses"][0],
                "rating": of["ratings"][0],
                **{name: next(iter(of[name]), None) for name in ("absolute", "robustness", "bayes")},
                "certainty_domains": of["certainty"],
                "statements": {name: state(answer, speaker).text for name, speaker in speakers.items()},
                "trials": [weighted[trial] for trial in answer.trials],
                "trials_set_aside": list(answer.set_aside),
                "effects": [_effect(row, lines) for row in effects.get(key, [])],
                **{name: of[name] for name in ("sensitivity", "subgroups", "regressions", "influence")},
            }
        )
    return questions


def _networks(review: Review) -> list[dict[str, Any]]:
    parts = {
        name: (FORMS[form], rows_by(review.tables[table], "network_id"))
        for name, form, table in (
            ("estimates", "network_estimate", "network_estimates"),
            ("ranks", "network_treatment", "network_ranks"),
            ("contrasts", "network_contrast", "network_contrasts"),
        )
    }
    return [
        {
            **network,
            **{name: [form.of(row) for row in rows[network["network_id"]]] for name, (form, rows) in parts.items()},
        }
        for network in FORMS["network"].records(review.tables["networks"])
    ]


def _effect(row: dict[Any, Any], lines: RawLines) -> dict[str, Any]:
    behind = lines.behind(row)
    return {**FORMS["effect"].of(row), "raw": {"file": behind.file, "lines": list(behind.lines)}}


def _trials(review: Review) -> list[dict[str, Any]]:
    risk = trial_overall(review.tables["trial_risk"])
    arms = rows_by(review.tables["arms"], "trial_id")
    return [
        {
            **trial,
            "risk_of_bias": risk.get(trial["trial_id"]),
            "arms": [FORMS["arm"].of(row) for row in arms[trial["trial_id"]]],
        }
        for trial in FORMS["trial"].records(review.tables["trials"])
    ]


def _guidelines(review: Review) -> list[dict[str, Any]]:
    beside = review.tables["concordance"][["guideline_id", *BESIDE]]
    return FORMS["guideline"].records(review.tables["guidelines"].merge(beside, on="guideline_id"))


def _guides(review: Review) -> list[dict[str, Any]]:
    claims = review.tables["claims"]
    return [
        {
            **{name: guide[name] for name in GUIDE},
            "claims": FORMS["claim"].records(claims[claims["guide_id"].eq(guide["guide_id"])]),
        }
        for guide in review.guides.values()
    ]
