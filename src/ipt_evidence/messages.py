"""What a job tells its user: what can be put right, in its log."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from ipt_evidence.errors import EvidenceError

NO_PLACE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
"""What the system says when there is no room for a file, or no right to write it."""


@contextmanager
def messages_to(log: str | Path) -> Iterator[None]:
    """Write what the user can put right to the log of the job, and end the job with code 1 instead of a traceback."""
    try:
        Path(log).write_text("", encoding="utf-8")
        yield
    except EvidenceError as problem:
        _stop(log, str(problem))
    except OSError as problem:
        if problem.errno not in NO_PLACE:
            raise
        _stop(log, no_place(problem))


def no_place(problem: OSError) -> str:
    """Say in a sentence which file could not be written, why, and what to do."""
    file = "a file" if problem.filename is None else Path(problem.filename).as_posix()
    remedy = "make room on the disk" if problem.errno in (errno.ENOSPC, errno.EDQUOT) else "let it be written there"
    return f"{file}: cannot be written ({problem.strerror}); {remedy} and run again"


def _stop(log: str | Path, message: str) -> NoReturn:
    try:
        Path(log).write_text(f"{message}\n", encoding="utf-8")
    except OSError:  # the log has no place either
        print(message, file=sys.stderr)
    sys.exit(1)
