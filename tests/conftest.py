"""What tests of several rooms share: the vocabulary in use, small made-up studies, and the independent engine."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import settings

from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.studies import Studies
from ipt_evidence.extraction.validation import dtype_of
from ipt_evidence.extraction.vocabulary import load_vocabulary

ROOT = Path(__file__).parents[1]

# Property tests: the same cases on every machine, and no limit on how long a busy one takes.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")

DEFAULTS = {
    "trials": {"condition": "depression", "population": "adults", "phase": "acute"},
    "arms": {},
    "outcomes": {
        "trial_id": "one2001", "outcome": "symptom_severity", "domain": "target", "timepoint": "post",
        "source_id": "paper",
    },
    "contrasts": {
        "trial_id": "one2001", "arm1_id": "ipt", "arm2_id": "cau", "outcome": "symptom_severity", "domain": "target",
        "timepoint": "post", "favours": "ipt", "source_id": "paper",
    },
    "risk_of_bias": {},
    "doubts": {},
}  # fmt: skip


def _typed(name: str, rows: list[dict]) -> pd.DataFrame:
    schema = RAW_TABLES[name]
    columns = {
        column: pd.array([row.get(column, DEFAULTS[name].get(column)) for row in rows], dtype=dtype_of(checks))
        for column, checks in schema.columns.items()
    }
    flags = {"flags": [row.get("flags", "") for row in rows]} if name in ("outcomes", "contrasts") else {}
    return pd.DataFrame({**columns, **flags})


@pytest.fixture(scope="session")
def vocabulary():
    return load_vocabulary(ROOT / "config" / "vocabulary")


@pytest.fixture(scope="session")
def make_studies():
    """Build studies from rows that name only what matters; by default one trial of IPT against usual care."""

    def build(**tables: list[dict]) -> Studies:
        tables.setdefault("trials", [{"trial_id": "one2001"}])
        tables.setdefault(
            "arms",
            [
                {"trial_id": "one2001", "arm_id": "ipt", "treatment": "ipt", "n_randomised": 50},
                {"trial_id": "one2001", "arm_id": "cau", "treatment": "care_as_usual", "n_randomised": 52},
            ],
        )
        return Studies(**{name: _typed(name, tables.get(name, [])) for name in DEFAULTS})

    return build


@pytest.fixture(scope="session")
def rscript():
    """The independent engine: R with metafor. A fresh machine may lack it; the gate may not."""
    program = shutil.which("Rscript")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Rscript with metafor is not installed")
    return program
