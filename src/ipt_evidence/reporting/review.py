"""Everything a report may draw on, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from ipt_evidence.extraction.questions import load_questions
from ipt_evidence.extraction.vocabulary import load_vocabulary
from ipt_evidence.files import read_json, read_table
from ipt_evidence.words.strength_rules import StrengthRule, rules_of
from ipt_evidence.words.vocabulary import Vocabulary

TABLES = (
    "inputs", "findings", "trials", "arms", "outcomes", "contrasts", "risk_of_bias", "sources", "excluded_reports",
    "guidelines", "claims", "benchmarks", "doubts", "corrections", "overrides", "effect_sizes", "not_computed",
    "syntheses", "synthesis_weights", "sensitivity", "selections", "small_study",
    "trial_risk", "ratings", "certainty", "robustness", "gaps", "concordance",
)  # fmt: skip
"""Processed tables of the pipeline, by file name."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Review:
    """The evidence base, its answers and their ratings.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        The processed tables (:data:`TABLES`).
    questions : DataFrame
        The review plan, in its order.
    references, guide_references : mapping of str to dict
        CSL-JSON items by citekey.
    guides : mapping of str to dict
        The guides by guide_id, as in guides.yaml.
    vocabulary : Vocabulary
        Labels in plain and in professional words.
    rules : tuple of StrengthRule
        The rules of the strength labels.
    settings : mapping
        The configuration of the run.
    """

    tables: Mapping[str, pd.DataFrame]
    questions: pd.DataFrame
    references: Mapping[str, dict[str, Any]]
    guide_references: Mapping[str, dict[str, Any]]
    guides: Mapping[str, dict[str, Any]]
    vocabulary: Vocabulary
    rules: tuple[StrengthRule, ...]
    settings: Mapping[str, Any]


def load_review(settings: Mapping[str, Any], root: Path = Path()) -> Review:
    """Read what the reports need.

    Parameters
    ----------
    settings : mapping
        The configuration of the run.
    root : Path
        Root of the repository.
    """
    raw, processed, config = root / "data" / "raw", root / "data" / "processed", root / "config"
    words = load_vocabulary(config / "vocabulary")
    guides = yaml.safe_load((raw / "guides.yaml").read_text(encoding="utf-8"))
    return Review(
        tables={name: read_table(processed / f"{name}.csv") for name in TABLES},
        questions=load_questions(config / "questions.csv", words),
        references={item["id"]: item for item in read_json(processed / "references.json")},
        guide_references={item["id"]: item for item in read_json(processed / "guide_references.json")},
        guides={guide["guide_id"]: guide for guide in guides},
        vocabulary=words,
        rules=rules_of(read_table(root / settings["appraisal"]["strength_rules"])),
        settings=settings,
    )
