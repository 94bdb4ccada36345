"""How far the two people who screened agree, stage by stage, as the page on the flow prints it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ipt_evidence.extraction.screening import STAGES
from ipt_evidence.files import records
from ipt_evidence.words import labels, numbers

STAGE = {stage.name: labels.capital(stage.words) for stage in STAGES}


def screeners(agreement: pd.DataFrame) -> list[dict[str, str]]:
    """Return the rows of ``screening_agreement`` in words and figures, kappa with its interval."""
    return [
        {
            "stage": STAGE[row["stage"]],
            "kappa": _kappa(row),
            "percent": numbers.percent(row["percent"]),
            **{name: numbers.count(row[name]) for name in ("records", "judged", "equal", "settled")},
        }
        for row in records(agreement)
    ]


def _kappa(row: Mapping[Any, Any]) -> str:
    value = numbers.decimal(row["kappa"])
    if numbers.is_missing(row["ci_low"]):
        return value
    return f"{value} ({numbers.decimal(row['ci_low'])} to {numbers.decimal(row['ci_high'])})"
