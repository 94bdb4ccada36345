"""The pandoc that is locked with the libraries, whichever the machine has: texts are set alike everywhere."""

import os
import subprocess
import sys
from pathlib import Path

import pypandoc

from ipt_evidence.errors import EvidenceError

PANDOC = Path(pypandoc.__file__).with_name("files") / ("pandoc.exe" if sys.platform == "win32" else "pandoc")
"""The program. pypandoc would take the newest that it finds, and so may take another one."""

HEAP = ("+RTS", "-H24m", "-RTS")
"""What it gathers before it looks for garbage. By itself it takes 64 MB for any text, and is a tenth faster."""

DAY = 1577836800
"""What a document that holds a time is given, in seconds since 1970 (UTC): not that of the run, which no two share."""


def pandoc(source: bytes, *options: str, folder: Path | None = None, made: int = DAY) -> bytes:
    """Run pandoc.

    Parameters
    ----------
    source : bytes
        What it reads.
    *options : str
        Its options.
    folder : Path, optional
        Where it runs.
    made : int
        The time that a document is given, in seconds since 1970 (UTC).

    Returns
    -------
    bytes
        What it writes to its standard output.

    Raises
    ------
    EvidenceError
        With its words, if it fails.
    """
    environment = os.environ | {"SOURCE_DATE_EPOCH": str(made)}
    command: list[str | Path] = [PANDOC, *HEAP, *options]
    run = subprocess.run(command, input=source, capture_output=True, cwd=folder, env=environment, check=False)
    if run.returncode:
        words = run.stderr.decode(errors="replace").strip()
        raise EvidenceError(f"pandoc {' '.join(options)}: {words or f'ended with {run.returncode}'}")
    return run.stdout


def pandoc_text(source: str, *options: str) -> str:
    """Run pandoc (:func:`pandoc`) on a text that it turns into a text, whose lines stay as long as they are."""
    return pandoc(source.encode(), "--wrap=none", *options).decode()
