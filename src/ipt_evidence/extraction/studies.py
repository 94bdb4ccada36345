"""Write sound study data by condition and read it back; a file changes only if rows of its condition do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from ipt_evidence.extraction.breaches import Breach, ExtractionError, shown
from ipt_evidence.extraction.evidence import Evidence
from ipt_evidence.extraction.flags import FLAGGED
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.validation import dtype_of, key_columns
from ipt_evidence.files import write_file


@dataclass(frozen=True, eq=False, kw_only=True)
class Studies:
    """The study data of one condition, or of several joined.

    Columns and dtypes are those of ``Evidence`` without ``line``: inserting an unrelated row shifts the lines
    below it although their data stay the same. Reports look the line up by ``row_id``.

    Attributes
    ----------
    trials, arms, outcomes, contrasts, risk_of_bias, doubts : pandas.DataFrame
        The rows of the condition's trials, in the order of their keys.
    """

    trials: pd.DataFrame
    arms: pd.DataFrame
    outcomes: pd.DataFrame
    contrasts: pd.DataFrame
    risk_of_bias: pd.DataFrame
    doubts: pd.DataFrame


STUDY_TABLES = tuple(field.name for field in fields(Studies))


def studies_of(evidence: Evidence, condition: str) -> Studies:
    """Return the study data of the trials whose own condition is ``condition``."""
    trials = evidence.trials[evidence.trials["condition"] == condition]
    kept = {}
    for name in STUDY_TABLES:
        frame: pd.DataFrame = getattr(evidence, name)
        rows = frame[frame["trial_id"].isin(trials["trial_id"])].drop(columns="line")
        kept[name] = rows.sort_values(key_columns(RAW_TABLES[name]), kind="stable", ignore_index=True)
    return Studies(**kept)


def write_studies(evidence: Evidence, out: Path) -> list[Path]:
    """Write one JSON file per condition that has trials, named ``CONDITION.json``.

    Parameters
    ----------
    evidence : Evidence
        Sound tables.
    out : Path
        A folder of their own; files of conditions that have no trials any more are removed from it.

    Returns
    -------
    list of Path
        The files, in the order of their names. A file whose content is unchanged is not written again.
    """
    conditions = sorted(set(evidence.trials["condition"]))
    paths = [out / f"{condition}.json" for condition in conditions]
    for condition, path in zip(conditions, paths, strict=True):
        write_file(_as_json(studies_of(evidence, condition)), path)
    for stale in set(out.glob("*.json")) - set(paths):
        stale.unlink()
    return paths


def read_studies(*paths: Path) -> Studies:
    """Read the files of one or more conditions, as ``write_studies`` left them.

    Parameters
    ----------
    *paths : Path
        One file per condition; several are joined in the order given.

    Returns
    -------
    Studies
        Tables with the dtypes of the schemas.

    Raises
    ------
    ExtractionError
        If a file is missing or is not what ``write_studies`` writes.
    """
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in STUDY_TABLES}
    for path in paths:
        for name, found in _read(path).items():
            rows[name].extend(found)
    return Studies(**{name: _typed(name, found) for name, found in rows.items()})


def _as_json(studies: Studies) -> str:
    """Return the tables as JSON, one row a line, so that a changed row is a changed line."""
    blocks = []
    for name in sorted(STUDY_TABLES):
        rows = [
            json.dumps(row, sort_keys=True, ensure_ascii=False, allow_nan=False)
            for row in _rows(getattr(studies, name))
        ]
        lines = "".join(f"\n{row}," for row in rows).rstrip(",")
        blocks.append(f"{json.dumps(name)}: [{lines}\n]")
    return "{\n" + ",\n".join(blocks) + "\n}\n"


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain Python values; missing is None, whatever the dtype."""
    names = list(frame.columns)
    columns = [[None if pd.isna(value) else value for value in frame[name].tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _read(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of one file by table, each with exactly the columns of its table."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {name: [_complete(row, name) for row in content[name]] for name in STUDY_TABLES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        rule = f"must be study data as the pipeline writes it ({type(error).__name__}: {shown(error)})"
        raise ExtractionError([Breach(file=path.as_posix(), rule=rule, remedy="Run the pipeline again")]) from error


def _complete(row: Mapping[str, Any], table: str) -> dict[str, Any]:
    return {column: row[column] for column in _dtypes(table)}


def _typed(table: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    dtypes = _dtypes(table)
    return pd.DataFrame(
        {column: pd.Series([row[column] for row in rows], dtype=dtype) for column, dtype in dtypes.items()}
    )


@cache
def _dtypes(table: str) -> dict[str, str]:
    dtypes = {name: dtype_of(column) for name, column in RAW_TABLES[table].columns.items()}
    return {**dtypes, "flags": "str", "row_id": "str"} if table in FLAGGED else dtypes
