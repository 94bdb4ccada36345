"""What a job tells its user: what can be put right, in its log."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipt_evidence.errors import EvidenceError


@contextmanager
def messages_to(log: str | Path) -> Iterator[None]:
    """Write what the user can put right to the log of the job, and end the job with code 1 instead of a traceback."""
    Path(log).write_text("", encoding="utf-8")
    try:
        yield
    except EvidenceError as problem:
        Path(log).write_text(f"{problem}\n", encoding="utf-8")
        sys.exit(1)
