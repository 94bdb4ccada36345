"""What a job tells its user: what can be put right, or where the program failed, in its log."""

import errno
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ipt_evidence.errors import EvidenceError

REFUSALS = {
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room, or have your share of the disk enlarged",
    errno.EROFS: "Work in a folder that can be written to",
    errno.EACCES: "Give yourself the right to read and write it",
    errno.EPERM: "Give yourself the right to read and write it",
}
"""What the user can do where the computer refuses to read or write."""


@contextmanager
def messages_to(log: str | Path) -> Iterator[None]:
    """End the job with code 1 if it fails, and say why in its log.

    What the user can put right is said as it is; all else is a fault of the program, and the log holds its traceback.
    """
    try:
        Path(log).write_text("", encoding="utf-8")
        yield
    except EvidenceError as problem:
        _end(log, str(problem))
    except OSError as refused:
        remedy = REFUSALS.get(refused.errno or 0)
        _end(log, f"{refused.filename or log}: {refused.strerror}. {remedy}." if remedy else traceback.format_exc())
    except Exception:
        _end(log, traceback.format_exc())


def _end(log: str | Path, text: str) -> None:
    try:
        Path(log).write_text(f"{text.rstrip()}\n", encoding="utf-8")
    except OSError:  # a full disk has no room for the log either
        print(text, file=sys.stderr)
    sys.exit(1)
