"""A state of a review by the name people give: a folder, a release or a commit, whose tables are made if need be."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

from ipt_evidence.errors import EvidenceError
from ipt_evidence.extraction.breaches import shown
from ipt_evidence.reporting.changes.remaking import remake
from ipt_evidence.reporting.changes.states import RELEASES, State, code_of, runs_now, state_in

TABLES = ("audit_claims", "gather_effects")
"""The rules of the workflow after which all tables that are compared are there."""


def state_of(name: str, scratch: Path, tell: Callable[[str], None]) -> State:
    """Return a state by its name.

    Parameters
    ----------
    name : str
        A folder, the name of a release, or a commit of the repository in the working directory.
    scratch : Path
        A folder that need not be there, for what a commit holds.
    tell : callable
        Told when tables must be made, which takes minutes.

    Raises
    ------
    EvidenceError
        If it is none of these, or its tables cannot be made.
    """
    for folder in (Path(name), Path(RELEASES) / name):
        if (folder / "config").is_dir():
            return state_in(folder)
    commit = _git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").decode().strip()
    if not commit:
        raise EvidenceError(f"{shown(name)}: neither the folder of a review, nor a release, nor a commit of git")
    return _of_commit(name, commit, scratch, tell)


def _of_commit(name: str, commit: str, scratch: Path, tell: Callable[[str], None]) -> State:
    called = f"{name} ({commit[:12]})" if not commit.startswith(name) else commit[:12]
    with tarfile.open(fileobj=io.BytesIO(_git("archive", "--format=tar", commit, top=True))) as files:
        files.extractall(scratch, filter="data")
    folder = scratch / _git("rev-parse", "--show-prefix").decode().strip()
    state = State(called, folder, code_of(scratch))
    tell(f"{called}, of which none are kept (minutes)")
    if runs_now(state):
        remake(folder, *_made_here())
    else:
        _run(called, scratch, folder)
    return state


def _made_here() -> tuple[Path, ...]:
    """Return the working directory if tables can be taken from it."""
    try:
        return (state_in(Path()).folder,)
    except EvidenceError:
        return ()


def _run(called: str, program: Path, folder: Path) -> None:
    """Run the workflow of a commit, by its own program and the libraries that are installed."""
    command = [sys.executable, "-m", "snakemake", "--snakefile", str(program / "Snakefile"), "--directory", str(folder)]
    there = {**os.environ, "PYTHONPATH": str(program / "src")}
    run = subprocess.run([*command, *TABLES], cwd=program, env=there, capture_output=True, text=True, check=False)
    if run.returncode:
        last = "\n".join((run.stdout + run.stderr).splitlines()[-10:])
        raise EvidenceError(f"{called}: its own pipeline stopped:\n{last}")


def _git(*words: str, top: bool = False) -> bytes:
    """Return what git prints, nothing if it fails; from the top of the repository if asked for."""
    where = ["-C", _git("rev-parse", "--show-toplevel").decode().strip()] if top else []
    try:
        return subprocess.run(["git", *where, *words], capture_output=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return b""
