"""Claims, answers and tables made to measure, and the audit of the real claims."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from ipt_evidence.appraisal.claims import TABLES, Base, audit_claims, findings_of
from ipt_evidence.appraisal.claims.findings import Claim, Finding
from ipt_evidence.extraction.evidence import load_evidence
from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.files import read_table

ROOT = Path(__file__).parents[3]

TRIALS = [
    {"trial_id": name, "label": name.capitalize(), "condition": "depression", "population": "adults", "phase": "acute"}
    for name in ("one", "two", "three")
]
COLUMNS = {
    "trials": ["trial_id", "label", "condition", "population", "special_population", "second_population", "phase",
               "mean_age"],
    "arms": ["trial_id", "arm_id", "treatment", "format", "n_sessions"],
    "outcomes": ["trial_id", "timepoint", "weeks"],
    "contrasts": ["trial_id", "timepoint", "weeks"],
    "synthesis_weights": ["question_id", "trial_id", "n1", "n2", "yi", "vi", "ci_low", "ci_high"],
    "fates": ["question_id", "trial_id", "fate"],
    "guidelines": ["guideline_id", "organisation", "body", "title", "code", "year", "country", "condition",
                    "population", "treatment", "phase", "kind", "recommendation", "strength_as_stated", "summary",
                    "source_kind", "note"],
}  # fmt: skip


@pytest.fixture(scope="session")
def make_finding():
    """Make an answer: many trials that favour IPT over control, unless cells say otherwise."""

    def make(**cells) -> Finding:
        facts = {
            "question_id": "q", "condition": "depression", "population": "all", "intervention": "ipt",
            "comparator": "control", "outcome": "symptom_severity", "timepoint": "post", "phase": "acute",
            "measure": "SMD", "level": 0.95, "basis": "all_trials", "k": 6, "k_without_n": 0, "n_participants": 700.0,
            "estimate": 0.5, "ci_low": 0.3, "ci_high": 0.7, "mid": 0.24, "certainty": "moderate",
            "direction": "favours_intervention", "strength": "moderate", "label": "moderate",
        }  # fmt: skip
        nothing = {"strength": "no_evidence", "label": "no_evidence", "direction": "none", "certainty": ""}
        return Finding(**facts | (nothing if cells.get("k") == 0 else {}) | cells)

    return make


@pytest.fixture(scope="session")
def make_claim():
    """Make a claim that IPT can help with depression, unless cells say otherwise."""

    def make(**cells) -> Claim:
        facts = {
            "claim_id": "c", "guide_id": "g", "kind": "efficacy", "condition": "depression", "population": "adults",
            "treatment": "ipt", "comparator": "control", "outcome": "symptom_severity", "phase": "acute",
            "delivery": "", "claimed_strength": "", "reserve": True, "not_measured": (), "low": 0, "high": 0,
            "unit": "", "session_minutes": 0, "bodies": (), "works": (),
        }  # fmt: skip
        return Claim(**facts | cells)

    return make


@pytest.fixture(scope="session")
def make_base(vocabulary, strength_rules):
    """Make an evidence base of some answers and some rows of some tables."""

    def make(*findings: Finding, works=(), **rows) -> Base:
        rows.setdefault("trials", TRIALS)
        tables = {name: pd.DataFrame(rows.get(name, []), columns=COLUMNS[name]) for name in TABLES}
        pooling = {"method": "REML", "interval": "HKSJ", "level": 0.95}
        return Base(findings=findings, tables=tables, works=works, vocabulary=vocabulary, pooling=pooling,
                    rules=strength_rules)  # fmt: skip

    return make


@pytest.fixture(scope="session")
def real_base(vocabulary, strength_rules):
    """The raw tables with the answers and ratings of the last run."""
    evidence = load_evidence(ROOT / "data" / "raw", ROOT / "config" / "vocabulary")
    processed = {
        name: read_table(ROOT / "data" / "processed" / f"{name}.csv")
        for name in ("synthesis_weights", "fates", "syntheses", "ratings")
    }
    settings = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))["synthesis"]
    return Base(
        findings=findings_of(
            load_questions(ROOT / "config" / "questions.csv", vocabulary), processed["syntheses"], processed["ratings"]
        ),
        tables={name: processed[name] if name in processed else getattr(evidence, name) for name in TABLES},
        works=evidence.guide_references,
        vocabulary=vocabulary,
        pooling={name: settings[name] for name in ("method", "interval", "level")},
        rules=strength_rules,
    )


@pytest.fixture(scope="session")
def audited(real_base):
    evidence = load_evidence(ROOT / "data" / "raw", ROOT / "config" / "vocabulary")
    return audit_claims(evidence.claims, real_base).set_index("claim_id")
