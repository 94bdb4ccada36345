"""What tests of several rooms share: the vocabulary in use, small made-up studies, and the independent engine."""

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.extraction import Studies, load_vocabulary
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import dtype_of

ROOT = Path(__file__).parents[1]

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
