"""How a run speaks: which job of how many, and at its end how long it took, or what failed, why, and what to do."""

import logging
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Column
from rich.text import Text
from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from ipt_evidence.messages import harmless
from ipt_evidence.turns import AT_WORK, without_place
from snakemake_logger_plugin_review.closing import FOUND, closing
from snakemake_logger_plugin_review.pace import Pace

SHOWN_LINES = 40
"""As many lines of a log are shown."""

REPORT = "report it"
TO_DO = {
    "MissingRuleException": "correct the name; `ipt-evidence run --list-rules` lists what can be asked for.",
    "MissingInputException": "put it back, then run again; `ipt-evidence init` makes a review with every file.",
    "LockException": "if no other run is at work in this folder, `ipt-evidence run --unlock`, then run again.",
    "WorkflowError": "mend it and run again; what is finished is kept.",
}
"""What to do about what stops a run beside its jobs, by name of the exception; for others the program failed."""

ENDED = (
    "It was ended before it could say why: by the system, as when memory runs out, or by a fault of the program;",
    "then what it printed is above.",
)
AFTER_END = (
    "if nothing is above, close other programs and run again; else report it with those lines. "
    "What is finished is kept."
)
"""Of a job that left nothing in its log."""

WAIT = "wait until it has ended, then run again."

STOPPING = ("Terminating processes", "Will exit after")
"""How messages begin that somebody has stopped the run."""

PLACE = re.compile(r"\A\w+(?: in [^\n]*)?:\n|^ +File \".*\n?", re.MULTILINE)
"""Where in the workflow an error was raised."""

UNSAID = (
    "Assuming unrestricted", "Building DAG", "Complete log", "DAG of jobs", "Elapsed time", "Execute ",
    "Exiting because", "Provided cores", "Provided remote", "Removing temporary", "Rules claiming more", "Select jobs",
    "Restored previous version", "Shutting down", "Updating checkpoint", "Using profile", "Using shell",
    "Using workflow specific profile", "host:",
)  # fmt: skip
"""How messages begin that tell a user of the review nothing."""

ROOM_FOR_BAR, ROOM_FOR_ALL, TAKEN = 64, 100, 48
"""Signs a line needs for the bar with the task, and for all; what stage, jobs and time left take of it."""

STAGES = {
    "check_evidence": "extraction", "validate_evidence": "extraction",
    "compute_effects": "effects", "gather_effects": "effects",
    "pool_questions": "synthesis", "gather_answers": "synthesis",
    "rate_questions": "appraisal", "gather_ratings": "appraisal",
    "audit_claims": "appraisal",
}  # fmt: skip
"""Room that a rule belongs to; the others report."""


class TimeLeft(ProgressColumn):
    """The time that is left, as long as something tells."""

    def __init__(self, pace: Pace) -> None:
        super().__init__(table_column=Column(no_wrap=True))
        self.pace = pace

    def render(self, task: Task) -> Text:
        """Return it in minutes and seconds."""
        left = self.pace.left(int(task.completed), int(task.total or 0))
        return Text("" if left is None else f"about {int(left) // 60}:{int(left) % 60:02d} left")


class LogHandler(LogHandlerBase):
    """A line a job, or one bar where somebody watches; dry and verbose runs speak as Snakemake does."""

    def __post_init__(self) -> None:
        """Begin with nothing done."""
        settings = self.common_settings
        self.console = Console(stderr=not settings.stdout, no_color=settings.nocolor, highlight=False, soft_wrap=True)
        self.is_quiet = any(str(kind).endswith("all") for kind in settings.quiet or ())
        self.begun = time.monotonic()
        self.pace = Pace()
        self.done = self.total = 0
        self.tasks: dict[int, str] = {}
        self.failed: dict[int, tuple[str, Sequence[str]]] = {}
        self.errors: list[tuple[str, str]] = []
        self.remarks: list[str] = []
        self.bar: Progress | None = None
        self.is_closed = self.is_stopped = False

    @property
    def writes_to_stream(self) -> bool:
        """True: it takes the place of Snakemake's own messages."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """False."""
        return False

    @property
    def has_filter(self) -> bool:
        """Whether Snakemake's own choice of messages is left aside."""
        return not self._is_technical

    @property
    def has_formatter(self) -> bool:
        """Whether Snakemake's own wording is left aside."""
        return not self._is_technical

    @property
    def needs_rulegraph(self) -> bool:
        """False."""
        return False

    @property
    def _is_technical(self) -> bool:
        settings = self.common_settings
        return bool(settings.dryrun or settings.verbose or settings.debug_dag or settings.printshellcmds)

    @property
    def _tells_end(self) -> bool:
        return not self.is_quiet and not self._is_technical

    def emit(self, record: logging.LogRecord) -> None:
        """Say what a record says, if it says something to the user."""
        try:
            if self._is_technical:
                self._say(self.format(record))
            else:
                self._tell(record)
        except Exception:
            self.handleError(record)

    def _tell(self, record: logging.LogRecord) -> None:
        said: dict[str, Any] = record.__dict__
        match said.get("event"):
            case LogEvent.RUN_INFO:
                self.total = max(self.total, int(said["stats"].get("total", 0)))
                self.pace.plan(said["stats"])
            case LogEvent.JOB_INFO:
                self.tasks[said["jobid"]] = said["rule_msg"] or said["rule_name"]
                self.pace.start(said["jobid"], said["rule_name"])
                # A rule without a message only names what is wanted.
                if said["rule_msg"]:
                    self._show(said["rule_msg"], STAGES.get(said["rule_name"], "reporting"))
            case LogEvent.JOB_FINISHED:
                self.pace.finish(said["job_id"])
            case LogEvent.PROGRESS:
                self.done, self.total = said["done"], said["total"]
                if self.bar:
                    self.bar.update(self.bar.task_ids[0], completed=self.done, total=self.total)
            case LogEvent.JOB_ERROR:
                task = self.tasks.get(said["jobid"]) or said["rule_name"]
                self.failed[said["jobid"]] = (f"{task} (rule {said['rule_name']})", said["log"])
            case None | LogEvent.ERROR:
                self._tell_message(record)
            case _:
                pass

    def _tell_message(self, record: logging.LogRecord) -> None:
        text = record.getMessage().strip()
        if record.levelno >= logging.ERROR:
            self.errors.append((record.__dict__.get("exception") or "", text))
        elif text.startswith(STOPPING):
            self._stop()
        elif text.startswith(UNSAID) or text == "None":
            return
        elif record.levelno >= logging.WARNING:
            self.remarks.append(text)
        elif not self.is_quiet:
            self._say(text)

    def _stop(self) -> None:
        if not self.is_stopped:
            self.is_stopped = True
            self._say("Stopping when the jobs at work are done; Ctrl-C again does not wait for them.")

    def _show(self, task: str, stage: str) -> None:
        if self.is_quiet:
            return
        if not self.console.is_terminal:
            self._say(f"[{self.done + 1} of {self.total}] {task}")
            return
        if self.bar is None:
            columns = _columns(self.console.width, self.pace)
            self.bar = Progress(*columns, console=self.console, transient=True)
            self.bar.add_task("", total=self.total, stage=stage)
            self.bar.start()
        task_id = self.bar.task_ids[0]
        self.bar.update(task_id, description=harmless(task), completed=self.done, total=self.total, stage=stage)

    def close(self) -> None:
        """Say how the run ended, once."""
        if self.is_closed:
            return
        self.is_closed = True
        if self.bar:
            self.bar.stop()
        for task, logs in self.failed.values():
            self._say(_failure(task, [Path(log) for log in logs]))
        if not self.failed and not self.is_stopped:
            for kind, error in self.errors:
                self._say(_stopped(kind, error, "the run stopped" if self.tasks else "the run did not begin"))
        hindered = without_place(Path()) if self.failed or self.errors else ""
        if hindered and not any(hindered.rstrip(".") in error for _, error in self.errors):
            self._say(hindered)
        for remark in self.remarks:
            self._say(remark)
        self._tell_end()
        super().close()

    def _tell_end(self) -> None:
        if self.is_stopped:
            self._say("Stopped before the end. What is finished is kept; run again to go on.")
        elif self.tasks and not self.failed and not self.errors and self._tells_end:
            jobs = "1 job" if self.done == 1 else f"{self.done} jobs"
            self._say(f"{jobs} done in {time.monotonic() - self.begun:.0f} s.")
            self.pace.keep()
            for line in closing(FOUND):
                self._say(line)

    def _say(self, text: str) -> None:
        self.console.print(harmless(text), markup=False)


def _columns(width: int, pace: Pace) -> list[ProgressColumn]:
    """Return what a line of ``width`` signs has place for: stage, jobs, time left; then bar, task; then time gone."""
    stage, jobs = TextColumn("{task.fields[stage]:10}"), "{task.completed:.0f} of {task.total:.0f}"
    if width < ROOM_FOR_BAR:
        return [stage, TextColumn(jobs), TimeLeft(pace)]
    bar, gone = BarColumn(width // 5), [TimeElapsedColumn()] if width >= ROOM_FOR_ALL else []
    rest = Column(no_wrap=True, max_width=max(width - width // 5 - TAKEN - 8 * len(gone), 1))
    return [
        stage,
        bar,
        TextColumn(f"{jobs} jobs"),
        *gone,
        TimeLeft(pace),
        TextColumn("{task.description}", markup=False, table_column=rest),
    ]


def _stopped(kind: str, error: str, what: str) -> str:
    """Return what stopped a run that is no job of it, and what to do."""
    sentence = PLACE.sub("", error).strip()
    if kind == "MissingRuleException":
        sentence = sentence.partition(" (")[0]
    if kind == "MissingInputException":
        sentence = "There is no " + ", ".join(error.partition("affected files:")[2].split())
    if kind == "LockException":
        sentence = "Another run is at work in this folder, or one was killed here"
    to_do = (
        WAIT
        if AT_WORK in error
        else TO_DO.get(kind) or f"{REPORT}; the program failed, not the data. What is finished is kept."
    )
    return _three(what, sentence.splitlines(), to_do)


def _failure(task: str, logs: list[Path]) -> str:
    """Return what failed, what its log says, and what to do."""
    kept = [log for log in logs if log.exists()]
    names = ", ".join(log.as_posix() for log in kept)
    lines = "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in kept).strip().splitlines()
    if not lines:
        return _three(task, ENDED, AFTER_END)
    if lines[0].startswith("Traceback"):
        to_do = f"{REPORT} with {names}. What is finished is kept."
        return _three(task, [f"The program failed, not the data: {lines[-1]}"], to_do)
    return _three(task, lines, f"mend it (the log is {names}) and run again; what is finished is kept.")


def _three(what: str, why: Sequence[str], to_do: str) -> str:
    """Lay out what failed, why, and what to do."""
    more = [f"... ({len(why) - SHOWN_LINES} more lines)"] if len(why) > SHOWN_LINES else []
    shown = "\n".join(f"  {line}" for line in [*why[:SHOWN_LINES], *more])
    return f"Failed: {what}\n{shown}\nTo do: {to_do}"
