"""Files of a later date than now, which Snakemake would take for newer than all that is made from them."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ipt_evidence.messages import few

DATED = ("config/**/*", "data/**/*", "notebooks/*", "releases/*/code.json", "reports/**/*", "workflow/**/*")
"""What runs read and make, in the folders of a review and of the program."""


def date_with_now(folders: Iterable[Path]) -> list[str]:
    """Date files of a later date than now with now: Snakemake refuses what it makes from them as older.

    A clock that was wrong, or was set back, leaves such files, and so do copies from another computer. What is new is
    told by content, so that no date is missed.

    Parameters
    ----------
    folders : iterable of Path
        The folder of the review, and that of the program.

    Returns
    -------
    list of str
        What to tell the user, a sentence; none if there was no such file.
    """
    now, late = time.time_ns(), []
    for path in sorted({path for folder in folders for part in DATED for path in folder.glob(part)}):
        with suppress(OSError):  # gone meanwhile, or of somebody else: the run says so itself
            if path.is_file() and path.stat().st_mtime_ns > now:
                os.utime(path, ns=(now, now))
                late.append(path.as_posix())
    return [f"Of a later date than now, and so dated with now: {few(late)}. Is the clock right?"] if late else []
