"""Write what two extractors agree and disagree on; a list that may hold decisions is never replaced unasked."""

import csv
from pathlib import Path

from ipt_evidence.exchange.double.comparing import Comparison
from ipt_evidence.exchange.imported import write_files
from ipt_evidence.extraction.breaches import Breach, ExtractionError
from ipt_evidence.files import guarded

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
    # Every cell quoted: a text may hold any sign that ends a line.
    listed = comparison.disagreements.map(guarded).to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_ALL)
    agreement = comparison.agreement.to_csv(index=False, lineterminator="\n")
    contents = {out / AGREEMENT: agreement, out / DISAGREEMENTS: listed}
    there = [path for path in contents if path.exists()]
    if there and not force:
        rule, remedy = "the file is there already, and may hold decisions", "Choose another folder, or use --force"
        raise ExtractionError(Breach(file=path.as_posix(), rule=rule, remedy=remedy) for path in there)
    return write_files(contents, "Choose another folder")
