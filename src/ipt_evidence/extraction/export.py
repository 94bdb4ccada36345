"""Write the sound tables as CSV and the references as CSL-JSON, each row with the line it came from."""

import json
from pathlib import Path

import pandas as pd

from ipt_evidence.extraction.evidence import Evidence
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.extraction.tables import write_atomically


def write_tables(evidence: Evidence, out: Path) -> list[Path]:
    """Write every table as ``NAME.csv``, the references as ``references.json`` and ``guide_references.json``.

    Parameters
    ----------
    evidence : Evidence
        Sound tables.
    out : Path
        Folder to write to. Other files in it are left alone.

    Returns
    -------
    list of Path
        The files written, tables first.
    """
    contents = {f"{name}.csv": _as_csv(getattr(evidence, name)) for name in RAW_TABLES}
    for name in ("references", "guide_references"):
        contents[f"{name}.json"] = (
            json.dumps(getattr(evidence, name), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        )
    for name, content in contents.items():
        write_atomically(out / name, content)
    return [out / name for name in contents]


def _as_csv(frame: pd.DataFrame) -> str:
    """Return a table as CSV that spells true and false as the raw tables do."""
    booleans = frame.select_dtypes("boolean")
    spelled = booleans.apply(lambda column: column.map({True: "true", False: "false"}, na_action="ignore"))
    return frame.assign(**spelled).to_csv(index=False, lineterminator="\n")
