"""What a script rests on that Snakemake does not see: the files of the package that it imports, and libraries."""

import hashlib
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent

OURS = rf"{PACKAGE.name}(?:\.\w+)*"
IMPORT = re.compile(rf"^[ \t]*(?:from ({OURS}) import (\([^)]*\)|.*)|import (.*\b{OURS}.*))$", re.MULTILINE)
"""An import of this package, over several lines if in brackets: module and names, or whole modules."""

WORD = re.compile(r"[\w.]+")

LOCKED = re.compile(r"^([\w.-]+)==", re.MULTILINE)
SEPARATOR = re.compile(r"[-_.]+")
"""Name of a locked package, and what may stand for the hyphen in it."""


STATE = (
    "Makefile", "Snakefile", "config", "data/raw", "examples", "notebooks", "profiles", "pyproject.toml",
    "requirements", "src", "trust", "workflow", "tests/cli/files", "tests/exchange/samples", "tests/exchange/workbook",
    "tests/mini", "tests/oracle/golden_network_review.R", "tests/slurm",
)  # fmt: skip
MADE = {".ipynb_checkpoints", "__pycache__", ".snakemake", "drafts", "logs", "processed", "releases", "reports"}
"""What a state is made from, trials of it too, with what they are given; and folders within that a run, a draft or an
editor makes."""


def files_behind(script: str | Path) -> list[str]:
    """Return the package files that a script imports, directly or through others, in alphabetical order.

    Imports within functions count too; what a file imports by a computed name does not.

    Parameters
    ----------
    script : path
        A Python file.
    """
    found: set[Path] = set()
    new = {Path(script).resolve()}
    while new:
        new = {file for source in new for file in _imported(source)} - found
        found |= new
    return sorted(map(str, found))


def code_behind(script: str | Path) -> str:
    """Return a digest that changes with the package files that a script imports (:func:`files_behind`), and else never.

    Parameters
    ----------
    script : path
        A Python file.
    """
    found = hashlib.sha256()
    for file in map(Path, files_behind(script)):
        found.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def content_of(files: Iterable[str | Path]) -> str:
    """Return a digest that changes with the content of files, whatever their times say.

    Parameters
    ----------
    files : iterable of path
        What a person wrote; a file that does not exist counts as such.
    """
    found = hashlib.sha256()
    for file in map(Path, files):
        digest = hashlib.sha256(file.read_bytes()).digest() if file.is_file() else b""
        found.update(file.name.encode() + b"\0" + digest + b"\0")
    return found.hexdigest()[:16]


def libraries(lock: str | Path) -> str:
    """Return a digest that changes with Python and with the versions at which locked packages are installed.

    What else is installed beside them does not count.

    Parameters
    ----------
    lock : path
        A file of requirements, one ``name==version`` per package.
    """
    locked = set(LOCKED.findall(Path(lock).read_text(encoding="utf-8")))
    installed = (path.name for path in Path(sysconfig.get_path("purelib")).glob("*.dist-info"))
    found = sorted(name for name in installed if SEPARATOR.sub("-", name.partition("-")[0]).lower() in locked)
    return hashlib.sha256("\n".join([sys.version, *found]).encode()).hexdigest()[:16]


def of_other_folder(project: Path) -> str:
    """Say in a sentence that the program at work is not the one in a folder, and what to do; empty text if it is.

    Parameters
    ----------
    project : Path
        The folder of the ``Snakefile``. A copy of it brings an environment along that runs the program of the first.
    """
    program = (project / "src" / PACKAGE.name).resolve()
    if program == PACKAGE.resolve() or not program.is_dir():
        return ""
    return (
        f"The program at work is that of {PACKAGE.parents[1].as_posix()}, not of this folder; "
        "run `make` here once: it builds an environment of its own"
    )


def state_of(review: Path, project: Path = PACKAGE.parents[1]) -> str:
    """Return a digest of what a review and its program are made from; what a run makes does not count.

    Parameters
    ----------
    review, project : Path
        The folder of the review, and the checkout of the program.
    """
    folders = dict.fromkeys(folder.resolve() for folder in (project, review))
    return content_of(path for folder in folders for path in _sources(folder))


def _sources(folder: Path) -> list[Path]:
    found = (path for part in STATE for path in (folder / part, *(folder / part).rglob("*")))
    return sorted(path for path in found if path.is_file() and not {*path.relative_to(folder).parts} & MADE)


@cache
def _imported(file: Path) -> tuple[Path, ...]:
    parts = (name.split(".") for name in _named(file.read_text(encoding="utf-8")))
    return tuple({path for part in parts for path in _files(tuple(part[1:]))})


def _named(source: str) -> Iterator[str]:
    """Yield the names that a source imports from this package. Its text is searched: to parse it takes far longer."""
    for module, names, whole in IMPORT.findall(source):
        yield from WORD.findall(whole)
        yield from (f"{module}.{name}" for name in WORD.findall(names))


@cache
def _files(part: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the module that a dotted name leads to, if it leads to one, and the packages on the way."""
    if not part:
        return (PACKAGE / "__init__.py",)
    place = PACKAGE.joinpath(*part)
    found = (file for file in (place / "__init__.py", place.with_suffix(".py")) if file.is_file())
    return (*_files(part[:-1]), *found)
