"""What the trials of trust share: copies of the project, runs in them, the checksums of what they made, and records."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from ipt_evidence.files import write_json
from ipt_evidence.imports import state_of
from ipt_evidence.reporting.citing import commit_of
from ipt_evidence.reporting.trust import RECORDS, read_records

ROOT = Path(__file__).resolve().parents[1]
SMALL = "examples/behavioural_activation"
"""The invented review."""

MADE = ("data/processed", "reports", "releases")
"""Folders of a review that hold what a run made."""

OWN = ("data/processed/kept.txt", "reports/trust.html", "reports/agreement.html", "reports/trust/")
"""What a run keeps for the next one, and what is said of trials like these."""


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def copy_of_project(folder: Path) -> Path:
    """Copy every file that git knows or would know, as it is now, with the commit but nothing that a run made."""
    subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", ROOT, folder], check=True)
    for name in git("ls-files", "-z", "--cached", "--others", "--exclude-standard").decode().split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    subprocess.run(["git", "reset", "-q"], cwd=folder, check=True)
    return folder


def program(project: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "snakemake", "--snakefile", str(project / "Snakefile"), *words]


def environment(project: Path, **more: str) -> dict[str, str]:
    """Return the environment of a run: the program is that of the copy, the libraries are ours."""
    unset = ("PYTHONDONTWRITEBYTECODE", "SOURCE_DATE_EPOCH", "MAKEFLAGS", "MAKELEVEL")
    known = {name: value for name, value in os.environ.items() if name not in unset}
    path = os.pathsep.join([str(Path(sys.executable).parent), known.get("PATH", "")])
    return {**known, "PATH": path, "PYTHONPATH": str(project / "src"), **more}


def begin(project: Path, review: Path, *words: str, out: IO[str] | int = subprocess.DEVNULL) -> subprocess.Popen:
    """Begin a run in a process group of its own."""
    command = program(project, "--directory", str(review), *words)
    env = environment(project)
    return subprocess.Popen(command, cwd=project, env=env, stdout=out, stderr=subprocess.STDOUT, start_new_session=True)


def run(project: Path, review: Path, *words: str) -> tuple[int, str]:
    """Run to the end; return the exit code and what was printed."""
    command = program(project, "--directory", str(review), *words)
    done = subprocess.run(
        command, cwd=project, env=environment(project), capture_output=True, text=True, check=False, errors="replace"
    )
    return done.returncode, done.stdout + done.stderr


def kill(running: subprocess.Popen) -> None:
    """End a run and all that it has started, without a warning."""
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()


def sums(review: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that a run made, by its path in the review."""
    files = (path for part in MADE for path in (review / part).rglob("*") if path.is_file())
    found = {path.relative_to(review).as_posix(): path for path in sorted(files)}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in found.items()
        if not name.startswith(OWN) and not path.name.startswith(".")
    }


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    """Yield the name of each file that the two do not hold alike."""
    yield from (name for name in sorted({*one, *other}) if one.get(name) != other.get(name))


def state(project: Path = ROOT) -> dict[str, str]:
    """Return which state is tried: to be asked before a trial, of what it works on."""
    return {"commit": commit_of(project), "state": state_of(project, project)}


def today() -> str:
    return time.strftime("%Y-%m-%d")


def record(name: str, tried: list[dict[str, Any]], of: Mapping[str, str]) -> bool:
    """Keep what a trial found of a state, for its page, and return whether all held.

    It is called with nothing tried when the trial begins, too: one that stops before its end has not held, whatever an
    earlier one found.
    """
    write_json({**of, "date": today(), "tried": tried}, ROOT / RECORDS / f"{name}.json")
    return bool(read_records(ROOT)[name]["held"])


def tell(text: str) -> None:
    print(text, flush=True)
