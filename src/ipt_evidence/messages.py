"""What a job tells its user: what can be put right, or where the program failed, in its log."""

import errno
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from ipt_evidence.errors import EvidenceError

REMEDIES = {
    errno.ENOSPC: "make room on the disk",
    errno.EDQUOT: "make room, or have your share of the disk enlarged",
    errno.EROFS: "work in a folder that can be written to",
    errno.EACCES: "give yourself the right to read and write it",
    errno.ENOTDIR: "move the file away that stands where a folder is needed",
    errno.EEXIST: "move the file away that stands where a folder is needed",
    errno.EISDIR: "move the folder away that stands where a file is needed",
    errno.EPERM: "give yourself the right to read and write it",
}
"""What the user can do where the computer refuses to read or write."""


UNSEEN = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
"""Signs that are not shown but do something, as a regular expression lists them between brackets: a terminal takes some
for orders, others turn the reading direction, carry text that nobody sees, or make two words of one. They are the
controls but tab and line ends, and what Unicode calls ignorable by default but those that writing needs: the joiners
of Persian and Hindi, and the choice between two forms of a sign."""

SHOWN = 5
"""As many files are named of a number of them."""

MOVING = re.compile(f"[{UNSEEN}\r]")
"""What a terminal is not shown as it is."""


def harmless(text: str) -> str:
    """Return a text of any number of lines for a terminal, with the signs of :data:`MOVING` spelled out."""
    return MOVING.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def few(names: list[str], most: int = SHOWN) -> str:
    """Name the first of some files, or of what else there are many of, and say how many more there are."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


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
    except OSError as problem:
        _end(log, refusal(problem) if problem.errno in REMEDIES else traceback.format_exc())
    except Exception:
        _end(log, traceback.format_exc())


def refusal(problem: OSError) -> str:
    """Say in a sentence which file the computer refused to read or write, why, and what to do.

    Parameters
    ----------
    problem : OSError
        One whose ``errno`` is in :data:`REMEDIES`; of others only the reason is said.
    """
    file = "a file" if problem.filename is None else Path(problem.filename).as_posix()
    remedy = REMEDIES.get(problem.errno or 0)
    return f"{file}: {problem.strerror}" + (f"; {remedy} and run again" if remedy else "")


def _end(log: str | Path, text: str) -> NoReturn:
    try:
        Path(log).write_text(f"{text.rstrip()}\n", encoding="utf-8")
    except OSError:  # a full disk has no room for the log either
        print(text, file=sys.stderr)
    sys.exit(1)
