"""Write the sound tables as CSV and the references as CSL-JSON, each row with the line it came from."""

from pathlib import Path

from ipt_evidence.extraction.evidence import Evidence
from ipt_evidence.extraction.schemas import RAW_TABLES
from ipt_evidence.files import write_json, write_table


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
    out.mkdir(parents=True, exist_ok=True)
    tables = {out / f"{name}.csv": getattr(evidence, name) for name in RAW_TABLES}
    lists = {out / f"{name}.json": getattr(evidence, name) for name in ("references", "guide_references")}
    for path, table in tables.items():
        write_table(table, path)
    for path, references in lists.items():
        write_json(references, path)
    return [*tables, *lists]
