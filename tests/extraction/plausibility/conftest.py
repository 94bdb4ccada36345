"""Small made-up trials in the shape the plausibility checks look at."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from ipt_evidence.extraction.breaches import Breach
from ipt_evidence.extraction.checks.draft import Draft
from ipt_evidence.extraction.checks.plausibility.rows import Figures
from ipt_evidence.extraction.evidence import draft_evidence
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import dtype_of

ROOT = Path(__file__).parents[3]

DEFAULTS = {
    "trials": {"trial_id": "one2001", "condition": "depression", "n_randomised": 40},
    "arms": {"trial_id": "one2001", "treatment": "ipt", "n_randomised": 20},
    "outcomes": {
        "trial_id": "one2001", "arm_id": "ipt", "outcome": "symptom_severity", "domain": "target", "instrument": "BDI",
        "timepoint": "post", "measure": "continuous", "lower_is_better": True,
    },
    "contrasts": {
        "trial_id": "one2001", "arm1_id": "ipt", "arm2_id": "cau", "outcome": "symptom_severity", "domain": "target",
        "instrument": "BDI", "timepoint": "post", "statistic": "smd", "value": 0.5, "favours": "ipt",
    },
}  # fmt: skip

ARMS = [{"arm_id": "ipt"}, {"arm_id": "cau", "treatment": "care_as_usual", "detail": "usual care"}]


@pytest.fixture(scope="session")
def real_draft() -> Draft:
    draft, _ = draft_evidence(ROOT / "data" / "raw", ROOT / "config" / "vocabulary")
    return draft


@pytest.fixture(scope="session")
def weigh_rows(real_draft):
    """Return what one check finds in rows that name only what matters; by default one trial with two arms of 20."""

    def find(check, trials=({},), arms=ARMS, outcomes=(), contrasts=()) -> list[Breach]:
        given = {"trials": trials, "arms": arms, "outcomes": outcomes, "contrasts": contrasts}
        frames = {**real_draft.tables.frames, **{name: _frame(name, rows) for name, rows in given.items()}}
        return list(check(Figures(replace(real_draft, tables=replace(real_draft.tables, frames=frames)))))

    return find


def _frame(name: str, rows) -> pd.DataFrame:
    columns = {
        column: pd.array([{**DEFAULTS[name], **row}.get(column) for row in rows], dtype=dtype_of(checks))
        for column, checks in RAW_TABLES[name].columns.items()
    }
    return pd.DataFrame(columns, index=range(2, len(rows) + 2))
