"""Write sound data by family of conditions; a file changes only if rows of its family do."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.evidence import Evidence
from ipt_evidence.extraction.references.works import team_of
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.studies import STUDY_TABLES, Studies
from ipt_evidence.extraction.validation import key_columns
from ipt_evidence.files import rows_of, write_file, write_table


def studies_by(evidence: Evidence, group_of: Mapping[str, str], groups: Collection[str]) -> dict[str, Studies]:
    """Return the study data of each group of conditions; every table is sorted and cut once for all of them."""
    group = dict(zip(evidence.trials["trial_id"], evidence.trials["condition"].map(group_of), strict=True))
    kept: dict[str, dict[str, pd.DataFrame]] = {name: {} for name in groups}
    teams = {item["id"]: team_of(item) for item in evidence.references}
    for name in STUDY_TABLES:
        frame: pd.DataFrame = getattr(evidence, name).drop(columns="line")
        if name == "trials":
            # Here, not from the list of references: else a new reference would rate every family again.
            team = [teams.get(key, "") for key in frame["citekey"]]
            frame = frame.assign(team=pd.Series(team, index=frame.index, dtype="str"))
        rows = frame.sort_values(key_columns(RAW_TABLES[name]), kind="stable")
        cut = dict(iter(rows.groupby(rows["trial_id"].map(group))))
        for of in groups:
            kept[of][name] = cut.get(of, rows.iloc[:0]).reset_index(drop=True)
    return {name: Studies(**tables) for name, tables in kept.items()}


def write_studies(evidence: Evidence, out: Path) -> list[Path]:
    """Write one JSON file per family of conditions, ``FAMILY.json``, with or without trials in it.

    Parameters
    ----------
    evidence : Evidence
        Sound tables.
    out : Path
        The folder of these files.

    Returns
    -------
    list of Path
        The files, in the order of the vocabulary. A file whose content is unchanged is not written again.
    """
    words = evidence.vocabulary
    paths = {family: out / f"{family}.json" for family in words.families}
    family_of = {condition: words.family_of(condition) for condition in words.conditions["condition"]}
    studies = studies_by(evidence, family_of, paths)
    for family, path in paths.items():
        write_file(_as_json(studies[family]), path)
    return list(paths.values())


def write_plan(questions: pd.DataFrame, evidence: Evidence, out: Path) -> list[Path]:
    """Write the questions of each family of conditions as ``FAMILY.csv``, without the lines of the plan."""
    words = evidence.vocabulary
    paths = {family: out / f"{family}.csv" for family in words.families}
    for family, path in paths.items():
        mine = questions["condition"].isin(words.members_of(family))
        write_table(questions[mine].drop(columns="line"), path)
    return list(paths.values())


def _as_json(studies: Studies) -> str:
    """Return the tables as JSON, one row a line, so that a changed row is a changed line."""
    blocks = []
    for name in sorted(STUDY_TABLES):
        frame: pd.DataFrame = getattr(studies, name)
        dtypes = json.dumps({column: str(dtype) for column, dtype in frame.dtypes.items()})
        rows = map(_AS_JSON.encode, rows_of(frame, None))
        lines = "".join(f"\n{row}," for row in rows).rstrip(",")
        blocks.append(f'{json.dumps(name)}: {{"dtypes": {dtypes}, "rows": [{lines}\n]}}')
    return "{\n" + ",\n".join(blocks) + "\n}\n"


_AS_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, allow_nan=False)
