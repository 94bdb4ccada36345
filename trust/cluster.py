"""A cluster gives the bytes that this machine gives: the invented review run here, and by jobs of SLURM.

``sh tests/slurm/cluster.sh python trust/cluster.py`` from the root (``make test-slurm``): the first makes the cluster. It
works on copies: one is run here and two by ``profiles/slurm``, of which one is killed when its first job on a family is
at work and then run again, while the jobs of the dead run go on. All must end with the same bytes, and a further run must
find nothing to do. It prints what it tried.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from copies import SMALL, begin, copy_of_project, differences, kill, record, run, state, sums, tell

PROFILE = ("--profile", "profiles/slurm")
PLUGIN = "snakemake-executor-plugin-slurm"
PATIENCE = 300
"""Seconds to wait for a job to begin."""


def asked(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def jobs() -> dict[str, str]:
    """Return the state of every job that SLURM still knows of and that Snakemake handed in, by what it does."""
    lines = asked("squeue", "--states=all", "--noheader", "--format=%i %k|%T").splitlines()
    return dict(line.split("|") for line in lines if "_" in line)


def made(project: Path, *words: str) -> dict[str, str]:
    code, printed = run(project, project / SMALL, *words)
    if code:
        sys.exit(f"{project.name}: the run failed:\n{printed[-6000:]}")
    return sums(project / SMALL)


def killed(project: Path) -> str:
    """Kill a run once one of its groups is at work on a node; say what goes on without it."""
    before = set(jobs())
    running = begin(project, project / SMALL, *PROFILE)
    until = time.monotonic() + PATIENCE
    while not (at_work := [job for job in at_work_on_families() if job not in before]):
        if running.poll() is not None or time.monotonic() > until:
            kill(running)
            sys.exit(f"{project.name}: no job on a family began")
        time.sleep(0.2)
    kill(running)
    return f"{len(at_work)} at work"


def at_work_on_families() -> list[str]:
    return [job for job, status in jobs().items() if status == "RUNNING" and "family" in job]


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    versions = f"{asked('sbatch', '--version')}, {PLUGIN} {version(PLUGIN)}"
    scratch = Path(tempfile.mkdtemp(prefix="cluster-"))
    try:
        here, there, again = [copy_of_project(scratch / name) for name in ("here", "cluster", "killed")]
        of = state(here)
        tell("A run here")
        expected = made(here)
        tell(f"A run by jobs of {versions}")
        found = {"a run on nothing": made(there, *PROFILE)}
        handed_in = Counter(jobs().values())
        print(jobs())
        tell("A further run")
        found["a further run"] = made(there, *PROFILE)
        print(jobs())
        tell(f"A run that is killed: {killed(again)}")
        found["the run after a killed one"] = made(again, *PROFILE)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    for name, other in found.items():
        print(name, list(differences(expected, other))[:5], len(expected))


if __name__ == "__main__":
    main()
