"""What the benchmarks share: seconds and memory of a command with all that it starts, and the page of results."""

import os
import platform
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import psutil

RESULTS = Path(__file__).with_name("results.md")
EVERY = 0.1
"""Seconds between two readings of memory, at least."""
OF_READING = 20
"""How many times as long as a reading took the next one waits: reading takes no more than a twentieth of a core."""


@dataclass(frozen=True)
class Measured:
    """Wall time, that of the processor, and the most memory the command and everything it started held at once."""

    seconds: float
    busy: float
    megabytes: float


def measured(command: list[str], folder: Path, programs: Path) -> Measured:
    """Run a command in a folder with ``programs`` first in the path; stop with its output if it fails.

    Memory is read up to ten times a second. Pages that processes share are counted once where the system tells (Linux).
    """
    known = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "MAKEFLAGS")
    env = {name: value for name, value in os.environ.items() if name not in known}
    # A copy of the project runs its own program with our libraries.
    env |= {"PATH": f"{programs}{os.pathsep}{env['PATH']}", "PYTHONPATH": str(folder / "src")}
    log = folder / "benchmark.log"
    start, busy, most = time.perf_counter(), _busy(), 0.0
    with log.open("w") as out:
        running = psutil.Popen(command, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT)
        pause = EVERY
        while not _over(running, pause):
            begun = time.perf_counter()
            most = max(most, _memory(running))
            pause = max(EVERY, OF_READING * (time.perf_counter() - begun))
    seconds = time.perf_counter() - start
    if running.returncode:
        sys.exit(f"{' '.join(command)} failed in {folder}:\n{log.read_text()[-3000:]}")
    return Measured(seconds, _busy() - busy, most / 2**20)


def _over(running: psutil.Popen, pause: float) -> bool:
    """Wait, no longer than it runs: else a run would seem to take until the next reading."""
    try:
        running.wait(pause)
    except psutil.TimeoutExpired:
        return False
    return True


def _busy() -> float:
    """Return the seconds of processor time of all processes this one has started and that have ended."""
    used = os.times()
    return used.children_user + used.children_system


def _memory(process: psutil.Process) -> int:
    total = 0
    for one in (process, *_children(process)):
        try:
            full = one.memory_full_info()
            total += getattr(full, "pss", full.rss)
        except psutil.Error:  # it has just ended
            continue
    return total


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.Error:
        return []


def snakemake(*options: str, cores: int) -> list[str]:
    return ["snakemake", *options, "--cores", str(cores), "--quiet", "all"]


def machine(cores: int) -> str:
    """Say in one line where the figures come from."""
    memory = psutil.virtual_memory().total / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in ("snakemake", "pandas", "numpy"))
    return (
        f"{platform.system()} {platform.machine()}, {psutil.cpu_count()} cores of which {cores} were used, "
        f"{memory:.0f} GB of memory; Python {platform.python_version()}, {versions}; {time.strftime('%Y-%m-%d')}."
    )


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---", *("---:",) * (len(head) - 1)), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_section(title: str, text: str) -> None:
    """Put a section into results.md in place of the one of that title; the others stay as they are."""
    page = RESULTS.read_text("utf-8") if RESULTS.is_file() else "# Measured\n"
    section = f"## {title}\n\n{text.strip()}\n"
    old = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if not old.search(page):
        page = f"{page.rstrip()}\n\n## {title}\n"
    page = old.sub(lambda _: f"{section}\n", page)
    RESULTS.write_text(f"{page.rstrip()}\n", encoding="utf-8")
    print(f"{section}\nwritten to {RESULTS}")
