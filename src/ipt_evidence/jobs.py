"""Jobs of a run are forked from one process that has loaded the libraries; else each spends most of a second on it.

A server loads what most scripts need, and for every job makes a copy of itself that runs the script. A job is a process
of its own, with nothing of another job in it; memory that is only read is shared by all. No job waits for the server:
what it has not loaded by then, the script loads.
"""

import atexit
import gc
import importlib
import os
import runpy
import selectors
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, NoReturn

from ipt_evidence.turns import join_in

LOADED = (
    "snakemake.logging", "ipt_evidence.extraction.inputs", "ipt_evidence.effects.tables",
    "ipt_evidence.synthesis.tables", "scipy.optimize", "ipt_evidence.appraisal.family",
    "ipt_evidence.appraisal.networks", "ipt_evidence.appraisal.beside", "ipt_evidence.reporting.site",
    "ipt_evidence.reporting.export", "ipt_evidence.reporting.notebooks", "ipt_evidence.analysis.charts",
    "ipt_evidence.analysis.answering", "statsmodels.stats.meta_analysis",
)  # fmt: skip
"""What the server loads, one by one while nothing is asked of it: what scripts rest on, in the order of the rules."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""What Snakemake gives a job of one thread. A process that has several cannot be forked safely."""

LONGEST = 2**16
"""Bytes of what is asked for, at most."""


class JobServer:
    """A process that forks jobs. It ends with the process that made it, once its jobs are over."""

    def __init__(self) -> None:
        self._line, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            command = [sys.executable, "-P", "-m", __name__, str(other.fileno())]
            self._server = subprocess.Popen(command, pass_fds=[other.fileno()], env=os.environ | ONE_THREAD)
        self._asked = False
        atexit.register(self.end)

    def begin(self, script: str, temporary: str | None = None) -> tuple[int, IO[str]]:
        """Begin a job.

        Parameters
        ----------
        script : str
            The file to run.
        temporary : str, optional
            The folder for temporary files, if it is not that of this process.

        Returns
        -------
        int, file
            The number of the process, and what tells the code it ended with; nothing if it ended badly after the server
            was killed.

        Raises
        ------
        OSError
            If the server is dead.
        """
        self._asked = True
        told, tells = os.pipe()
        with ExitStack() as unless_begun:
            job = unless_begun.enter_context(os.fdopen(told, encoding="ascii"))
            try:
                socket.send_fds(self._line, [os.fsencode(f"{script}\0{temporary or ''}")], [tells])
            finally:
                os.close(tells)
            if not (number := job.readline()):
                raise ChildProcessError
            unless_begun.pop_all()
        return int(number), job

    def end(self) -> None:
        """Wait until it is over: the system then adds its time, and that of its jobs, to that of this process."""
        self._line.close()
        if not self._asked:
            self._server.terminate()  # else it would first load what nobody needs
        self._server.wait()


def serve(line: socket.socket) -> tuple[str, int] | None:
    """Fork a job for all that is asked on a line, until its other end is closed and all jobs are over.

    Returns
    -------
    str, int
        In a job: the script to run, and the file that tells the run how it ended. In the server, at its end: nothing.
    """
    later = list(LOADED)
    jobs: dict[int, int] = {}
    with selectors.DefaultSelector() as ready, _ends_of_jobs() as ends:
        for source in (line, ends):
            ready.register(source, selectors.EVENT_READ)
        while line in ready.get_map() or jobs:
            found = [key.fileobj for key, _ in ready.select(0 if later else None)]
            if not found:
                _load(later.pop(0))
            if ends in found:
                ends.recv(LONGEST)
                _tell_ends(jobs)
            if line in found:
                asked, files, *_ = socket.recv_fds(line, LONGEST, 1)
                if not asked:
                    ready.unregister(line)
                elif process := os.fork():
                    jobs[process] = files[0]
                else:
                    os.write(files[0], f"{os.getpid()}\n".encode())
                    return _prepared(*os.fsdecode(asked).split("\0")), files[0]
    return None


@contextmanager
def _ends_of_jobs() -> Iterator[socket.socket]:
    """Give a line on which something comes whenever a job ends."""
    ends, tells = socket.socketpair()
    with ends, tells:
        tells.setblocking(False)
        before = signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(tells.fileno())
        try:
            yield ends
        finally:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, before)


def _tell_ends(jobs: dict[int, int]) -> None:
    """Tell the run, if it still listens, with what code each job ended that is over."""
    for process in list(jobs):
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            with suppress(BrokenPipeError), os.fdopen(jobs.pop(process), "w") as tells:
                print(os.waitstatus_to_exitcode(status), file=tells)


def _load(name: str) -> None:
    importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what modules hold is not looked through again in any job, and so stays shared


def _prepared(script: str, temporary: str) -> str:
    if temporary:
        os.environ["TMPDIR"] = tempfile.tempdir = temporary
    sys.argv = [script]
    return script


def _end_well(tells: int) -> NoReturn:
    """End a job that has done its work, and tell the run.

    What an interpreter does at its end is done but for taking apart all that it has loaded, which takes longer than
    most jobs; and the run need not wait until the server, which may be loading a library, hears of it.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        if not stream.closed:
            stream.flush()
    with suppress(BrokenPipeError):  # the run has been killed
        os.write(tells, b"0\n")
    os._exit(0)


if __name__ == "__main__":
    # Jobs inherit the lock: should the run be killed, the next one waits for them.
    HELD = join_in(Path.cwd())
    with socket.socket(fileno=int(sys.argv[1])) as asking:
        job = serve(asking)
    if not job:
        os._exit(0)  # the run waits for it, and it holds nothing but what it has loaded
    script, tells = job
    runpy.run_path(script, run_name="__main__")
    _end_well(tells)
