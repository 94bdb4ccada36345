"""Everything for machines: one JSON document, held to its published schema before it is written."""

import json
from collections.abc import Mapping
from typing import Any

import fastjsonschema
from jsonschema import Draft202012Validator

from ipt_evidence.appraisal.risk_of_bias import trial_overall
from ipt_evidence.appraisal.schemas import (
    ABSOLUTE,
    AGREEMENT,
    BAYES,
    CERTAINTY_OF_DOMAINS,
    CLAIMS,
    CONCORDANCE,
    NETWORK_CONTRASTS,
    NETWORK_ESTIMATES,
    NETWORK_RANKS,
    NETWORKS,
    RATINGS,
    REGRESSIONS,
    ROBUSTNESS,
    SUBGROUPS,
)
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
from ipt_evidence.synthesis.schemas import INFLUENCE, SELECTIONS, SENSITIVITY, SYNTHESES, SYNTHESIS_WEIGHTS
from ipt_evidence.words.figures import FIGURES
from ipt_evidence.words.reasons import REASONS
from ipt_evidence.words.registers import REGISTERS
from ipt_evidence.words.statements import state

FORMAT_VERSION = "3.2.0"
"""Rises in the first place when a reader of the old format would go wrong, in the second when it finds more."""

GUIDE = ("guide_id", "kind", "audience", "readings", "citation_style", "evidence_parts")
BESIDE = ("question_ids", "relation", "listing")
"""What of a guide, and of what our ratings say beside a guideline, is in the document."""


def _entered(description: str, name: str) -> Form:
    """Return the form of the rows of a raw table."""
    return Form(description, {**RAW_TABLES[name].columns, "line": LINE})


FORMS = {
    "input": Form("A file the run read.", INPUTS.columns),
    "condition": Form("A condition of the vocabulary.", VOCABULARY_TABLES["conditions"].columns),
    "treatment_class": Form("A class of treatments.", VOCABULARY_TABLES["treatment_classes"].columns),
    "treatment": Form("A treatment an arm was given.", VOCABULARY_TABLES["treatments"].columns),
    "outcome": Form("An outcome.", VOCABULARY_TABLES["outcomes"].columns),
    "arm": _entered("An arm of a trial.", "arms").without("trial_id"),
    "trial": _entered("A randomised trial.", "trials"),
    "question": Form("A question of the review plan with its answer.", QUESTIONS.columns),
    "synthesis": Form("The pooled answer.", SYNTHESES.columns).without(*QUESTIONS.columns),
    "rating": Form("How far the answer can be relied on.", RATINGS.columns).without(
        "question_id", "k", "n_participants", *CERTAINTY_DOMAINS, "est_reason", "tolin_reason", "trace"
    ),
    "absolute": Form("The answer as numbers of people.", ABSOLUTE.columns).without("question_id"),
    "certainty_domain": Form("One GRADE domain of one answer.", CERTAINTY_OF_DOMAINS.columns).without("question_id"),
    "robustness": Form("How the label would stand under other choices.", ROBUSTNESS.columns).without(
        "question_id", "label", "n_participants"
    ),
    "bayes": Form("The Bayesian answer.", BAYES.columns).without("question_id", "k"),
    "weighted_trial": Form(
        "A trial in a pooled answer, its results on the question combined into one.", SYNTHESIS_WEIGHTS.columns
    ).without("question_id"),
    "effect": Form("An effect that matches the question, used or not.", SELECTIONS.columns).without(
        "question_id", "question_condition", "population", "intervention", "comparator", "outcome", "timepoint",
        "phase", "measure", "measurement",
    ),
    "variant": Form("The answer under another choice of method or data.", SENSITIVITY.columns).without("question_id"),
    "moderator": Form("A characteristic of trials that effects are held against.", MODERATORS.columns),
    "moderator_group": Form("A value of a moderator that belongs to a group.", MODERATOR_GROUPS.columns),
    "subgroup": Form("A group of trials with its contrast, or why none was made.", SUBGROUPS.columns).without(
        "question_id"
    ),
    "regression": Form("The slope of a moderator, or why none was fitted.", REGRESSIONS.columns).without("question_id"),
    "influence": Form("What one trial does to the answer.", INFLUENCE.columns).without("question_id"),
    "not_computed": Form("A reported result from which no effect follows.", NOT_COMPUTED.columns),
    "network": Form("All treatments of a condition compared at once, where trials connect them.", NETWORKS.columns),
    "network_estimate": Form(
        "Two treatments of a network: all evidence together, direct and indirect. Not rated.", NETWORK_ESTIMATES.columns
    ).without("network_id"),
    "network_treatment": Form("A treatment of a network with its P-score.", NETWORK_RANKS.columns).without(
        "network_id"
    ),
    "network_contrast": Form("What a trial brings into a network.", NETWORK_CONTRASTS.columns).without("network_id"),
    "claim": Form("A statement on evidence that a guide makes, in our own words.", CLAIMS.columns).without(
        "guide_id", "sentences", *FIGURES
    ),
    "guideline": Form(
        "What a guideline says, in our own words.",
        {**RAW_TABLES["guidelines"].columns, "line": LINE, **{name: CONCORDANCE.columns[name] for name in BESIDE}},
    ),
    "benchmark": _entered("A published pooled result, as printed.", "benchmarks"),
    "agreement": Form("A published pooled result beside our answer to a question.", AGREEMENT.columns),
    "excluded_report": _entered("A report that was sought and not entered.", "excluded_reports"),
    "doubt": _entered("A known problem with figures and what was done about it.", "doubts"),
    "source": _entered("Where figures were read.", "sources"),
}  # fmt: skip
"""The objects of the document that are rows of tables; others are in ``config/schemas/evidence.schema.yaml``."""


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
        "inputs": FORMS["input"].records(tables["inputs"]),
        "conditions": FORMS["condition"].records(words.conditions),
        "treatment_classes": FORMS["treatment_class"].records(words.treatment_classes),
        "treatments": FORMS["treatment"].records(words.treatments),
        "outcomes": FORMS["outcome"].records(words.outcomes),
        "moderators": FORMS["moderator"].records(tables["moderators"]),
        "moderator_groups": FORMS["moderator_group"].records(tables["moderator_groups"]),
        "trials": _trials(review),
        "questions": _questions(review),
        "networks": _networks(review),
        "not_computed": FORMS["not_computed"].records(tables["not_computed"]),
        "reasons": dict(REASONS),
        "guides": _guides(review),
        "guidelines": _guidelines(review),
        "benchmarks": FORMS["benchmark"].records(tables["benchmarks"]),
        "agreement": FORMS["agreement"].records(tables["agreement"]),
        "excluded_reports": FORMS["excluded_report"].records(tables["excluded_reports"]),
        "doubts": FORMS["doubt"].records(tables["doubts"]),
        "sources": FORMS["source"].records(tables["sources"]),
        "references": list(review.references.values()),
        "guide_references": list(review.guide_references.values()),
    }


def evidence_schema(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of the document.

    Parameters
    ----------
    frame : mapping
        The JSON Schema of what is no row of a table, ``config/schemas/evidence.schema.yaml``.
    """
    kept = frame["$defs"]
    rows = {
        name: {
            "description": form.description,
            "properties": {**form.properties(), **kept.get(name, {}).get("properties", {})},
        }
        for name, form in FORMS.items()
    }
    return dict(close({**frame, "$defs": {**kept, **rows}}))


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
    found, lines = review.answers, RawLines(review)
    syntheses, ratings, absolute, domains, robustness, bayes = (
        by_question(review, name) for name in ("syntheses", "ratings", "absolute", "certainty", "robustness", "bayes")
    )
    weights, effects, variants = (
        by_question(review, name) for name in ("synthesis_weights", "selections", "sensitivity")
    )
    beside = {
        table: (FORMS[form], by_question(review, table))
        for table, form in (("subgroups", "subgroup"), ("regressions", "regression"), ("influence", "influence"))
    }
    speakers = {name: review.voice(register) for name, register in REGISTERS.items()}
    questions = []
    for question in records(review.questions):
        key = question["question_id"]
        trials = sorted(weights.get(key, []), key=lambda row: (-row["weight_percent"], row["trial_id"]))
        of_people, stands, posterior = (
            [FORMS[name].of(row) for row in rows.get(key, [])]
            for name, rows in (("absolute", absolute), ("robustness", robustness), ("bayes", bayes))
        )
        questions.append(
            {
                **FORMS["question"].of(question),
                "synthesis": FORMS["synthesis"].of(syntheses[key][0]),
                "rating": FORMS["rating"].of(ratings[key][0]),
                "absolute": next(iter(of_people), None),
                "certainty_domains": [FORMS["certainty_domain"].of(row) for row in domains.get(key, [])],
                "robustness": next(iter(stands), None),
                "bayes": next(iter(posterior), None),
                "statements": {name: state(found[key], speaker).text for name, speaker in speakers.items()},
                "trials": [FORMS["weighted_trial"].of(row) for row in trials],
                "trials_set_aside": list(found[key].set_aside),
                "effects": [_effect(row, lines) for row in effects.get(key, [])],
                "sensitivity": [FORMS["variant"].of(row) for row in variants.get(key, [])],
                **{table: [form.of(row) for row in rows.get(key, [])] for table, (form, rows) in beside.items()},
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
