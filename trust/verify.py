"""The same review gives the same bytes: two runs of clean copies, in folders of different names.

``python trust/verify.py`` from the root, ``--review FOLDER`` for another review than the main one. The copies differ in
their place, the seed of hashing, time zone, language and the cores they may use; the second has no network, where the
system lets a process go without. Everything a review can make is made: tables, pages, guides, documents, notebooks,
and a release. It prints a checksum for each kind of file, and the first difference if there is one.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from copies import copy_of_project, differences, environment, program, record, state, sums, tell

FOLDERS = ("one", "another folder of a longer name")
SETTINGS = (
    {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "2", "TZ": "Pacific/Auckland", "LC_ALL": "POSIX"},
)
KINDS = {
    "release": lambda name: name.startswith("releases/"),
    "notebooks": lambda name: name.startswith("reports/notebooks/"),
    "DOCX": lambda name: name.endswith(".docx"),
    "PDF": lambda name: name.endswith(".pdf"),
    "guides": lambda name: name.startswith("reports/guides/"),
    "pages and pictures": lambda name: name.endswith((".html", ".svg")),
    "data for machines": lambda name: name.startswith("reports/"),
    "tables": lambda name: name.startswith("data/processed/"),
}
"""Kinds of files; each file is of the first kind that fits."""

WITHOUT_NETWORK = (["unshare", "--net"], ["unshare", "--map-root-user", "--net"])
"""Ways to run a command in a network namespace that has no route, not even to itself."""

CONNECT = "import socket; socket.create_connection(('127.0.0.1', 9), 1)"


def without_network() -> list[str]:
    """Return the way that works here; nothing if none does."""
    for way in WITHOUT_NETWORK:
        try:
            tried = subprocess.run([*way, sys.executable, "-c", CONNECT], capture_output=True, text=True, check=False)
        except OSError:
            continue
        if "unreachable" in tried.stderr:
            return way
    return []


def make_all(project: Path, review: Path, place: int, way: list[str]) -> None:
    """Run everything once; stop with what was printed if it fails."""
    env = environment(project, **SETTINGS[place], HOME=str(project.parent))
    cores = ["--cores", str(place + 1)]
    release = [sys.executable, "-c", "from ipt_evidence.cli import app; app()", "release"]
    steps = [(program(project, "--directory", str(review), *cores, "all", "documents"), project), (release, review)]
    for command, folder in steps:
        done = subprocess.run([*way, *command], cwd=folder, env=env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{project.name}: {' '.join(command[-4:])} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def kind_of(name: str) -> str:
    return next((kind for kind, fits in KINDS.items() if fits(name)), "others")


def first_difference(name: str, one: Path, other: Path) -> str:
    """Say where two files differ first; within an archive, in which of its parts."""
    for folder in (one, other):
        if not (folder / name).is_file():
            return f"{name}: {folder.parts[-1]} has no such file"
    left, right = (folder / name for folder in (one, other))
    if zipfile.is_zipfile(left) and zipfile.is_zipfile(right):
        with zipfile.ZipFile(left) as first, zipfile.ZipFile(right) as second:
            parts = [
                [(part.filename, part.date_time, part.CRC) for part in archive.infolist()]
                for archive in (first, second)
            ]
        return (
            f"{name}: {next((f'{a} | {b}' for a, b in zip(*parts, strict=False) if a != b), 'another number of parts')}"
        )
    data = left.read_bytes(), right.read_bytes()
    place = next((at for at, pair in enumerate(zip(*data, strict=False)) if pair[0] != pair[1]), min(map(len, data)))
    line = data[0][:place].count(b"\n") + 1
    seen = [found[max(place - 40, 0) : place + 40].decode("utf-8", "replace") for found in data]
    return f"{name}: line {line}, byte {place}: {seen[0]!r} | {seen[1]!r}"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--review", default=".", help="folder of the review, from the root")
    review = asked.parse_args().review
    way = without_network()
    scratch = Path(tempfile.mkdtemp(prefix="verify-"))
    try:
        projects = [copy_of_project(scratch / name) for name in FOLDERS]
        of = state(projects[0])
        record("verify", [], of)
        reviews = [project / review for project in projects]
        for place, (project, folder) in enumerate(zip(projects, reviews, strict=True)):
            tell(f"Run {place + 1} of 2, in '{project.name}'{' without network' if way and place else ''}")
            make_all(project, folder, place, way if place else [])
        held = compare(reviews, way, of, "this one" if review == "." else review)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    sys.exit(0 if held else 1)


def compare(reviews: list[Path], way: list[str], of: dict[str, str], called: str) -> bool:
    """Compare what two runs made of a review, print and record it; ``called`` says there which review was tried."""
    found = [sums(review) for review in reviews]
    differ = list(differences(*found))
    tried = [{"what": "review", "how": called, "found": f"{len(found[0])} files", "held": bool(found[0])}]
    for kind in KINDS:
        names = [name for name in found[0] if kind_of(name) == kind]
        same = not any(kind_of(name) == kind for name in differ)
        digest = hashlib.sha256("".join(f"{found[0][name]}  {name}\n" for name in names).encode()).hexdigest()[:16]
        tell(f"{kind:20} {len(names):5} files  {digest}  {'the same' if same else 'DIFFERENT'}")
        tried.append(
            {"what": kind, "how": f"{len(names)} files", "found": digest if same else "different", "held": same}
        )
    network = "none at run time: the second run had no route" if way else "not tried: the system grants no namespace"
    tell(f"network: {network}")
    tried.append(
        {"what": "network", "how": "a network namespace without routes", "found": network, "held": bool(way) or None}
    )
    if differ:
        tell(f"{len(differ)} of {len(found[0])} files differ. The first: {first_difference(differ[0], *reviews)}")
    return record("verify", tried, of)


if __name__ == "__main__":
    main()
