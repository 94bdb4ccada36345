"""A cluster gives the bytes that this machine gives: the invented review run here, and by jobs of SLURM.

``sh tests/slurm/cluster.sh python trust/cluster.py`` from the root (``make test-slurm``): the first makes the cluster.
It works on copies: one is run here and two by ``profiles/slurm``, of which one is killed when its first job on a family
is at work and then run again, while the jobs of the dead run go on. All must end with the same bytes, and a further run
must hand in no job. It prints what it tried.
"""

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

from copies import SMALL, begin, copy_of_project, differences, kill, record, run, state, sums, tell

PROFILE = ("--profile", "profiles/slurm")
PLUGIN = "snakemake-executor-plugin-slurm"
PATIENCE = 300
"""Seconds to wait for a job to begin."""


def asked(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


def handed_in() -> dict[str, tuple[str, str]]:
    """Return rule and state of every job that Snakemake has handed in, by its number, finished ones too."""
    lines = asked("squeue", "--states=all", "--noheader", "--format=%i|%k|%T").splitlines()
    jobs = [line.split("|") for line in lines]
    return {number: (rule, status) for number, rule, status in jobs if rule.startswith("rule_")}


def made(project: Path, *words: str) -> dict[str, str]:
    """Run to the end and return the checksums; stop with what was printed if it fails."""
    code, printed = run(project, project / SMALL, *words)
    if code:
        sys.exit(f"{project.name}: the run failed:\n{printed[-6000:]}")
    return sums(project / SMALL)


def kill_at_work(project: Path) -> None:
    """Kill a run once a job on a family is at work on a node, where it goes on."""
    before = handed_in()
    running = begin(project, project / SMALL, *PROFILE)
    until = time.monotonic() + PATIENCE
    try:
        while not any(
            "family" in rule and status == "RUNNING"
            for number, (rule, status) in handed_in().items()
            if number not in before
        ):
            if running.poll() is not None or time.monotonic() > until:
                sys.exit(f"{project.name}: no job on a family began")
            time.sleep(0.2)
    finally:
        kill(running)


def main() -> None:
    # So that a run that was begun is ended too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scratch = Path(tempfile.mkdtemp(prefix="cluster-"))
    try:
        here, cluster, killed = [copy_of_project(scratch / name) for name in ("here", "cluster", "killed")]
        of = state(here)
        record("test-slurm", [], of)
        tell("A run here")
        expected = made(here)
        tell("A run by SLURM")
        found = {"a run": made(cluster, *PROFILE)}
        jobs = handed_in()
        tell("A further run")
        found["a further run"] = made(cluster, *PROFILE)
        more = len(handed_in()) - len(jobs)
        tell("A run that is killed at work, and the next")
        kill_at_work(killed)
        found["the run after a killed one"] = made(killed, *PROFILE)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(0 if compare(expected, found, jobs, more, of) else 1)


def compare(
    expected: dict[str, str],
    found: dict[str, dict[str, str]],
    jobs: dict[str, tuple[str, str]],
    more: int,
    of: dict[str, str],
) -> bool:
    """Print and record what came of it."""
    versions = f"{asked('sbatch', '--version')}, {PLUGIN} {version(PLUGIN)}"
    done = sum(status == "COMPLETED" for _, status in jobs.values())
    groups = sum("family" in rule for rule, _ in jobs.values())
    completed = f"{done} of {len(jobs)} completed, {groups} of them a family each"
    tried: list[dict[str, Any]] = [
        {"what": "jobs", "how": versions, "found": completed, "held": bool(groups) and done == len(jobs)},
        {"what": "nothing to do", "how": "a further run", "found": f"{more} jobs", "held": not more},
    ]
    for name, other in found.items():
        differ = list(differences(expected, other))
        same = f"the same {len(expected)} files as here"
        said = f"{len(differ)} differ, first {differ[0]}" if differ else same
        tried.append({"what": "bytes", "how": name, "found": said, "held": not differ})
    for row in tried:
        tell(f"{row['what']} ({row['how']}): {row['found']}")
    return record("test-slurm", tried, of)


if __name__ == "__main__":
    main()
