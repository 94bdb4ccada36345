"""Write what two extractors agree and disagree on; a list that may hold decisions is never replaced unasked."""

import csv
from pathlib import Path

import pandas as pd

from ipt_evidence.exchange.double.comparing import Comparison
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.files import guarded, write_file

AGREEMENT, DISAGREEMENTS = "agreement.csv", "disagreements.csv"


def write_comparison(comparison: Comparison, out: Path, *, force: bool) -> list[Path]:
    """Write ``agreement.csv`` and ``disagreements.csv``.

    Parameters
    ----------
    comparison : Comparison
        Two extractions held against each other.
    out : Path
        Folder to write to; made if need be.
    force : bool
        Whether to replace files that are there.

    Returns
    -------
    list of Path
        The two files.

    Raises
    ------
    ExtractionError
        If a file is there already and ``force`` is not set, or if the folder cannot be written to.
    """
    contents = {
        out / AGREEMENT: comparison.agreement.to_csv(index=False, lineterminator="\n"),
        out / DISAGREEMENTS: _text(comparison.disagreements),
    }
    there = [path for path in contents if path.exists()]
    if there and not force:
        rule, remedy = "the file is there already, and may hold decisions", "Choose another folder, or use --force"
        raise ExtractionError(Breach(file=path.as_posix(), rule=rule, remedy=remedy) for path in there)
    try:
        for path, content in contents.items():
            write_file(content, path)
    except OSError as error:
        rule = f"the folder cannot be written to ({error.strerror})"
        raise ExtractionError([Breach(file=out.as_posix(), rule=rule, remedy="Choose another folder")]) from None
    return list(contents)


def _text(disagreements: pd.DataFrame) -> str:
    # Every cell quoted: a text may hold any sign that ends a line.
    guarded_cells = disagreements.map(guarded)
    return str(guarded_cells.to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_ALL))
