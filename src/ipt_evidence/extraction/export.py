"""Write the sound tables as CSV and the references as CSL-JSON, each row with the line it came from."""

from pathlib import Path

from ipt_evidence.extraction.evidence import Evidence
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.files import write_json, write_table

FILES = {"claims": "stated_claims"}
"""Tables whose file is not named like them: ``claims.csv`` is the table that holds the verdicts too."""


def write_tables(evidence: Evidence, out: Path) -> list[Path]:
    """Write every table as a file, the references as ``references.json`` and ``guide_references.json``.

    The file is ``NAME.csv``, but ``stated_claims.csv`` for the claims; other files in the folder are left alone. What
    is returned are the files written, tables first.
    """
    out.mkdir(parents=True, exist_ok=True)
    tables = {out / f"{FILES.get(name, name)}.csv": getattr(evidence, name) for name in RAW_TABLES}
    lists = {out / f"{name}.json": getattr(evidence, name) for name in ("references", "guide_references")}
    for path, table in tables.items():
        write_table(table, path)
    for path, references in lists.items():
        write_json(references, path)
    return [*tables, *lists]
