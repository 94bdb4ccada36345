"""One run at a time on a review, told by locks that the system takes back when the process that holds them dies.

Snakemake's own lock is a file that stays when a run is killed, and then stops every later one.
"""

import errno
import fcntl
import os
import shutil
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import IO

from ipt_evidence.messages import refusal

RUN, JOBS = ".snakemake/run.lock", ".snakemake/jobs.lock"
"""Held by the run that is at work, and by each of its jobs."""

WRITTEN = ("data/processed", "reports", "logs")
"""Folders of a review that a run writes to."""

AT_WORK = "Another run is at work on this review"

PROBE = b"\0" * 100_000
"""What must find a place before a run begins."""


def take_turn(review: Path) -> IO[str] | None:
    """Take the turn to run on a review; it ends with this process, however that ends.

    What a dead run left is cleared away: the lock of Snakemake, once the jobs it had started are over.

    Parameters
    ----------
    review : Path
        The folder of the review.

    Returns
    -------
    file or None
        To be kept open as long as the run lasts; None if another run is at work.

    Raises
    ------
    OSError
        If nothing can be written there, or a file stands where a run needs a folder.
    """
    for folder in (review / name for name in WRITTEN):
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder.relative_to(review).as_posix())
    turn = _locked(review / RUN, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if turn is None:
        return None
    _wait_for_orphans(review / JOBS)
    shutil.rmtree(review / ".snakemake/locks", ignore_errors=True)
    turn.truncate(0)
    turn.write(f"{os.getpid()} {datetime.now():%H:%M}")
    turn.flush()
    return turn


def end_with_jobs() -> None:
    """Have Ctrl-C end this run once the jobs at work are done; a second one does not wait for them.

    A terminal sends it to the jobs as well. They inherit that it is held back, and so end what they write.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    Thread(target=_listen, daemon=True).start()


def _listen() -> None:
    signal.sigwait({signal.SIGINT})
    os.kill(os.getpid(), signal.SIGTERM)  # Snakemake begins nothing more
    signal.sigwait({signal.SIGINT})
    os._exit(128 + signal.SIGINT)


def join_in(review: Path) -> IO[str] | None:
    """Say that a job is at work; the return value is to be kept open as long as it is."""
    return _locked(review / JOBS, fcntl.LOCK_SH | fcntl.LOCK_NB)


def hindrance(review: Path, turn: IO[str] | None) -> str:
    """Say in a sentence why a run may not begin; empty text if it may.

    Parameters
    ----------
    review : Path
        The folder of the review.
    turn : file or None
        What :func:`take_turn` returned.
    """
    if turn is None:
        process, _, begun = (review / RUN).read_text(encoding="utf-8").partition(" ")
        return f"{AT_WORK} (process {process}, since {begun})"
    return without_place(review)


def without_place(review: Path) -> str:
    """Say in a sentence which folder of a review cannot be written, and what to do; empty text if all can."""
    for folder in (review / name for name in WRITTEN):
        while not folder.exists():
            folder = folder.parent
        try:
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(PROBE)
        except OSError as problem:
            return f"{refusal(OSError(problem.errno, problem.strerror, folder.as_posix()))}."
    return ""


def _wait_for_orphans(path: Path) -> None:
    """Wait until the jobs are over that were started by a run that is dead."""
    free = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if free is None:
        print("Waiting for the jobs of a run that was ended before them.", file=sys.stderr)
        free = _locked(path, fcntl.LOCK_EX)
    if free:
        free.close()


def _locked(path: Path, kind: int) -> IO[str] | None:
    """Return a locked file, None if it is locked by another; where the system knows no locks, nobody has to wait."""
    path.parent.mkdir(exist_ok=True)
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, kind)
    except BlockingIOError:
        file.close()
        return None
    except OSError:
        pass
    return file
