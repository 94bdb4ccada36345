"""Claims, answers and tables made to measure, and the audit of the real claims."""

from pathlib import Path

import pandas as pd
import pytest
import yaml

from ipt_evidence.appraisal.answers import TABLES as ANSWER_TABLES
from ipt_evidence.appraisal.answers import Answer, answers_of
from ipt_evidence.appraisal.claims.audit import audit_claims
from ipt_evidence.appraisal.claims.base import TABLES, Base, Claim
from ipt_evidence.files import read_table
from ipt_evidence.synthesis.model import Model
from ipt_evidence.words.labels import labels_of
from ipt_evidence.words.registers import PLAIN, REGISTERS, voice
from loading import load_evidence, load_questions

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
    "synthesis_weights": ["question_id", "trial_id", "n1", "n2", "n_randomised", "yi", "vi", "ci_low", "ci_high"],
    "excluded_reports": ["report_id", "label"],
    "guidelines": ["guideline_id", "organisation", "body", "title", "code", "year", "country", "condition",
                    "population", "treatment", "phase", "kind", "recommendation", "strength_as_stated",
                    "certainty_as_stated", "summary", "source_kind", "note"],
}  # fmt: skip


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
def make_base(vocabulary, labels, strength_rules):
    """Make an evidence base of some answers and some rows of some tables."""

    def make(*answers: Answer, works=(), **rows) -> Base:
        rows.setdefault("trials", TRIALS)
        tables = {name: pd.DataFrame(rows.get(name, []), columns=COLUMNS[name]) for name in TABLES}
        model = Model(method="REML", interval="adhoc", level=0.95, few_trials=4, prior_scale=0.5)
        return Base(
            answers=answers, tables=tables, works=works, vocabulary=vocabulary, model=model, rules=strength_rules,
            voice=voice(PLAIN, vocabulary, labels),
        )  # fmt: skip

    return make


@pytest.fixture(scope="session")
def real_base(vocabulary, strength_rules):
    """The raw tables with the answers and ratings of the last run."""
    evidence = load_evidence(ROOT / "data" / "raw", ROOT / "config" / "vocabulary")
    processed = {name: read_table(ROOT / "data" / "processed" / f"{name}.csv") for name in ANSWER_TABLES}
    settings = yaml.safe_load((ROOT / "config" / "config.yaml").read_text(encoding="utf-8"))["synthesis"]
    tables = {name: processed[name] if name in processed else getattr(evidence, name) for name in TABLES}
    names = labels_of(vocabulary, tables, "ipt")
    questions = load_questions(ROOT / "config" / "questions.csv", vocabulary)
    return Base(
        answers=tuple(answers_of(questions, processed, names).values()),
        tables=tables,
        works=evidence.guide_references,
        vocabulary=vocabulary,
        voice=voice(PLAIN, vocabulary, names),
        model=Model.of(settings),
        rules=strength_rules,
    )


@pytest.fixture(scope="session")
def audited(real_base, vocabulary):
    evidence = load_evidence(ROOT / "data" / "raw", ROOT / "config" / "vocabulary")
    names = labels_of(vocabulary, real_base.tables, "ipt")
    voices = {name: voice(register, vocabulary, names) for name, register in REGISTERS.items()}
    return audit_claims(evidence.claims, real_base, voices).set_index("claim_id")
