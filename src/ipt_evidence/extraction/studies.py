"""Study data that has been checked, as later jobs read it: plain values with their types, nothing validated."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, ExtractionError, shown


@dataclass(frozen=True, eq=False, kw_only=True)
class Studies:
    """The study data of some conditions.

    Columns and dtypes are those of ``Evidence`` without ``line``: inserting an unrelated row shifts the lines below it
    although their data stay the same. Reports look the line up by ``row_id``. ``trials`` has ``team`` besides: the
    first author of the report under ``citekey``, see :func:`ipt_evidence.extraction.references.works.team_of`.

    Attributes
    ----------
    trials, arms, outcomes, contrasts, risk_of_bias, doubts : pandas.DataFrame
        The rows of the conditions' trials, in the order of their keys.
    """

    trials: pd.DataFrame
    arms: pd.DataFrame
    outcomes: pd.DataFrame
    contrasts: pd.DataFrame
    risk_of_bias: pd.DataFrame
    doubts: pd.DataFrame


STUDY_TABLES = tuple(field.name for field in fields(Studies))


def read_studies(path: Path) -> Studies:
    """Read a slice of studies, as :func:`ipt_evidence.extraction.slices.write_studies` left it.

    Raises
    ------
    ExtractionError
        If the file is missing or is not what ``write_studies`` writes.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Studies(**{name: _typed(content[name]) for name in STUDY_TABLES})
    except (OSError, ValueError, KeyError, TypeError) as error:
        rule = f"must be study data as the pipeline writes it ({type(error).__name__}: {shown(error)})"
        raise ExtractionError([Breach(file=path.as_posix(), rule=rule, remedy="Run the pipeline again")]) from error


def _typed(table: Mapping[str, Any]) -> pd.DataFrame:
    rows = table["rows"]
    return pd.DataFrame(
        {column: pd.Series([row[column] for row in rows], dtype=dtype) for column, dtype in table["dtypes"].items()}
    )
