"""What a run does in its own way where Snakemake's takes long or sees less: the one place that reaches into it."""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Collection
from functools import lru_cache
from threading import Event, Timer
from types import SimpleNamespace
from typing import Any

import snakemake.persistence.file as notes
from snakemake.benchmark import BenchmarkRecord, benchmarked
from snakemake.exceptions import WorkflowError
from snakemake.io import _IOFile, is_flagged
from snakemake.iocontainers import Namedlist
from snakemake.jobs import Job
from snakemake.persistence.file import FilePersistence
from snakemake.scheduling.job_scheduler import JobScheduler
from snakemake.script import PythonScript

from ipt_evidence.jobs import JobServer
from ipt_evidence.messages import refusal


def note_outputs(note: Callable[[list[str]], None]) -> None:
    """Have a run note what a job left, once that has come to a good end.

    Parameters
    ----------
    note : callable
        Takes the outputs of the job that are not temporary, and the folders that it fills (its parameter ``folders``).
    """
    end = Job.postprocess

    async def end_and_note(job: Any, *given: Any, error: bool = False, **more: Any) -> None:
        await end(job, *given, error=error, **more)
        outputs = [str(path) for path in job.output if not is_flagged(path, "temp")]
        if error or not outputs or job.dag.workflow.touch:
            return
        try:
            note([*outputs, *job.params.get("folders", ())])
        except OSError as problem:
            raise WorkflowError(refusal(problem)) from None

    Job.postprocess = end_and_note


def make_anew(outputs: Collection[str]) -> None:
    """Have a run make outputs anew, whatever else is asked of it; they stay as they are until it does."""
    from snakemake.dag import DAG  # by itself it cannot be loaded: it and others import each other

    plan = DAG.__init__

    def plan_more(dag: Any, *given: Any, targetfiles: Any = (), forcefiles: Any = (), **more: Any) -> None:
        targets, forced = {*(targetfiles or ()), *outputs}, {*(forcefiles or ()), *outputs}
        plan(dag, *given, targetfiles=targets, forcefiles=forced, **more)

    DAG.__init__ = plan_more


def remember_records() -> None:
    """Have a run read once what Snakemake noted on a file.

    Snakemake remembers the notes on 128 files. A review has many more, asked for in turn, so that each was read eight
    times: a quarter of the time of a run that has nothing to do.
    """
    read = FilePersistence._read_record_cached.__wrapped__
    FilePersistence._read_record_cached = lru_cache(maxsize=None)(read)


def note_at_once() -> None:
    """Have a run put its notes on a file into JSON in one go; as Snakemake does it, it takes five times as long."""
    notes.json = SimpleNamespace(**vars(json) | {"dump": lambda note, file: file.write(json.dumps(note))})


def remember_checksums() -> None:
    """Have a run compute the checksum of a file once, as long as its inode, time and size are the same.

    Once a job is over, Snakemake computes those of all its inputs anew for each of its outputs, dozens for the pages.
    """
    compute = _IOFile.checksum
    known: dict[tuple[object, ...], str | None] = {}

    async def checksum(file: Any, threshold: int | None = None, **more: Any) -> str | None:
        try:
            found = None if more or file.is_storage else os.stat(file.file)  # noqa: PTH116 # a path takes longer to make
        except OSError:
            found = None
        if found is None:
            return await compute(file, threshold, **more)
        state = (file.file, threshold, found.st_ino, found.st_mtime_ns, found.st_size)
        if state not in known:
            known[state] = await compute(file, threshold)
        return known[state]

    _IOFile.checksum = checksum


def know_outputs() -> None:
    """Have a rule know its own outputs where they are inputs of another rule.

    Snakemake compares them one by one: those of two hundred conditions 12 million times, in every process of a run.
    """
    compare = Namedlist.__contains__
    known: dict[str, frozenset[str]] = {}

    def contains(files: Any, file: Any) -> bool:
        rule = getattr(file, "rule", None)
        if rule is None or files is not rule.output:
            return compare(files, file)
        if len(known.get(rule.name, ())) != len(files):
            known[rule.name] = frozenset(map(str, files))
        return str(file) in known[rule.name] or compare(files, file)

    Namedlist.__contains__ = contains


def wait_once() -> None:
    """Have a run look whether jobs may start when one has ended, and else once a second at most.

    While jobs are ready and cannot start, Snakemake has each look be followed by another a second later, and each job
    that ends begins such a row of looks: with eighty jobs ended it looks eighty times a second, at the size of each
    input of every job that is ready.
    """
    waiting = Event()

    def look(scheduler: Any) -> None:
        waiting.clear()
        scheduler._open_jobs.release()

    def look_later(scheduler: Any, delay: float) -> None:
        if not waiting.is_set():
            waiting.set()
            timer = Timer(delay, look, [scheduler])
            timer.daemon = True
            timer.start()

    JobScheduler._schedule_reevalutation = look_later


def measure_once() -> None:
    """Have a run look at the size of an input once; jobs with large inputs begin first.

    Whenever a job has ended, Snakemake looks at that of each input of every job that is ready: with two hundred
    conditions at a thousand files. Meanwhile the core that the job has left waits.
    """

    async def measure(scheduler: Any, jobs: Collection[Any]) -> None:
        for path in {path for job in jobs for path in job.input} - scheduler._input_sizes.keys():
            scheduler._input_sizes[path] = await path.size() if await path.exists() else None

    JobScheduler.update_input_sizes = measure


def load_no_tables() -> None:
    """Have a run go without pandas, which Snakemake loads to ask whether a parameter of a rule is a table.

    None is. It then asks as it does where there is no pandas: a second of each run, and 45 MB as long as it lasts.
    """
    sys.modules.setdefault("pandas", None)  # type: ignore[arg-type] # as documented: to import it is refused


def end_at_once() -> None:
    """Have a run end without a look for garbage through all that it has planned: 0.2 s, in which its user waits."""
    atexit.register(gc.freeze)


def fork_jobs() -> None:
    """Have a run fork its jobs from a server, where Snakemake starts an interpreter for each script.

    Nothing changes where the system cannot fork safely: elsewhere than on Linux.
    """
    if sys.platform != "linux":
        return
    server = JobServer()
    start_interpreter = PythonScript.execute_script

    def execute(script: Any, path: str, edit: bool = False) -> None:
        try:
            process, job = server.begin(path, script.resources.get("tmpdir"))
        except OSError:  # the server has been killed
            start_interpreter(script, path, edit=edit)
            return
        with job, benchmarked(process, script.bench_record or BenchmarkRecord()):
            code = int(job.readline() or -signal.SIGKILL)
        if code:
            raise subprocess.CalledProcessError(code, path)

    PythonScript.execute_script = execute
