"""What the tests of exporters share: the invented review, one real question, and the effects of what comes back."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from ipt_evidence.effects.tables import compute_effects
from ipt_evidence.exchange.exports.results import study_names
from ipt_evidence.files import rows_of
from ipt_evidence.reporting.review import Review, load_review
from ipt_evidence.synthesis.selection import select
from loading import load_questions, studies_of

ROOT = Path(__file__).parents[3]
REAL = "unipolar_depression_ipt_v_control_symptom_severity_post"


@pytest.fixture(scope="session")
def invented(example) -> Review:
    processed, config = example / "data/processed", example / "config"
    return load_review(
        yaml.safe_load((config / "config.yaml").read_text(encoding="utf-8")),
        tables=processed.glob("*.csv"),
        references=processed.glob("*references.json"),
        guides=example / "data/raw/guides.yaml",
        questions=config / "questions.csv",
        vocabulary=(config / "vocabulary").glob("*.csv"),
        rules=config / "strength_rules.csv",
    )


@pytest.fixture(scope="session")
def real(real_evidence) -> Review:
    """The real tables with the selection of one question; its answer and rating are not made."""
    words = real_evidence.vocabulary
    settings = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    plan = load_questions(ROOT / "config/questions.csv", words)
    asked = plan[plan["question_id"].eq(REAL)]
    question = asked.iloc[0]
    members = words.members_of(question["condition"])
    studies = studies_of(real_evidence, members)
    order, excluded = (settings["synthesis"][name] for name in ("evidence_order", "excluded_reports"))
    effects = compute_effects(studies, words).effect_sizes
    selections = select(question, effects, members, "target", order, excluded_reports=excluded)
    names = ("trials", "arms", "outcomes", "contrasts", "risk_of_bias")
    return Review(
        tables={name: getattr(studies, name) for name in names} | {"selections": selections, "effect_sizes": effects},
        questions=asked,
        references={},
        guide_references={},
        guides={},
        vocabulary=words,
        rules=(),
        settings=settings,
    )


@pytest.fixture(scope="session")
def missing():
    """Return the used effects of a review that are not among others, by study, measure, effect and variance."""
    return _missing


def _missing(review: Review, effects: pd.DataFrame, *, rtol: float = 1e-9) -> list[tuple]:
    used = review.tables["selections"]
    used = used[used["used"].astype(bool)]
    names = study_names(rows_of(review.tables["trials"]))
    lost = []
    for row in used.to_dict("records"):
        study = names[row["trial_id"]]
        like = effects[effects["study"].eq(study) & effects["measure"].eq(row["measure"])]
        same = np.isclose(like["yi"], row["yi"], rtol=rtol, atol=1e-12) & np.isclose(like["vi"], row["vi"], rtol=rtol)
        if not same.any():
            lost.append((study, row["question_id"], row["effect_id"], row["yi"], row["vi"]))
    return lost
