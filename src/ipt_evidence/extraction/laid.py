"""The names of what people lay into a review beside its tables: Snakemake takes some signs in them for its own."""

import re
from pathlib import Path

from ipt_evidence.extraction.breaches import Breach

LAID = ("notebooks/*.ipynb", "releases/*/code.json", "reports/trust/*.json")
"""Files that runs read, whatever they are called."""

UNFIT = re.compile(r"[{}<>\x00-\x1f\x7f\ud800-\udfff]")


def misnamed(review: Path) -> list[Breach]:
    """Return a breach for each file that no run can read by its name.

    Parameters
    ----------
    review : Path
        The folder of the review.
    """
    rule = "the name of a file that runs read holds no braces, angle brackets or line ends, and is UTF-8"
    names = sorted(path.relative_to(review).as_posix() for pattern in LAID for path in review.glob(pattern))
    return [Breach(file=name, rule=rule, remedy="Rename it") for name in names if UNFIT.search(name)]
