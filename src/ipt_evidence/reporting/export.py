"""Everything for machines: one JSON document, held to its published schema before it is written."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd
from jsonschema import Draft202012Validator

from ipt_evidence.appraisal.risk_of_bias import trial_overall
from ipt_evidence.errors import EvidenceError
from ipt_evidence.reporting.answers import answers
from ipt_evidence.reporting.provenance import RawLines
from ipt_evidence.reporting.review import Review, by_question
from ipt_evidence.reporting.sentences import state, voice
from ipt_evidence.words.registers import REGISTERS

FORMAT_VERSION = "1.0.0"
"""Rises in the first place when a reader of the old format would go wrong, in the second when it finds more."""

COUNTS = frozenset(
    {"k", "k_without_n", "line", "n", "n1", "n2", "n_effects", "n_participants", "n_randomised", "n_sessions",
     "q_df", "year", "downgrade", "computed",
     "specifications", "same_label", "null_trials"}
)  # fmt: skip
"""Columns of whole numbers, which tables with empty cells hold as decimals."""

SYNTHESIS = (
    "model", "k", "k_without_n", "n_effects", "n_participants", "estimate", "se", "ci_low", "ci_high", "statistic",
    "p_value", "pi_low", "pi_high", "tau2", "tau2_low", "tau2_high", "i2", "i2_low", "i2_high", "h2", "q", "q_df",
    "q_p_value", "method", "interval", "level",
)  # fmt: skip
RATING = (
    "strength",
    "label",
    "certainty",
    "start",
    "basis",
    "direction",
    "rule_id",
    "reason",
    "mid",
    "interval_vs_null",
    "interval_vs_mid",
    "low_risk_percent",
    "some_concerns_percent",
    "high_risk_percent",
    "unknown_risk_percent",
    "est_level",
    "tolin_level",
)
DOMAIN = ("domain", "downgrade", "computed", "status", "rule", "reason", "note")
ROBUSTNESS = (
    "specifications", "same_label", "same_label_percent", "same_direction_percent", "null_trials", "null_trial_size",
    "single_trial_size", "changed_label", "information_size", "required_size",
)  # fmt: skip
EFFECT = (
    "effect_id", "used", "reason", "trial_id", "arm1_id", "arm2_id", "condition", "domain", "instrument", "criterion",
    "rater", "weeks", "analysis", "subgroup", "counted", "evidence", "formula", "yi", "vi", "n1", "n2", "source_id",
    "flags",
)  # fmt: skip
GUIDE = ("guide_id", "kind", "audience", "readings", "citation_style", "evidence_parts")
CLAIM = (
    "claim_id", "kind", "condition", "population", "treatment", "comparator", "outcome", "phase", "delivery",
    "claimed_strength", "claim", "verdict", "rule_id", "why", "instead", "strength_found", "certainty", "line",
    "question_ids",
)  # fmt: skip


def evidence_document(review: Review) -> dict[str, Any]:
    """Gather the evidence base, its answers and what they rest on.

    Returns
    -------
    dict
        What ``evidence.schema.json`` describes: only text, numbers, booleans, null, lists and objects; null where a
        table has an empty cell.
    """
    tables, words = review.tables, review.vocabulary
    return {
        "format_version": FORMAT_VERSION,
        "title": review.settings["review"]["title"],
        "last_review": plain(review.settings["review"]["last_review"]),
        "settings": plain(dict(review.settings)),
        "inputs": records(tables["inputs"]),
        "conditions": records(words.conditions.drop(columns="line")),
        "treatment_classes": records(words.treatment_classes.drop(columns="line")),
        "treatments": records(words.treatments.drop(columns="line")),
        "outcomes": records(words.outcomes.drop(columns="line")),
        "trials": _trials(review),
        "questions": _questions(review),
        "not_computed": records(tables["not_computed"]),
        "guides": _guides(review),
        "guidelines": _guidelines(review),
        "excluded_reports": records(tables["excluded_reports"]),
        "doubts": records(tables["doubts"]),
        "sources": records(tables["sources"]),
        "references": plain(list(review.references.values())),
        "guide_references": plain(list(review.guide_references.values())),
    }


def check_document(document: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    """Hold a document to its schema.

    Raises
    ------
    EvidenceError
        Naming every place that does not fit.
    """
    breaches = sorted(Draft202012Validator(schema).iter_errors(document), key=lambda breach: breach.json_path)
    if breaches:
        lines = "\n".join(f"  {breach.json_path}: {breach.message[:300]}" for breach in breaches)
        raise EvidenceError(f"evidence.json does not fit its schema in {len(breaches)} place(s):\n{lines}")


def records(table: pd.DataFrame, columns: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table as objects."""
    chosen = table if columns is None else table[list(columns)]
    return [plain(row) for row in chosen.to_dict("records")]


def plain(value: Any, name: str = "") -> Any:
    """Return a value as JSON knows it: missing is null, flags are a list, counts are whole, dates are ISO text."""
    if isinstance(value, Mapping):
        return {str(key): plain(part, str(key)) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    if name == "flags":
        return [] if pd.isna(value) or value == "" else value.split(";")
    if value is None or pd.isna(value) or value == "":
        return None
    if name == "pmid":
        return value if isinstance(value, str) else f"{value:.0f}"
    if name in COUNTS:
        return int(value)
    return value.isoformat() if isinstance(value, date) else getattr(value, "item", lambda: value)()


def _questions(review: Review) -> list[dict[str, Any]]:
    found, lines = answers(review), RawLines(review)
    syntheses, ratings, domains, robustness = (
        by_question(review, name) for name in ("syntheses", "ratings", "certainty", "robustness")
    )
    weights, effects, variants = (
        by_question(review, name) for name in ("synthesis_weights", "selections", "sensitivity")
    )
    speakers = {name: voice(review, register) for name, register in REGISTERS.items()}
    questions = []
    for question in review.questions.drop(columns="line").to_dict("records"):
        key = question["question_id"]
        trials = sorted(weights.get(key, []), key=lambda row: (-row["weight_percent"], row["trial_id"]))
        questions.append(
            {
                **plain(question),
                "synthesis": plain({name: syntheses[key][0][name] for name in SYNTHESIS}),
                "rating": plain({name: ratings[key][0][name] for name in RATING}),
                "certainty_domains": [_domain(row) for row in domains.get(key, [])],
                "robustness": _robustness(robustness.get(key, [])),
                "statements": {name: state(found[key], speaker).text for name, speaker in speakers.items()},
                "trials": [plain(_without(row, "question_id")) for row in trials],
                "trials_set_aside": list(found[key].set_aside),
                "effects": [_effect(row, lines) for row in effects.get(key, [])],
                "sensitivity": [plain(_without(row, "question_id")) for row in variants.get(key, [])],
            }
        )
    return questions


def _domain(row: dict[Any, Any]) -> dict[str, Any]:
    return {**plain({name: row[name] for name in DOMAIN}), "inputs": json.loads(row["inputs"])}


def _robustness(rows: list[dict[Any, Any]]) -> dict[str, Any] | None:
    """Return how a label stands under other choices; null for fewer than two trials."""
    if not rows:
        return None
    shares = {name: json.loads(rows[0][name]) for name in ("labels", "by_choice")}
    return {**plain({name: rows[0][name] for name in ROBUSTNESS}), **shares}


def _effect(row: dict[Any, Any], lines: RawLines) -> dict[str, Any]:
    behind = lines.behind(row)
    return {**plain({name: row[name] for name in EFFECT}), "raw": {"file": behind.file, "lines": list(behind.lines)}}


def _without(row: dict[Any, Any], name: str) -> dict[Any, Any]:
    return {key: value for key, value in row.items() if key != name}


def _trials(review: Review) -> list[dict[str, Any]]:
    risk = trial_overall(review.tables["trial_risk"])
    arms = review.tables["arms"]
    return [
        {
            **trial,
            "risk_of_bias": risk.get(trial["trial_id"]),
            "arms": records(arms[arms["trial_id"].eq(trial["trial_id"])].drop(columns="trial_id")),
        }
        for trial in records(review.tables["trials"])
    ]


def _guidelines(review: Review) -> list[dict[str, Any]]:
    beside = review.tables["concordance"][["guideline_id", "question_ids", "relation", "same_as", "listing"]]
    rows = review.tables["guidelines"].merge(beside, on="guideline_id")
    return [{**row, "question_ids": _names(row["question_ids"])} for row in records(rows)]


def _names(joined: str | None) -> list[str]:
    return joined.split(";") if joined else []


def _guides(review: Review) -> list[dict[str, Any]]:
    claims = review.tables["claims"]
    return [
        {
            **plain({name: guide[name] for name in GUIDE}),
            "claims": [
                {**claim, "question_ids": _names(claim["question_ids"])}
                for claim in records(claims[claims["guide_id"].eq(guide["guide_id"])], CLAIM)
            ],
        }
        for guide in review.guides.values()
    ]
